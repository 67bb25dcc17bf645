"""Roles of people and what each may do."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a role may or may not do."""

    SEE_REPORTS = "see_reports"
    SEE_IDENTIFIERS = "see_identifiers"
    READ_TRANSCRIPTS = "read_transcripts"
    HEAR_AUDIO = "hear_audio"
    REVIEW = "review"
    EDIT_LABELS = "edit_labels"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What a signed-in person is; each role may do all that the ones before it may."""

    OBSERVER = "observer"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    ADMIN = "admin"

    def may(self, permission: Permission) -> bool:
        """Whether this role has the permission."""
        return permission in _PERMISSIONS[self]


_OBSERVER = frozenset({Permission.SEE_REPORTS})
_REVIEWER = _OBSERVER | {Permission.READ_TRANSCRIPTS, Permission.HEAR_AUDIO, Permission.REVIEW}
_EXPERT = _REVIEWER | {Permission.SEE_IDENTIFIERS, Permission.EDIT_LABELS}

_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OBSERVER: _OBSERVER,
    Role.REVIEWER: _REVIEWER,
    Role.EXPERT: _EXPERT,
    Role.ADMIN: _EXPERT | {Permission.ADMINISTER},
}
