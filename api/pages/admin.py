"""What the pages of administrators share: who may open them, their menu, the way back after a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from api.bodies import too_large
from api.dependencies import Administrator
from api.pages.visit import CurrentVisit, Visit
from synapse.settings.connections.bench import Upload
from synapse.settings.documents import SECTIONS
from synapse.settings.words import Language

LARGEST_UPLOAD = 32 << 20


@dataclass(frozen=True)
class SectionLink:
    """A section in the menu.

    Attributes:
        name: Dotted name.
        title: What it is called.
    """

    name: str
    title: str


def admin_visit(visit: CurrentVisit, user: Administrator) -> Visit:
    """Let administrators pass; ``Administrator`` refuses anybody else."""
    return visit


AdminVisit = Annotated[Visit, Depends(admin_visit)]


def menu(language: Language) -> list[SectionLink]:
    """Every section in the order of the schema."""
    return [SectionLink(name, kind.title.to(language)) for name, kind in SECTIONS.items()]


def go_to(path: str, query: Mapping[str, object] | None = None) -> RedirectResponse:
    """Answer a form with a page that can be loaded again without sending the form again."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, status_code=303)


@dataclass(frozen=True)
class SentForm:
    """What a person sent with a form.

    Attributes:
        fields: Text fields; of several with one name the last.
        upload: A chosen file.
    """

    fields: Mapping[str, str]
    upload: Upload | None

    def number(self, name: str) -> int:
        """A whole number; 0 where there is none."""
        text = self.fields.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


async def sent_form(request: Request) -> SentForm:
    """Read the form of a request."""
    form = await request.form(max_files=2, max_fields=3000)
    fields = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    chosen = next(
        (value for value in form.values() if isinstance(value, UploadFile) and value.filename), None
    )
    if chosen is None:
        return SentForm(fields, None)
    content = await chosen.read(LARGEST_UPLOAD + 1)
    if len(content) > LARGEST_UPLOAD:
        raise too_large(LARGEST_UPLOAD)
    return SentForm(fields, Upload((chosen.filename or "")[:200], content, fields.get("reference", "")))


Form = Annotated[SentForm, Depends(sent_form)]
