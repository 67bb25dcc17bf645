"""What happened: each paragraph is one case, on contacts of its own. 2 March 2026 is a Monday."""

from tests.integration.warehouse.raw_rows import Raw, at

NOW = at("2026-03-10 12:00:00")


def write(raw: Raw) -> None:
    """Write the whole story."""
    raw.settings("2026-01-01 00:00:00")
    raw.settings("2026-03-03 00:00:00", answer_within_seconds=10)
    _calls(raw)
    _misses(raw)
    _leads(raw)
    _messages(raw)
    _visits(raw)


def _calls(raw: Raw) -> None:
    # Three telephones rang, Мария (103) took it; every log of the PBX saw it.
    raw.contact(1, name="Анна Белова", seen="2026-03-02 10:00:00", phone="+79160000001")
    for agent in ("101", "102"):
        raw.leg("1.1", "2026-03-02 10:00:00", 8, src="89160000001", dst="500", to=f"PJSIP/{agent}-0000000a",
                answered_after=1, app_name="Queue", data="500,tT")  # fmt: skip
    raw.leg("1.1", "2026-03-02 10:00:08", 72, src="89160000001", dst="500", to="PJSIP/103-0000000b",
            answered_after=0, app_name="Queue", data="500,tT", disposition="ANSWERED")  # fmt: skip
    raw.queue_event("1.1", "2026-03-02 10:00:01", "NONE", "ENTERQUEUE", "", "89160000001", "1")
    raw.queue_event("1.1", "2026-03-02 10:00:15", "Мария Котова", "CONNECT", "14", "1.9", "7")
    raw.event("1.1", "2026-03-02 10:00:00", "CHAN_START", channel="PJSIP/mtt-00000001")
    raw.event("1.1", "2026-03-02 10:00:15.3", "BRIDGE_ENTER", channel="PJSIP/103-0000000b", uniqueid="1.9")
    raw.event("1.1", "2026-03-02 10:00:15.3", "BRIDGE_ENTER", channel="PJSIP/mtt-00000001")
    raw.event("1.1", "2026-03-02 10:01:20", "CHAN_END", channel="PJSIP/103-0000000b", uniqueid="1.9")
    raw.event("1.1", "2026-03-02 10:01:20", "CHAN_END", channel="PJSIP/mtt-00000001")

    # The menu spoke to the caller, no person did.
    raw.leg("2.1", "2026-03-02 11:00:00", 30, src="89160000002", dst="s", answered_after=0,
            app_name="BackGround", disposition="ANSWERED")  # fmt: skip

    # Master.csv alone: no linkedid, the agent's row hangs on the other half of a Local channel.
    raw.leg("3.1", "2026-03-02 12:00:00", 60, src="89160000003", dst="500", to="Local/101@from-queue-7;1",
            answered_after=1, app_name="Queue", data="500", disposition="ANSWERED", linked=False)  # fmt: skip
    raw.leg("3.1", "2026-03-02 12:00:02", 58, src="89160000003", dst="101", uniqueid="3.3",
            channel="Local/101@from-queue-7;2", to="PJSIP/101-00000008", answered_after=10,
            disposition="ANSWERED", linked=False)  # fmt: skip

    # The same wait under the threshold of Monday (20 s) and of Tuesday (10 s).
    raw.answered("4.1", "2026-03-02 13:00:00", 60, src="89160000004", wait=15)
    raw.answered("4.2", "2026-03-03 13:00:00", 60, src="89160000004", wait=15)


def _misses(raw: Raw) -> None:
    # Missed across midnight, called back in the morning: late by the clock, in time by business hours.
    raw.contact(5, seen="2026-03-02 23:59:40", phone="+79160000005")
    raw.missed("5.1", "2026-03-02 23:59:40", 40, src="89160000005")
    raw.outgoing("5.2", "2026-03-03 09:10:00", 60, dst="989160000005", wait=20)

    # Missed twice within half an hour, called once in vain: one leak, still open.
    raw.contact(6, seen="2026-03-04 10:00:00", phone="+79160000006")
    raw.missed("6.1", "2026-03-04 10:00:00", 30, src="89160000006")
    raw.missed("6.2", "2026-03-04 10:20:00", 30, src="+79160000006")
    raw.outgoing("6.3", "2026-03-04 15:00:00", 30, dst="89160000006", wait=None)

    # Missed a fortnight ago and forgotten; and one who hid the number.
    raw.missed("7.1", "2026-02-24 10:00:00", 30, src="89160000007")
    raw.missed("8.1", "2026-02-24 11:00:00", 30, src="anonymous")

    # Missed, called back from another number of the same person within the half hour: no leak.
    raw.contact(9, seen="2026-03-05 10:00:00", phone="+79160000009")
    raw.connection.exec_driver_sql(
        "insert into core.contact_identifiers (kind, value, contact_id, first_seen_at, last_seen_at)"
        " values ('phone', '+79160000099', 9, now(), now())"
    )
    raw.missed("9.1", "2026-03-05 10:00:00", 30, src="89160000009")
    raw.outgoing("9.2", "2026-03-05 10:29:00", 60, dst="89160000099", wait=30)

    # Hung up after four seconds.
    raw.missed("10.1", "2026-03-05 11:00:00", 4, src="89160000010")


def _leads(raw: Raw) -> None:
    # Wanted to buy on 1 February and never did.
    raw.contact(11, seen="2026-02-02 10:00:00", phone="+79160000011")
    raw.answered("11.1", "2026-02-02 10:00:00", 60, src="89160000011", wait=5)
    raw.label("11.1")

    # Bought, and brought a part of it back.
    raw.contact(12, name="Жанна Орлова", seen="2026-03-05 12:00:00", phone="+79160000012")
    raw.answered("12.1", "2026-03-05 12:00:00", 60, src="89160000012", wait=5)
    raw.label("12.1")
    raw.receipt(
        "А-1", "2026-03-06 12:00:00", "10000.00", phone="+79160000012", customer_name="Орлова Жанна Ильинична"
    )
    raw.receipt("А-2", "2026-03-08 12:00:00", "-4000.00", kind="return", returned_receipt_number="А-1")

    # Asked a week ago, the window is open; was promised a call that nobody made.
    raw.contact(13, seen="2026-03-04 12:00:00", phone="+79160000013")
    raw.answered("13.1", "2026-03-04 12:00:00", 60, src="89160000013", wait=5)
    raw.label("13.1", promised=("2026-03-04 12:00:50", "2026-03-05 15:00:00"))

    # A receipt of nobody.
    raw.receipt("А-3", "2026-03-06 13:00:00", "500.00")


def _messages(raw: Raw) -> None:
    # Wrote on Saturday after closing, was answered on Monday five minutes after opening.
    raw.contact(14, name="Зоя Лисина", seen="2026-03-07 18:30:00", telegram="1414")
    raw.message("1414", 1, "2026-03-07 18:30:00", "client", "Зоя Лисина")
    raw.message("1414", 2, "2026-03-07 18:30:02", "bot")
    raw.message("1414", 3, "2026-03-09 09:05:00", "agent", "Анна")

    # Wrote on Monday morning and still waits.
    raw.contact(15, seen="2026-03-09 10:00:00", telegram="1515")
    raw.message("1515", 1, "2026-03-09 10:00:00", "client", "Иван")


def _visits(raw: Raw) -> None:
    # Came by an advertisement, pressed the number and called at once.
    raw.contact(16, seen="2026-03-06 14:00:00", phone="+79160000016", client="c16")
    raw.web(
        "2026-03-06 14:00:00",
        "page_view",
        client="c16",
        utm_source="yandex",
        utm_medium="cpc",
        utm_campaign="spring",
    )
    raw.web("2026-03-06 14:02:00", "phone_click", client="c16")
    raw.answered("16.1", "2026-03-06 14:03:00", 60, src="89160000016", wait=5)
    raw.label("16.1")

    # Pressed the number and was never heard of.
    raw.contact(17, seen="2026-03-06 20:00:00", client="c17")
    raw.web("2026-03-06 20:00:00", "page_view", client="c17", referrer="https://yandex.ru/")
    raw.web("2026-03-06 20:01:00", "phone_click", client="c17")

    # A stranger pressed the number; two minutes later a new number called, was missed, and called again.
    raw.contact(18, seen="2026-03-06 16:00:00", client="c18")
    raw.web("2026-03-06 16:00:00", "page_view", client="c18", utm_source="vk", utm_medium="social")
    raw.web("2026-03-06 16:01:00", "phone_click", client="c18")
    raw.contact(19, seen="2026-03-06 16:03:00", phone="+79160000019")
    raw.missed("19.1", "2026-03-06 16:03:00", 30, src="89160000019")
    raw.answered("19.2", "2026-03-06 16:20:00", 60, src="89160000019", wait=5)
    raw.label("19.2")

    # Only a later click of the visit was followed by a call: nobody was lost.
    raw.contact(20, seen="2026-03-06 17:00:00", client="c20")
    raw.web("2026-03-06 17:00:00", "phone_click", client="c20", referrer="https://2gis.ru/")
    raw.web("2026-03-06 17:25:00", "phone_click", client="c20")
    raw.contact(21, seen="2026-03-06 17:26:00", phone="+79160000021")
    raw.answered("21.1", "2026-03-06 17:26:00", 60, src="89160000021", wait=5)
