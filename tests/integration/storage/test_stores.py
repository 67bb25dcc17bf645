"""One suite for both storages; S3 is a real HTTP server."""

import io
import secrets
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio
from minio.notificationconfig import NotificationConfig, QueueConfig

from synapse.errors import ObjectNotFoundError, StorageError
from synapse.storage import ObjectStore, open_store
from synapse.storage.folder import FolderStore
from synapse.storage.keys import UnsafeKeyError
from synapse.storage.s3 import S3Store


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return open_store((tmp_path / "objects").as_uri())
    address = request.getfixturevalue("s3_server")
    return open_store(f"s3://testing:testing@{address}/b{secrets.token_hex(6)}?secure=0")


def put(store: ObjectStore, key: str, data: bytes = b"x", **options: object) -> None:
    store.put(key, io.BytesIO(data), **options)  # type: ignore[arg-type]


def read(store: ObjectStore, key: str, offset: int = 0, length: int | None = None) -> bytes:
    with store.open(key, offset, length) as stream:
        return stream.read()


def test_what_is_put_is_read_back(store: ObjectStore) -> None:
    info = store.put("landing/1c/Чеки за май (2).csv", io.BytesIO(b"abc"))
    assert read(store, "landing/1c/Чеки за май (2).csv") == b"abc"
    assert (info.key, info.size) == ("landing/1c/Чеки за май (2).csv", 3)
    assert abs(info.modified_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert store.stat(info.key) == info


def test_ranges(store: ObjectStore) -> None:
    put(store, "a", b"0123456789")
    assert read(store, "a", 3) == b"3456789"
    assert read(store, "a", 3, 4) == b"3456"
    assert read(store, "a", 8, 100) == b"89"
    assert read(store, "a", 10) == b""
    assert read(store, "a", 99, 5) == b""
    assert read(store, "a", 2, 0) == b""


def test_a_range_is_read_in_pieces(store: ObjectStore) -> None:
    put(store, "a", bytes(range(256)) * 4000)
    with store.open("a", 256, 512_000) as stream:
        assert stream.read(3) == b"\x00\x01\x02"
        assert len(stream.read()) == 512_000 - 3
        assert stream.read(1) == b""


def test_a_large_object_comes_back_whole(store: ObjectStore) -> None:
    data = secrets.token_bytes(1 << 20) * 12
    put(store, "large", data)
    assert store.stat("large").size == len(data)
    assert read(store, "large") == data


def test_an_empty_object(store: ObjectStore) -> None:
    put(store, "empty", b"")
    assert store.stat("empty").size == 0
    assert read(store, "empty") == b""


def test_writing_again_changes_content_and_etag(store: ObjectStore) -> None:
    put(store, "a", b"one")
    before = store.stat("a").etag
    time.sleep(0.01)
    put(store, "a", b"two")
    assert read(store, "a") == b"two"
    assert store.stat("a").etag != before


def test_metadata_is_kept_and_replaced(store: ObjectStore) -> None:
    put(store, "a", b"1", content_type="audio/wav", metadata={"Agent": "Пётр 100%"})
    assert store.stat("a").metadata == {"agent": "Пётр 100%", "content-type": "audio/wav"}
    put(store, "a", b"2")
    assert store.stat("a").metadata == {}


def test_listing_is_in_order_of_bytes_and_goes_on_from_a_cursor(store: ObjectStore) -> None:
    keys = ["a-b", "a.b", "a/b", "a/b/c", "a0", "b", "б/в", "я"]
    if isinstance(store, FolderStore):
        keys.remove("a/b")  # a file cannot be a folder too
    for key in reversed(keys):
        put(store, key)
    assert [info.key for info in store.list("")] == keys
    for position, key in enumerate(keys):
        assert [info.key for info in store.list("", after=key)] == keys[position + 1 :]
    assert [info.key for info in store.list("", after="a/b/zzz")] == ["a0", "b", "б/в", "я"]
    assert [info.key for info in store.list("a")] == [key for key in keys if key.startswith("a")]
    assert [info.key for info in store.list("a/", after="a/b/")] == ["a/b/c"]
    assert [info.key for info in store.list("nothing/")] == []


def test_a_listing_tells_size_etag_and_time(store: ObjectStore) -> None:
    put(store, "p/a", b"123")
    (listed,) = store.list("p/")
    known = store.stat("p/a")
    assert (listed.size, listed.etag) == (3, known.etag)
    assert abs(listed.modified_at - known.modified_at) < timedelta(seconds=1)


def test_a_listing_of_several_pages_is_complete(store: ObjectStore) -> None:
    keys = [f"many/{number:05}" for number in range(1100)]
    put(store, keys[0])
    if isinstance(store, FolderStore):
        for key in keys[1:]:
            (store.root / key).touch()
    else:
        from moto.s3.models import s3_backends

        for key in keys[1:]:  # straight into the server's memory: 1,099 requests would take 10 s
            s3_backends["123456789012"]["aws"].put_object(store.address.bucket, key, b"")
    assert [info.key for info in store.list("many/")] == keys
    assert [info.key for info in store.list("many/", after="many/00999")] == keys[1000:]


def test_deleting_is_idempotent(store: ObjectStore) -> None:
    put(store, "a", b"1", metadata={"x": "y"})
    store.delete("a")
    store.delete("a")
    with pytest.raises(ObjectNotFoundError):
        store.stat("a")
    put(store, "a", b"2")
    assert store.stat("a").metadata == {}


def test_what_is_absent_is_said_so(store: ObjectStore) -> None:
    put(store, "folder/a")
    for call in (store.stat, read):
        for key in ("nothing", "folder"):
            with pytest.raises(ObjectNotFoundError):
                call(store, key) if call is read else call(key)  # type: ignore[arg-type, call-arg]


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x", "a\nb", ""])
def test_no_method_takes_an_unsafe_name(store: ObjectStore, key: str) -> None:
    calls = [
        lambda: put(store, key),
        lambda: read(store, key),
        lambda: store.stat(key),
        lambda: store.delete(key),
        lambda: store.signed_url(key, 60),
    ]
    for call in calls:
        with pytest.raises(UnsafeKeyError):
            call()
    if key:
        with pytest.raises(UnsafeKeyError):
            list(store.list(key))


class BrokenStream(io.RawIOBase):
    def __init__(self) -> None:
        self.reads = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.reads += 1
        if self.reads > 2:
            raise ConnectionResetError("the sender went away")
        return b"x" * 1000


def test_a_broken_upload_leaves_the_old_object(store: ObjectStore) -> None:
    put(store, "a", b"whole")
    with pytest.raises(StorageError):
        store.put("a", BrokenStream())  # type: ignore[arg-type]
    assert read(store, "a") == b"whole"
    assert [info.key for info in store.list("")] == ["a"]


def test_a_signed_s3_link_is_readable_by_anyone(s3_server: str) -> None:
    store = open_store(f"s3://testing:testing@{s3_server}/b{secrets.token_hex(6)}?secure=0")
    put(store, "a b/ё.wav", b"sound")
    with urllib.request.urlopen(store.signed_url("a b/ё.wav", 60)) as answer:
        assert answer.read() == b"sound"


def test_a_storage_that_is_away_is_said_so_in_time() -> None:
    store = open_store("s3://k:s@127.0.0.1:9/bucket?secure=0")
    began = time.monotonic()
    with pytest.raises(StorageError, match="cannot be reached") as refused:
        store.stat("a")
    assert "SYNAPSE_STORAGE_URL" in refused.value.hint
    assert time.monotonic() - began < 20


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"secret")
    store = open_store((tmp_path / "objects").as_uri())
    put(store, "inside/a")
    (tmp_path / "objects" / "escape").symlink_to(tmp_path / "outside")
    (tmp_path / "objects" / "file").symlink_to(tmp_path / "outside" / "secret")
    (tmp_path / "objects" / "near").symlink_to(tmp_path / "objects" / "inside")
    for key in ("escape/secret", "file"):
        for call in (
            lambda key=key: read(store, key),
            lambda key=key: store.stat(key),
            lambda key=key: put(store, key),
        ):
            with pytest.raises(StorageError, match="leads out"):
                call()
    assert read(store, "near/a") == b"x"
    assert [info.key for info in store.list("")] == ["inside/a"]
    assert list(store.list("escape/")) == []


def test_a_folder_in_the_way_is_explained(tmp_path: Path) -> None:
    store = open_store((tmp_path / "objects").as_uri())
    put(store, "a/b")
    for key in ("a", "a/b/c"):
        with pytest.raises(StorageError, match="a folder has its name"):
            put(store, key)
    assert [info.key for info in store.list("")] == ["a/b"]


def test_a_folder_hides_its_own_files_and_clears_old_leftovers(tmp_path: Path) -> None:
    store = open_store((tmp_path / "objects").as_uri())
    put(store, "a", b"1", metadata={"k": "v"})
    store.signed_url("a", 60)
    assert [info.key for info in store.list("")] == ["a"]
    leftover = tmp_path / "objects" / ".synapse" / "partial" / "old"
    leftover.write_bytes(b"half")
    import os

    os.utime(leftover, (0, 0))
    put(open_store((tmp_path / "objects").as_uri()), "b")
    assert not leftover.exists()


def test_a_bucket_tells_of_new_objects_and_keeps_what_others_asked_for(s3_server: str) -> None:
    store = open_store(f"s3://testing:testing@{s3_server}/b{secrets.token_hex(6)}?secure=0")
    assert isinstance(store, S3Store)
    put(store, "a")
    client = Minio(s3_server, access_key="testing", secret_key="testing", secure=False)
    other = QueueConfig(queue="arn:aws:sqs:us-east-1:1:other", events=["s3:ObjectRemoved:*"], config_id="x")
    client.set_bucket_notification(store.address.bucket, NotificationConfig(queue_config_list=[other]))
    for _ in range(2):
        store.announce_new_objects("arn:aws:sqs:us-east-1:2:webhook")
    found = client.get_bucket_notification(store.address.bucket).queue_config_list or []
    assert sorted((one.queue, tuple(one.events)) for one in found) == [
        ("arn:aws:sqs:us-east-1:1:other", ("s3:ObjectRemoved:*",)),
        ("arn:aws:sqs:us-east-1:2:webhook", ("s3:ObjectCreated:*",)),
    ]
