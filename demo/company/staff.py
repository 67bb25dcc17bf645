"""Queues, agents and telephone numbers of the company."""

import random
from dataclasses import dataclass, field

from demo.company import clock


@dataclass(frozen=True)
class Queue:
    """A queue of the switchboard.

    Attributes:
        number: Extension.
        key: Name in the phrase book.
        title: Name for people.
        strategy: ``ringall`` or ``rrmemory`` (one by one).
        via_local: Members are ``Local/…@from-queue/n`` as FreePBX makes them, else plain devices.
        did: Direct city number.
        ring_seconds: How long one attempt rings.
    """

    number: str
    key: str
    title: str
    strategy: str
    via_local: bool
    did: str
    ring_seconds: int = 15


SALES = Queue("500", "sales", "Продажи", "ringall", False, "74951234501")
SERVICE = Queue("501", "service", "Сервис", "rrmemory", True, "74951234502")
MEASURE = Queue("502", "measure", "Замер", "rrmemory", False, "74951234503")
QUEUES = (SALES, SERVICE, MEASURE)
MAIN_DID = "74951234500"


@dataclass(slots=True)
class Agent:
    """A member of staff.

    Attributes:
        extension: Internal number.
        name: As the PBX and 1C show it.
        feminine: For words that depend on it.
        queues: Numbers of the queues the agent serves.
        picks: Chance to pick up a ring.
        keeps: Chance to keep a promise in time.
        recalls: Chance to call a missed client back at all.
        sells: Factor on the chance of a sale.
        lunch: Local hour of the lunch break.
        works_saturday: On shift on Saturdays.
        free_at: Epoch from which the agent is free.
    """

    extension: str
    name: str
    feminine: bool
    queues: tuple[str, ...]
    picks: float
    keeps: float
    recalls: float
    sells: float
    lunch: int
    works_saturday: bool
    free_at: int = 0
    channels: int = field(default=0)

    @property
    def first_name(self) -> str:
        """Given name in lower case, as it is spoken."""
        return self.name.split()[0].lower()

    def on_shift(self, moment: int) -> bool:
        """At the desk: in working hours, not at lunch, on Saturdays only some."""
        if not clock.is_open(moment):
            return False
        if clock.weekday(moment) == 5:
            return self.works_saturday
        return not (clock.hour(moment) == self.lunch and (moment + clock.OFFSET) % 3600 < 2400)


def _six() -> list[Agent]:
    return [
        Agent("101", "Анна Белова", True, ("500", "502"), 0.66, 0.93, 0.9, 1.15, 13, True),
        Agent("102", "Сергей Власов", False, ("500",), 0.25, 0.8, 0.5, 0.85, 13, False),
        Agent("103", "Ольга Крылова", True, ("500",), 0.54, 0.45, 0.72, 0.95, 13, True),
        Agent("104", "Андрей Орлов", False, ("501",), 0.62, 0.85, 0.75, 1.0, 14, True),
        Agent("105", "Ирина Тихонова", True, ("501", "502"), 0.66, 0.9, 0.8, 1.0, 12, False),
        Agent("106", "Павел Зуев", False, ("502", "500"), 0.4, 0.75, 0.6, 1.0, 14, False),
    ]


_SURNAMES = ("Соколов", "Морозов", "Лебедев", "Козлов", "Новиков", "Фёдоров", "Макаров", "Зайцев", "Ершов")
_GIVEN = (
    "Иван",
    "Дмитрий",
    "Алексей",
    "Михаил",
    "Николай",
    "Мария",
    "Елена",
    "Наталья",
    "Татьяна",
    "Светлана",
)


def hire(calls_per_day: int, rng: random.Random) -> list[Agent]:
    """The six agents; more of their kind when the company is made bigger."""
    agents = _six()
    for number in range(6, -(-calls_per_day // 12)):
        model = agents[number % 6]
        given = rng.choice(_GIVEN)
        feminine = _GIVEN.index(given) >= 5
        name = f"{given} {rng.choice(_SURNAMES)}{'а' if feminine else ''}"
        agents.append(
            Agent(
                str(101 + number),
                name,
                feminine,
                model.queues,
                model.picks,
                model.keeps,
                model.recalls,
                model.sells,
                12 + rng.randrange(3),
                rng.random() < 0.5,
            )
        )
    return agents
