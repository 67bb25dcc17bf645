"""Who answers: the queue strategies, the patience of callers and the diligence of agents."""

import random

from demo.company import clock
from demo.company.calls import Call, Leg, Ring
from demo.company.people import Person, spell_on_line
from demo.company.scenarios import Script
from demo.company.staff import MAIN_DID, MEASURE, SALES, SERVICE, Agent, Queue

SHORT_SECONDS = 5
ANSWER_SECONDS = 20
_QUEUE_TIMEOUT = 120
_WRAP_UP = 15
_RUNG_AT_ONCE = 5
_TRUNKS = ("megafon", "mtt", "beeline")


class Switchboard:
    """The PBX with its agents.

    The logs hold whole seconds; no simulated wait ends within a second of a threshold (5 s, 20 s), because no
    reader of whole seconds could tell on which side it fell.
    """

    def __init__(self, agents: list[Agent], rng: random.Random) -> None:
        self.agents = agents
        self._rng = rng
        self._line_busy: dict[str, int] = {}
        self._turn: dict[str, int] = {}
        self._members = {
            queue.number: [agent for agent in agents if queue.number in agent.queues]
            for queue in (SALES, SERVICE, MEASURE)
        }

    def members(self, queue: Queue) -> list[Agent]:
        """Agents of a queue."""
        return self._members[queue.number]

    def line_free_at(self, person: Person) -> int:
        """Epoch from which the person's line is free."""
        return self._line_busy.get(person.phone, 0)

    def forget(self, before: int) -> None:
        """Drop what no longer matters, to keep memory flat."""
        self._line_busy = {phone: end for phone, end in self._line_busy.items() if end > before}

    def free_agent(self, moment: int, among: list[Agent], but: Agent | None = None) -> Agent | None:
        """Somebody who is at the desk and not in a call."""
        free = [a for a in among if a is not but and a.free_at <= moment and a.on_shift(moment)]
        return self._rng.choice(free) if free else None

    # inbound

    def inbound(
        self, person: Person, at: int, queue: Queue, script: Script, *, hidden: bool = False, phone: str = ""
    ) -> Call:
        """A call from outside to a queue, through the menu or a direct number."""
        rng = self._rng
        call = self._incoming(person, at, hidden=hidden, phone=phone)
        call.queue = queue
        call.did = queue.did
        if not clock.is_open(at):
            self._night(call)
        elif rng.random() < 0.028:
            self._hang_up_at_once(call)
        else:
            if rng.random() < 0.3:
                call.did = MAIN_DID
                call.ivr_seconds = rng.randint(3, 6)
                if rng.random() < 0.07:
                    return self._finish(self._lost_in_menu(call))
            call.entered = at + call.ivr_seconds
            self._queue(call, queue, script)
        return self._finish(call)

    def direct(self, person: Person, at: int, agent: Agent, script: Script) -> Call:
        """A call from outside to one agent's own number."""
        rng = self._rng
        call = self._incoming(person, at)
        call.kind = "direct"
        call.agent = agent
        call.did = f"7495123460{agent.extension[-1]}"
        if not clock.is_open(at):
            self._night(call)
            call.queue = None
        elif agent.free_at > at:
            call.disposition = "BUSY"
            call.ended = at + rng.randint(7, 14)
            call.rings.append(Ring(agent, at, at + 1, "busy"))
        elif agent.on_shift(at) and rng.random() < agent.picks:
            answered = _clear_of(at + rng.randint(3, 14), at, (ANSWER_SECONDS,))
            call.rings.append(Ring(agent, at, answered, "answered"))
            self._talk(call, agent, answered, script)
        else:
            call.disposition = "NO ANSWER"
            call.ended = at + rng.randint(9, 30)
            call.rings.append(Ring(agent, at, call.ended, "noanswer"))
        return self._finish(call)

    def _incoming(self, person: Person, at: int, *, hidden: bool = False, phone: str = "") -> Call:
        rng = self._rng
        number = phone or person.phone
        call = Call("queue", "inbound", at, person=person, trunk=rng.choice(_TRUNKS))
        if hidden:
            call.shown = rng.choice(("anonymous", "", "Anonymous", "unknown"))
            call.shown_name = "Anonymous" if rng.random() < 0.4 else ""
            return call
        call.number = number
        call.shown = spell_on_line(number, rng)
        roll = rng.random()
        if roll < 0.12:
            call.shown_name = person.full_name
        elif roll < 0.16:
            call.shown_name = f"Продажи:ИП {person.surname}"
        elif roll < 0.4:
            call.shown_name = call.shown
        return call

    def _night(self, call: Call) -> None:
        rng = self._rng
        call.kind = "night"
        call.ended = call.started + (rng.randint(1, 3) if rng.random() < 0.08 else rng.randint(7, 24))

    def _hang_up_at_once(self, call: Call) -> None:
        call.kind = "ivr"
        call.ended = call.started + self._rng.randint(1, SHORT_SECONDS - 2)

    def _lost_in_menu(self, call: Call) -> Call:
        call.kind = "ivr"
        call.ended = call.started + self._rng.randint(7, 35)
        return call

    def _queue(self, call: Call, queue: Queue, script: Script) -> None:
        rng = self._rng
        patience = max(9, int(rng.lognormvariate(3.65, 0.6)))
        leave = call.entered + min(patience, _QUEUE_TIMEOUT)
        call.left = "timeout" if patience > _QUEUE_TIMEOUT else "abandon"
        moment = call.entered + 1
        while moment < leave:
            rings = self._ring(queue, moment)
            if not rings:
                moment += 5
                continue
            winner = next((ring for ring in rings if ring.outcome == "answered"), None)
            if winner is not None:
                self._settle(call, rings, winner)
                if winner.end < leave - 1:
                    call.rings += rings
                    call.left = ""
                    self._talk(call, winner.agent, winner.end, script)
                    return
            for ring in rings:
                if winner is not None or ring.end >= leave:
                    ring.end, ring.outcome = leave, "canceled"
            call.rings += rings
            moment = rings[-1].end + 5
        call.ended = max(leave, call.started + SHORT_SECONDS + 2)
        if call.left == "abandon" and rng.random() < 0.03:
            call.left = "exit"

    def _ring(self, queue: Queue, moment: int) -> list[Ring]:
        rng = self._rng
        free = [a for a in self._members[queue.number] if a.free_at <= moment and a.on_shift(moment)]
        if not free:
            return []
        if queue.strategy == "ringall" and len(free) > _RUNG_AT_ONCE:
            free = rng.sample(free, _RUNG_AT_ONCE)
        if queue.strategy != "ringall":
            turn = self._turn.get(queue.number, 0)
            self._turn[queue.number] = turn + 1
            free = [free[turn % len(free)]]
        picks = {a.extension: rng.randint(2, 12) for a in free if rng.random() < a.picks}
        if not picks:
            return [Ring(a, moment, moment + queue.ring_seconds, "noanswer") for a in free]
        first = min(picks, key=lambda extension: (picks[extension], extension))
        end = moment + picks[first]
        return [Ring(a, moment, end, "answered" if a.extension == first else "canceled") for a in free]

    @staticmethod
    def _settle(call: Call, rings: list[Ring], winner: Ring) -> None:
        end = _clear_of(winner.end, call.started, (SHORT_SECONDS, ANSWER_SECONDS))
        for ring in rings:
            ring.end = end

    def _talk(self, call: Call, agent: Agent, answered: int, script: Script) -> None:
        others = [a for a in self.agents if set(a.queues) - set(agent.queues)]
        colleague = self.free_agent(answered, others, but=agent)
        dialogue = script(agent, colleague, answered)
        call.answered = answered
        call.agent = agent
        call.dialogue = dialogue
        call.intent = dialogue.intent
        call.is_sales = dialogue.intent == "sales"
        call.ended = answered + dialogue.seconds
        call.hung_up_by = "caller" if self._rng.random() < 0.6 else "agent"
        if dialogue.transfer:
            at = answered + int(dialogue.transfer_at)
            second = dialogue.agents[1]
            joined = at + 4
            call.legs = [Leg(agent, answered, at), Leg(second, joined, call.ended)]
            rung = at - 5 if dialogue.transfer == "attended" else at
            call.rings.append(Ring(second, rung, joined, "answered"))
            second.free_at = call.ended + _WRAP_UP
            agent.free_at = at + _WRAP_UP
        else:
            call.legs = [Leg(agent, answered, call.ended)]
            agent.free_at = call.ended + self._rng.randint(5, 2 * _WRAP_UP)

    # outbound and internal

    def outbound(self, person: Person, at: int, agent: Agent, script: Script, *, answers: float) -> Call:
        """An agent calls out; ``answers`` is the chance that the client picks up."""
        rng = self._rng
        phone = person.phone if len(person.phones) == 1 or rng.random() < 0.8 else person.phones[1]
        digits = phone[2:]
        shown = rng.choice((f"8{digits}", f"8{digits}", f"98{digits}", f"7{digits}", f"+7{digits}"))
        call = Call(
            "outbound", "outbound", at, phone, shown, person=person, agent=agent, trunk=rng.choice(_TRUNKS)
        )
        if self.line_free_at(person) > at:
            call.disposition = "BUSY"
            call.ended = at + rng.randint(3, 6)
        elif rng.random() < answers:
            answered = at + rng.randint(4, 24)
            call.rings.append(Ring(agent, at, answered, "answered"))
            self._talk(call, agent, answered, script)
        else:
            roll = rng.random()
            call.disposition = "NO ANSWER" if roll < 0.72 else "BUSY" if roll < 0.9 else "CONGESTION"
            call.disposition = "FAILED" if roll > 0.97 else call.disposition
            call.ended = at + (rng.randint(20, 45) if call.disposition == "NO ANSWER" else rng.randint(1, 6))
        agent.free_at = max(agent.free_at, call.ended + 5)
        return self._finish(call)

    def internal(self, at: int, caller: Agent, called: Agent, script: Script) -> Call:
        """Two agents talk."""
        call = Call("internal", "internal", at, shown=called.extension, agent=caller)
        if called.free_at <= at and self._rng.random() < 0.75:
            answered = at + self._rng.randint(2, 9)
            dialogue = script(caller, None, answered)
            call.answered, call.dialogue = answered, dialogue
            call.ended = answered + dialogue.seconds
            called.free_at = call.ended + 3
            call.rings.append(Ring(called, at, answered, "answered"))
            call.legs = [Leg(called, answered, call.ended)]
        else:
            call.disposition = "BUSY" if called.free_at > at else "NO ANSWER"
            call.ended = at + self._rng.randint(6, 20)
            call.rings.append(Ring(called, at, call.ended, "noanswer"))
        caller.free_at = max(caller.free_at, call.ended + 3)
        return self._finish(call)

    def _finish(self, call: Call) -> Call:
        if call.person is not None and call.number:
            self._line_busy[call.person.phone] = call.ended + 3
        return call


def _clear_of(end: int, start: int, thresholds: tuple[int, ...]) -> int:
    """Move an end so that no wait ends within a second of a threshold."""
    for threshold in thresholds:
        if abs(end - start - threshold) <= 1:
            return start + threshold + 2
    return end
