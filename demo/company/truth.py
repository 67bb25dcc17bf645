"""What really happened, as ``truth/*.csv``: the metric definitions on the simulation's own knowledge.

Nothing here reads the written files, and nothing is shared with the warehouse. Calls of one *contact* belong
together, where a contact is what the data can show: numbers that were seen together in some record.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from demo.company import clock
from demo.company.calls import Call
from demo.company.links import Identifier, Links
from demo.company.people import Person

CALLBACK_SECONDS = 30 * clock.MINUTE
ANSWER_SECONDS = 20
SHORT_SECONDS = 5
REPLY_SECONDS = 15 * clock.MINUTE
RECOVERY_SECONDS = 7 * clock.DAY
THREAD_SILENCE = 24 * clock.HOUR

COLUMNS: dict[str, tuple[str, ...]] = {
    "calls": (
        "call_id", "direction", "client_number", "queue", "agent_id", "started_at", "answered_at",
        "ended_at", "wait_seconds", "talk_seconds", "is_answered", "is_missed", "is_short_abandon",
        "is_in_business_hours", "is_called_back", "reached_at", "transfers", "recording",
        "is_sales_enquiry", "intent", "person_id",
    ),
    "sla": ("call_id", "sla_kind", "response_seconds", "is_within_sla"),
    "leaks": ("kind", "call_id", "occurred_at", "due_at", "status", "recovered_at", "attempts"),
    "contacts": ("person_id", "kind", "value", "seen_with"),
    "receipts": ("receipt_number", "issued_on", "kind", "amount", "person_id", "enquiry_call_or_thread"),
    "enquiries": ("enquiry_id", "person_id", "channel", "enquired_at", "source", "medium", "campaign"),
    "promises": ("call_id", "who", "action", "promised_at", "due_at", "kept"),
    "transcripts": ("call_id", "position", "speaker", "start", "end", "text"),
    "threads": (
        "thread_id", "number", "person_id", "started_at", "ended_at", "messages", "first_reply_at",
        "response_business_seconds", "is_within_sla",
    ),
    "sessions": ("session_id", "person_id", "started_at", "ended_at", "source", "action", "is_bot"),
}  # fmt: skip
"""File → columns."""


@dataclass(slots=True)
class _Miss:
    call: Call
    in_hours: bool


@dataclass(slots=True)
class _Thread:
    thread_id: int
    person_id: str
    number: int
    started: int
    ended: int
    messages: int = 0
    first_reply: int | None = None
    starts_inbound: bool = True


@dataclass(slots=True)
class _Talks:
    """Talks with one number: (started, answered) of answered calls, starts of outgoing ones that were
    answered and of those that were not."""

    answered: list[tuple[int, int]] = field(default_factory=list)
    reached_out: list[int] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)


class Truth:
    """Collects facts while the simulation runs and judges them at its end."""

    def __init__(self, folder: Path, until: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.links = Links()
        self._until = until
        self._files: dict[str, TextIO] = {}
        self._writers: dict[str, Any] = {}
        for name, columns in COLUMNS.items():
            self._files[name] = (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            self._writers[name] = csv.writer(self._files[name], lineterminator="\n")
            self._writers[name].writerow(columns)
        self._misses: list[_Miss] = []
        self._talks: dict[str, _Talks] = defaultdict(_Talks)
        self._promises: list[tuple[Call, int]] = []
        self._threads: dict[int, _Thread] = {}
        self._written_out: dict[str, list[int]] = defaultdict(list)
        self._known: dict[tuple[str, str, str], None] = {}

    # facts

    def is_somebody(self, person: Person, kind: str, value: str) -> None:
        """An identifier of a person appeared in some record."""
        self._known.setdefault((person.person_id, kind, value))

    def call(self, call: Call) -> None:
        """A finished call."""
        in_hours = clock.is_open(call.started)
        if call.number and call.person is not None:
            self.is_somebody(call.person, "phone", call.number)
            talks = self._talks[call.number]
            if call.answered is not None:
                talks.answered.append((call.started, call.answered))
            if call.direction == "outbound":
                (talks.attempts if call.answered is None else talks.reached_out).append(call.started)
        for number in range(len(call.dialogue.promises) if call.dialogue else 0):
            self._promises.append((call, number))
        if call.direction == "inbound" and call.answered is None and call.wait_seconds >= SHORT_SECONDS:
            self._misses.append(_Miss(call, in_hours))
            return
        self._write_call(call, in_hours, None)
        if call.direction == "inbound" and call.answered is not None:
            self._sla(call, "answer", call.wait_seconds, call.wait_seconds <= ANSWER_SECONDS)
        elif call.direction == "inbound":
            self._sla(call, "abandon", call.wait_seconds, None)

    def receipt(self, number: str, at: int, *, kind: str, amount: int, person: Person, enquiry: str) -> None:
        """A document of 1C; ``amount`` in kopecks."""
        self._writers["receipts"].writerow(
            (number, clock.local_form(at, "%Y-%m-%d"), kind, f"{amount / 100:.2f}", person.person_id, enquiry)
        )

    def enquiry(
        self, enquiry_id: str, person: Person, channel: str, at: int, *, marks: tuple[str, str, str]
    ) -> None:
        """A person's first sales conversation after 30 days without one."""
        self._writers["enquiries"].writerow((enquiry_id, person.person_id, channel, clock.iso(at), *marks))

    def transcript(
        self, call: Call, position: int, *, speaker: str, start: float, end: float, text: str
    ) -> None:
        """A sentence, in seconds from the recording's start."""
        row = (call.call_id, position, speaker, f"{start:.2f}", f"{end:.2f}", text)
        self._writers["transcripts"].writerow(row)

    def session(
        self,
        session_id: str,
        person: Person | None,
        *,
        start: int,
        end: int,
        source: str,
        action: str,
        is_bot: bool,
    ) -> None:
        """A visit of the site."""
        who = person.person_id if person else ""
        row = (session_id, who, clock.iso(start), clock.iso(end), source, action, _word(is_bot))
        self._writers["sessions"].writerow(row)

    def message(self, person: Person, at: int, direction: str, text: str) -> None:
        """A message of a Telegram chat; 24 h of silence end a thread."""
        thread = self._threads.get(person.telegram_id)
        if thread is None or at - thread.ended > THREAD_SILENCE:
            number = 1
            if thread is not None:
                if direction == "outbound" and thread.first_reply is None:
                    thread.first_reply = (
                        at  # a reply after a weekend still answers the thread that fell asleep
                    )
                self._write_thread(thread)
                number = thread.number + 1
            thread = _Thread(person.telegram_id, person.person_id, number, at, at)
            thread.starts_inbound = direction == "inbound"
            self._threads[person.telegram_id] = thread
        thread.messages += 1
        thread.ended = at
        if direction == "outbound":
            self._written_out[str(person.telegram_id)].append(at)
            if thread.first_reply is None and thread.starts_inbound:
                thread.first_reply = at

    # judgement

    def close(self) -> None:
        """Judge misses, promises and threads and close the files."""
        contacts = self._contacts()
        by_contact: dict[Identifier, list[_Miss]] = defaultdict(list)
        for miss in self._misses:
            number = miss.call.number
            key = self.links.find(("phone", number)) if number else ("hidden", miss.call.call_id)
            by_contact[key].append(miss)
        for key, misses in by_contact.items():
            self._judge(misses, contacts.get(key, _Talks()))
        for call, number in self._promises:
            self._judge_promise(call, number, contacts)
        for thread in self._threads.values():
            self._write_thread(thread)
        for person_id, kind, value in self._known:
            seen_with = ":".join(self.links.find((kind, value)))
            self._writers["contacts"].writerow((person_id, kind, value, seen_with))
        for file in self._files.values():
            file.close()

    def _contacts(self) -> dict[Identifier, _Talks]:
        """All talks with each contact, over all its numbers and chats."""
        merged: dict[Identifier, _Talks] = defaultdict(_Talks)
        for number, talks in self._talks.items():
            whole = merged[self.links.find(("phone", number))]
            whole.answered += talks.answered
            whole.reached_out += talks.reached_out
            whole.attempts += talks.attempts
        for chat, moments in self._written_out.items():
            merged[self.links.find(("telegram", chat))].reached_out += moments
        for whole in merged.values():
            whole.answered.sort()
        return dict(merged)

    def _judge(self, misses: list[_Miss], talks: _Talks) -> None:
        misses.sort(key=lambda miss: miss.call.ended)
        first_of_group: Call | None = None
        for miss in misses:
            call = miss.call
            reached = _reached_after(call, talks.answered)
            self._write_call(call, miss.in_hours, reached)
            response = None if reached is None else clock.business_seconds(call.ended, reached)
            waited = clock.business_seconds(call.ended, self._until) if response is None else response
            is_due = response is not None or waited > CALLBACK_SECONDS
            self._sla(call, "callback", response, waited <= CALLBACK_SECONDS if is_due else None)
            if first_of_group is None or call.ended - first_of_group.ended > CALLBACK_SECONDS:
                first_of_group = call
                self._leak(call, reached, talks)

    def _leak(self, call: Call, reached: int | None, talks: _Talks) -> None:
        occurred = call.ended
        due = occurred + CALLBACK_SECONDS
        if reached is not None and reached <= due:
            return
        if reached is not None and reached <= occurred + RECOVERY_SECONDS:
            status, recovered = "recovered", reached
        else:
            status = "open" if self._until <= occurred + RECOVERY_SECONDS else "lost"
            recovered = None
        attempts = sum(1 for start in talks.attempts if start >= call.ended)
        row = (
            "missed_call",
            call.call_id,
            clock.iso(occurred),
            clock.iso(due),
            status,
            clock.iso(recovered),
            attempts,
        )
        self._writers["leaks"].writerow(row)

    def _judge_promise(self, call: Call, number: int, contacts: dict[Identifier, _Talks]) -> None:
        assert call.dialogue is not None
        promise = call.dialogue.promises[number]
        kept = ""
        if promise.due_at is not None and promise.who == "agent" and call.number:
            talks = contacts.get(self.links.find(("phone", call.number)), _Talks())
            moments = talks.reached_out
            is_kept = any(promise.promised_at < moment <= promise.due_at for moment in moments)
            kept = _word(is_kept) if is_kept or promise.due_at <= self._until else ""
            if kept == "false":
                later = min((m for m in moments if m > promise.due_at), default=None)
                status = "lost" if later is None else "recovered"
                status = (
                    "open" if later is None and self._until <= promise.due_at + RECOVERY_SECONDS else status
                )
                due = clock.iso(promise.due_at)
                row = ("broken_promise", call.call_id, due, due, status, clock.iso(later), 0)
                self._writers["leaks"].writerow(row)
        self._writers["promises"].writerow(
            (
                call.call_id, promise.who, promise.action, clock.iso(promise.promised_at),
                clock.iso(promise.due_at), kept,
            )
        )  # fmt: skip

    # rows

    def _write_call(self, call: Call, in_hours: bool, reached: int | None) -> None:
        is_inbound = call.direction == "inbound"
        is_short = is_inbound and call.answered is None and call.wait_seconds < SHORT_SECONDS
        is_missed = is_inbound and call.answered is None and not is_short
        is_called_back = reached is not None and reached <= call.ended + CALLBACK_SECONDS
        agent = call.legs[0].agent if is_inbound and call.legs else call.agent if not is_inbound else None
        self._writers["calls"].writerow(
            (
                call.call_id, call.direction, call.number,
                call.queue.number if call.queue and call.entered else "",
                agent.extension if agent else "", clock.iso(call.started), clock.iso(call.answered),
                clock.iso(call.ended), call.wait_seconds, sum(leg.end - leg.start for leg in call.legs),
                _word(call.is_answered), _word(is_missed), _word(is_short), _word(in_hours),
                _word(is_called_back), clock.iso(reached), len(call.legs) - 1 if call.legs else 0,
                call.recording, _word(call.is_sales), call.intent if call.is_answered else "",
                call.person.person_id if call.person else "",
            )
        )  # fmt: skip

    def _sla(self, call: Call, kind: str, response: int | None, is_within: bool | None) -> None:
        within = "" if is_within is None else _word(is_within)
        self._writers["sla"].writerow((call.call_id, kind, "" if response is None else response, within))

    def _write_thread(self, thread: _Thread) -> None:
        business = None
        within = ""
        if thread.starts_inbound:
            end = thread.first_reply
            if end is not None:
                business = clock.business_seconds(thread.started, end)
            waited = clock.business_seconds(thread.started, self._until) if business is None else business
            within = _word(waited <= REPLY_SECONDS) if business is not None or waited > REPLY_SECONDS else ""
            if waited > REPLY_SECONDS:
                self._unanswered(thread)
        self._writers["threads"].writerow(
            (
                thread.thread_id, thread.number, thread.person_id, clock.iso(thread.started),
                clock.iso(thread.ended), thread.messages, clock.iso(thread.first_reply),
                "" if business is None else business, within,
            )
        )  # fmt: skip

    def _unanswered(self, thread: _Thread) -> None:
        reply = thread.first_reply
        status = "recovered" if reply is not None else "open"
        if reply is None and self._until > thread.started + RECOVERY_SECONDS:
            status = "lost"
        chat = f"telegram:{thread.thread_id}:{thread.number}"
        row = ("unanswered_message", chat, clock.iso(thread.started), "", status, clock.iso(reply), 0)
        self._writers["leaks"].writerow(row)


def _reached_after(call: Call, answered: Iterable[tuple[int, int]]) -> int | None:
    """When the contact was first talked to in a call that began after this one."""
    return min((moment for start, moment in answered if start > call.started), default=None)


def _word(value: bool) -> str:
    return "true" if value else "false"
