"""The objects of the storage at the second place: each content once, however many copies hold it."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from synapse.errors import ObjectNotFoundError
from synapse.operations.backups.cipher import as_stream
from synapse.operations.backups.manifest import IndexedObject, Manifest, StoredFile
from synapse.operations.backups.place import Place
from synapse.storage import ObjectStore
from synapse.storage.contract import ObjectInfo

T = TypeVar("T")

BLOBS = "objects/"
WORKERS = 8
BATCH = 256


def blob_key(info: ObjectInfo) -> str:
    """Where an object's content lies: one name per name, version and size."""
    name = hashlib.sha256(f"{info.key}\0{info.etag}\0{info.size}".encode()).hexdigest()
    return f"{BLOBS}{name[:2]}/{name}"


def read_index(place: Place, manifest: Manifest) -> Iterator[IndexedObject]:
    """The objects of a copy in order of their keys."""
    with place.read(manifest.index.key, manifest.index.sha256) as stream, gzip.open(stream) as lines:
        for line in lines:
            yield IndexedObject.model_validate_json(line)


def mirror(store: ObjectStore, place: Place, before: Manifest | None) -> Iterator[IndexedObject]:
    """Copy what ``before`` does not hold yet and give the index of everything, in order of keys.

    Both listings are in order, so that they are merged without holding either; objects that vanish on the way
    are left out.
    """
    known = iter(()) if before is None else read_index(place, before)
    with ThreadPoolExecutor(WORKERS) as pool:
        for batch in _batched(_paired(store.list(""), known), BATCH):
            copied = pool.map(lambda pair: pair[1] or _copy(store, place, pair[0]), batch)
            yield from (one for one in copied if one is not None)


def _batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch


def _paired(
    objects: Iterable[ObjectInfo], known: Iterator[IndexedObject]
) -> Iterator[tuple[ObjectInfo, IndexedObject | None]]:
    """Every object with its entry in the copy before, if it has not changed since."""
    candidate = next(known, None)
    for info in objects:
        name = info.key.encode()
        while candidate is not None and candidate.key.encode() < name:
            candidate = next(known, None)
        same = candidate is not None and (candidate.key, candidate.etag, candidate.size) == (
            info.key,
            info.etag,
            info.size,
        )
        yield info, candidate if same else None


def _copy(store: ObjectStore, place: Place, info: ObjectInfo) -> IndexedObject | None:
    try:
        with store.open(info.key) as stream:
            stored = place.write(blob_key(info), stream)
        labels = dict(store.stat(info.key).metadata)
    except ObjectNotFoundError:
        return None
    return IndexedObject(
        key=info.key,
        etag=info.etag,
        size=info.size,
        blob=stored.key,
        sha256=stored.sha256,
        labels=labels,
    )


class IndexWriter:
    """Counts the objects while their index is stored."""

    def __init__(self) -> None:
        self.objects = 0
        self.size = 0

    def store(self, place: Place, key: str, entries: Iterable[IndexedObject]) -> StoredFile:
        """Write the index as gzipped JSON lines."""
        return place.write(key, as_stream(self._lines(entries)))

    def _lines(self, entries: Iterable[IndexedObject]) -> Iterator[bytes]:
        for batch in _batched(entries, BATCH):
            self.objects += len(batch)
            self.size += sum(entry.size for entry in batch)
            # Members of a gzip file may simply follow each other (RFC 1952, 2.2).
            yield gzip.compress("".join(entry.model_dump_json() + "\n" for entry in batch).encode(), mtime=0)


def restore_objects(
    place: Place, entries: Iterable[IndexedObject], store: ObjectStore
) -> Iterator[ObjectInfo]:
    """Write the objects of a copy back; each is complete or not there.

    Raises:
        BackupError: A file of the copy is absent or damaged.
    """

    def write(entry: IndexedObject) -> ObjectInfo:
        labels = dict(entry.labels)
        content_type = labels.pop("content-type", None)
        with place.read(entry.blob, entry.sha256) as stream:
            return store.put(entry.key, stream, content_type=content_type, metadata=labels)

    with ThreadPoolExecutor(WORKERS) as pool:
        for batch in _batched(entries, BATCH):
            yield from pool.map(write, batch)
