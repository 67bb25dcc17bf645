"""A process with everything imported that forks one loader per request, so that a test can kill many of them.

Requests and answers are JSON lines. ``{"database", "store", "sources"}`` is answered with ``{"pid"}`` as soon
as the loader runs; ``{"pid"}`` is answered with ``{"status", "peak_kib"}`` when that loader has ended. Blocks
are small: a small file has many boundaries.
"""

import json
import os
import sys

from synapse.database import bulk_insert
from synapse.database.engine import engine_for
from synapse.landing import onec_table, text_lines, whole_files
from synapse.landing.load import load_pending
from synapse.settings.sections import Settings
from synapse.storage import open_store


def load(database: str, store: str, sources: list[str]) -> None:
    """Load what is pending of each source."""
    engine = engine_for(database)
    for source in sources:
        load_pending(engine, open_store(store), source, Settings())


def main() -> None:
    """Serve requests until the standard input ends."""
    text_lines.BLOCK_BYTES = onec_table.BLOCK_BYTES = 1 << 16
    whole_files.KEPT_IN_MEMORY = 1 << 18
    bulk_insert.RUN_BYTES = 1 << 18
    for line in sys.stdin:
        request = json.loads(line)
        if "pid" in request:
            _, status, used = os.wait4(request["pid"], 0)
            answer = {"status": os.waitstatus_to_exitcode(status), "peak_kib": used.ru_maxrss}
        else:
            pid = os.fork()
            if pid == 0:
                load(**request)
                os._exit(0)
            answer = {"pid": pid}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
