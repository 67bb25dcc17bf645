"""Names and ids of the channels of a call."""

from dataclasses import dataclass

from demo.company.calls import Call, Ring


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: its name and uniqueid."""

    name: str
    uniqueid: str


def trunk(call: Call) -> Channel:
    """The outside party's channel; of an outgoing call it is the second one."""
    if call.direction == "outbound":
        return Channel(
            f"PJSIP/{call.trunk}-{call.channel_id + 1:08x}", f"{call.started}.{call.channel_id + 1}"
        )
    return Channel(f"PJSIP/{call.trunk}-{call.channel_id:08x}", call.call_id)


def caller(call: Call) -> Channel:
    """The channel that began the call."""
    if call.direction == "inbound":
        return trunk(call)
    assert call.agent is not None
    return Channel(f"PJSIP/{call.agent.extension}-{call.channel_id:08x}", call.call_id)


def device(call: Call, number: int, ring: Ring) -> Channel:
    """The rung agent's telephone; ``number`` is the place of the ring in the call."""
    channel_id = call.channel_id + 2 + 3 * number
    return Channel(f"PJSIP/{ring.agent.extension}-{channel_id:08x}", f"{ring.start}.{channel_id}")


def local(call: Call, number: int, ring: Ring, half: int) -> Channel:
    """One half of the Local channel through which FreePBX rings a member."""
    channel_id = call.channel_id + 2 + 3 * number
    name = f"Local/{ring.agent.extension}@from-queue-{channel_id:08x};{half}"
    return Channel(name, f"{ring.start}.{channel_id + half}")


def consult(call: Call) -> Channel:
    """The second channel of an agent who asks a colleague before transferring."""
    channel_id = call.channel_id + 3 * len(call.rings) + 3
    agent = call.legs[0].agent
    return Channel(f"PJSIP/{agent.extension}-{channel_id:08x}", f"{call.legs[0].end - 6}.{channel_id}")


def width(call: Call) -> int:
    """How many channel ids a call uses."""
    return 3 * len(call.rings) + 5


def caller_id(call: Call) -> tuple[str, str, str]:
    """Number, name and the whole ``clid`` of who began the call."""
    if call.direction != "inbound":
        assert call.agent is not None
        number, name = call.agent.extension, call.agent.name
    else:
        number, name = call.shown, call.shown_name
    return number, name, f'"{name}" <{number}>' if number or name else ""


def uses_local(call: Call) -> bool:
    """Whether the queue rings its members through Local channels."""
    return call.kind == "queue" and call.queue is not None and call.queue.via_local
