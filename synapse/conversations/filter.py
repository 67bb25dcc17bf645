"""Which conversations: one filter that cards, charts and the list share."""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from synapse.conversations.query import Search, understand
from synapse.conversations.search import digits_of_phone, has_number, has_words
from synapse.reports.attribution import credited
from synapse.reports.conversion import STAGES, furthest
from synapse.reports.marts import conversations, conversions, leakage, receipts, service_levels
from synapse.reports.period import Period
from synapse.reports.service_level import IS_GOOD, IS_MEASURED

CHANNELS = ("call", "telegram", "whatsapp", "mail", "form")
ANSWERS = ("answered", "missed", "short")
SERVICE = ("good", "late")

_C = conversations.c


@dataclass(frozen=True)
class ConversationFilter:
    """An empty field does not restrict.

    Attributes:
        period: Days on which the conversation began; None for all time.
        channel: One of :data:`CHANNELS`, or ``message`` for all but calls.
        direction: ``inbound``, ``outbound`` or ``internal``.
        answer: ``answered``, ``missed``, or ``short`` for inbound ones that hung up at once.
        agent_id: Extension; ``-`` for those that reached nobody.
        queue: Queue's number; ``-`` for those outside any queue.
        topic: A topic's code.
        intent: An intent's code.
        complaint: Only complaints.
        service: ``good`` (answered in time) or ``late``, as the service level counts.
        weekday: ISO weekday, 1 to 7.
        hour: Hour of the company's day.
        stage: Enquiries that came at least this far: one of ``STAGES``.
        stopped: Enquiries that are lost after this stage.
        source: Last touch of the enquiry; ``-`` for unknown.
        medium: Last touch's medium; only together with ``source``.
        campaign: Campaign; only together with ``model`` and ``source``.
        model: ``source`` is one that has any credit in this model of attribution, not the last touch.
        within: Enquiries with a receipt not later than so many days.
        leak: ``any``, or a kind of leak, that began in the conversation.
        has_receipt: Only those that a receipt is matched to.
        text: Words to find, or a phone number.
        search: The words as understood by :meth:`prepared`.
    """

    period: Period | None = None
    channel: str | None = None
    direction: str | None = None
    answer: str | None = None
    agent_id: str | None = None
    queue: str | None = None
    topic: str | None = None
    intent: str | None = None
    complaint: bool = False
    service: str | None = None
    weekday: int | None = None
    hour: int | None = None
    stage: str | None = None
    stopped: str | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    model: str | None = None
    within: int | None = None
    leak: str | None = None
    has_receipt: bool = False
    text: str | None = None
    search: Search | None = None

    def prepared(self, connection: sa.Connection) -> "ConversationFilter":
        """The same filter with its words understood; typing errors are mended by the company's vocabulary."""
        if not self.text or self.search is not None or digits_of_phone(self.text) is not None:
            return self
        return replace(self, search=understand(connection, self.text))

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filter as SQL conditions on ``fct_conversations``."""
        return [*self._plain(), *self._labels(), *self._service(), *self._enquiry()]

    def _plain(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if self.period is not None and not self._is_enquiry and not self._is_measured:
            found.append(_C.started_on.between(self.period.first, self.period.last))
        if self.channel == "message":
            found.append(_C.channel != "call")
        elif self.channel:
            found.append(_C.channel == self.channel)
        if self.direction:
            found.append(_C.direction == self.direction)
        if self.answer == "answered":
            found.append(_C.is_answered)
        elif self.answer == "missed":
            found.append(_C.is_missed)
        elif self.answer == "short":
            found.append(sa.and_(_C.direction == "inbound", ~_C.is_answered, ~_C.is_missed))
        if self.agent_id and not self._is_measured:
            found.append(same_or_none(_C.agent_id, self.agent_id))
        if self.queue and not self._is_measured:
            found.append(same_or_none(_C.queue, self.queue))
        return found

    def _labels(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if self.topic:
            found.append(_C.topics.contains([self.topic]))
        if self.intent:
            found.append(_C.intent == self.intent)
        if self.complaint:
            found.append(_C.is_complaint)
        if self.leak:
            found.append(_C.conversation_id.in_(self._leaks()))
        if self.has_receipt:
            matched = receipts.c.match_status == "matched"
            found.append(_C.conversation_id.in_(sa.select(receipts.c.enquiry_id).where(matched)))
        number = digits_of_phone(self.text) if self.text else None
        if number is not None:
            found.append(has_number(number))
        elif self.search is not None:
            found.append(has_words(self.search))
        return found

    def _leaks(self) -> sa.Select[tuple[str]]:
        chosen = sa.select(leakage.c.conversation_id).where(leakage.c.conversation_id.is_not(None))
        return chosen if self.leak == "any" else chosen.where(leakage.c.kind == self.leak)

    def _service(self) -> list[sa.ColumnElement[bool]]:
        if not self._is_measured:
            return []
        t = service_levels.c
        found: list[sa.ColumnElement[bool]] = [IS_MEASURED]
        if self.service:
            found.append(IS_GOOD if self.service == "good" else ~IS_GOOD)
        if self.period is not None:
            found.append(t.offered_on.between(self.period.first, self.period.last))
        if self.weekday is not None:
            found.append(sa.extract("isodow", t.offered_on) == self.weekday)
        if self.hour is not None:
            found.append(t.offered_hour == self.hour)
        if self.agent_id:
            found.append(same_or_none(t.agent_id, self.agent_id))
        if self.queue:
            found.append(same_or_none(t.queue, self.queue))
        return [_C.conversation_id.in_(sa.select(t.conversation_id).where(*found))]

    @property
    def _is_measured(self) -> bool:
        return bool(self.service) or self.weekday is not None or self.hour is not None

    @property
    def _is_enquiry(self) -> bool:
        return bool(self.stage or self.stopped or self.source) or self.within is not None

    def _enquiry(self) -> list[sa.ColumnElement[bool]]:
        if not self._is_enquiry:
            return []
        t = conversions.c
        found: list[sa.ColumnElement[bool]] = []
        if self.period is not None:
            found.append(t.enquired_on.between(self.period.first, self.period.last))
        if self.stage in STAGES:
            found.append(furthest >= STAGES.index(self.stage) + 1)
        if self.stopped in STAGES:
            found.append(sa.and_(furthest == STAGES.index(self.stopped) + 1, t.is_matured))
        if self.within is not None:
            found.append(sa.and_(t.is_converted, t.days_to_receipt <= self.within))
        if self.source and self.model:
            ids = credited(self.model, self.source, self.medium, self.campaign, self.period)
            found.append(t.enquiry_id.in_(ids))
        elif self.source:
            found.append(same_or_none(t.last_source, self.source))
            if self.medium:
                found.append(same_or_none(t.last_medium, self.medium))
        return [_C.conversation_id.in_(sa.select(t.enquiry_id).where(*found))]


def same_or_none(column: sa.ColumnElement[str], value: str) -> sa.ColumnElement[bool]:
    """``column = value``, where ``-`` stands for "nothing"."""
    return column.is_(None) if value == "-" else column == value
