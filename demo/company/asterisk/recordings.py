"""Names of MixMonitor files as FreePBX builds them."""

from demo.company import clock
from demo.company.calls import Call


def name(call: Call) -> str:
    """File name of a call's recording: direction, who was called, who called, time, uniqueid."""
    digits = call.shown if call.shown.lstrip("+").isdigit() else "anonymous"
    stamp = clock.local_form(call.entered or call.started, "%Y%m%d-%H%M%S")
    if call.kind == "queue":
        assert call.queue is not None
        return f"q-{call.queue.number}-{digits}-{stamp}-{call.call_id}.wav"
    assert call.agent is not None
    if call.kind == "direct":
        return f"external-{call.agent.extension}-{digits}-{stamp}-{call.call_id}.wav"
    if call.kind == "internal":
        return f"internal-{call.shown}-{call.agent.extension}-{stamp}-{call.call_id}.wav"
    return f"out-{call.shown}-{call.agent.extension}-{stamp}-{call.call_id}.wav"


def key(call: Call) -> str:
    """Object key of the recording."""
    return f"recordings/{clock.local_form(call.started, '%Y/%m/%d')}/{call.recording}"


def begins(call: Call) -> int:
    """When the recording starts: at the queue's entry, or where members are Local channels at the answer."""
    assert call.answered is not None
    if call.kind == "queue" and call.queue is not None and not call.queue.via_local:
        return call.entered
    return call.answered
