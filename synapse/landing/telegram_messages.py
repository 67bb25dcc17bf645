"""Telegram Bot API updates, one JSON object a line → rows of ``raw.messages``.

A chat is a thread. The client is the other person of a private chat; whoever else writes there (the bot, the
staff through a business connection) answers for the company.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from synapse.identity.emails import parse_email
from synapse.identity.phones import parse_phone
from synapse.landing.context import FileContext
from synapse.landing.json_lines import Convert
from synapse.landing.records import RowError

KEY = ("channel", "thread_id", "message_id")
COLUMNS = (
    "line_number", *KEY, "direction", "author", "author_kind", "sent_at", "text", "identifiers",
    "attachments",
)  # fmt: skip
CHANNEL = "telegram"
_MESSAGES = ("message", "edited_message", "business_message", "edited_business_message")
_ATTACHMENTS = (
    "document",
    "voice",
    "audio",
    "video",
    "video_note",
    "sticker",
    "animation",
    "location",
    "contact",
)
_KEPT = (
    "file_id",
    "file_unique_id",
    "file_name",
    "mime_type",
    "file_size",
    "duration",
    "latitude",
    "longitude",
)


def converter(context: FileContext) -> Convert:
    """Make what turns one update into a row; updates without a message are no data."""
    clock = context.company_clock()

    def convert(number: int, update: dict[str, Any]) -> Sequence[object] | None:
        if not isinstance(update.get("update_id"), int):
            raise RowError("not_an_update", "The object has no update_id: no update of the Bot API.")
        message = next((update[name] for name in _MESSAGES if name in update), None)
        if message is None:
            return None
        chat, sender = _objects(message)
        is_outbound = _is_outbound(message, chat, sender)
        text = message.get("text") or message.get("caption")
        if text is not None and not isinstance(text, str):
            raise RowError("bad_value", "The text is no text.")
        identifiers = _identifiers(message, chat, sender, text or "", is_outbound=is_outbound)
        return (
            number,
            CHANNEL,
            str(chat["id"]),
            str(message["message_id"]),
            "outbound" if is_outbound else "inbound",
            _name(sender or chat),
            _author_kind(sender, message, is_outbound=is_outbound),
            clock.read(str(message["date"])),
            text,
            orjson.dumps(identifiers).decode(),
            orjson.dumps(_attachments(message)).decode(),
        )

    return convert


def _objects(message: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(message, dict):
        raise RowError("bad_value", "The message is no object.")
    chat, sender = message.get("chat"), message.get("from") or {}
    if not isinstance(chat, dict) or not isinstance(chat.get("id"), int) or not isinstance(sender, dict):
        raise RowError("bad_value", "The message has no chat.")
    for name in ("message_id", "date"):
        if not isinstance(message.get(name), int):
            raise RowError("missing_field", f"The message has no {name}.")
    return chat, sender


def _is_outbound(message: Mapping[str, Any], chat: Mapping[str, Any], sender: Mapping[str, Any]) -> bool:
    if sender.get("is_bot") or message.get("sender_business_bot"):
        return True
    if message.get("sender_chat", {}).get("id") == chat["id"]:
        return True  # written in the name of the group: an administrator
    return chat.get("type") == "private" and sender.get("id") != chat["id"]


def _author_kind(sender: Mapping[str, Any], message: Mapping[str, Any], *, is_outbound: bool) -> str:
    if not is_outbound:
        return "client"
    return "bot" if sender.get("is_bot") or message.get("sender_business_bot") else "agent"


def _name(person: Mapping[str, Any]) -> str:
    parts = (person.get("first_name"), person.get("last_name"))
    return " ".join(str(part) for part in parts if part) or str(
        person.get("username") or person.get("title") or ""
    )


def _identifiers(
    message: Mapping[str, Any],
    chat: Mapping[str, Any],
    sender: Mapping[str, Any],
    text: str,
    *,
    is_outbound: bool,
) -> dict[str, str]:
    """Who the client is. What the staff writes names no client: it may be the company's own number."""
    found: dict[str, str] = {}
    if chat.get("type") == "private":
        found["telegram"] = str(chat["id"])
    elif not is_outbound and sender.get("id"):
        found["telegram"] = str(sender["id"])
    if is_outbound:
        return found
    contact = message.get("contact")
    if isinstance(contact, dict) and contact.get("user_id", sender.get("id")) == sender.get("id"):
        phone = parse_phone(str(contact.get("phone_number", "")))
        if phone:
            found["phone"] = phone
    for entity in message.get("entities") or message.get("caption_entities") or ():
        if isinstance(entity, dict):
            _from_entity(entity, text, found)
    return found


def _from_entity(entity: Mapping[str, Any], text: str, found: dict[str, str]) -> None:
    kind = entity.get("type")
    if kind not in {"phone_number", "email"}:
        return
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int):
        return
    # Telegram counts UTF-16 code units
    written = text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "ignore")
    if kind == "phone_number":
        phone = parse_phone(written)
        if phone:
            found.setdefault("phone", phone)
        return
    email = parse_email(written)
    if email:
        found.setdefault("email", email)


def _attachments(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    attachments: list[dict[str, Any]] = []
    photos = message.get("photo")
    if isinstance(photos, list) and photos and isinstance(photos[-1], dict):
        attachments.append({"kind": "photo"} | _kept(photos[-1]))  # the largest comes last
    for kind in _ATTACHMENTS:
        if isinstance(message.get(kind), dict):
            attachments.append({"kind": kind} | _kept(message[kind]))
    return attachments


def _kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in _KEPT if name in fields}
