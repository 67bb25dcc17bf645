"""Titles, help and units of settings in both languages of the pages, kept beside their field."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Language = Literal["ru", "en"]


class Bilingual(NamedTuple):
    """One text in both languages."""

    ru: str
    en: str

    def to(self, language: Language) -> str:
        """The text in one language."""
        return self.ru if language == "ru" else self.en

    def filled(self, **values: object) -> "Bilingual":
        """Both texts with their ``{placeholders}`` filled."""
        return Bilingual(self.ru.format(**values), self.en.format(**values))


SECONDS = Bilingual("с", "s")
MINUTES = Bilingual("мин", "min")
HOURS = Bilingual("ч", "h")
DAYS = Bilingual("дн.", "days")
DIGITS = Bilingual("цифр", "digits")
TOKENS = Bilingual("токенов", "tokens")
PERCENT = Bilingual("%", "%")
FILES = Bilingual("файлов", "files")
POINTS = Bilingual("баллов", "points")

Widget = Literal["lines", "colour", "logo"]


@dataclass(frozen=True)
class Words:
    """Metadata of a field: ``Annotated[int, Words("Порог", "Threshold", unit=SECONDS)]``.

    Written into the field's JSON Schema as ``x-title``, ``x-help``, ``x-unit`` and ``x-widget``.

    Attributes:
        ru: Title in Russian.
        en: Title in English.
        help: One sentence that says what the value does.
        unit: What the number counts.
        widget: How a form edits the value where its type alone does not say it.
    """

    ru: str
    en: str
    help: Bilingual | None = None
    unit: Bilingual | None = None
    widget: Widget | None = None

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add the words to the field's schema."""
        made = handler(schema)
        made.update(self.as_schema())
        return made

    def as_schema(self) -> dict[str, Any]:
        """The keys that stand in the JSON Schema."""
        found: dict[str, Any] = {"x-title": Bilingual(self.ru, self.en)._asdict()}
        if self.help is not None:
            found["x-help"] = self.help._asdict()
        if self.unit is not None:
            found["x-unit"] = self.unit._asdict()
        if self.widget is not None:
            found["x-widget"] = self.widget
        return found
