"""Answers and bodies of the settings API."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.problems import FieldError
from synapse.settings.changes import Change

ProfileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
ShortText = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


class Body(BaseModel):
    """Base of bodies: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class VersionAnswer(BaseModel):
    """Which version is in force; the same number is the ETag."""

    model_config = ConfigDict(json_schema_extra={"example": {"version": 12, "profile": "default"}})

    version: int
    profile: str


class FullAnswer(VersionAnswer):
    """All sections in force; secrets are never part of them."""

    settings: dict[str, Any]


class FieldChange(BaseModel):
    """One field that differs; ``path`` is dotted from the root."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"path": "asr.beam_size", "before": 3, "after": 4}}
    )

    path: str
    before: Any
    after: Any

    @classmethod
    def of(cls, change: Change) -> "FieldChange":
        """Return a change as the API shows it."""
        return cls(path=change.path, before=change.before, after=change.after)


class Saved(BaseModel):
    """The version in force after a change."""

    version: int


class ValidationBody(Body):
    """Sections to check against the rest of the settings, or a whole document."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"sections": {"asr": {"beam_size": 4}}}}
    )

    sections: dict[str, Any] = Field(default_factory=dict)
    settings: dict[str, Any] | None = None


class ValidationAnswer(BaseModel):
    """Whether the values could be saved, what is wrong, and what would change."""

    is_valid: bool
    errors: list[FieldError] = []
    changes: list[FieldChange] = []


class ChangelogAnswer(BaseModel):
    """Versions, newest first; ``next_before`` asks for the next page."""

    entries: list["ChangelogItem"]
    next_before: int | None = None


class ChangelogItem(BaseModel):
    """One version."""

    version: int
    profile: str
    author: str
    comment: str
    created_at: datetime
    effective_from: datetime
    changes: list[FieldChange]


class RollbackBody(Body):
    """Why."""

    comment: ShortText = ""


class ProfileAnswer(BaseModel):
    """A profile without its document."""

    name: str
    description: str
    is_active: bool
    updated_by: str
    updated_at: datetime


class NewProfile(Body):
    """A profile to make from another one or from the template."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "summer", "description": "Shorter days", "source": "default"}},
    )

    name: ProfileName
    description: ShortText = ""
    source: ProfileName = "template"


class ExportedProfile(BaseModel):
    """A profile as a file."""

    format: Literal["synapse-settings/1"]
    profile: str
    settings: dict[str, Any]


class ImportAnswer(BaseModel):
    """What an import did, or would do in a dry run."""

    profile: str
    is_new: bool
    is_dry_run: bool
    changes: list[FieldChange]


class SecretBody(Body):
    """The value of a secret."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    value: str = Field(min_length=1, max_length=8192)


class SecretAnswer(BaseModel):
    """What may be known of a secret; never its value."""

    name: str
    title: str
    is_set: bool
    is_ours: bool
    test: str
    fingerprint: str = ""
    updated_by: str = ""
    updated_at: datetime | None = None
    revealable_until: datetime | None = None


class RevealedSecret(BaseModel):
    """A secret shown once."""

    name: str
    value: str


class EncryptedAgain(BaseModel):
    """How many secrets the newest master key took over."""

    secrets: int
