"""When the next copy and the next drill are due."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from synapse.operations.backups.ledger import BackupState
from synapse.settings.sections import Settings

LEAST_APART = timedelta(hours=20)
OVERDUE_AFTER = timedelta(hours=26)
DRILL_EVERY = timedelta(days=7)


def why_no_copy(settings: Settings, last: BackupState | None, *, now: datetime) -> str:
    """Reason not to make a copy now; empty when one is due.

    One is due at the hour of the settings (by the company's clock), and at any hour when the last is older
    than :data:`OVERDUE_AFTER`: the machine may have slept through the night.

    Args:
        settings: In force.
        last: The last good copy.
        now: The present moment.
    """
    if not settings.retention.backup_place:
        return "no place for copies is set"
    if last is None:
        return ""
    age = now - last.made_at
    if age < LEAST_APART:
        return "the last copy is fresh"
    hour = now.astimezone(ZoneInfo(settings.calendar.zone)).hour
    if hour != settings.retention.backup_hour and age < OVERDUE_AFTER:
        return f"waits for {settings.retention.backup_hour} o'clock"
    return ""


def why_no_drill(settings: Settings, last: BackupState | None, *, now: datetime) -> str:
    """Reason not to restore a copy for a check now; empty when that is due."""
    if not settings.retention.backup_place or last is None:
        return "there is no copy"
    if last.checked_at is not None and now - last.checked_at < DRILL_EVERY:
        return "the last check is fresh"
    return ""
