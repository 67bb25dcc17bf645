"""What a setting is called, from its dotted path."""

from functools import cache

from synapse.settings.documents import SECTIONS
from synapse.settings.words import Language


@cache
def setting_title(path: str, language: Language) -> str:
    """The titles of section and field, such as ``Пороги → Окно конверсии``; the path where unknown."""
    name = next((name for name in SECTIONS if path == name or path.startswith(name + ".")), None)
    if name is None:
        return path
    kind = SECTIONS[name]
    field_name, _, rest = path.removeprefix(name).lstrip(".").partition(".")
    schema = kind.model_json_schema()["properties"].get(field_name)
    title = kind.title.to(language)
    if schema is None:
        return title
    return " → ".join(filter(None, (title, schema["x-title"][language], rest)))
