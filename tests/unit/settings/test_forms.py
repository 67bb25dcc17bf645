"""Forms: what is drawn comes back as the same values, for every section."""

from typing import Any

import pytest

from api.pages.forms import FormField, fields_of, values_of
from api.pages.setting_titles import setting_title
from synapse.settings.documents import SECTIONS
from synapse.settings.sections import Calendar, Settings, Web


def _sent_back(fields: list[FormField], prefix: str = "") -> dict[str, str]:
    """What a browser sends when nobody changes anything."""
    sent: dict[str, str] = {}
    for field in fields:
        name = prefix + field.name
        if field.widget == "toggle":
            sent |= {name: "on"} if field.value else {}
        elif field.widget == "week":
            for day, hours in field.value.items():
                sent[f"{name}.{day}.opens"] = hours["opens"][:5] if hours else ""
                sent[f"{name}.{day}.closes"] = hours["closes"][:5] if hours else ""
        elif field.widget == "records":
            for position, record in enumerate(field.value):
                sent |= _sent_back(record, f"{name}.{position}.")
        elif prefix and field.widget == "lines":
            sent[name] = field.value.replace("\n", ", ")
        else:
            sent[name] = str(field.value).replace("\n", "\r\n")
    return sent


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_unchanged_form_sends_the_section_back_as_it_is(name: str, language: Any) -> None:
    kind = SECTIONS[name]
    values = kind().model_dump(mode="json")
    fields = fields_of(kind, values, language)
    assert all(field.title for field in fields)
    assert kind.model_validate(values_of(kind, _sent_back(fields))) == kind()


def test_filled_sections_survive_the_form_too() -> None:
    document: dict[str, Any] = {
        "integrations": {
            "web": {
                "sites": [
                    {"name": "shop", "write_key": "k" * 16, "origins": ["https://a.ru", "https://b.ru"]}
                ]
            },
            "asterisk": {"queue_names": {"500": "Продажи", "help": "Сервис: гарантия"}},
            "onec": {"column_mapping": {"amount": "Сумма документа", "phone": "Тел."}},
        },
        "rules": {
            "topics": [{"name": "окна", "when": "стеклопакет ИЛИ рама"}],
            "checklist": [{"name": "замер", "when": "замер*", "points": 20, "expected_in": "sales"}],
            "toxic_words": ["дурак"],
        },
        "calendar": {"weekdays": {"mon": None}, "holidays": ["2026-01-01"]},
        "alerts": {"quiet_from": "22:00", "quiet_to": "08:00"},
        "retention": {"archive_after_days": 40},
    }
    settings = Settings.model_validate(document)
    for section in (
        settings.integrations.web,
        settings.integrations.onec,
        settings.integrations.asterisk,
        settings.rules,
        settings.alerts,
        settings.retention,
    ):
        kind = type(section)
        fields = fields_of(kind, section.model_dump(mode="json"), "ru")
        assert kind.model_validate(values_of(kind, _sent_back(fields))) == section
    holidays = values_of(Calendar, {"holidays": "2026-01-01\r\n\r\n2026-05-09 "})["holidays"]
    assert holidays == ["2026-01-01", "2026-05-09"]


def test_an_empty_record_is_no_record_and_a_blank_one_is_offered() -> None:
    (sites,) = fields_of(Web, {"sites": []}, "ru")
    assert len(sites.value) == 1
    assert values_of(Web, {"sites.0.name": "", "sites.0.write_key": " ", "sites.0.origins": ""}) == {
        "sites": []
    }


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5), ("0,5", 0.5), ("1 000", 1000), ("five", "five"), ("", "")]
)
def test_numbers_are_read_as_people_write_them(text: str, value: object) -> None:
    assert values_of(SECTIONS["asr"], {"beam_size": text})["beam_size"] == value


def test_settings_are_called_by_their_titles() -> None:
    assert setting_title("asr.beam_size", "ru") == "Распознавание речи → Ширина луча"
    assert setting_title("integrations.mail.imap_port", "en") == "Mail → IMAP port"
    assert setting_title("calendar.weekdays.mon.opens", "en") == "Calendar → Working hours → mon.opens"
    assert setting_title("gone.field", "en") == "gone.field"
