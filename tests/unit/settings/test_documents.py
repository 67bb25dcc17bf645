"""Documents: sections by name, old names, checks, differences."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synapse.settings.changes import changed_sections, changes_between
from synapse.settings.documents import (
    SECTIONS,
    Rename,
    UnknownSectionError,
    bring_up_to_date,
    dump,
    place,
    section_kind,
)
from synapse.settings.sections import Settings
from synapse.settings.validation import InvalidSettingsError, check_document


def _problems(document: dict[str, object]) -> dict[str, str]:
    with pytest.raises(InvalidSettingsError) as caught:
        check_document(document)
    return {problem.path: problem.message.en for problem in caught.value.problems}


def test_integrations_are_sections_of_their_own() -> None:
    assert {"asr", "thresholds", "integrations.mail", "integrations.onec", "access"} <= set(SECTIONS)
    assert "integrations" not in SECTIONS


def test_an_unknown_section_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownSectionError, match=r"asr"):
        section_kind("speech")


def test_every_field_of_every_section_has_a_title_in_both_languages() -> None:
    for name, kind in SECTIONS.items():
        assert kind.title.ru and kind.title.en, name
        for field, schema in kind.model_json_schema()["properties"].items():
            assert schema["x-title"]["ru"], (name, field)
            assert schema["x-title"]["en"], (name, field)


def test_a_wrong_field_is_named_by_a_json_pointer() -> None:
    assert _problems({"asr": {"beam_size": 9}}) == {"/asr/beam_size": "must be at most 5"}
    assert _problems({"asr": {"beams": 3}}) == {"/asr/beams": "there is no such setting"}
    assert list(_problems({"integrations": {"mail": {"imap_port": "x"}}})) == ["/integrations/mail/imap_port"]


def test_messages_exist_in_russian() -> None:
    with pytest.raises(InvalidSettingsError) as caught:
        check_document({"thresholds": {"answer_within_seconds": 0}, "calendar": {"zone": "Mars/Base"}})
    messages = {problem.path: problem.message.ru for problem in caught.value.problems}
    assert messages["/thresholds/answer_within_seconds"] == "должно быть не меньше 1"
    assert messages["/calendar/zone"].startswith("нет такого часового пояса")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"retention": {"audio_days": 30, "archive_after_days": 40}}, "/retention/archive_after_days"),
        (
            {"calendar": {"weekdays": {"mon": {"opens": "20:00", "closes": "09:00"}}}},
            "/calendar/weekdays/mon/closes",
        ),
        ({"thresholds": {"short_abandon_seconds": 30}}, "/thresholds/short_abandon_seconds"),
        ({"alerts": {"mail_to": ["boss@example.ru"]}}, "/alerts/mail_to"),
        ({"alerts": {"quiet_from": "22:00"}}, "/alerts/quiet_to"),
        ({"access": {"group_roles": {"staff": "observer"}}}, "/access/group_roles"),
        ({"integrations": {"whatsapp": {"is_enabled": True}}}, "/integrations/whatsapp/phone_number_id"),
        ({"recordings": {"key_patterns": ["("]}}, "/recordings/key_patterns/0"),
        ({"llm": {"endpoint": "ftp://models"}}, "/llm/endpoint"),
        ({"privacy": {"allow_private_targets": ["10.0.0.0/99"]}}, "/privacy/allow_private_targets/0"),
        ({"branding": {"company_name": "a\x00b"}}, "/branding/company_name"),
        ({"branding": {"company_name": "\ud800"}}, "/branding/company_name"),
    ],
)
def test_contradictions_and_bad_values_are_refused(document: dict[str, object], path: str) -> None:
    assert path in _problems(document)


def test_old_names_are_brought_up_to_date() -> None:
    renames = (Rename("speech.beam", "asr.beam_size"), Rename("asr.model_name", "asr.model"))
    old = {"speech": {"beam": 2}, "asr": {"model_name": "small"}}
    made = bring_up_to_date(old, renames)
    assert made == {"speech": {}, "asr": {"beam_size": 2, "model": "small"}}
    assert old["asr"] == {"model_name": "small"}, "the given document stays as it was"


def test_a_value_under_the_new_name_wins() -> None:
    made = bring_up_to_date({"a": {"old": 1, "new": 2}}, (Rename("a.old", "a.new"),))
    assert made == {"a": {"new": 2}}


def test_differences_are_named_field_by_field() -> None:
    before = dump(Settings())
    after = place(before, "thresholds", {**before["thresholds"], "answer_within_seconds": 30})
    (change,) = changes_between(before, after)
    assert (change.path, change.before, change.after) == ("thresholds.answer_within_seconds", 20, 30)
    assert changed_sections(before, after) == ["thresholds"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*Settings.model_fields, "other"]), _json, max_size=4))
def test_any_document_is_accepted_whole_or_refused_with_paths(document: dict[str, object]) -> None:
    try:
        accepted = check_document(document)
    except InvalidSettingsError as error:
        assert error.problems
        assert all(problem.message.ru and problem.message.en for problem in error.problems)
    else:
        assert check_document(dump(accepted)) == accepted
