"""Filters of the list of conversations that came from a link and have no field of their own."""

from collections.abc import Callable
from dataclasses import dataclass

from api.pages.catalogues import translate
from api.pages.visit import Visit
from synapse.conversations.filter import ConversationFilter


@dataclass(frozen=True)
class Chip:
    """One filter in force; a click removes the parameters ``names``."""

    label: str
    names: tuple[str, ...]


def chips(visit: Visit, chosen: ConversationFilter) -> list[Chip]:
    """The filters in force, in the reader's words."""

    def say(key: str, **values: object) -> str:
        return translate(visit.language, key, **values)

    def name(prefix: str, code: str, nothing: str) -> str:
        if code == "-":
            return say(nothing)
        key = f"{prefix}.{code}"
        found = say(key)
        return code if found == key else found

    found: list[Chip] = []
    if chosen.text:
        found.append(Chip(say("chip.words", value=chosen.text), ("q",)))
    if chosen.queue:
        nothing = chosen.queue == "-"
        label = say("queue.none") if nothing else visit.queue_label(chosen.queue)
        found.append(Chip(label, ("queue",)))
    if chosen.agent_id == "-":
        found.append(Chip(say("agent.nobody"), ("agent",)))
    if chosen.weekday is not None:
        found.append(Chip(visit.format.weekday(chosen.weekday), ("weekday",)))
    if chosen.hour is not None:
        found.append(Chip(say("chip.hour", first=chosen.hour, last=chosen.hour + 1), ("hour",)))
    if chosen.stage:
        found.append(Chip(say("chip.stage", value=say(f"stage.{chosen.stage}")), ("stage",)))
    if chosen.stopped:
        found.append(Chip(say("chip.stopped", value=say(f"stage.{chosen.stopped}")), ("stopped",)))
    found += _enquiry_chips(chosen, say, name)
    if chosen.intent:
        found.append(Chip(name("intent", chosen.intent, "intent.other"), ("intent",)))
    if chosen.complaint:
        found.append(Chip(say("label.complaint"), ("complaint",)))
    if chosen.has_receipt:
        found.append(Chip(say("chip.receipt"), ("receipt",)))
    return found


def _enquiry_chips(
    chosen: ConversationFilter, say: Callable[..., str], name: Callable[..., str]
) -> list[Chip]:
    found: list[Chip] = []
    if chosen.source:
        value = name("traffic", chosen.source, "source.unknown")
        if chosen.medium and chosen.medium != "-":
            value = f"{value} ({name('medium', chosen.medium, 'source.unknown')})"
        if chosen.campaign and chosen.campaign != "-":
            value = f"{value} · {chosen.campaign}"
        if chosen.model:
            value = f"{value} · {say(f'attribution.{chosen.model}')}"
        found.append(Chip(say("chip.source", value=value), ("source", "medium", "campaign", "model")))
    if chosen.within is not None:
        found.append(Chip(say("chip.within", value=chosen.within), ("within",)))
    return found
