"""Words of the pages: gettext catalogues in ``api/locales``, compiled in memory when first needed.

Message ids are keys such as ``leak.kind.missed_call``; all wording stands in the catalogues.
"""

import io
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "ru"

_FOLDER = Path(__file__).parent.parent / "locales"


def read_catalogue(language: Language) -> Catalog:
    """Read one ``.po`` file."""
    with (_FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: Language) -> Translations:
    """Return the compiled catalogue of a language."""
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def known_language(name: str | None) -> Language:
    """Return ``name`` if it is a language we have, else the default."""
    return next((language for language in LANGUAGES if language == name), DEFAULT_LANGUAGE)


def translate(language: Language, key: str, **values: object) -> str:
    """The words behind a key, with ``{name}`` places filled."""
    return fill(translations(language).gettext(key), values)


def fill(text: str, values: dict[str, object]) -> str:
    """Fill ``{name}`` places; a text without places is returned as it is."""
    return text.format(**values) if values else text
