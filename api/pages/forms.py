"""Forms of settings made from the sections' JSON Schema, and what a person sends back as JSON values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from synapse.settings.base import Section
from synapse.settings.words import Bilingual, Language

Widget = Literal[
    "text",
    "number",
    "toggle",
    "choice",
    "time",
    "colour",
    "long",
    "lines",
    "pairs",
    "week",
    "records",
    "logo",
]
EMPTY_RECORDS = 1
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_TEXT = 500
# Words for codes that stand in settings; other codes are shown as they are.
_CHOICES: Mapping[str, Bilingual] = {
    "left": Bilingual("левый", "left"),
    "right": Bilingual("правый", "right"),
    "auto": Bilingual("авто", "auto"),
    "light": Bilingual("светлая", "light"),
    "dark": Bilingual("тёмная", "dark"),
    "ru": Bilingual("русский", "Russian"),
    "en": Bilingual("английский", "English"),
    "off": Bilingual("выключен", "off"),
    "webhook": Bilingual("webhook", "webhook"),
    "polling": Bilingual("опрос", "polling"),
    "tls": Bilingual("TLS", "TLS"),
    "starttls": Bilingual("STARTTLS", "STARTTLS"),
    "none": Bilingual("без шифрования", "none"),
    "observer": Bilingual("наблюдатель", "observer"),
    "reviewer": Bilingual("проверяющий", "reviewer"),
    "expert": Bilingual("эксперт", "expert"),
    "admin": Bilingual("администратор", "administrator"),
    "sales": Bilingual("продажах", "sales"),
    "service": Bilingual("сервисе", "service"),
    "complaint": Bilingual("жалобах", "complaints"),
}

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class FormField:
    """One field as a template draws it.

    Attributes:
        name: Name in the form, which is the name in the section.
        widget: How it is drawn.
        title: What it is called.
        help: What it does.
        unit: What a number counts.
        value: As text, or a structure for ``week`` and ``records``.
        is_optional: An empty value means none.
        minimum: Least number.
        maximum: Greatest number.
        step: ``1`` for whole numbers, else ``any``.
        pattern: Regular expression for the whole text.
        longest: Most characters.
        choices: Codes and their words.
        parts: Fields of one record.
        is_idle: Kept and checked, but nothing acts on it yet.
        error: What is wrong with what was sent.
    """

    name: str
    widget: Widget
    title: str
    help: str = ""
    unit: str = ""
    value: Any = ""
    is_optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: str = "any"
    pattern: str = ""
    longest: int | None = None
    choices: Sequence[tuple[str, str]] = ()
    parts: Sequence["FormField"] = ()
    is_idle: bool = False
    error: str = field(default="")


def fields_of(
    kind: type[Section],
    values: Mapping[str, Any],
    language: Language,
    errors: Mapping[str, str] | None = None,
) -> list[FormField]:
    """Return the fields of a section.

    Args:
        kind: The section's model.
        values: Its values as JSON.
        language: Of titles and help.
        errors: What is wrong, by the field's name.
    """
    schema = kind.model_json_schema()
    found = _fields(schema["properties"], schema.get("$defs", {}), values, language)
    known = errors or {}
    return [FormField(**{**vars(entry), "error": known.get(entry.name, "")}) for entry in found]


def _fields(
    properties: Schema, definitions: Schema, values: Mapping[str, Any], language: Language
) -> list[FormField]:
    return [
        _field(name, schema, definitions, values.get(name), language) for name, schema in properties.items()
    ]


def _resolved(schema: Schema, definitions: Schema) -> tuple[dict[str, Any], bool]:
    """The schema itself, out of ``$ref`` and ``anyOf … null``, and whether null is allowed."""
    made = dict(schema)
    is_optional = False
    if "anyOf" in made:
        options = [option for option in made.pop("anyOf") if option.get("type") != "null"]
        is_optional = True
        made = {**(options[0] if options else {}), **made}
    if "$ref" in made:
        made = {**definitions[made.pop("$ref").rpartition("/")[2]], **made}
    return made, is_optional


def _word(schema: Schema, key: str, language: Language) -> str:
    found = schema.get(key)
    return str(found[language]) if isinstance(found, Mapping) else ""


def _choice(code: str, language: Language) -> tuple[str, str]:
    known = _CHOICES.get(code)
    return code, known.to(language) if known else code


def _field(name: str, raw: Schema, definitions: Schema, value: Any, language: Language) -> FormField:
    schema, is_optional = _resolved(raw, definitions)
    kind = schema.get("type")
    widget, parts = _widget(name, schema), ()
    shown: Any = "" if value is None else value
    if widget == "lines":
        shown = "\n".join(map(str, value or []))
    elif widget == "pairs":
        shown = "\n".join(f"{key} = {_joined(inner)}" for key, inner in (value or {}).items())
    elif widget == "time":
        shown = str(value or "")[:5]
    elif widget == "records":
        item, _ = _resolved(schema["items"], definitions)
        blank = [{}] * EMPTY_RECORDS
        shown = [_fields(item["properties"], definitions, entry, language) for entry in (value or []) + blank]
        parts = tuple(_fields(item["properties"], definitions, {}, language))
    return FormField(
        name=name,
        widget=widget,
        title=_word(schema, "x-title", language) or name,
        help=_word(schema, "x-help", language),
        unit=_word(schema, "x-unit", language),
        value=shown,
        is_optional=is_optional,
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
        step="1" if kind == "integer" else "any",
        pattern=str(schema.get("pattern", "")).removeprefix("^").removesuffix("$"),
        longest=schema.get("maxLength"),
        choices=[_choice(code, language) for code in schema.get("enum", ())],
        parts=parts,
        is_idle=bool(raw.get("x-idle")),
    )


def _joined(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _widget(name: str, schema: Schema) -> Widget:
    kind = schema.get("type")
    is_records = "$ref" in schema.get("items", {})
    is_long = (schema.get("maxLength") or 0) >= _LONG_TEXT
    rules: Sequence[tuple[bool, Widget]] = (
        (name == "weekdays", "week"),
        (schema.get("x-widget") == "logo", "logo"),
        (schema.get("x-widget") == "colour", "colour"),
        ("enum" in schema, "choice"),
        (kind == "array" and is_records, "records"),
        (kind == "array", "lines"),
        (kind == "object", "pairs"),
        (kind == "boolean", "toggle"),
        (kind in ("integer", "number"), "number"),
        (schema.get("format") == "time", "time"),
        (is_long, "long"),
    )
    return next((widget for holds, widget in rules if holds), "text")


def values_of(kind: type[Section], sent: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form sent as the JSON values of a section; checking them is the store's work."""
    schema = kind.model_json_schema()
    return dict(_sent(schema["properties"], schema.get("$defs", {}), sent, ""))


def _sent(
    properties: Schema, definitions: Schema, sent: Mapping[str, str], prefix: str
) -> Iterator[tuple[str, Any]]:
    for name, raw in properties.items():
        schema, is_optional = _resolved(raw, definitions)
        key = prefix + name
        text = sent.get(key, "").replace("\r\n", "\n").strip()
        widget = _widget(name, schema)
        if widget == "toggle":
            yield name, key in sent
        elif widget == "week":
            yield name, {day: _day(sent, f"{key}.{day}") for day in WEEKDAYS}
        elif widget == "records":
            item, _ = _resolved(schema["items"], definitions)
            yield name, list(_records(item["properties"], definitions, sent, key))
        elif widget == "lines":
            separator = "," if prefix else "\n"
            yield name, [line.strip() for line in text.split(separator) if line.strip()]
        elif widget == "pairs":
            holds_lists = schema.get("additionalProperties", {}).get("type") == "array"
            yield name, dict(_pairs(text, holds_lists=holds_lists))
        elif not text and is_optional:
            yield name, None
        elif widget == "number":
            yield name, _number(text)
        else:
            yield name, text


def _day(sent: Mapping[str, str], key: str) -> dict[str, str] | None:
    opens, closes = sent.get(f"{key}.opens", ""), sent.get(f"{key}.closes", "")
    return {"opens": opens, "closes": closes} if opens or closes else None


def _records(
    properties: Schema, definitions: Schema, sent: Mapping[str, str], key: str
) -> Iterator[dict[str, Any]]:
    for position in range(200):
        prefix = f"{key}.{position}."
        if not any(name.startswith(prefix) for name in sent):
            return
        if any(value.strip() for name, value in sent.items() if name.startswith(prefix)):
            yield dict(_sent(properties, definitions, sent, prefix))


def _pairs(text: str, *, holds_lists: bool) -> Iterator[tuple[str, Any]]:
    for line in text.split("\n"):
        name, _, value = line.partition("=")
        if not name.strip():
            continue
        if holds_lists:
            yield name.strip(), [part.strip() for part in value.split(",") if part.strip()]
        else:
            yield name.strip(), value.strip()


def _number(text: str) -> int | float | str:
    """The number a person wrote, with a decimal comma too; other text stays, so that the check names it."""
    plain = text.replace(",", ".").replace("\u00a0", "").replace(" ", "")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return text
