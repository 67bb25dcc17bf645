"""Everybody else who calls: clients of before, the wrong ones, sellers, suppliers, colleagues, passers-by."""

from collections.abc import Callable

from demo.company import clock, scenarios
from demo.company.agenda import Journey
from demo.company.calls import Call
from demo.company.journeys import callbacks, chats
from demo.company.people import Person
from demo.company.scenarios import Script
from demo.company.staff import SALES, SERVICE
from demo.company.world import Deal, World


def client(world: World) -> Journey:
    """Somebody who bought before: a repair, a complaint, where is my order."""
    rng = world.rng
    is_known = bool(world.buyers) and rng.random() < 0.6
    person = rng.choice(world.buyers) if is_known else world.census.person()
    kind = rng.choices((scenarios.service, scenarios.order_status, scenarios.complaint), (0.5, 0.3, 0.2))[0]
    yield from _insists(world, person, lambda opening, ago: kind(person, rng, opening, ago))


def _insists(world: World, person: Person, make: Callable[[str, str], Script]) -> Journey:
    rng = world.rng
    yield world.line_free(person)
    for _ in range(3):
        queue = SALES if rng.random() < 0.25 else SERVICE
        since = world.now
        call = world.inbound(person, queue, make("inbound", ""))
        if call.answered is not None:
            yield from _promised(world, call)
            return
        world.agenda.start(
            call.ended + 1,
            callbacks.call_back(world, call, lambda ago: make("missed", ago), None, _follow(world)),
        )
        if rng.random() > 0.55:
            return
        yield callbacks.again(world, person, 120, 70 * clock.MINUTE)
        if world.was_reached(person, since):
            return


def _follow(world: World) -> Callable[[Call], None]:
    return lambda call: world.agenda.start(call.ended + 1, _promised(world, call))


def _promised(world: World, call: Call) -> Journey:
    """The service keeps its promise by calling before it is due, or not."""
    rng = world.rng
    promise = next((p for p in call.dialogue.promises if p.due_at), None) if call.dialogue else None
    agent = call.agent
    if promise is None or promise.due_at is None or agent is None or call.person is None:
        return
    if rng.random() > 0.3 + 0.7 * agent.keeps:
        return
    yield call.ended + int(max(30, promise.due_at - call.ended) * rng.uniform(0.4, 0.9))
    if not clock.is_open(world.now):
        yield min(clock.next_open(world.now) + 120, promise.due_at - 300)
    caller = agent if agent.free_at <= world.now else world.board.free_agent(world.now, world.board.agents)
    if caller is None or world.line_free(call.person) > world.now:
        return
    world.outbound(call.person, caller, scenarios.reminder(call.person, rng), answers=0.95)


def nuisance(world: World) -> Journey:
    """Wrong numbers and sellers of credit; the latter call again and again from one number."""
    rng = world.rng
    yield world.now
    if rng.random() < 0.5:
        person = world.census.person()
        _rings_once(world, person, scenarios.wrong_number(person, rng))
        return
    person = _caller_of(world, "spam", 4)
    yield world.line_free(person)
    _rings_once(world, person, scenarios.spam(person, rng))


def supplier(world: World) -> Journey:
    """The glass works and the carrier; they know the agents' own numbers."""
    rng = world.rng
    person = _caller_of(world, "supplier", 3)
    yield world.line_free(person)
    agent = rng.choice(world.board.agents)
    call = world.direct(person, agent, scenarios.order_status(person, rng))
    if call.answered is None and clock.is_open(world.now) and rng.random() < 0.6:
        yield clock.next_open(call.ended + rng.randint(3, 90) * clock.MINUTE)
        yield from world.both_free(agent, person)
        world.outbound(
            person, agent, scenarios.order_status(person, rng, "missed", "полчаса назад"), answers=0.9
        )


def _rings_once(world: World, person: Person, script: Script) -> None:
    world.inbound(
        person, SALES if world.rng.random() < 0.8 else SERVICE, script, hidden=world.rng.random() < 0.05
    )


def _caller_of(world: World, kind: str, count: int) -> Person:
    people = world.regulars.setdefault(kind, [])
    while len(people) < count:
        person = world.census.person()
        person.phones = person.phones[:1]
        people.append(person)
    return world.rng.choice(people)


def colleague(world: World) -> Journey:
    """An agent calls another one."""
    rng = world.rng
    yield world.now
    caller = world.board.free_agent(world.now, world.board.agents)
    if caller is None:
        return
    called = rng.choice([agent for agent in world.board.agents if agent is not caller])
    world.record(world.board.internal(world.now, caller, called, scenarios.colleagues(caller, rng)))


def writer(world: World) -> Journey:
    """Somebody writes in Telegram without having been on the site."""
    yield world.now
    yield from chats.asks(world, Deal(world.census.person()))


def walk_in(world: World) -> Journey:
    """Somebody buys in the shop and was never in touch."""
    rng = world.rng
    person = world.census.person()
    yield clock.next_open(world.now) + rng.randint(0, 4 * clock.HOUR)
    agent = rng.choice(world.board.agents)
    amount = int(rng.lognormvariate(9.6, 0.6)) * 100
    world.books.add(person, world.now, "sale", amount, agent.name)
    world.buyers.append(person)


def stranger(world: World) -> Journey:
    """A visitor of the site who leaves no trace but cookies."""
    yield world.now
    world.site.stranger(world.now)


def crawler(world: World) -> Journey:
    """A bot visits the site."""
    yield world.now
    world.site.bot(world.now)
