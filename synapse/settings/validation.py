"""Check a document: each field by its model, then what sections ask of one another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from synapse.errors import SynapseError
from synapse.settings.documents import bring_up_to_date
from synapse.settings.rules import problems_of
from synapse.settings.sections import Settings
from synapse.settings.words import Bilingual


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with a document.

    Attributes:
        path: JSON Pointer (RFC 6901) from the document's root, such as ``/asr/beam_size``.
        message: What is wrong, in the words of the pages.
    """

    path: str
    message: Bilingual


class InvalidSettingsError(SynapseError):
    """A document cannot be saved; ``problems`` says which fields are wrong."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        first = "; ".join(f"{problem.path}: {problem.message.en}" for problem in problems[:5])
        super().__init__(f"These settings cannot be saved: {first}.", hint="Mend these fields and try again.")
        self.problems = tuple(problems)


_MESSAGES: dict[str, Bilingual] = {
    "missing": Bilingual("нужно заполнить", "is needed"),
    "extra_forbidden": Bilingual("нет такой настройки", "there is no such setting"),
    "greater_than_equal": Bilingual("должно быть не меньше {ge}", "must be at least {ge}"),
    "less_than_equal": Bilingual("должно быть не больше {le}", "must be at most {le}"),
    "int_parsing": Bilingual("нужно целое число", "must be a whole number"),
    "int_type": Bilingual("нужно целое число", "must be a whole number"),
    "int_from_float": Bilingual("нужно целое число", "must be a whole number"),
    "float_parsing": Bilingual("нужно число", "must be a number"),
    "float_type": Bilingual("нужно число", "must be a number"),
    "finite_number": Bilingual("нужно конечное число", "must be a finite number"),
    "bool_parsing": Bilingual("нужно да или нет", "must be true or false"),
    "bool_type": Bilingual("нужно да или нет", "must be true or false"),
    "string_type": Bilingual("нужна строка", "must be text"),
    "string_too_short": Bilingual("не короче {min_length} знаков", "needs at least {min_length} characters"),
    "string_too_long": Bilingual("не длиннее {max_length} знаков", "takes at most {max_length} characters"),
    "string_pattern_mismatch": Bilingual("не того вида", "does not have the expected form"),
    "literal_error": Bilingual("одно из: {expected}", "must be one of {expected}"),
    "list_type": Bilingual("нужен список", "must be a list"),
    "too_long": Bilingual("слишком много: не больше {max_length}", "too many: at most {max_length}"),
    "dict_type": Bilingual("нужны пары имя — значение", "must be names with values"),
    "model_type": Bilingual("нужны поля раздела", "must be the fields of the section"),
    "time_parsing": Bilingual("нужно время вида 09:30", "must be a time such as 09:30"),
    "time_type": Bilingual("нужно время вида 09:30", "must be a time such as 09:30"),
    "date_parsing": Bilingual("нужна дата вида 2026-01-31", "must be a date such as 2026-01-31"),
    "date_from_datetime_parsing": Bilingual(
        "нужна дата вида 2026-01-31", "must be a date such as 2026-01-31"
    ),
    "date_type": Bilingual("нужна дата вида 2026-01-31", "must be a date such as 2026-01-31"),
}
_OWN = {
    "unknown time zone": Bilingual("нет такого часового пояса; например Europe/Moscow", ""),
    "not a web address": Bilingual("нужен адрес вида https://example.com", ""),
    "a password does not": Bilingual("паролю не место в адресе; храните его в секретах", ""),
    "not a regular": Bilingual("это не регулярное выражение", ""),
    "the pattern names": Bilingual("в маске нет группы uniqueid, src, dst или time", ""),
}


_MOST_LEVELS = 32


def pointer(location: Sequence[int | str]) -> str:
    """Return a JSON Pointer for a location; pydantic's ``[key]`` marker for dictionary keys is left out."""
    parts = [str(part) for part in location if part != "[key]"]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _message(error: ErrorDetails) -> Bilingual:
    known = _MESSAGES.get(error["type"])
    if known is not None:
        return known.filled(**error.get("ctx", {}))
    text = error["msg"].removeprefix("Value error, ")
    russian = next((words.ru for start, words in _OWN.items() if text.startswith(start)), None)
    if russian is None and "is not a network" in text:
        russian = "нужна сеть вида 192.168.1.0/24"
    return Bilingual(russian or text, text)


def check_document(document: Mapping[str, Any]) -> Settings:
    """Return the settings of a document, old names brought up to date.

    Raises:
        InvalidSettingsError: Fields are unknown, of the wrong kind or range, or contradict one another.
    """
    if _depth(document) > _MOST_LEVELS:
        deep = Bilingual("слишком много вложенных значений", "is nested too deeply")
        raise InvalidSettingsError([FieldProblem("", deep)])
    unstorable = list(_unstorable(document, ()))
    if unstorable:
        raise InvalidSettingsError(unstorable)
    try:
        settings = Settings.model_validate(bring_up_to_date(document))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise InvalidSettingsError(
            [FieldProblem(pointer(item["loc"]), _message(item)) for item in found]
        ) from None
    check_sections(settings)
    return settings


def _depth(value: object) -> int:
    """How many containers stand inside one another; counted without recursion, as a caller sent them."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, Mapping | list)
            for inner in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
    return depth


def is_storable(text: str) -> bool:
    """Whether Postgres can keep the text: no NUL and no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _unstorable(value: object, location: tuple[int | str, ...]) -> Iterator[FieldProblem]:
    if isinstance(value, str) and not is_storable(value):
        yield FieldProblem(
            pointer(location),
            Bilingual("содержит недопустимый знак", "contains a character that cannot be kept"),
        )
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unstorable(str(key), location)
            yield from _unstorable(inner, (*location, str(key)))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _unstorable(inner, (*location, position))


def check_sections(settings: Settings) -> None:
    """Check what sections ask of one another.

    Raises:
        InvalidSettingsError: Two values contradict each other.
    """
    problems = list(_contradictions(settings))
    if problems:
        raise InvalidSettingsError(problems)


def _contradictions(settings: Settings) -> Iterator[FieldProblem]:
    for day, hours in settings.calendar.weekdays.items():
        if hours is not None and hours.opens >= hours.closes:
            yield FieldProblem(
                f"/calendar/weekdays/{day}/closes",
                Bilingual("закрытие должно быть позже открытия", "must be later than the opening"),
            )
    thresholds = settings.thresholds
    if thresholds.short_abandon_seconds >= thresholds.answer_within_seconds:
        yield FieldProblem(
            "/thresholds/short_abandon_seconds",
            Bilingual("должно быть меньше времени ответа", "must be less than the time to answer"),
        )
    if thresholds.stalled_lead_days > thresholds.conversion_window_days:
        yield FieldProblem(
            "/thresholds/stalled_lead_days",
            Bilingual("должно быть не больше окна конверсии", "must lie inside the conversion window"),
        )
    retention = settings.retention
    if retention.archive_after_days is not None and retention.archive_after_days >= retention.audio_days:
        yield FieldProblem(
            "/retention/archive_after_days",
            Bilingual(
                "в архив нужно переносить раньше, чем записи удаляются",
                "must come before recordings are deleted",
            ),
        )
    if retention.archive_prefix == settings.recordings.prefix:
        yield FieldProblem(
            "/retention/archive_prefix",
            Bilingual(
                "архив и записи не могут лежать в одной папке", "must differ from the recordings' folder"
            ),
        )
    yield from _unreachable(settings)
    for path, message in problems_of(settings.rules):
        yield FieldProblem(f"/rules/{path}", message)
    sites = [site.name for site in settings.integrations.web.sites]
    for position, name in enumerate(sites):
        if name in sites[:position]:
            yield FieldProblem(
                f"/integrations/web/sites/{position}/name",
                Bilingual("такой сайт уже есть", "there is a site of this name already"),
            )
    if "admin" not in settings.access.group_roles.values():
        yield FieldProblem(
            "/access/group_roles",
            Bilingual("хотя бы одна группа должна быть admin", "at least one group must be admin"),
        )


def _unreachable(settings: Settings) -> Iterator[FieldProblem]:
    alerts, mail = settings.alerts, settings.integrations.mail
    if (alerts.quiet_from is None) != (alerts.quiet_to is None):
        yield FieldProblem(
            "/alerts/quiet_to", Bilingual("нужны и начало, и конец", "needs both a beginning and an end")
        )
    if alerts.mail_to and not (mail.smtp_host and mail.sender):
        yield FieldProblem(
            "/alerts/mail_to",
            Bilingual(
                "сначала укажите сервер SMTP и отправителя в разделе «Почта»",
                "needs an SMTP server and a sender in the section Mail",
            ),
        )
    if mail.imap_host and not mail.imap_user:
        yield FieldProblem("/integrations/mail/imap_user", Bilingual("нужно заполнить", "is needed"))
    whatsapp = settings.integrations.whatsapp
    if whatsapp.is_enabled and not whatsapp.phone_number_id:
        yield FieldProblem(
            "/integrations/whatsapp/phone_number_id", Bilingual("нужно заполнить", "is needed")
        )
