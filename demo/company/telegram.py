"""Telegram chats as Bot API updates of a business account: one update a line."""

import json
from random import Random

from demo.company import clock
from demo.company.people import Person, latin
from demo.company.spool import DayFiles
from demo.company.staff import Agent
from demo.company.truth import Truth

STAFF_ID = 7_000_000_000
_CONNECTION = "bUsInEsSc0nn3ct10n"


class Chats:
    """Writes messages of private chats."""

    def __init__(self, files: DayFiles, truth: Truth, rng: Random) -> None:
        self._files = files
        self._truth = truth
        self._rng = rng
        self._update = 480_000_000
        self._message: dict[int, int] = {}

    def introduce(self, person: Person) -> int:
        """Give a person a Telegram account; returns the chat's id."""
        if not person.telegram_id:
            person.telegram_id = 100_000_000 + self._rng.randrange(10**9) * 4 + int(person.person_id[1:]) % 4
            if self._rng.random() < 0.6:
                person.telegram_name = f"{latin(person.given)}_{latin(person.surname)}{person.person_id[-3:]}"
            self._truth.is_somebody(person, "telegram", str(person.telegram_id))
        return person.telegram_id

    def from_client(self, person: Person, at: int, text: str) -> None:
        """A message of the client."""
        self._write(person, at, self._client(person), {"text": text})
        self._truth.message(person, at, "inbound", text)

    def contact(self, person: Person, at: int) -> None:
        """The client shares the phone number."""
        user_id = self.introduce(person)
        card = {
            "phone_number": person.phone[1:], "first_name": person.given.capitalize(), "user_id": user_id,
        }  # fmt: skip
        self._write(person, at, self._client(person), {"contact": card})
        self._truth.links.join(("telegram", str(user_id)), ("phone", person.phone))
        self._truth.is_somebody(person, "phone", person.phone)
        self._truth.message(person, at, "inbound", "")

    def from_staff(self, person: Person, at: int, text: str, agent: Agent) -> None:
        """A reply of the staff."""
        first, last = agent.name.split()
        user_id = STAFF_ID + int(agent.extension)
        sender = {"id": user_id, "is_bot": False, "first_name": first, "last_name": last}
        self._write(person, at, sender, {"text": text})
        self._truth.message(person, at, "outbound", text)

    def _client(self, person: Person) -> dict[str, object]:
        user: dict[str, object] = {
            "id": self.introduce(person), "is_bot": False, "first_name": person.given.capitalize(),
            "last_name": person.surname, "language_code": "ru",
        }  # fmt: skip
        if person.telegram_name:
            user["username"] = person.telegram_name
        return user

    def _write(self, person: Person, at: int, sender: dict[str, object], content: dict[str, object]) -> None:
        chat_id = self.introduce(person)
        self._update += 1
        self._message[chat_id] = self._message.get(chat_id, 0) + 1
        chat: dict[str, object] = {"id": chat_id, "type": "private", "first_name": person.given.capitalize()}
        if person.telegram_name:
            chat["username"] = person.telegram_name
        message: dict[str, object] = {
            "message_id": self._message[chat_id], "from": sender, "chat": chat, "date": at,
            "business_connection_id": _CONNECTION,
        }  # fmt: skip
        update = {"update_id": self._update, "business_message": message | content}
        self._files.add(at, json.dumps(update, ensure_ascii=False, separators=(",", ":")))

    @staticmethod
    def day(at: int) -> str:
        """The day that names the file."""
        return clock.local_form(at, "%Y-%m-%d")
