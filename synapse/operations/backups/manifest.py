"""What a copy holds: written last, so that a copy without it is none."""

from datetime import datetime

from pydantic import BaseModel, Field


class StoredFile(BaseModel):
    """One file of a copy.

    Attributes:
        key: Its name at the place.
        size: Bytes as stored.
        sha256: Of the bytes as stored.
    """

    key: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Figures(BaseModel):
    """What the database held, to be compared after a restore.

    Attributes:
        rows: Rows of every table of ``raw``, ``core``, ``app`` and ``marts``.
        totals: Sum of every money column of the marts, as text.
    """

    rows: dict[str, int]
    totals: dict[str, str]

    def differences(self, other: "Figures") -> list[str]:
        """Every figure in which ``other`` differs, one line each."""
        return [
            f"{name}: {expected.get(name, 'absent')} expected, {found.get(name, 'absent')} found"
            for expected, found in ((self.rows, other.rows), (self.totals, other.totals))
            for name in sorted({*expected, *found})
            if expected.get(name) != found.get(name)
        ]


class Manifest(BaseModel):
    """One good copy.

    Attributes:
        id: Its time, ``20261125T030000Z``.
        made_at: When its snapshot of the database was taken.
        revision: Of the database's schema.
        server_major: Of the PostgreSQL server it was taken from.
        dumps: By database: ``warehouse`` and, where there was one, ``dagster``.
        index: List of the objects (gzipped JSON lines of :class:`IndexedObject`).
        objects: How many objects that are.
        object_bytes: Their plain size.
        figures: Of the warehouse in the snapshot.
    """

    format: int = 1
    id: str
    made_at: datetime
    revision: str | None
    server_major: int
    dumps: dict[str, StoredFile]
    index: StoredFile
    objects: int
    object_bytes: int
    figures: Figures


class IndexedObject(BaseModel):
    """One object of the storage in a copy.

    Attributes:
        key: Its name in the storage.
        etag: In the storage when it was copied.
        size: Plain bytes.
        blob: Where its bytes lie; many copies share one.
        sha256: Of the blob as stored.
        labels: Its metadata.
    """

    key: str
    etag: str
    size: int
    blob: str
    sha256: str
    labels: dict[str, str] = {}
