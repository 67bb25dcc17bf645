"""Lines of cel_custom: channel events with epoch times in microseconds, everything quoted.

All events of a call share a fraction of a second, growing by microseconds, so that whole-second arithmetic on
CEL gives the same waits as the other logs.
"""

import json
import uuid
from random import Random

from demo.company.asterisk import channels
from demo.company.asterisk.cdr import quote
from demo.company.asterisk.channels import Channel
from demo.company.calls import Call, Ring

COLUMNS = (
    "event", "eventtime", "cid_name", "cid_num", "cid_ani", "cid_rdnis", "cid_dnid", "exten", "context",
    "channame", "appname", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "peer", "userfield",
    "userdeftype", "extra",
)  # fmt: skip
"""The order of cel_custom.conf's sample."""


class _Events:
    def __init__(self, call: Call, rng: Random) -> None:
        self.call = call
        self._fraction = rng.randint(50_000, 400_000)
        self.bridge = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        self.written: list[tuple[float, str]] = []

    def add(
        self,
        event: str,
        moment: int,
        channel: Channel,
        who: tuple[str, str],
        *,
        exten: str = "",
        context: str = "",
        app: tuple[str, str] = ("", ""),
        peer: str = "",
        extra: dict[str, object] | None = None,
    ) -> None:
        self._fraction += 1 + len(self.written) % 7
        number, name = who
        fields = [
            event, f"{moment}.{self._fraction:06d}", name, number,
            number if event != "CHAN_START" else "", "",
            self.call.did if self.call.direction == "inbound" else "", exten, context, channel.name, app[0],
            app[1], "3", "", channel.uniqueid, self.call.call_id, peer, "", "",
            json.dumps(extra, ensure_ascii=False, separators=(",", ":")) if extra else "",
        ]  # fmt: skip
        self.written.append((moment + self._fraction / 1e6, quote(fields)))

    def hang_up(self, moment: int, channel: Channel, who: tuple[str, str], cause: int, context: str) -> None:
        extra = {"hangupcause": cause, "hangupsource": channel.name, "dialstatus": ""}
        self.add("HANGUP", moment, channel, who, context=context, extra=extra)
        self.add("CHAN_END", moment, channel, who, context=context)

    def bridge_in(self, moment: int, channel: Channel, who: tuple[str, str], peer: str) -> None:
        extra: dict[str, object] = {"bridge_id": self.bridge, "bridge_technology": "simple_bridge"}
        self.add("BRIDGE_ENTER", moment, channel, who, peer=peer, extra=extra)

    def bridge_out(self, moment: int, channel: Channel, who: tuple[str, str], peer: str) -> None:
        extra: dict[str, object] = {"bridge_id": self.bridge, "bridge_technology": "simple_bridge"}
        self.add("BRIDGE_EXIT", moment, channel, who, peer=peer, extra=extra)


def lines(call: Call, rng: Random) -> list[tuple[float, str]]:
    """All events of a call: (epoch, line)."""
    events = _Events(call, rng)
    number, name, _ = channels.caller_id(call)
    who = (number, name)
    channel = channels.caller(call)
    context = "from-trunk" if call.direction == "inbound" else "from-internal"
    exten = call.did if call.direction == "inbound" else call.shown
    events.add("CHAN_START", call.started, channel, who, exten=exten, context=context)
    if call.kind in ("night", "ivr"):
        app = (
            ("Playback", "custom/closed,noanswer")
            if call.kind == "night"
            else ("BackGround", "custom/welcome,m")
        )
        events.add("ANSWER", call.started, channel, who, exten="s", context=context, app=app)
    elif call.kind == "queue":
        _queue(events, channel, who)
    elif call.kind == "outbound":
        _outgoing(events, channel, who)
    else:
        _rung(events, channel, who)
    if call.dialogue is not None and call.dialogue.transfer:
        _transfer(events, channel, who)
    events.hang_up(call.ended, channel, who, 16, context)
    events.add("LINKEDID_END", call.ended, channel, who, context=context)
    return sorted(events.written)


def _talk(events: _Events, ring: Ring, device: Channel, channel: Channel, who: tuple[str, str]) -> None:
    """The rung telephone answers, talks with the caller and hangs up."""
    end = events.call.legs[0].end
    mine = (ring.agent.extension, ring.agent.name)
    events.add("ANSWER", ring.end, device, mine, context="from-internal", app=("AppQueue", "(Outgoing Line)"))
    events.bridge_in(ring.end, device, mine, "")
    events.bridge_in(ring.end, channel, who, device.name)
    if events.call.dialogue is not None and events.call.dialogue.transfer:
        return
    events.bridge_out(end, device, mine, channel.name)
    events.bridge_out(end, channel, who, "")
    events.hang_up(end, device, mine, 16, "from-internal")


def _queue(events: _Events, channel: Channel, who: tuple[str, str]) -> None:
    call = events.call
    assert call.queue is not None
    queue = call.queue
    data = f"{queue.number},tT,,,120"
    events.add("ANSWER", call.started if call.ivr_seconds else call.entered, channel, who, exten=queue.number,
               context="ext-queues", app=("Answer", ""))  # fmt: skip
    events.add("APP_START", call.entered, channel, who, exten=queue.number, context="ext-queues",
               app=("Queue", data))  # fmt: skip
    is_transferred = call.dialogue is not None and bool(call.dialogue.transfer)
    rings = call.rings[:-1] if is_transferred else call.rings
    for number, ring in enumerate(rings):
        device = channels.device(call, number, ring)
        mine = (ring.agent.extension, ring.agent.name)
        if queue.via_local:
            for half in (1, 2):
                part = channels.local(call, number, ring, half)
                events.add(
                    "CHAN_START", ring.start, part, mine, exten=ring.agent.extension, context="from-queue"
                )
        events.add("CHAN_START", ring.start, device, mine, exten="s", context="from-internal")
        if ring.outcome != "answered":
            events.hang_up(ring.end, device, mine, 26 if ring.outcome == "canceled" else 19, "from-internal")
        elif not queue.via_local:
            _talk(events, ring, device, channel, who)
        else:
            _talk_through_local(events, number, ring, channel=channel, who=who)
        if queue.via_local:
            end = call.legs[0].end if ring.outcome == "answered" else ring.end
            for half in (1, 2):
                events.hang_up(end, channels.local(call, number, ring, half), mine, 16, "from-queue")
    if not is_transferred:
        events.add("APP_END", call.ended, channel, who, exten=queue.number, context="ext-queues",
                   app=("Queue", data))  # fmt: skip


def _talk_through_local(
    events: _Events, number: int, ring: Ring, *, channel: Channel, who: tuple[str, str]
) -> None:
    call = events.call
    device = channels.device(call, number, ring)
    mine = (ring.agent.extension, ring.agent.name)
    inner, outer = channels.local(call, number, ring, 2), channels.local(call, number, ring, 1)
    end = call.legs[0].end
    events.add("ANSWER", ring.end, device, mine, context="from-internal", app=("AppDial", "(Outgoing Line)"))
    events.add("ANSWER", ring.end, inner, mine, context="from-queue", app=("Dial", ""))
    events.bridge_in(ring.end, device, mine, "")
    events.bridge_in(ring.end, inner, mine, device.name)
    events.bridge_in(ring.end, outer, mine, "")
    events.bridge_in(ring.end, channel, who, outer.name)
    if call.dialogue is not None and call.dialogue.transfer:
        return
    events.bridge_out(end, outer, mine, channel.name)
    events.bridge_out(end, channel, who, "")
    events.bridge_out(end, inner, mine, device.name)
    events.bridge_out(end, device, mine, "")
    events.hang_up(end, device, mine, 16, "from-internal")


def _rung(events: _Events, channel: Channel, who: tuple[str, str]) -> None:
    """A telephone rung directly, by a caller from outside or a colleague."""
    call = events.call
    target = call.rings[0]
    data = f"PJSIP/{target.agent.extension},25,HhTtr"
    events.add("APP_START", call.started, channel, who, exten=target.agent.extension, context="from-internal",
               app=("Dial", data))  # fmt: skip
    if call.disposition == "BUSY":
        return
    device = channels.device(call, 0, target)
    mine = (target.agent.extension, target.agent.name)
    events.add("CHAN_START", target.start, device, mine, exten="s", context="from-internal")
    if target.outcome == "answered":
        events.add("ANSWER", target.end, channel, who, context="from-internal", app=("Dial", data))
        _talk(events, target, device, channel, who)
    else:
        events.hang_up(target.end, device, mine, 19, "from-internal")


def _outgoing(events: _Events, channel: Channel, who: tuple[str, str]) -> None:
    call = events.call
    events.add("APP_START", call.started, channel, who, exten=call.shown, context="from-internal",
               app=("Dial", f"PJSIP/{call.shown}@{call.trunk},300,T"))  # fmt: skip
    if call.answered is None and call.disposition in ("FAILED", "CONGESTION"):
        return
    line = channels.trunk(call)
    theirs = (call.shown, "")
    events.add("CHAN_START", call.started, line, theirs, context="from-trunk")
    if call.answered is not None:
        events.add(
            "ANSWER", call.answered, line, theirs, context="from-trunk", app=("AppDial", "(Outgoing Line)")
        )
        events.add("ANSWER", call.answered, channel, who, context="from-internal", app=("Dial", ""))
        events.bridge_in(call.answered, line, theirs, "")
        events.bridge_in(call.answered, channel, who, line.name)
        events.bridge_out(call.ended, line, theirs, channel.name)
        events.bridge_out(call.ended, channel, who, "")
    events.hang_up(call.ended, line, theirs, 16 if call.answered else 17, "from-trunk")


def _transfer(events: _Events, channel: Channel, who: tuple[str, str]) -> None:
    call = events.call
    assert call.dialogue is not None
    first, second = call.legs
    winner = next(i for i, ring in enumerate(call.rings) if ring.outcome == "answered")
    device = channels.device(call, winner, call.rings[winner])
    target = channels.device(call, len(call.rings) - 1, call.rings[-1])
    mine = (first.agent.extension, first.agent.name)
    theirs = (second.agent.extension, second.agent.name)
    if call.dialogue.transfer == "blind":
        extra: dict[str, object] = {
            "extension": second.agent.extension, "context": "from-internal-xfer", "bridge_id": events.bridge,
            "transferee_channel_name": channel.name, "transferee_channel_uniqueid": channel.uniqueid,
        }  # fmt: skip
        events.add("BLINDTRANSFER", first.end, device, mine, context="from-internal", extra=extra)
        events.bridge_out(first.end, device, mine, channel.name)
        events.bridge_out(first.end, channel, who, "")
        events.hang_up(first.end, device, mine, 16, "from-internal")
        events.add("CHAN_START", first.end, target, theirs, exten="s", context="from-internal")
    else:
        asking = channels.consult(call)
        events.add(
            "CHAN_START", first.end - 6, asking, mine, exten=second.agent.extension, context="from-internal"
        )
        events.add("CHAN_START", first.end - 5, target, theirs, exten="s", context="from-internal")
        events.add("ANSWER", first.end - 3, target, theirs, context="from-internal")
        events.add("ANSWER", first.end - 3, asking, mine, context="from-internal")
        extra = {
            "bridge1_id": events.bridge, "channel2_name": asking.name, "channel2_uniqueid": asking.uniqueid,
            "transferee_channel_name": channel.name, "transferee_channel_uniqueid": channel.uniqueid,
            "transfer_target_channel_name": target.name, "transfer_target_channel_uniqueid": target.uniqueid,
        }  # fmt: skip
        events.add("ATTENDEDTRANSFER", second.start, device, mine, context="from-internal", extra=extra)
        events.bridge_out(second.start, device, mine, channel.name)
        events.bridge_out(second.start, channel, who, "")
        events.hang_up(second.start, asking, mine, 16, "from-internal")
        events.hang_up(second.start, device, mine, 16, "from-internal")
    if call.dialogue.transfer == "blind":
        events.add("ANSWER", second.start, target, theirs, context="from-internal")
    events.bridge_in(second.start, target, theirs, "")
    events.bridge_in(second.start, channel, who, target.name)
    events.bridge_out(second.end, target, theirs, channel.name)
    events.bridge_out(second.end, channel, who, "")
    events.hang_up(second.end, target, theirs, 16, "from-internal")
