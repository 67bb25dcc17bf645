"""Everything a journey can touch."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from demo.company import clock
from demo.company.agenda import Agenda, Journey
from demo.company.calls import Call
from demo.company.onec import Books
from demo.company.people import Census, Person
from demo.company.scenarios import Script
from demo.company.staff import Agent, Queue
from demo.company.switchboard import Switchboard
from demo.company.telegram import Chats
from demo.company.truth import Truth
from demo.company.web import OFFLINE, Site, Source

SILENCE_SECONDS = 30 * clock.DAY


@dataclass(slots=True)
class Deal:
    """A person's wish to buy, through all its calls and chats.

    Attributes:
        source: Where the person came from.
        enquiry: The call or chat that began it, empty so far.
        is_talked: Somebody sold to the person already.
        speed: Factor on the chance of a sale: 1 when answered at once, less the later.
        agent: Who sold.
        price: Named price in roubles.
    """

    person: Person
    source: Source = OFFLINE
    enquiry: str = ""
    is_talked: bool = False
    speed: float = 1.0
    agent: Agent | None = None
    price: int = 0
    broken: int = 0


@dataclass(slots=True)
class World:
    """The company, its clients and the files they leave."""

    rng: Random
    until: int
    agenda: Agenda
    census: Census
    board: Switchboard
    site: Site
    chats: Chats
    books: Books
    truth: Truth
    record: Callable[[Call], None]
    buyers: list[Person] = field(default_factory=list)
    talked_at: dict[str, int] = field(default_factory=dict)
    regulars: dict[str, list[Person]] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The present moment of the simulation."""
        return self.agenda.now

    def inbound(
        self, person: Person, queue: Queue, script: Script, *, hidden: bool = False, deal: Deal | None = None
    ) -> Call:
        """A person calls the company now."""
        phone = person.phones[-1] if len(person.phones) > 1 and self.rng.random() < 0.3 else person.phone
        call = self.board.inbound(person, self.now, queue, script, hidden=hidden, phone=phone)
        return self._kept(call, deal)

    def direct(self, person: Person, agent: Agent, script: Script, deal: Deal | None = None) -> Call:
        """A person calls an agent's own number now."""
        return self._kept(self.board.direct(person, self.now, agent, script), deal)

    def outbound(
        self, person: Person, agent: Agent, script: Script, *, answers: float = 0.78, deal: Deal | None = None
    ) -> Call:
        """An agent calls a person now."""
        return self._kept(self.board.outbound(person, self.now, agent, script, answers=answers), deal)

    def line_free(self, person: Person) -> int:
        """The first moment from now at which the person is in no call."""
        return max(self.now, self.board.line_free_at(person))

    def both_free(self, agent: Agent, person: Person) -> Journey:
        """Sleep until neither the agent nor the person is in a call."""
        while (at := max(agent.free_at + 3, self.line_free(person))) > self.now:
            yield at

    def was_reached(self, person: Person, since: int) -> bool:
        """Whether somebody of the company talked to the person since a moment."""
        return self.talked_at.get(person.person_id, -1) >= since

    def enquire(self, deal: Deal, enquiry_id: str, channel: str) -> None:
        """Note a person's first sales conversation after long silence."""
        person = deal.person
        if self.now - person.last_sales_at > SILENCE_SECONDS:
            source = deal.source
            marks = (source.source, source.medium, source.campaign)
            self.truth.enquiry(enquiry_id, person, channel, self.now, marks=marks)
            person.enquiry = enquiry_id
        person.last_sales_at = self.now
        deal.enquiry = person.enquiry

    def _kept(self, call: Call, deal: Deal | None) -> Call:
        self.record(call)
        if call.answered is not None and call.person is not None:
            self.talked_at[call.person.person_id] = call.answered
        if deal is not None and call.is_sales and call.answered is not None and call.ended <= self.until:
            deal.is_talked = True
            deal.agent = call.agent
            if call.dialogue is not None and call.dialogue.price:
                deal.price = call.dialogue.price
            if call.direction == "inbound" and call.number:
                self.enquire(deal, f"call:{call.call_id}", "call")
        return call
