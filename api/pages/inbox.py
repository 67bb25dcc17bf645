"""``/inbox``: all conversations, newest first."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.pages.catalogues import translate
from api.pages.chips import chips
from api.pages.exports import ExportVisit, csv_response
from api.pages.leaks import Cursor
from api.pages.periods import ListPeriod, period_query
from api.pages.rendering import render
from api.pages.visit import CurrentVisit
from synapse.conversations.filter import ANSWERS, CHANNELS, SERVICE, ConversationFilter
from synapse.conversations.listing import MOST_COUNTED, count_conversations, list_conversations
from synapse.reports.attribution import MODELS
from synapse.reports.choices import agent_choices, topic_choices
from synapse.reports.conversion import STAGES
from synapse.reports.leakage import KINDS

router = APIRouter(include_in_schema=False, prefix="/inbox")

_MOST_EXPORTED = 50_000
_TOPICS_SINCE = timedelta(days=120)
_DIRECTIONS = ("inbound", "outbound", "internal")
_Text = Annotated[str | None, Query(max_length=64)]
_Flag = Annotated[bool, Query()]
_Words = Annotated[str | None, Query(max_length=200)]
_Small = Annotated[str | None, Query(max_length=2)]


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str | None:
    return value if value in allowed else None


def _whole(text: str | None, low: int, high: int) -> int | None:
    return int(text) if text and text.isdecimal() and low <= int(text) <= high else None


def conversation_filter(
    *,
    period: ListPeriod,
    channel: _Text = None,
    direction: _Text = None,
    answer: _Text = None,
    agent: _Text = None,
    queue: _Text = None,
    topic: _Text = None,
    intent: _Text = None,
    complaint: _Flag = False,
    service: _Text = None,
    weekday: _Small = None,
    hour: _Small = None,
    stage: _Text = None,
    stopped: _Text = None,
    source: _Text = None,
    medium: _Text = None,
    campaign: _Words = None,
    model: _Text = None,
    within: _Small = None,
    leak: _Text = None,
    receipt: _Flag = False,
    q: _Words = None,
) -> ConversationFilter:
    """Read the filter from the URL; values that mean nothing are dropped."""
    return ConversationFilter(
        period=period,
        channel=_one_of(channel, (*CHANNELS, "message")),
        direction=_one_of(direction, _DIRECTIONS),
        answer=_one_of(answer, ANSWERS),
        agent_id=agent or None,
        queue=queue or None,
        topic=topic or None,
        intent=intent or None,
        complaint=complaint,
        service=_one_of(service, SERVICE),
        weekday=_whole(weekday, 1, 7),
        hour=_whole(hour, 0, 23),
        stage=_one_of(stage, STAGES),
        stopped=_one_of(stopped, STAGES),
        source=source or None,
        medium=medium or None,
        campaign=campaign or None,
        model=_one_of(model, MODELS),
        within=_whole(within, 0, 99),
        leak=_one_of(leak, (*KINDS, "any")),
        has_receipt=receipt,
        text=(q or "").strip() or None,
    )


Chosen = Annotated[ConversationFilter, Depends(conversation_filter)]
_RENAMED = {"agent_id": "agent", "has_receipt": "receipt", "text": "q"}


def filter_query(chosen: ConversationFilter) -> dict[str, object]:
    """URL parameters of a filter."""
    values = {name: value for name, value in asdict(chosen).items() if name not in ("period", "search")}
    plain = {
        _RENAMED.get(name, name): (1 if value is True else value)
        for name, value in values.items()
        if value is not None and value is not False
    }
    return {**period_query(chosen.period), **plain}


@router.get("")
def inbox(visit: CurrentVisit, chosen: Chosen, after: Cursor = None) -> Response:
    """Show one page of conversations; with ``HX-Request`` only its rows."""
    if visit.warehouse.state != "filled":
        return render(visit, "empty.html", section="inbox")
    chosen = chosen.prepared(visit.connection)
    page = list_conversations(visit.connection, chosen, masking=visit.masking, cursor=after)
    query = filter_query(chosen)
    if visit.is_fragment:
        return render(visit, "inbox_rows.html", page=page, query=query)
    return render(
        visit,
        "inbox.html",
        page=page,
        count=count_conversations(visit.connection, chosen),
        most_counted=MOST_COUNTED if chosen.text else None,
        chosen=chosen,
        period=chosen.period,
        query=query,
        channels=CHANNELS,
        directions=_DIRECTIONS,
        answers=ANSWERS,
        services=SERVICE,
        kinds=("any", *KINDS),
        chips=chips(visit, chosen),
        agents=agent_choices(visit.connection),
        topics=topic_choices(visit.connection, visit.today - _TOPICS_SINCE),
    )


@router.get(".csv")
def inbox_csv(visit: ExportVisit, chosen: Chosen) -> Response:
    """The same list as a table for spreadsheets."""
    page = list_conversations(visit.connection, chosen, masking=visit.masking, limit=_MOST_EXPORTED)
    cells = (
        (
            row.started_at,
            translate(visit.language, f"channel.{row.channel}"),
            translate(visit.language, f"direction.{row.direction}"),
            row.contact,
            row.phone,
            row.agent,
            visit.queue_names.get(row.queue or "", row.queue),
            row.is_answered,
            row.is_missed,
            row.response_seconds,
            row.talk_seconds,
            row.messages,
            row.intent,
            row.topics,
            row.is_complaint,
            sum(leak.amount for leak in row.leaks),
            row.receipts_amount,
            row.conversation_id,
        )
        for row in page.rows
    )
    columns = [
        "column.when",
        "column.channel",
        "column.direction",
        "column.contact",
        "column.phone",
        "column.agent",
        "column.queue",
        "column.answered",
        "column.missed",
        "column.wait",
        "column.talk",
        "column.messages",
        "column.intent",
        "column.topics",
        "column.complaint",
        "column.leak_amount",
        "column.receipts_amount",
        "column.conversation",
    ]
    return csv_response(visit, "conversations", columns, cells)
