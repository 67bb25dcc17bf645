"""Both languages say everything."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from api.pages.catalogues import LANGUAGES, known_language, read_catalogue, translate
from api.pages.sources import LONGEST_SILENCE
from api.pages.visit import THEMES
from synapse.conversations.filter import ANSWERS, CHANNELS, SERVICE
from synapse.database.tables.core import RECORDING_STATES
from synapse.language.rules import lexicon
from synapse.reports.conversion import STAGES
from synapse.reports.leakage import KINDS, STATUSES
from synapse.reports.receipts import MATCH_STATUSES
from synapse.reports.speech_queue import STATES
from synapse.security.roles import Role
from synapse.sources.overview import FRESHNESS

_API = Path(__file__).parents[3] / "api"
_KEY = r"[\"']([a-z][a-z_0-9]*(?:\.[a-z_0-9]+)+)[\"']"
_CALLS = re.compile(
    rf"(?:\b_|\bplural|\btip|\bnothing|\bsay|\b_say|\brows|\b_rows|\btranslate)\([^()]*?{_KEY}"
)


def keys(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    """All messages of a catalogue with their wordings."""
    found = {}
    for message in catalogue:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        found[key] = message.string if isinstance(message.string, tuple) else (message.string,)
    return found


CATALOGUES = {language: keys(read_catalogue(language)) for language in LANGUAGES}


def test_both_catalogues_hold_the_same_keys() -> None:
    assert set(CATALOGUES["ru"]) == set(CATALOGUES["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_is_empty(language: str) -> None:
    assert [key for key, wordings in CATALOGUES[language].items() if not all(wordings)] == []


def test_plurals_have_three_forms_in_russian_and_two_in_english() -> None:
    plurals = {key for key, wordings in CATALOGUES["ru"].items() if len(wordings) > 1}
    assert plurals == {key for key, wordings in CATALOGUES["en"].items() if len(wordings) > 1}
    assert {len(CATALOGUES["ru"][key]) for key in plurals} == {3}
    assert {len(CATALOGUES["en"][key]) for key in plurals} == {2}


def test_a_wording_has_the_same_places_to_fill_in_both_languages() -> None:
    def places(wordings: tuple[str, ...]) -> set[str]:
        return set(re.findall(r"{(\w+)}", " ".join(wordings)))

    differing = [
        key for key in CATALOGUES["ru"] if places(CATALOGUES["ru"][key]) != places(CATALOGUES["en"][key])
    ]
    assert differing == []


def test_every_key_that_pages_name_is_in_the_catalogues() -> None:
    named: set[str] = set()
    for path in [*_API.glob("templates/*.html"), *_API.glob("pages/*.py")]:
        named |= set(_CALLS.findall(path.read_text()))
    assert len(named) > 150
    assert sorted(named - set(CATALOGUES["ru"])) == []


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("leak.kind", KINDS),
        ("leak.status", STATUSES),
        ("channel", CHANNELS),
        ("answer", ANSWERS),
        ("service", SERVICE),
        ("stage", STAGES),
        ("match.status", MATCH_STATUSES),
        ("recording.list", STATES),
        ("recording.state", RECORDING_STATES),
        ("freshness", FRESHNESS),
        ("source", tuple(LONGEST_SILENCE)),
        ("role", tuple(role.value for role in Role)),
        ("theme.now", THEMES),
        *[(field, tuple(lexicon("labels")[field])) for field in ("intent", "topic", "checklist", "outcome")],
        *[(field, tuple(lexicon("labels")[field])) for field in ("objection", "sentiment")],
        ("action.kind", tuple(lexicon("labels")["action"])),
        ("speaker", tuple(lexicon("labels")["who"])),
    ],
)
def test_every_code_that_data_may_hold_has_a_name(prefix: str, codes: tuple[str, ...]) -> None:
    assert [code for code in codes if f"{prefix}.{code}" not in CATALOGUES["ru"]] == []


def test_every_kind_of_leak_is_explained() -> None:
    assert [kind for kind in KINDS if f"leak.kind.{kind}.definition" not in CATALOGUES["ru"]] == []


def test_templates_hold_no_words_of_their_own() -> None:
    cyrillic = re.compile(r"[А-Яа-яЁё]")
    assert [path.name for path in _API.glob("templates/*.html") if cyrillic.search(path.read_text())] == []
    assert [path.name for path in _API.glob("static/js/*.js") if cyrillic.search(path.read_text())] == []


def test_an_unknown_language_is_russian() -> None:
    assert known_language("de") == "ru"
    assert known_language(None) == "ru"
    assert translate(known_language("en"), "nav.today") == "Today"
