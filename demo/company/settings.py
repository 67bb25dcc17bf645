"""The company's settings document."""

import hashlib
import json
from pathlib import Path

from demo.company import clock
from demo.company.asterisk import cdr
from demo.company.options import Options
from demo.company.staff import QUEUES
from demo.company.web import SITE
from synapse.settings.sections import Asterisk, Branding, Integrations, Settings, Web, WebSite


def settings(options: Options) -> Settings:
    """Settings in force from before the first day; what is not named stays at its default."""
    key = hashlib.sha256(f"demo write key {options.seed}".encode()).hexdigest()[:32]
    site = WebSite(name=SITE, write_key=key)
    asterisk = Asterisk(
        cdr_columns=list(cdr.COLUMNS), queue_names={queue.number: queue.title for queue in QUEUES}
    )
    return Settings(
        branding=Branding(company_name="Тёплый дом"),
        integrations=Integrations(asterisk=asterisk, web=Web(sites=[site])),
    )


def write(options: Options, path: Path) -> None:
    """Write ``settings.json``: the whole document and the time from which it holds."""
    document = settings(options).model_dump(mode="json")
    document["effective_from"] = clock.iso(options.start - clock.DAY)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
