"""People who want windows: they look at the site, call, write, leave a form, or give up."""

from demo.company import clock, scenarios
from demo.company.agenda import Journey
from demo.company.calls import Call
from demo.company.journeys import callbacks, chats, deals
from demo.company.people import Person
from demo.company.staff import MEASURE, SALES
from demo.company.web import SOURCES
from demo.company.world import Deal, World

_ACTIONS = ("phone_click", "form_submit", "telegram_click", "whatsapp_click", "none")
_ACTION_WEIGHTS = (0.52, 0.16, 0.12, 0.03, 0.17)


def prospect(world: World) -> Journey:
    """A new person with a wish, from the first visit or call on."""
    rng = world.rng
    person = _somebody(world)
    deal = Deal(person)
    if rng.random() < 0.28:
        yield from calls_first(world, deal)
        return
    deal.source = rng.choices(SOURCES, [s.weight for s in SOURCES])[0]
    action = rng.choices(_ACTIONS, _ACTION_WEIGHTS)[0]
    browser = world.site.browser_of(person, world.now)
    end = world.site.visit(browser, world.now, deal.source, action=action.replace("none", ""), person=person)
    if action == "form_submit":
        yield from _leaves_form(world, deal, end)
    elif action == "telegram_click":
        yield end + rng.randint(20, 300)
        yield from chats.asks(world, deal)
    elif action == "whatsapp_click":
        return
    else:
        if action == "phone_click" and rng.random() < 0.1:
            return  # looked at the number and never called
        yield end + (rng.randint(5, 200) if action == "phone_click" else rng.randint(20, 400) * clock.MINUTE)
        yield from calls_first(world, deal)


def _somebody(world: World) -> Person:
    """A new person, or the spouse of a known one who shares the telephone."""
    if world.buyers and world.rng.random() < 0.015:
        return world.census.person(phone=world.rng.choice(world.buyers).phone)
    return world.census.person()


def calls_first(world: World, deal: Deal) -> Journey:
    """The person calls; if nobody answers, tries again, is called back, or goes elsewhere."""
    rng = world.rng
    person = deal.person
    is_hidden = rng.random() < 0.035
    yield world.line_free(person)
    for attempt in range(3):
        if deal.is_talked:
            return
        queue = MEASURE if rng.random() < 0.12 else SALES
        script = scenarios.sale(person, deals.ending(world, deal), rng)
        call = world.inbound(person, queue, script, hidden=is_hidden, deal=deal)
        if call.answered is not None:
            world.agenda.start(call.ended + 1, deals.after_talk(world, deal, call))
            return
        _hope_for_call_back(world, deal, call)
        deal.speed = min(deal.speed, 0.85)
        if rng.random() > (0.38 if attempt == 0 else 0.25):
            break
        yield callbacks.again(world, person, 90, 40 * clock.MINUTE)
    yield world.now + rng.randint(1, 5) * clock.HOUR
    deal.speed = min(deal.speed, 0.2)


def _hope_for_call_back(world: World, deal: Deal, miss: Call) -> None:
    rng = world.rng

    def make(ago: str) -> scenarios.Script:
        return scenarios.sale(deal.person, deals.ending(world, deal), rng, "missed", ago)

    def then(call: Call) -> None:
        assert call.answered is not None
        deal.speed = min(deal.speed, callbacks.speed_of(miss, call.answered))
        world.agenda.start(call.ended + 1, deals.after_talk(world, deal, call))

    world.agenda.start(miss.ended + 1, callbacks.call_back(world, miss, make, deal, then))


def _leaves_form(world: World, deal: Deal, at: int) -> Journey:
    """A form on the site: somebody calls, soon, late or never."""
    rng = world.rng
    agent = rng.choice(world.board.members(SALES))
    yield at
    if rng.random() > 0.5 + 0.5 * agent.recalls:
        return
    delay = rng.randint(3, 28) if rng.random() < 0.6 else rng.randint(35, 600)
    yield clock.next_open(clock.next_open(at) + delay * clock.MINUTE)
    deal.speed = 0.95 if world.now - clock.next_open(at) < 30 * clock.MINUTE else 0.55
    for _ in range(2):
        yield from world.both_free(agent, deal.person)
        script = scenarios.sale(deal.person, deals.ending(world, deal), rng, "form")
        call = world.outbound(deal.person, agent, script, answers=0.75, deal=deal)
        if call.answered is not None:
            yield from deals.after_talk(world, deal, call)
            return
        yield clock.next_open(world.now + rng.randint(20, 200) * clock.MINUTE)
