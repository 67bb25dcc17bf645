"""From the first sale talk to the receipt: promises, measure, advance, payment, return."""

from demo.company import clock, scenarios
from demo.company.agenda import Journey
from demo.company.calls import Call
from demo.company.dialogues import Promise
from demo.company.staff import MEASURE, SALES, Agent
from demo.company.world import Deal, World

_ENDINGS = ("booked", "callback", "send", "thinks", "refused")
_WEIGHTS = (0.43, 0.26, 0.05, 0.16, 0.10)


def ending(world: World, deal: Deal) -> str:
    """How the next sale talk ends; those who waited long refuse more often."""
    weights = list(_WEIGHTS)
    weights[0] *= deal.speed
    weights[4] *= 3 - 2 * deal.speed
    return world.rng.choices(_ENDINGS, weights)[0]


def after_talk(world: World, deal: Deal, call: Call) -> Journey:
    """What follows an answered sale talk."""
    dialogue = call.dialogue
    if dialogue is None or call.agent is None or call.ended > world.until:
        return
    yield call.ended + 1
    promise = next((p for p in dialogue.promises if p.who == "agent"), None)
    if dialogue.outcome == "booked" and dialogue.visit_at is not None:
        yield from measure(world, deal, call, dialogue.visit_at)
    elif dialogue.outcome in ("callback", "send") and promise is not None:
        yield from _promised(world, deal, call.agent, promise)
    elif dialogue.outcome == "thinks":
        yield from _thinks(world, deal, call.agent)


def _promised(world: World, deal: Deal, agent: Agent, promise: Promise) -> Journey:
    """The agent promised to call: in time, late or never."""
    rng = world.rng
    due = promise.due_at if promise.due_at is not None else world.now + clock.DAY
    if rng.random() < agent.keeps:
        gap = max(60, due - world.now)
        yield _in_hours_before(due, world.now + int(gap * rng.uniform(0.35, 0.93)))
        answers = 0.96
    elif rng.random() < 0.45:
        deal.broken += 1
        yield clock.next_open(due + rng.randint(40, 600) * clock.MINUTE)
        answers = 0.8
    else:
        deal.broken += 1
        if rng.random() < 0.35:
            yield clock.next_open(due + rng.randint(1, 26) * clock.HOUR)
            script = scenarios.complaint(deal.person, rng)
            yield world.line_free(deal.person)
            world.inbound(deal.person, SALES, script)
        return
    caller = agent if agent.free_at <= world.now else world.board.free_agent(world.now, world.board.agents)
    caller = caller or agent
    yield from world.both_free(caller, deal.person)
    how = ending(world, deal)
    how = "booked" if how == "callback" else how
    call = world.outbound(
        deal.person, caller, scenarios.follow_up(deal.person, how, rng), answers=answers, deal=deal
    )
    if call.answered is not None:
        world.agenda.start(call.ended + 1, after_talk(world, deal, call))


def _in_hours_before(due: int, wish: int) -> int:
    """The wished moment, moved into working hours but not past the due time."""
    moved = clock.next_open(wish)
    return moved + 60 if moved + 120 < due else max(wish, due - 600)


def _thinks(world: World, deal: Deal, agent: Agent) -> Journey:
    """The client thinks; some come back, some are called, most are never heard of again."""
    rng = world.rng
    roll = rng.random()
    if roll < 0.3:
        yield clock.next_open(world.now + rng.randint(8, 120) * clock.HOUR) + rng.randint(0, 6 * clock.HOUR)
        yield clock.next_open(world.line_free(deal.person) + 1)
        script = scenarios.sale(deal.person, rng.choice(("booked", "booked", "refused")), rng)
        call = world.direct(deal.person, agent, script, deal)
        if call.answered is not None:
            world.agenda.start(call.ended + 1, after_talk(world, deal, call))
    elif roll < 0.45:
        yield from purchase(world, deal, world.now + rng.randint(1, 6) * clock.DAY)


def measure(world: World, deal: Deal, call: Call, visit_at: int) -> Journey:
    """The visit: confirmed by a call in time or forgotten, then bought or not."""
    rng = world.rng
    agent = rng.choice(world.board.members(MEASURE))
    if rng.random() < 0.55 + 0.45 * agent.keeps:
        yield max(world.now + 60, _in_hours_before(visit_at, visit_at - rng.randint(65, 200) * clock.MINUTE))
        yield from world.both_free(agent, deal.person)
        world.outbound(deal.person, agent, scenarios.reminder(deal.person, rng), answers=0.93)
    elif rng.random() < 0.5:
        deal.broken += 1
        yield clock.next_open(visit_at + rng.randint(1, 20) * clock.HOUR)
        yield world.line_free(deal.person)
        world.inbound(deal.person, SALES, scenarios.complaint(deal.person, rng))
    yield max(world.now, visit_at + clock.HOUR)
    yield from purchase(world, deal, visit_at + rng.randint(2, 70) * clock.HOUR)


def purchase(world: World, deal: Deal, at: int) -> Journey:
    """A receipt, an advance with its final payment, a return, or nothing."""
    rng = world.rng
    seller = deal.agent or world.board.agents[0]
    chance = deal.source.sells * 1.75 * deal.speed * seller.sells * 0.55**deal.broken
    if rng.random() > chance:
        return
    yield _shop_hours(world, at)
    roubles = (deal.price or rng.choice((12_000, 25_000, 45_000, 80_000))) * rng.uniform(0.85, 1.9)
    amount = int(roubles) * 100 + rng.choice((0, 0, 0, 50, 90))
    person = deal.person
    enquiry = deal.enquiry
    paid_at = world.now
    if amount > 2_000_000 and rng.random() < 0.55:
        advance = amount * rng.choice((30, 50)) // 100
        number = world.books.add(person, world.now, "advance", advance, seller.name, enquiry=enquiry)
        yield _shop_hours(world, world.now + rng.randint(5, 16) * clock.DAY)
        final = amount - advance
        world.books.add(person, world.now, "sale", final, seller.name, base=number, enquiry=enquiry)
    else:
        number = world.books.add(person, world.now, "sale", amount, seller.name, enquiry=enquiry)
        if rng.random() < 0.08:
            yield _shop_hours(world, world.now + rng.randint(1, 9) * clock.DAY)
            back = -amount if rng.random() < 0.6 else -(amount // 3)
            world.books.add(person, world.now, "return", back, seller.name, base=number, enquiry=enquiry)
    if paid_at <= world.until:
        world.buyers.append(person)


def _shop_hours(world: World, at: int) -> int:
    return clock.next_open(max(at, world.now + 60)) + world.rng.randint(0, 3 * clock.HOUR)
