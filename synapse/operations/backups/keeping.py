"""Which copies stay: all of the last day, the newest of each earlier day and week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from synapse.operations.backups.manifest import Manifest
from synapse.operations.backups.objects import BLOBS, read_index
from synapse.operations.backups.place import COPIES, Place

FRESH = timedelta(days=1)


@dataclass(frozen=True)
class Removed:
    """What was removed: copies, and files that no copy needs any more."""

    copies: int
    files: int


def kept(copies: Sequence[Manifest], *, daily: int, weekly: int) -> list[Manifest]:
    """Copies to keep, oldest first: the newest of each of ``daily`` days and ``weekly`` weeks that have one.

    Copies less than a day older than the newest stay, too: somebody may have made them for a reason.
    """
    days: dict[object, Manifest] = {}
    weeks: dict[object, Manifest] = {}
    for copy in sorted(copies, key=lambda one: one.id, reverse=True):
        days.setdefault(copy.made_at.date(), copy)
        weeks.setdefault(copy.made_at.isocalendar()[:2], copy)
    newest = max((copy.made_at for copy in copies), default=None)
    fresh = [copy for copy in copies if newest is not None and newest - copy.made_at < FRESH]
    chosen = {one.id for one in [*list(days.values())[:daily], *list(weeks.values())[:weekly], *fresh]}
    return [copy for copy in sorted(copies, key=lambda one: one.id) if copy.id in chosen]


def remove_old(place: Place, *, daily: int, weekly: int) -> Removed:
    """Remove copies that need not stay, what failed attempts left, and contents that no copy holds.

    Call it while no copy is being made there. The manifest goes first, so that no half-removed copy counts.
    """
    copies = place.manifests()
    staying = kept(copies, daily=daily, weekly=weekly)
    if not staying:
        return Removed(0, 0)
    names = {copy.id for copy in staying}
    needed = {entry.blob for copy in staying for entry in read_index(place, copy)}
    for copy in copies:
        if copy.id not in names:
            place.store.delete(f"{COPIES}{copy.id}/manifest.json")
    removed = 0
    for info in list(place.store.list(COPIES)):
        if info.key.split("/")[1] not in names:
            place.store.delete(info.key)
            removed += 1
    for info in place.store.list(BLOBS):
        if info.key not in needed:
            place.store.delete(info.key)
            removed += 1
    return Removed(len(copies) - len(staying), removed)
