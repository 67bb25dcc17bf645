"""A call as the simulation knows it, before any foreign program writes it down."""

from dataclasses import dataclass, field

from demo.company.dialogues import Dialogue
from demo.company.people import Person
from demo.company.staff import Agent, Queue


@dataclass(slots=True)
class Ring:
    """One attempt to ring one agent; ``outcome``: answered, noanswer, canceled or busy."""

    agent: Agent
    start: int
    end: int
    outcome: str


@dataclass(slots=True)
class Leg:
    """An agent talks."""

    agent: Agent
    start: int
    end: int


@dataclass(slots=True)
class Call:
    """One customer call, however many channels it needs.

    Attributes:
        kind: queue, direct, ivr, night, outbound or internal.
        direction: inbound, outbound or internal.
        number: E.164 of the outside party; empty when hidden.
        shown: The caller id as the trunk shows it, or the dialled number.
        shown_name: Caller name, often empty.
        started, entered, answered, ended: Epochs; ``entered`` is the queue's.
        rings: Attempts to ring agents in order of their start.
        legs: Who talked when.
        disposition: For unanswered direct and outgoing calls.
        left: How an unanswered queue call ended: abandon or timeout.
        hung_up_by: caller or agent.
        person: Who called or was called, None for internal calls.
        recording: Name of the sound file, empty if none.
    """

    kind: str
    direction: str
    started: int
    number: str = ""
    shown: str = ""
    shown_name: str = ""
    did: str = ""
    queue: Queue | None = None
    entered: int = 0
    answered: int | None = None
    ended: int = 0
    rings: list[Ring] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    disposition: str = "ANSWERED"
    left: str = ""
    hung_up_by: str = "caller"
    person: Person | None = None
    agent: Agent | None = None
    dialogue: Dialogue | None = None
    intent: str = "other"
    is_sales: bool = False
    ivr_seconds: int = 0
    channel_id: int = 0
    trunk: str = ""
    recording: str = ""
    order: int = 0

    @property
    def call_id(self) -> str:
        """The linkedid."""
        return f"{self.started}.{self.channel_id}"

    @property
    def is_answered(self) -> bool:
        """A person talked."""
        return self.answered is not None

    @property
    def wait_seconds(self) -> int:
        """From the start to the answer, or to the end."""
        return (self.ended if self.answered is None else self.answered) - self.started
