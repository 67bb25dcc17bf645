"""What keys say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from synapse.settings.sections import Recordings
from synapse.speech.names import Name, is_finished_name, read_name

PATTERNS = Recordings().key_patterns
MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def read(key: str) -> Name:
    return read_name(key, PATTERNS, MOSCOW, NOW)


def test_a_freepbx_name_gives_direction_numbers_time_and_uniqueid() -> None:
    name = read("recordings/2026/11/24/external-107-79161234591-20261124-180654-1795532814.137.wav")
    assert name.direction == "inbound"
    assert (name.dst, name.src) == ("107", "79161234591")
    assert name.uniqueid == "1795532814.137"
    assert name.started_at == datetime(2026, 11, 24, 15, 6, 54, tzinfo=UTC)
    assert name.side is None


def test_an_outgoing_call_is_outbound() -> None:
    name = read("recordings/out-89161112207-101-20261124-180654-1795532814.137.WAV")
    assert name.direction == "outbound"


def test_a_bare_uniqueid_gives_the_time() -> None:
    name = read("recordings/1795532814.137.wav")
    assert name.started_at == datetime.fromtimestamp(1795532814, UTC)


def test_halves_know_each_other() -> None:
    name = read("recordings/1795532814.137-in.wav")
    assert (name.side, name.other_key) == ("in", "recordings/1795532814.137-out.wav")
    assert read("recordings/1795532814.137-out.wav").other_key == "recordings/1795532814.137-in.wav"


def test_a_time_in_the_far_future_is_not_believed() -> None:
    name = read("recordings/in-101-79161234597-20991124-180654-1795532814.137.wav")
    assert name.started_at is None


def test_an_impossible_date_falls_back_to_the_uniqueid() -> None:
    name = read("recordings/in-101-79161234597-20261345-996654-1795532814.137.wav")
    assert name.started_at == datetime.fromtimestamp(1795532814, UTC)


def test_a_name_that_no_pattern_knows_says_nothing() -> None:
    assert read("recordings/meeting.mp3") == Name()


def test_unfinished_copies_are_passed_over() -> None:
    assert is_finished_name("recordings/call.wav")
    assert not is_finished_name("recordings/call.wav.part")
    assert not is_finished_name("recordings/.call.wav.Ab3")
