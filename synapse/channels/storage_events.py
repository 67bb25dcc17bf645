"""Bucket notifications of an S3 server (MinIO, RustFS, AWS): what they say has come.

They are hints only: each may come twice, late or never. The sensors' own listing is what can be relied on.
"""

from collections.abc import Sequence
from urllib.parse import unquote_plus

from pydantic import BaseModel, Field

from synapse.settings.sections import Settings


class _Object(BaseModel):
    key: str


class _Entity(BaseModel):
    object: _Object


class _Record(BaseModel):
    event_name: str = Field(alias="eventName")
    s3: _Entity


class StorageNotification(BaseModel):
    """The body of a webhook; fields that are not needed are not looked at.

    Attributes:
        records: What happened; empty in the test message that a server sends at set-up.
    """

    records: list[_Record] = Field(default_factory=list, alias="Records", max_length=10_000)

    def created_keys(self) -> list[str]:
        """Keys of objects that were written; S3 encodes them as in a query string."""
        return [
            unquote_plus(record.s3.object.key)
            for record in self.records
            if record.event_name.removeprefix("s3:").startswith("ObjectCreated")
        ]


def work_for(keys: Sequence[str], settings: Settings) -> list[str]:
    """Return the kinds of work that new objects call for, each once."""
    kinds = set()
    for key in keys:
        if key.startswith("landing/"):
            kinds.add("load")
        elif key.startswith(settings.recordings.prefix):
            kinds.add("catalogue")
    return sorted(kinds)
