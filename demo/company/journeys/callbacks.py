"""What the company does about a missed call: at once, late, or never."""

from collections.abc import Callable

from demo.company import clock
from demo.company.agenda import Journey
from demo.company.calls import Call
from demo.company.people import Person
from demo.company.scenarios import Script
from demo.company.staff import SALES, Agent
from demo.company.world import Deal, World

MakeScript = Callable[[str], Script]
"""``make(ago)``: the talk of a call-back, given when the missed call was, in words."""


def ago(then: int, now: int) -> str:
    """A past moment in the phrase book's words."""
    passed = now - then
    if clock.midnight(then) != clock.midnight(now):
        return "вчера вечером" if clock.hour(then) >= 18 else "вчера"
    if passed < 15 * clock.MINUTE:
        return "пять минут назад"
    if passed < 45 * clock.MINUTE:
        return "полчаса назад"
    return "час назад" if passed < 2 * clock.HOUR else "сегодня утром"


def call_back(
    world: World,
    miss: Call,
    make: MakeScript,
    deal: Deal | None = None,
    then: Callable[[Call], None] | None = None,
) -> Journey:
    """One agent takes a missed call to heart, or nobody does."""
    rng = world.rng
    person = miss.person
    if person is None or not miss.number:
        return
    responsible = rng.choice(world.board.members(miss.queue or SALES))
    if rng.random() > responsible.recalls:
        return
    roll = rng.random()
    delay = rng.randint(100, 25 * clock.MINUTE) if roll < 0.74 else rng.randint(32, 260) * clock.MINUTE
    start = clock.next_open(miss.ended)
    if start != miss.ended:
        delay = rng.randint(60, 50 * clock.MINUTE)
    yield clock.next_open(start + delay) + rng.randint(0, 40)
    for _ in range(rng.choice((1, 2, 2, 3))):
        if world.was_reached(person, miss.ended) and rng.random() < 0.9:
            return
        agent = _somebody(world, responsible)
        if agent is None:
            yield clock.next_open(world.now + rng.randint(120, 600))
            continue
        call = world.outbound(person, agent, make(ago(miss.ended, world.now)), answers=0.72, deal=deal)
        if call.answered is not None:
            if then is not None:
                then(call)
            return
        yield clock.next_open(call.ended + rng.randint(10, 90) * clock.MINUTE)


def _somebody(world: World, first: Agent) -> Agent | None:
    if first.free_at <= world.now and first.on_shift(world.now):
        return first
    return world.board.free_agent(world.now, world.board.agents)


def speed_of(miss: Call, answered: int) -> float:
    """How much of the chance of a sale is left when a client is reached this long after a miss."""
    waited = answered - miss.ended
    if waited <= 30 * clock.MINUTE:
        return 0.8
    return 0.5 if waited <= 4 * clock.HOUR else 0.25


def again(world: World, person: Person, low: int, high: int) -> int:
    """When an impatient person tries once more."""
    return max(world.now + world.rng.randint(low, high), world.line_free(person) + 5)
