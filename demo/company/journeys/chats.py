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
    person, chats = deal.person, world.chats
    thread = f"telegram:{chats.introduce(person)}"

    def says(purpose: str, **values: str) -> None:
        template = pick(CLIENT[purpose], rng, "", ("|",))
        values.setdefault("name", person.given)
        chats.from_client(person, world.now, fill(template, rng, feminine=person.feminine, values=values))

    says("greeting")
    world.enquire(deal, thread, "telegram")
    yield world.now + rng.randint(4, 40)
    says("need")
    agent = rng.choice(world.board.members(SALES))
    roll = rng.random()
    if roll > 0.55 + 0.4 * agent.recalls:
        return
    delay = rng.randint(40, 13 * 60) if roll < 0.55 else rng.randint(17, 300) * clock.MINUTE
    deal.speed = 1.0 if delay < 15 * clock.MINUTE else 0.55
    yield clock.next_open(clock.next_open(world.now) + delay)
    deal.is_talked, deal.agent = True, agent

    def replies(purpose: str, only: str = "", **values: str) -> None:
        template = pick(AGENT[purpose], rng, only, ())
        values.setdefault("name", agent.first_name)
        text = fill(template, rng, feminine=agent.feminine, values=values)
        chats.from_staff(person, world.now, text, agent.name.split()[0])

    replies("greeting", "меня зовут")
    yield world.now + rng.randint(10, 60)
    replies("ask_need")
    yield world.now + rng.randint(20, 400)
    says("details")
    yield world.now + rng.randint(20, 300)
    spoken = rng.choice(tuple(PRICES))
    deal.price = PRICES[spoken]
    replies("price", "{price}", price=spoken)
    yield world.now + rng.randint(20, 600)
    if rng.random() < 0.3:
        says("objection")
        return
    if rng.random() < 0.6:
        says("measure_request", **due.choose("{day} {time}", world.now, rng)[0])
    yield world.now + rng.randint(20, 200)
    replies("ask_address", "телефон")
    yield world.now + rng.randint(15, 300)
    if rng.random() < 0.65:
        chats.contact(person, world.now)
    else:
        says("address")
    yield world.now + rng.randint(15, 200)
    words, visit_at = due.choose("{day} {time}", world.now, rng)
    replies("measure_booked", "{day} {time}", **words)
    assert visit_at is not None
    yield max(world.now + 1, visit_at + clock.HOUR)
    yield from deals.purchase(world, deal, visit_at + rng.randint(2, 60) * clock.HOUR)
