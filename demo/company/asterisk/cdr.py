"""Rows of a custom CDR file: everything quoted, one row per rung agent, in order of the row's end."""

from collections.abc import Iterator
from dataclasses import dataclass

from demo.company import clock
from demo.company.asterisk import channels
from demo.company.asterisk.channels import Channel
from demo.company.calls import Call, Ring

COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
    "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount",
    "linkedid", "sequence", "did", "recordingfile", "cnum", "cnam",
)  # fmt: skip
"""The mapping of this company's cdr_custom.conf."""


@dataclass(slots=True)
class _Row:
    dst: str
    context: str
    channel: Channel
    other: str
    app: str
    data: str
    start: int
    answer: int | None
    end: int
    disposition: str
    src: str = ""
    clid: str = ""


def quote(fields: list[str]) -> str:
    """A line of quoted fields with doubled quotes, as CSV_QUOTE makes it."""
    return ",".join('"' + text.replace('"', '""') + '"' for text in fields)


def lines(call: Call, sequence: int) -> list[tuple[int, str]]:
    """All rows of a call: (end, line); ``sequence`` numbers the first."""
    number, name, clid = channels.caller_id(call)
    written = []
    for offset, row in enumerate(sorted(_rows(call), key=lambda row: row.end)):
        billable = row.end - row.answer if row.answer is not None else 0
        fields = [
            "", row.src or number, row.dst, row.context, row.clid or clid, row.channel.name, row.other,
            row.app, row.data, clock.local_text(row.start),
            clock.local_text(row.answer) if row.answer else "",
            clock.local_text(row.end), str(row.end - row.start), str(billable), row.disposition,
            "DOCUMENTATION", row.channel.uniqueid, "", "", call.call_id, str(sequence + offset), call.did,
            call.recording, row.src or number, "" if row.src else name,
        ]  # fmt: skip
        written.append((row.end, quote(fields)))
    return written


def _rows(call: Call) -> Iterator[_Row]:
    channel = channels.caller(call)
    if call.kind == "night":
        yield _Row("s", "app-announcement-1", channel, "", "Playback", "custom/closed,noanswer",
                   call.started, call.started, call.ended, "ANSWERED")  # fmt: skip
    elif call.kind == "ivr":
        yield _Row("s", "ivr-1", channel, "", "BackGround", "custom/welcome,m", call.started,
                   call.started, call.ended, "ANSWERED")  # fmt: skip
    elif call.kind == "queue":
        yield from _queue_rows(call, channel)
    else:
        yield from _dialled_rows(call, channel)
    if call.dialogue is not None and call.dialogue.transfer:
        yield from _transfer_rows(call, channel)


def _queue_rows(call: Call, channel: Channel) -> Iterator[_Row]:
    assert call.queue is not None
    data = f"{call.queue.number},tT,,,{120}"
    first = True
    rings = _without_transfer(call)
    for number, ring in enumerate(rings):
        start = call.started if first else ring.start
        first = False
        end = _end_of(call, ring)
        via_local = call.queue.via_local
        other = channels.local(call, number, ring, 1) if via_local else channels.device(call, number, ring)
        disposition = "ANSWERED" if ring.outcome == "answered" else "NO ANSWER"
        answer = max(start, call.entered)
        yield _Row(call.queue.number, "ext-queues", channel, other.name, "Queue", data, start, answer, end,
                   disposition)  # fmt: skip
        if via_local:
            answered = ring.end if ring.outcome == "answered" else None
            device = channels.device(call, number, ring)
            dial = f"{_contact(ring.agent.extension)},15,M(auto-blkvm)"
            yield _Row(ring.agent.extension, "from-queue", channels.local(call, number, ring, 2), device.name,
                       "Dial", dial, ring.start, answered, end, disposition)  # fmt: skip
    last = max((_end_of(call, ring) for ring in rings), default=0)
    if not rings or (call.answered is None and last < call.ended):
        start = call.started if first else last
        yield _Row(call.queue.number, "ext-queues", channel, "", "Queue", data, start,
                   max(start, call.entered), call.ended, "NO ANSWER" if rings else "ANSWERED")  # fmt: skip


def _dialled_rows(call: Call, channel: Channel) -> Iterator[_Row]:
    answer = call.answered
    disposition = "ANSWERED" if answer is not None else call.disposition
    if call.kind == "direct":
        assert call.agent is not None
        target, context = call.agent.extension, "from-did-direct"
        other = channels.device(call, 0, call.rings[0]).name if call.disposition != "BUSY" else ""
        data = f"{_contact(target)},25,HhTtr"
    elif call.kind == "internal":
        target, context = call.shown, "from-internal"
        other = channels.device(call, 0, call.rings[0]).name
        data = f"{_contact(target)},,HhTtr"
    else:
        target, context = call.shown, "from-internal"
        other = "" if disposition in ("FAILED", "CONGESTION") else channels.trunk(call).name
        data = f"PJSIP/{target}@{call.trunk},300,T"
    end = call.legs[0].end if call.legs else call.ended
    yield _Row(target, context, channel, other, "Dial", data, call.started, answer, end, disposition)


def _transfer_rows(call: Call, channel: Channel) -> Iterator[_Row]:
    assert call.dialogue is not None
    first, second = call.legs
    number = len(call.rings) - 1
    target = channels.device(call, number, call.rings[number])
    extension = second.agent.extension
    data = f"{_contact(extension)},,HhTtr"
    if call.dialogue.transfer == "blind":
        yield _Row(extension, "from-internal-xfer", channel, target.name, "Dial", data, first.end,
                   second.start, call.ended, "ANSWERED")  # fmt: skip
        return
    asking = channels.consult(call)
    name = first.agent.name
    yield _Row(extension, "from-internal", asking, target.name, "Dial", data, first.end - 6, first.end - 3,
               second.start, "ANSWERED", first.agent.extension,
               f'"{name}" <{first.agent.extension}>')  # fmt: skip
    yield _Row(call.queue.number if call.queue else call.shown,
               "ext-queues" if call.queue else "from-internal", channel, target.name,
               "Queue" if call.queue else "Dial", "", second.start, second.start, call.ended,
               "ANSWERED")  # fmt: skip


def _contact(extension: str) -> str:
    return f"PJSIP/{extension}/sip:{extension}@10.0.0.{int(extension) % 250}:5060"


def _without_transfer(call: Call) -> list[Ring]:
    is_transferred = call.dialogue is not None and bool(call.dialogue.transfer)
    return call.rings[:-1] if is_transferred else call.rings


def _end_of(call: Call, ring: Ring) -> int:
    return call.legs[0].end if ring.outcome == "answered" and call.legs else ring.end


def broken_lines(moment: int) -> list[str]:
    """Lines as a full disk, a careless edit and a wrong clock leave them."""
    day = clock.local_text(moment)
    return [
        quote(["", "79160000001", "500", "ext-queues"]),
        quote(["", "79160000002", "500", "ext-queues", "", "PJSIP/megafon-0", "", "Queue",
               "500", day, "", day]),
        quote(["", "79160000003", "s", "ivr-1", "", "PJSIP/megafon-1", "", "BackGround", "custom/welcome",
               "2026-13-45 25:61:00", "", "2026-13-45 25:61:09", "9", "0", "NO ANSWER", "DOCUMENTATION",
               f"{moment}.1", "", "", f"{moment}.1", "1", "", "", "79160000003", ""]),
        "Segmentation fault (core dumped)",
    ]  # fmt: skip
