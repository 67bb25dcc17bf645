"""Talks by scenario: who says what in which order, and what was promised in it.

All words come from the phrase book. A turn is one sentence; its length is what the voice needs for it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from demo.company import clock, due
from demo.company.people import Person
from demo.company.staff import Agent
from demo.phrases import AGENT, CLIENT, PRICES, SLOTS, fill

SECONDS_PER_LETTER = 0.078
_SETTLE = 0.45


@dataclass(frozen=True, slots=True)
class Turn:
    """One sentence; ``start`` and ``end`` in seconds from the answer."""

    speaker: str
    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised next step; ``due_at`` is None where no time was named."""

    who: str
    action: str
    promised_at: int
    due_at: int | None
    turn: int


@dataclass(slots=True)
class Dialogue:
    """A talk.

    Attributes:
        intent: sales, service, complaint, order, wrong_number, spam, other.
        turns: Sentences in order of time.
        promises: What was promised.
        outcome: How it ended, for the journey that follows.
        price: Named price in roubles, 0 if none.
        visit_at: Appointment made in the talk.
        transfer: ``blind`` or ``attended`` when the agent puts the client through.
        transfer_at: Seconds from the answer to that moment.
        agents: The agent who begins and, after a transfer, the colleague.
    """

    intent: str
    turns: list[Turn] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    outcome: str = ""
    price: int = 0
    visit_at: int | None = None
    transfer: str = ""
    transfer_at: float = 0.0
    agents: list[Agent] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        """Length of the talk."""
        return int(self.turns[-1].end) + 2 if self.turns else 3


class Talk:
    """Builds a dialogue sentence by sentence."""

    def __init__(self, intent: str, agent: Agent, person: Person, at: int, rng: random.Random) -> None:
        self.dialogue = Dialogue(intent, agents=[agent])
        self.rng = rng
        self._agent = agent
        self._person = person
        self._at = at
        self._clock = 0.4 + rng.random()
        product = rng.randrange(len(SLOTS["product_of"]))
        self._values = {"product_of": SLOTS["product_of"][product], "product": rng.choice(SLOTS["product"])}

    @property
    def now(self) -> int:
        """Epoch of the last sentence's end."""
        return self._at + int(self._clock)

    def _say(self, speaker: str, template: str, values: dict[str, str], *, feminine: bool) -> None:
        text = fill(template, self.rng, feminine=feminine, values=self._values | values)
        start = self._clock + 0.25 + self.rng.random() * 0.7
        end = start + _SETTLE + len(text) * SECONDS_PER_LETTER
        self.dialogue.turns.append(Turn(speaker, text, round(start, 2), round(end, 2)))
        self._clock = end

    def agent(self, purpose: str, *, only: str = "", without: Sequence[str] = (), **values: str) -> str:
        """The agent says something of a purpose; returns the template."""
        choice = pick(AGENT[purpose], self.rng, only, without)
        if "name" not in values:
            values["name"] = self._person.given if purpose == "name_reply" else self._agent.first_name
        self._say("agent", choice, values, feminine=self._agent.feminine)
        return choice

    def client(self, purpose: str, *, only: str = "", without: Sequence[str] = (), **values: str) -> str:
        """The client says something of a purpose; returns the template."""
        choice = pick(CLIENT[purpose], self.rng, only, without)
        values.setdefault("name", self._person.given)
        self._say("client", choice, values, feminine=self._person.feminine)
        return choice

    def name_price(self) -> None:
        """The agent names a price, which the dialogue remembers."""
        spoken = self.rng.choice(tuple(PRICES))
        self.agent("price", only="{price}", price=spoken)
        self.dialogue.price = PRICES[spoken]

    def promise(self, purpose: str, action: str) -> int | None:
        """The agent promises a next step; returns when it is due."""
        template = pick(AGENT[purpose], self.rng, "", ())
        spoken, due_at = due.choose(template, self.now, self.rng)
        self._say(
            "agent", template, {"name": self._agent.first_name, **spoken}, feminine=self._agent.feminine
        )
        self._remember("agent", action, due_at)
        return due_at

    def client_promise(self) -> None:
        """The client promises to call."""
        template = pick(CLIENT["promise"], self.rng, "перезвоню", ())
        spoken, due_at = due.choose(template, self.now, self.rng)
        self._say("client", template, spoken, feminine=self._person.feminine)
        self._remember("client", "call_back", due_at)

    def visit(self, purpose: str) -> int:
        """The agent books a visit at a day and hour of the coming week."""
        spoken, due_at = due.choose("{day} {time}", self.now, self.rng)
        assert due_at is not None
        self.agent(purpose, only="{day} {time}", **spoken)
        self._remember("agent", "visit", due_at)
        self.dialogue.visit_at = due_at
        return due_at

    def spoken_slot(self) -> dict[str, str]:
        """A day and an hour that lie ahead, in words."""
        return due.choose("{day} {time}", self.now, self.rng)[0]

    def put_through(self, colleague: Agent, department: str, kind: str) -> None:
        """The agent transfers the client; the colleague goes on."""
        self.agent("transfer", only="{department}", department=department)
        self.dialogue.transfer = kind
        self._clock += 1.0
        self.dialogue.transfer_at = self._clock
        self._agent = colleague
        self.dialogue.agents.append(colleague)

    def pause(self, seconds: float) -> None:
        """Nobody speaks for a while (the colleague's phone rings)."""
        self._clock += seconds

    def _remember(self, who: str, action: str, due_at: int | None) -> None:
        turn = len(self.dialogue.turns) - 1
        self.dialogue.promises.append(Promise(who, action, self.now, due_at, turn))


def pick(templates: Sequence[str], rng: random.Random, only: str, without: Sequence[str]) -> str:
    """One of the templates that hold ``only`` and nothing of ``without``."""
    fitting = [t for t in templates if only in t and not any(word in t for word in without)]
    return rng.choice(fitting)


def is_short_notice(due_at: int | None, now: int) -> bool:
    """Whether a promise is due within three hours."""
    return due_at is not None and due_at - now < 3 * clock.HOUR
