"""Lines of queue_log: ``epoch|callid|queue|agent|event|data…``."""

from collections.abc import Iterator

from demo.company.asterisk import channels
from demo.company.calls import Call


def lines(call: Call) -> Iterator[tuple[int, str]]:
    """All events of a queue call: (epoch, line); none for other calls."""
    if call.kind != "queue" or call.queue is None:
        return
    queue = call.queue.number
    hold_end = call.answered if call.answered is not None else call.ended

    def line(moment: int, agent: str, event: str, *data: object) -> tuple[int, str]:
        return moment, "|".join([str(moment), call.call_id, queue, agent, event, *map(str, data)])

    yield line(call.entered, "NONE", "DID", call.did)
    yield line(call.entered, "NONE", "ENTERQUEUE", "", call.shown, 1)
    for number, ring in enumerate(call.rings):
        name = ring.agent.name
        if ring.outcome == "noanswer":
            yield line(ring.end, name, "RINGNOANSWER", (ring.end - ring.start) * 1000)
        elif ring.outcome == "canceled" and call.answered is None:
            yield line(ring.end, name, "RINGCANCELED", (ring.end - ring.start) * 1000)
        elif ring.outcome == "answered" and ring.end == call.answered:
            rung = (
                channels.local(call, number, ring, 1)
                if call.queue.via_local
                else channels.device(call, number, ring)
            )
            yield line(
                ring.end, name, "CONNECT", hold_end - call.entered, rung.uniqueid, ring.end - ring.start
            )
    if call.answered is None:
        event = {"abandon": "ABANDON", "timeout": "EXITWITHTIMEOUT", "exit": "EXITWITHKEY"}[call.left]
        key = ("1",) if call.left == "exit" else ()
        yield line(call.ended, "NONE", event, *key, 1, 1, call.ended - call.entered)
        return
    first = call.legs[0]
    hold, talk = hold_end - call.entered, first.end - first.start
    if call.dialogue is not None and call.dialogue.transfer == "blind":
        target = call.legs[1].agent.extension
        yield line(first.end, first.agent.name, "BLINDTRANSFER", target, "from-internal-xfer", hold, talk, 1)
    elif call.dialogue is not None and call.dialogue.transfer == "attended":
        target_name = channels.device(call, len(call.rings) - 1, call.rings[-1]).name
        yield line(
            call.legs[1].start, first.agent.name, "ATTENDEDTRANSFER", "BRIDGE", target_name, hold, talk, 1
        )
    else:
        event = "COMPLETECALLER" if call.hung_up_by == "caller" else "COMPLETEAGENT"
        yield line(call.ended, first.agent.name, event, hold, talk, 1)
