"""The reader: how often it looks, and what it does when its source is away."""

import httpx
import pytest

from synapse.settings.documents import dump
from synapse.settings.reader import HttpSource, SettingsReader, SettingsUnavailableError
from synapse.settings.sections import Settings


class Api:
    """A settings API that counts what it is asked."""

    def __init__(self) -> None:
        self.version = 1
        self.is_away = False
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.is_away:
            raise httpx.ConnectError("away", request=request)
        if request.url.path == "/config/full":
            document = dump(Settings())
            document["asr"]["beam_size"] = min(self.version, 5)
            return httpx.Response(
                200, json={"version": self.version, "profile": "default", "settings": document}
            )
        if request.headers.get("if-none-match") == f'"{self.version}"':
            return httpx.Response(304)
        return httpx.Response(200, json={"version": self.version})


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reader(api: Api, clock: Clock) -> SettingsReader:
    client = httpx.Client(transport=httpx.MockTransport(api.answer), base_url="http://synapse.test")
    return SettingsReader(HttpSource(client), clock=clock)


def test_inside_30_seconds_nothing_is_asked(reader: SettingsReader, api: Api, clock: Clock) -> None:
    assert reader.current().version == 1
    asked = len(api.asked)
    clock.now = 29.9
    assert reader.current().version == 1
    assert len(api.asked) == asked


def test_after_30_seconds_an_unchanged_version_costs_one_304(
    reader: SettingsReader, api: Api, clock: Clock
) -> None:
    reader.current()
    api.asked.clear()
    clock.now = 30
    reader.current()
    assert api.asked == ["/config/version"]


def test_a_new_version_is_seen_within_30_seconds(reader: SettingsReader, api: Api, clock: Clock) -> None:
    reader.current()
    api.version = 4
    clock.now = 30
    assert reader.current().version == 4
    assert reader.settings().asr.beam_size == 4


def test_the_last_known_settings_hold_while_the_source_is_away(
    reader: SettingsReader, api: Api, clock: Clock
) -> None:
    reader.current()
    api.is_away = True
    clock.now = 100
    assert reader.current().version == 1
    asked = len(api.asked)
    clock.now = 110
    reader.current()
    assert len(api.asked) == asked, "an absent source is not asked at every call"


def test_settings_that_were_never_read_are_an_error_with_a_hint(reader: SettingsReader, api: Api) -> None:
    api.is_away = True
    with pytest.raises(SettingsUnavailableError, match="Postgres"):
        reader.current()


def test_an_expired_reader_looks_at_once(reader: SettingsReader, api: Api) -> None:
    reader.current()
    api.version = 2
    reader.expire()
    assert reader.current().version == 2
