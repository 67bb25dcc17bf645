"""Telegram chats: a question, an answer in time or not, perhaps a telephone number, perhaps a measure."""

from demo.company import clock, due
from demo.company.agenda import Journey
from demo.company.dialogues import pick
from demo.company.journeys import deals
from demo.company.staff import SALES
from demo.company.world import Deal, World
from demo.phrases import AGENT, CLIENT, PRICES, fill


def asks(world: World, deal: Deal) -> Journey:
    """A sales enquiry in a chat."""
    rng = world.rng
    person = deal.person
    thread = f"telegram:{world.chats.introduce(person)}:1"
    _says(world, deal, "greeting")
    world.enquire(deal, thread, "telegram")
    yield world.now + rng.randint(4, 40)
    _says(world, deal, "need")
    agent = rng.choice(world.board.members(SALES))
    roll = rng.random()
    if roll > 0.55 + 0.4 * agent.recalls:
        return
    delay = rng.randint(40, 13 * 60) if roll < 0.55 else rng.randint(17, 300) * clock.MINUTE
    deal.speed = 1.0 if delay < 15 * clock.MINUTE else 0.55
    yield clock.next_open(clock.next_open(world.now) + delay)
    deal.is_talked, deal.agent = True, agent
    _replies(world, deal, "greeting", "меня зовут")
    yield from _talk(world, deal)


def _talk(world: World, deal: Deal) -> Journey:
    """Questions, a price, an objection or an appointment."""
    rng = world.rng
    yield world.now + rng.randint(10, 60)
    _replies(world, deal, "ask_need")
    yield world.now + rng.randint(20, 400)
    _says(world, deal, "details")
    yield world.now + rng.randint(20, 300)
    spoken = rng.choice(tuple(PRICES))
    deal.price = PRICES[spoken]
    _replies(world, deal, "price", "{price}", price=spoken)
    yield world.now + rng.randint(20, 600)
    if rng.random() < 0.3:
        _says(world, deal, "objection")
        return
    if rng.random() < 0.6:
        _says(world, deal, "measure_request", **due.choose("{day} {time}", world.now, rng)[0])
    yield world.now + rng.randint(20, 200)
    _replies(world, deal, "ask_address", "телефон")
    yield world.now + rng.randint(15, 300)
    if rng.random() < 0.65:
        world.chats.contact(deal.person, world.now)
    else:
        _says(world, deal, "address")
    yield world.now + rng.randint(15, 200)
    words, visit_at = due.choose("{day} {time}", world.now, rng)
    _replies(world, deal, "measure_booked", "{day} {time}", **words)
    assert visit_at is not None
    if rng.random() < 0.8:
        yield max(world.now + 600, visit_at - rng.randint(2, 20) * clock.HOUR)
        if world.now < visit_at:
            _replies(world, deal, "reminder", "о замере", **words)
    yield max(world.now + 1, visit_at + clock.HOUR)
    yield from deals.purchase(world, deal, visit_at + rng.randint(2, 60) * clock.HOUR)


def _says(world: World, deal: Deal, purpose: str, **values: str) -> None:
    person = deal.person
    template = pick(CLIENT[purpose], world.rng, "", ("|",))
    values.setdefault("name", person.given)
    text = fill(template, world.rng, feminine=person.feminine, values=values)
    world.chats.from_client(person, world.now, text)


def _replies(world: World, deal: Deal, purpose: str, only: str = "", **values: str) -> None:
    agent = deal.agent
    assert agent is not None
    template = pick(AGENT[purpose], world.rng, only, ())
    values.setdefault("name", agent.first_name)
    text = fill(template, world.rng, feminine=agent.feminine, values=values)
    world.chats.from_staff(deal.person, world.now, text, agent)
