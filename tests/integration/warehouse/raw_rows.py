"""Rows as importers leave them in `raw`, `core` and `app`, with only what a case is about spelt out."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from synapse.database.tables import core, raw
from synapse.settings.sections import Settings, Thresholds
from synapse.settings.store import save_settings

ZONE = ZoneInfo("Europe/Moscow")


def at(text: str) -> datetime:
    """A moment of March 2026 (or another month) in the company's zone: ``2026-03-02 10:00:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Raw:
    """Writes rows in one transaction.

    Args:
        connection: Open transaction on a migrated database.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def _insert(self, table: sa.Table, **values: Any) -> int:
        key = table.primary_key.columns.keys()[0]
        statement = sa.insert(table).values(**values).returning(table.c[key])
        return self.connection.execute(statement).scalar_one()  # type: ignore[no-any-return]

    def settings(self, effective_from: str, **thresholds: int) -> None:
        """A version of the settings in which only thresholds differ from the defaults."""
        settings = Settings(thresholds=Thresholds(**thresholds))
        save_settings(self.connection, settings, author="test", effective_from=at(effective_from))

    def contact(self, contact_id: int, *, name: str | None = None, seen: str, **identifiers: str) -> None:
        """A contact with its identifiers, ``phone="+7916…"``."""
        self.connection.execute(
            sa.insert(core.contacts).values(
                id=contact_id, display_name=name, first_seen_at=at(seen), last_seen_at=at(seen)
            )
        )
        for kind, value in identifiers.items():
            self.connection.execute(
                sa.insert(core.contact_identifiers).values(
                    kind=kind,
                    value=value,
                    contact_id=contact_id,
                    first_seen_at=at(seen),
                    last_seen_at=at(seen),
                )
            )

    def leg(
        self,
        call: str,
        started: str,
        seconds: int,
        *,
        src: str,
        dst: str,
        channel: str = "PJSIP/mtt-00000001",
        to: str = "",
        answered_after: int | None = None,
        disposition: str = "NO ANSWER",
        app_name: str = "Dial",
        data: str = "",
        uniqueid: str = "",
        linked: bool = True,
    ) -> None:
        """One CDR row of the call ``call``; ``answered_after`` seconds from its start the channel was up."""
        start = at(started)
        answered = None if answered_after is None else start + timedelta(seconds=answered_after)
        self._insert(
            raw.call_records,
            row_hash=uuid.uuid4(),
            uniqueid=uniqueid or call,
            linkedid=call if linked else None,
            src=src,
            dst=dst,
            channel=channel,
            dstchannel=to,
            dcontext="from-internal" if channel.startswith("PJSIP/1") else "from-trunk",
            lastapp=app_name,
            lastdata=data,
            started_at=start,
            answered_at=answered,
            ended_at=start + timedelta(seconds=seconds),
            duration_seconds=seconds,
            billable_seconds=0 if answered_after is None else seconds - answered_after,
            disposition=disposition,
        )

    def missed(self, call: str, started: str, seconds: int, *, src: str) -> None:
        """A queue call that nobody took: 101 rang, the queue played music."""
        self.leg(
            call, started, seconds, src=src, dst="500", to="PJSIP/101-00000002", answered_after=1,
            app_name="Queue", data="500,tT",
        )  # fmt: skip

    def answered(
        self, call: str, started: str, seconds: int, *, src: str, wait: int, agent: str = "101"
    ) -> None:
        """A call that an agent took after ``wait`` seconds."""
        self.leg(
            call, started, seconds, src=src, dst=agent, to=f"PJSIP/{agent}-00000002", answered_after=wait,
            disposition="ANSWERED",
        )  # fmt: skip

    def outgoing(self, call: str, started: str, seconds: int, *, dst: str, wait: int | None) -> None:
        """A call of agent 101 to a client; ``wait`` None: no answer."""
        self.leg(
            call, started, seconds, src="101", dst=dst, channel="PJSIP/101-00000003", to="PJSIP/mtt-00000004",
            answered_after=wait, disposition="NO ANSWER" if wait is None else "ANSWERED",
        )  # fmt: skip

    def event(self, call: str, moment: str, event: str, *, channel: str, uniqueid: str = "") -> None:
        """One CEL row."""
        self._insert(
            raw.channel_events,
            row_hash=uuid.uuid4(),
            event=event,
            occurred_at=at(moment),
            channel=channel,
            uniqueid=uniqueid or call,
            linkedid=call,
        )

    def queue_event(self, call: str, moment: str, agent: str, event: str, *data: str) -> None:
        """One line of queue_log for queue 500."""
        self._insert(
            raw.queue_events,
            row_hash=uuid.uuid4(),
            occurred_at=at(moment),
            callid=call,
            queue="500",
            agent=agent,
            event=event,
            data=list(data),
        )

    def label(self, call: str, *, intent: str = "sales", promised: tuple[str, str] | None = None) -> None:
        """A ready transcript of a call with its labels; ``promised``: an agent's call-back, (said, due)."""
        file_id = self._insert(raw.files, source="ready_transcripts", key=f"{call}.json", state="loaded")
        ready = self._insert(
            raw.ready_transcripts, file_id=file_id, format="json", uniqueid=call, segments=[]
        )
        transcript = self._insert(
            core.transcripts,
            ready_transcript_id=ready,
            version="1",
            is_current=True,
            engine="ready",
            model="ready",
            text="",
            duration_seconds=60,
        )
        insight = self._insert(
            core.insights,
            transcript_id=transcript,
            version="1",
            intent=intent,
            is_sales_enquiry=intent == "sales",
            is_complaint=intent == "complaint",
            intent_confidence=1,
        )
        if promised is not None:
            said, due = promised
            self._insert(
                core.next_steps,
                insight_id=insight,
                position=0,
                who="agent",
                action="call_back",
                phrase="перезвоню",
                promised_at=at(said),
                due_at=at(due),
            )

    def receipt(self, number: str, issued: str, amount: str, **values: Any) -> None:
        """One receipt of 1C."""
        moment = at(issued)
        given = {"kind": "sale", "source": "1c"} | values
        self._insert(
            raw.receipts,
            receipt_number=number,
            issued_at=moment,
            issued_on=moment.date(),
            amount=Decimal(amount),
            **given,
        )

    def message(self, thread: str, number: int, sent: str, author_kind: str, author: str = "") -> None:
        """One Telegram message."""
        self._insert(
            raw.messages,
            channel="telegram",
            thread_id=thread,
            message_id=str(number),
            direction="inbound" if author_kind == "client" else "outbound",
            author=author,
            author_kind=author_kind,
            sent_at=at(sent),
            identifiers={"telegram": thread} if author_kind == "client" else {},
        )

    def web(self, moment: str, name: str, *, client: str, **values: Any) -> None:
        """One web event."""
        self.connection.execute(
            sa.insert(raw.web_events).values(
                occurred_at=at(moment),
                event_id=uuid.uuid4(),
                site="shop",
                event_name=name,
                client_id=client,
                **values,
            )
        )
