"""`POST /events`: what is taken, what is refused, what is kept."""

import gzip
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from synapse.channels.web import MAX_BODY_BYTES, MAX_UNPACKED_BYTES

SHOP_KEY = "shop-write-key-0001"
BLOG_KEY = "blog-write-key-0001"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def event(**fields: Any) -> dict[str, Any]:
    return {
        "event_id": str(uuid4()),
        "occurred_at": datetime.now(UTC).isoformat(),
        "event_name": "page_view",
        **fields,
    }


def post(client: TestClient, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"X-Synapse-Key": BLOG_KEY, "User-Agent": BROWSER, "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/events", content=content, headers={k: v for k, v in sent.items() if v})


def test_one_event_a_list_and_an_envelope_are_taken_alike(client: TestClient, stored: Any) -> None:
    for body in (
        event(),
        [event(), event()],
        {"events": [event()], "sent_at": datetime.now(UTC).isoformat()},
    ):
        assert post(client, body).status_code == 200
    assert stored("select site, count(*) from raw.web_events group by 1") == [("blog", 4)]


def test_every_field_reaches_its_column(client: TestClient, stored: Any) -> None:
    sent = event(
        event_name="form_submit",
        session_id="s.1",
        client_id="c.1",
        ga_client_id="123.456",
        ym_uid=1732500000123456789,
        url="https://shop.example/?utm_source=yandex",
        referrer="https://ya.ru/",
        utm_source="yandex",
        utm_medium="cpc",
        utm_campaign="окна",
        utm_term="",
        gclid="g1",
        yclid="y1",
        fbclid="f1",
        scroll_depth="75",
        phone_shown="+74951234567",
        phone="8 (916) 123-45-67",
        email=" Anna@Example.RU ",
        consent={"analytics": True, "ad_storage": "denied"},
        properties={"form": "замер"},
        viewport="390x844",
    )
    assert post(client, sent).json() == {"accepted": 1, "rejected": []}
    row = stored("select * from raw.web_events")[0]
    assert row.event_id.hex == sent["event_id"].replace("-", "")
    assert row.occurred_at == datetime.fromisoformat(sent["occurred_at"])
    for name in ("event_name", "session_id", "client_id", "ga_client_id", "url", "utm_campaign", "fbclid"):
        assert getattr(row, name) == sent[name]
    assert (row.ym_uid, row.utm_term, row.scroll_depth) == ("1732500000123456789", None, 75)
    assert (row.phone, row.email) == ("+79161234567", "anna@example.ru")
    assert row.consent == {"analytics": True, "ad_storage": "denied"}
    assert row.properties == {"form": "замер", "viewport": "390x844"}
    assert (row.user_agent, row.is_bot, row.site) == (BROWSER, False, "blog")


def test_the_same_event_again_changes_nothing(client: TestClient, stored: Any) -> None:
    one = event()
    assert post(client, [one, one]).json()["accepted"] == 2
    assert post(client, one).status_code == 200
    assert stored("select count(*) from raw.web_events") == [(1,)]


def test_senders_that_race_with_the_same_events_store_each_once(client: TestClient, stored: Any) -> None:
    events = [event() for _ in range(200)]
    statuses: list[int] = []

    def send(shift: int) -> None:
        for first in range(0, 200, 20):
            begin = (first + shift) % 200
            statuses.append(post(client, events[begin : begin + 20]).status_code)

    threads = [threading.Thread(target=send, args=(shift,)) for shift in (0, 20, 60, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    assert stored("select count(*), count(distinct event_id) from raw.web_events") == [(200, 200)]


def test_events_out_of_order_and_of_long_ago_are_taken(client: TestClient, stored: Any) -> None:
    moments = [datetime(2019, 5, 1, tzinfo=UTC), datetime.now(UTC), datetime.now(UTC) - timedelta(days=3)]
    assert post(client, [event(occurred_at=at.isoformat()) for at in moments]).json()["accepted"] == 3
    assert stored("select count(*) from raw.web_events") == [(3,)]


def test_a_clock_that_is_off_is_noted(client: TestClient, stored: Any) -> None:
    sent_at = datetime.now(UTC) - timedelta(hours=2)
    post(client, {"events": [event()], "sent_at": sent_at.isoformat()})
    (properties,) = stored("select properties from raw.web_events")[0]
    assert properties["clock_offset_seconds"] == pytest.approx(7200, abs=30)


BAD_EVENTS = [
    ("not_an_object", "", 7),
    ("not_an_object", "", None),
    ("missing_field", "/event_id", {"occurred_at": "2026-01-01T00:00:00Z", "event_name": "x"}),
    ("missing_field", "/occurred_at", {"event_id": str(uuid4()), "event_name": "x"}),
    ("missing_field", "/event_name", {"event_id": str(uuid4()), "occurred_at": "2026-01-01T00:00:00Z"}),
    ("bad_value", "/event_id", {**event(), "event_id": "1"}),
    ("bad_value", "/occurred_at", {**event(), "occurred_at": "2026-01-01T00:00:00"}),
    ("bad_value", "/occurred_at", {**event(), "occurred_at": "yesterday"}),
    ("future_time", "/occurred_at", {**event(), "occurred_at": "2126-01-01T00:00:00Z"}),
    ("bad_value", "/event_name", {**event(), "event_name": "<script>"}),
    ("bad_value", "/scroll_depth", {**event(), "scroll_depth": 101}),
    ("bad_value", "/consent", {**event(), "consent": "yes"}),
    ("bad_value", "/properties", {**event(), "properties": ["a"]}),
    ("bad_value", "/url", {**event(), "url": "https://shop.example/" + "a" * 9000}),
    ("bad_value", "/url", {**event(), "url": {"href": "/"}}),
    ("too_large", "", {**event(), "properties": {"text": "a" * 70_000}}),
]


def test_a_bad_event_is_kept_with_its_reason_and_the_good_ones_are_taken(
    client: TestClient, stored: Any, subtests: pytest.Subtests
) -> None:
    for count, (code, path, bad) in enumerate(BAD_EVENTS, start=1):
        with subtests.test(code=code, path=path):
            answer = post(client, [event(), bad, event()])
            assert answer.status_code == 200
            assert answer.json()["accepted"] == 2
            (rejected,) = answer.json()["rejected"]
            assert (rejected["index"], rejected["code"], rejected["path"]) == (1, code, path)
            kept = stored(
                "select source, reason_code, original from raw.rejected_rows order by id desc limit 1"
            )
            source, kept_code, original = kept[0]
            assert (source, kept_code) == ("web_events", code)
            assert json.dumps(bad, separators=(",", ":"), ensure_ascii=False).startswith(original[:1000])
            assert stored("select count(*) from raw.web_events") == [(2 * count,)]
    assert stored("select count(*) from raw.rejected_rows") == [(len(BAD_EVENTS),)]


def test_a_body_of_bad_events_only_is_a_problem_with_paths(client: TestClient, stored: Any) -> None:
    answer = post(client, {"events": [{}, event(event_id="x")]})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["path"] for error in answer.json()["errors"]] == [
        "/events/0/event_id",
        "/events/1/event_id",
    ]
    assert stored("select count(*) from raw.rejected_rows") == [(2,)]


BODIES = [
    ("empty", 400, b""),
    ("empty", 400, b" \r\n "),
    ("empty", 400, b"[]"),
    ("empty", 400, b'{"events": []}'),
    ("empty", 400, b'{"events": {"a": 1}}'),
    ("empty", 400, b"12"),
    ("not_json", 400, b'[{"event_id": "'),
    ("not_json", 400, bytes(range(256))),
    ("not_json", 400, "событие".encode("cp1251")),
    ("not_json", 400, b"event_id,occurred_at\n1,2"),
    ("not_json", 400, b'{"a":' * 3000),
    ("too_many", 413, json.dumps([0] * 501).encode()),
]


def test_a_body_that_cannot_be_read_is_refused_and_kept(
    client: TestClient, stored: Any, subtests: pytest.Subtests
) -> None:
    for code, status, body in BODIES:
        with subtests.test(code=code, body=body[:20]):
            answer = post(client, body)
            assert (answer.status_code, answer.json()["status"]) == (status, status)
            assert answer.json()["detail"]
            kept = stored("select reason_code from raw.rejected_rows order by id desc limit 1")
            assert kept == [(code,)]
    assert stored("select count(*) from raw.rejected_rows") == [(len(BODIES),)]


def test_gzip_is_understood(client: TestClient, stored: Any) -> None:
    answer = post(client, gzip.compress(json.dumps([event()]).encode()), Content_Encoding="gzip")
    assert answer.status_code == 200
    assert stored("select count(*) from raw.web_events") == [(1,)]


BAD_GZIP = [
    ("truncated_gzip", 400, gzip.compress(json.dumps([event() for _ in range(50)]).encode())[:-20]),
    ("not_gzip", 400, b"[]"),
    ("too_large", 413, gzip.compress(b" " * (MAX_UNPACKED_BYTES + 1))),
]


def test_bad_gzip_is_refused_and_kept(client: TestClient, stored: Any) -> None:
    for _code, status, body in BAD_GZIP:
        assert post(client, body, Content_Encoding="gzip").status_code == status
    kept = stored("select reason_code from raw.rejected_rows order by id")
    assert kept == [(code,) for code, _status, _body in BAD_GZIP]


def test_a_body_above_the_limit_is_refused_whether_or_not_it_says_its_length(client: TestClient) -> None:
    huge = b" " * (MAX_BODY_BYTES + 1)
    assert post(client, huge).status_code == 413
    headers = {"X-Synapse-Key": BLOG_KEY, "Content-Type": "application/json"}
    chunks = (huge[first : first + 65536] for first in range(0, len(huge), 65536))
    assert client.post("/events", content=chunks, headers=headers).status_code == 413


def test_unknown_encodings_and_types_are_refused(client: TestClient) -> None:
    assert post(client, [event()], Content_Encoding="br").status_code == 415
    assert post(client, [event()], Content_Type="text/csv").status_code == 415


def test_without_a_known_write_key_nothing_is_taken_or_kept(client: TestClient, stored: Any) -> None:
    for key in ("", "no-such-key-00000000", SHOP_KEY + "x"):
        assert post(client, [event(), {}], X_Synapse_Key=key).status_code == 401
        assert post(client, b"junk", X_Synapse_Key=key).status_code in (400, 401)
    assert post(client, {"key": "ключ", "events": [event()]}, X_Synapse_Key="").status_code == 401
    assert stored("select count(*) from raw.rejected_rows") == [(0,)]
    assert stored("select count(*) from raw.web_events") == [(0,)]


def test_the_key_may_stand_in_the_query_or_in_the_body(client: TestClient, stored: Any) -> None:
    plain = {"Content-Type": "text/plain;charset=UTF-8", "User-Agent": BROWSER}
    in_body = {"key": SHOP_KEY, "events": [event()]}
    assert client.post("/events", content=json.dumps(in_body), headers=plain).status_code == 200
    single = {"key": SHOP_KEY, **event()}
    assert client.post("/events", content=json.dumps(single), headers=plain).status_code == 200
    in_query = client.post(f"/events?k={SHOP_KEY}", content=json.dumps([event()]), headers=plain)
    assert in_query.status_code == 200
    assert stored("select distinct site, properties from raw.web_events") == [("shop", {})]


def test_a_page_of_another_origin_may_not_send(client: TestClient, stored: Any) -> None:
    for origin in (
        "https://evil.example",
        "null",
        "http://shop.example",
        "https://shop.example.evil.example",
    ):
        answer = post(client, [event()], X_Synapse_Key=SHOP_KEY, Origin=origin)
        assert answer.status_code == 403
    assert stored("select count(*) from raw.web_events") == [(0,)]


def test_a_page_of_the_site_may_send_and_read_the_answer(client: TestClient) -> None:
    for origin in ("https://shop.example", "https://SHOP.example:443", "https://www.shop.example"):
        answer = post(client, [event()], X_Synapse_Key=SHOP_KEY, Origin=origin)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == origin
        assert "Origin" in answer.headers["vary"]


def test_a_preflight_names_what_a_page_may_send(client: TestClient) -> None:
    answer = client.options(
        "/events", headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 204
    assert "x-synapse-key" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


def test_bots_are_marked_not_dropped(client: TestClient, stored: Any) -> None:
    yandex = "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"
    for agent in (BROWSER, yandex, "curl/8.5"):
        post(client, [event(session_id=agent)], User_Agent=agent)
    marks = dict(stored("select session_id, is_bot from raw.web_events"))
    assert marks == {BROWSER: False, yandex: True, "curl/8.5": True}


def test_nul_characters_do_not_stop_an_event(client: TestClient, stored: Any) -> None:
    sent = event(url="https://shop.example/\x00a", properties={"a\x00": ["b\x00", {"c": "\x00"}]})
    assert post(client, [sent, event()]).json()["accepted"] == 2
    assert stored("select url, properties from raw.web_events where url is not null") == [
        ("https://shop.example/a", {"a": ["b", {"c": ""}]})
    ]


def test_a_new_site_is_known_at_once(client: TestClient, engine: Any) -> None:
    from synapse.settings.sections import Settings, WebSite
    from synapse.settings.store import save_settings

    settings = Settings()
    settings.integrations.web.sites = [WebSite(name="new", write_key="new-write-key-0001")]
    with engine.begin() as connection:
        save_settings(connection, settings, author="test")
    threading.Event().wait(1.1)  # an unknown key asks the settings at most once a second
    assert post(client, [event()], X_Synapse_Key="new-write-key-0001").status_code == 200


def test_partitions_of_the_days_around_now_are_made(client: TestClient, stored: Any) -> None:
    post(client, [event()])
    expected = [(f"raw.web_events_{datetime.now(UTC):%Y%m%d}",)]
    # They are made beside the first requests; a row that came earlier is moved into its day.
    for _ in range(100):
        names = stored("select distinct tableoid::regclass::text from raw.web_events")
        if names == expected:
            break
        time.sleep(0.1)
    assert names == expected
