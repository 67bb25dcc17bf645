"""Figures of a conversation."""

from synapse.speech.measures import measure
from synapse.speech.speakers import speakers_of


def test_shares_silence_and_overlap_add_up() -> None:
    figures = measure(20, [("agent", 0, 4), ("client", 3, 6), ("agent", 10, 11)])
    assert figures.speech_seconds == 7
    assert figures.silence_seconds == 13
    assert figures.overlap_seconds == 1
    assert figures.agent_talk_ratio == 0.625
    assert figures.client_talk_ratio == 0.375


def test_beginning_to_speak_while_the_other_goes_on_interrupts() -> None:
    figures = measure(20, [("agent", 0, 5), ("client", 2, 3)])
    assert (figures.agent_interruptions, figures.client_interruptions) == (0, 1)


def test_beginning_as_the_other_ends_does_not_interrupt() -> None:
    figures = measure(20, [("agent", 0, 5), ("client", 4.8, 6), ("agent", 5.9, 7)])
    assert (figures.agent_interruptions, figures.client_interruptions) == (0, 0)


def test_one_channel_for_both_has_no_shares() -> None:
    figures = measure(10, [("unknown", 0, 4)])
    assert figures.speech_seconds == 4
    assert figures.agent_talk_ratio is None
    assert figures.client_interruptions is None


def test_a_stereo_file_follows_the_setting_whatever_the_direction() -> None:
    for direction in ("inbound", "outbound", None):
        rule = {"is_split": False, "side": None, "direction": direction}
        assert speakers_of(2, agent_channel="left", **rule) == ["agent", "client"]
        assert speakers_of(2, agent_channel="right", **rule) == ["client", "agent"]


def test_a_split_recording_follows_the_direction_whatever_the_setting() -> None:
    rule = {"is_split": True, "side": None, "agent_channel": "left"}
    assert speakers_of(2, direction="inbound", **rule) == ["client", "agent"]
    assert speakers_of(2, direction="outbound", **rule) == ["agent", "client"]


def test_by_direction_the_recorded_leg_is_left() -> None:
    rule = {"is_split": False, "side": None, "agent_channel": "by_direction"}
    assert speakers_of(2, direction="inbound", **rule) == ["client", "agent"]
    assert speakers_of(2, direction="outbound", **rule) == ["agent", "client"]


def test_one_half_of_a_split_recording_is_its_own_side() -> None:
    rule = {"is_split": False, "direction": "inbound", "agent_channel": "left"}
    assert speakers_of(1, side="in", **rule) == ["client"]
    assert speakers_of(1, side="out", **rule) == ["agent"]
    assert speakers_of(1, side=None, **rule) == ["unknown"]
