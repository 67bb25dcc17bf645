"""What is said in each kind of call."""

import random
from collections.abc import Callable

from demo.company.dialogues import Dialogue, Talk
from demo.company.people import Person
from demo.company.staff import Agent

Script = Callable[[Agent, Agent | None, int], Dialogue]
"""``script(agent, free colleague or None, answered at)``."""


def _open(talk: Talk, opening: str, ago: str) -> None:
    if opening == "inbound":
        talk.agent("greeting")
        talk.client("greeting")
    elif opening == "missed":
        talk.agent("outbound_greeting", only="{ago}", ago=ago)
        talk.client("outbound_reply", only="слушаю") if talk.rng.random() < 0.5 else talk.client(
            "outbound_reply", only="спасибо"
        )
    elif opening == "form":
        talk.agent("outbound_greeting", only="заявку")
        talk.client("outbound_reply", only="заявку")
    else:
        talk.agent("outbound_greeting", only="обещали")
        talk.client("outbound_reply", only="слушаю")


def _close(talk: Talk) -> Dialogue:
    if talk.rng.random() < 0.4:
        talk.agent("anything_else")
    talk.client("closing", without=("жду",) if talk.dialogue.visit_at is None else ())
    talk.agent("closing")
    return talk.dialogue


def _need(talk: Talk) -> None:
    rng = talk.rng
    talk.client("need")
    if rng.random() < 0.6:
        talk.agent("ask_name")
        talk.client("name")
        talk.agent("name_reply")
    for _ in range(rng.choice((1, 1, 2))):
        talk.agent("ask_need")
        talk.client("details")
    if rng.random() < 0.35:
        talk.agent("ask_source")
        talk.client("source")
    talk.client("price_question")
    talk.name_price()
    if rng.random() < 0.6:
        talk.agent("terms")


def _finish_sale(talk: Talk, ending: str) -> Dialogue:
    rng = talk.rng
    if ending != "refused" and rng.random() < 0.3:
        talk.client("objection", without=("подумаю", "подумать", "посоветоваться"))
        talk.agent("objection_reply")
    if ending == "booked":
        talk.agent("measure", without=("{day}",))
        slot = talk.spoken_slot()
        talk.client("measure_request", **slot)
        talk.agent("ask_address")
        talk.client("address")
        talk.visit("measure_booked")
        talk.client("agree")
    elif ending == "callback":
        talk.promise("promise_callback", "call_back")
        talk.client("agree")
    elif ending == "send":
        talk.client("ask_send")
        talk.promise("promise_send", "send")
        talk.client("agree")
    elif ending == "thinks":
        talk.client("objection", only="дорого")
        talk.client_promise()
        talk.agent("yes", without=("записал",))
    else:
        talk.client("objection", only="дешевле")
        talk.agent("objection_reply")
        talk.client("refuse")
    talk.dialogue.outcome = ending
    return _close(talk)


def sale(person: Person, ending: str, rng: random.Random, opening: str = "inbound", ago: str = "") -> Script:
    """A first sale talk that ends ``booked``, ``callback``, ``send``, ``thinks`` or ``refused``."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("sales", agent, person, at, rng)
        _open(talk, opening, ago)
        _need(talk)
        if colleague is not None and ending == "booked" and rng.random() < 0.25:
            talk.put_through(colleague, "отделом замера", rng.choice(("blind", "attended")))
            talk.pause(5 + rng.randrange(6))
            talk.agent("greeting")
        return _finish_sale(talk, ending)

    return script


def follow_up(person: Person, ending: str, rng: random.Random) -> Script:
    """The promised call: the agent comes back with an answer."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("sales", agent, person, at, rng)
        _open(talk, "promised", "")
        talk.name_price()
        talk.agent("terms")
        return _finish_sale(talk, ending)

    return script


def reminder(person: Person, rng: random.Random) -> Script:
    """The measure department confirms a visit."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("order", agent, person, at, rng)
        talk.agent("outbound_greeting", only="меня зовут")
        talk.client("outbound_reply", only="слушаю")
        talk.agent("reminder", only="замерщик", without=("{day}",))
        talk.client("reminder_reply", without=("{day}", "получил"))
        talk.agent("closing")
        return talk.dialogue

    return script


def service(person: Person, rng: random.Random, opening: str = "inbound", ago: str = "") -> Script:
    """A repair is asked for."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("service", agent, person, at, rng)
        _open(talk, opening, ago)
        talk.client("service_request")
        if colleague is not None and "501" not in agent.queues:
            talk.put_through(colleague, "отделом сервиса", rng.choice(("blind", "attended", "blind")))
            talk.pause(4 + rng.randrange(7))
            talk.agent("greeting")
            talk.client("service_request")
        if rng.random() < 0.5:
            talk.agent("ask_address")
            talk.client("address")
        if rng.random() < 0.6:
            talk.visit("promise_visit")
        else:
            talk.promise("promise_callback", "call_back")
        talk.client("agree")
        talk.dialogue.outcome = "service"
        return _close(talk)

    return script


def complaint(person: Person, rng: random.Random, opening: str = "inbound", ago: str = "") -> Script:
    """Something went wrong and the client says so; some agents make it worse."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("complaint", agent, person, at, rng)
        _open(talk, opening, ago)
        talk.client("complaint")
        is_bad = rng.random() > agent.keeps
        talk.agent("complaint_bad_reply" if is_bad else "complaint_reply")
        talk.client("complaint")
        if is_bad or rng.random() < 0.2:
            talk.client("rude")
        talk.agent("complaint_bad_reply" if is_bad and rng.random() < 0.5 else "complaint_reply")
        if not is_bad:
            if rng.random() < 0.5:
                talk.visit("promise_visit")
            else:
                talk.promise("promise_callback", "call_back")
            talk.client("agree")
        talk.dialogue.outcome = "unhappy" if is_bad else "calmed"
        return _close(talk)

    return script


def order_status(person: Person, rng: random.Random, opening: str = "inbound", ago: str = "") -> Script:
    """Where is my order."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("order", agent, person, at, rng)
        _open(talk, opening, ago)
        talk.client("order_status", without=("отмените",), day=talk.spoken_slot()["day"])
        talk.agent("order_status", only="назовите")
        talk.client("order_status", only="{number}")
        if rng.random() < 0.3:
            talk.agent("order_status", only="{term}")
        else:
            talk.agent("order_status", only="доставка", **talk.spoken_slot())
        talk.client("agree")
        talk.dialogue.outcome = "informed"
        return _close(talk)

    return script


def wrong_number(person: Person, rng: random.Random) -> Script:
    """Not for us."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("wrong_number", agent, person, at, rng)
        talk.agent("greeting")
        talk.client("wrong_number", without=("ошиб", "туда"))
        talk.agent("wrong_number")
        talk.client("wrong_number", only="извините")
        return talk.dialogue

    return script


def spam(person: Person, rng: random.Random) -> Script:
    """Somebody wants to sell us something."""

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("spam", agent, person, at, rng)
        talk.agent("greeting")
        talk.client("spam")
        talk.agent("spam_reply")
        talk.client("closing", without=("жду",))
        return talk.dialogue

    return script


def colleagues(caller: Agent, rng: random.Random) -> Script:
    """Two agents among themselves; the caller stands on the client's side of the record."""
    as_person = Person("", caller.first_name, "", caller.feminine, [""], "")

    def script(agent: Agent, colleague: Agent | None, at: int) -> Dialogue:
        talk = Talk("other", agent, as_person, at, rng)
        talk.agent("internal", only="сейчас посмотрю")
        talk.agent("internal", without=("{day}",))
        talk.agent("internal", only="спасибо")
        return talk.dialogue

    return script
