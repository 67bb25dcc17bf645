"""Which copies stay, and when the next is due."""

from datetime import UTC, datetime, timedelta

import pytest

from synapse.operations.backups.due import why_no_copy, why_no_drill
from synapse.operations.backups.keeping import kept
from synapse.operations.backups.ledger import BackupState
from synapse.operations.backups.making import copy_id_of
from synapse.operations.backups.manifest import Figures, Manifest, StoredFile
from synapse.settings.sections import Settings

# A Wednesday.
NOW = datetime(2026, 11, 25, 0, 20, tzinfo=UTC)
_FILE = StoredFile(key="x", size=0, sha256="0" * 64)


def _copy(made_at: datetime) -> Manifest:
    return Manifest(
        id=copy_id_of(made_at),
        made_at=made_at,
        revision="0001",
        server_major=15,
        dumps={},
        index=_FILE,
        objects=0,
        object_bytes=0,
        figures=Figures(rows={}, totals={}),
    )


def test_the_newest_of_each_day_and_of_each_week_stay() -> None:
    copies = [_copy(NOW - timedelta(hours=12 * half)) for half in range(60)]
    stay = [copy.id for copy in kept(copies, daily=3, weekly=3)]
    assert stay == [
        "20261115T122000Z",  # the Sunday of the week before last
        "20261122T122000Z",  # of last week
        "20261123T122000Z",
        "20261124T122000Z",
        "20261125T002000Z",
    ]


def test_copies_of_the_last_day_all_stay() -> None:
    copies = [_copy(NOW - timedelta(hours=hours)) for hours in (0, 1, 2, 23, 30, 31)]
    stay = kept(copies, daily=1, weekly=0)
    assert [NOW - copy.made_at for copy in stay] == [timedelta(hours=hours) for hours in (23, 2, 1, 0)]


def test_the_newest_stays_whatever_is_set() -> None:
    old = _copy(NOW - timedelta(days=900))
    assert kept([old], daily=1, weekly=0) == [old]


def _state(age: timedelta, checked: timedelta | None = None) -> BackupState:
    return BackupState("x", NOW - age, 0, NOW - checked if checked is not None else None, None)


def _settings(place: str = "file:///mnt/copies") -> Settings:
    settings = Settings()
    retention = settings.retention.model_copy(update={"backup_place": place, "backup_hour": 3})
    return settings.model_copy(update={"retention": retention})


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        (None, NOW, True),
        (_state(timedelta(hours=3)), NOW, False),
        (_state(timedelta(hours=23)), NOW, True),  # three o'clock in Moscow
        (_state(timedelta(hours=23)), NOW - timedelta(hours=1), False),
        (_state(timedelta(hours=30)), NOW + timedelta(hours=7), True),
    ],
)
def test_a_copy_is_due_at_its_hour_or_when_it_was_missed(
    last: BackupState | None, now: datetime, is_due: bool
) -> None:
    assert (why_no_copy(_settings(), last, now=now) == "") is is_due


def test_without_a_place_nothing_is_due() -> None:
    assert why_no_copy(_settings(""), None, now=NOW)
    assert why_no_drill(_settings(""), _state(timedelta(hours=1)), now=NOW)


def test_a_drill_is_due_once_a_week() -> None:
    assert why_no_drill(_settings(), _state(timedelta(hours=1)), now=NOW) == ""
    assert why_no_drill(_settings(), _state(timedelta(hours=1), timedelta(days=6)), now=NOW)
    assert why_no_drill(_settings(), _state(timedelta(hours=1), timedelta(days=8)), now=NOW) == ""
