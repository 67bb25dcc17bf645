"""`POST /ingest/recordings`."""

import io
import threading
import wave
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.routes import recordings
from synapse.environment import load_environment
from synapse.storage import ObjectStore, open_store
from tests.keys import create_key

PATH = "/ingest/recordings"
NAME = "2026/03/02/in-74951234567-79161234567-20260302-100000-1772434800.1.wav"


@pytest.fixture
def pbx(client: TestClient, engine: sa.Engine) -> dict[str, str]:
    """Headers of a PBX that may send."""
    return {"X-Api-Key": create_key(engine, name="pbx", scopes=["ingest"])}


@pytest.fixture
def store(client: TestClient) -> ObjectStore:
    """The storage of the application."""
    return open_store(load_environment().objects_url)


def tone(seconds: float = 1.0, sample: bytes = b"\x01\x00") -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(sample * int(8000 * seconds))
    return stream.getvalue()


def send(client: TestClient, headers: dict[str, str], content: bytes, name: str = NAME) -> Any:
    return client.post(PATH, files={"file": ("a.wav", content)}, data={"name": name}, headers=headers)


def test_a_recording_is_stored_under_its_name_and_catalogued(
    client: TestClient, stored: Any, store: ObjectStore, pbx: dict[str, str]
) -> None:
    answer = send(client, pbx, tone())
    assert answer.status_code == 201
    assert answer.json()["key"] == f"recordings/{NAME}"
    with store.open(f"recordings/{NAME}") as stream:
        assert stream.read() == tone()
    assert stored("select kind, requested_by from app.work_requests") == [("catalogue", "key:pbx")]


def test_the_files_own_name_serves_where_no_other_is_given(client: TestClient, pbx: dict[str, str]) -> None:
    answer = client.post(PATH, files={"file": ("1772434800.7.wav", tone())}, headers=pbx)
    assert answer.json()["key"] == "recordings/1772434800.7.wav"


def test_the_same_recording_again_changes_nothing(
    client: TestClient, store: ObjectStore, pbx: dict[str, str]
) -> None:
    send(client, pbx, tone())
    before = store.stat(f"recordings/{NAME}")
    again = send(client, pbx, tone(), name=f"recordings/{NAME}")
    assert again.status_code == 200
    assert store.stat(f"recordings/{NAME}").modified_at == before.modified_at


def test_another_recording_of_the_same_name_is_refused(
    client: TestClient, store: ObjectStore, pbx: dict[str, str]
) -> None:
    send(client, pbx, tone())
    assert send(client, pbx, tone(2)).status_code == 409
    assert store.stat(f"recordings/{NAME}").size == len(tone())


def test_of_two_senders_of_one_name_one_wins_and_the_other_is_told(
    client: TestClient, store: ObjectStore, pbx: dict[str, str]
) -> None:
    contents = [tone(1, bytes([number, 0])) for number in range(4)]
    statuses: dict[int, int] = {}

    def race(number: int) -> None:
        statuses[number] = send(client, pbx, contents[number]).status_code

    threads = [threading.Thread(target=race, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses.values()) == [201, 409, 409, 409]
    (winner,) = (number for number, status in statuses.items() if status == 201)
    with store.open(f"recordings/{NAME}") as stream:
        assert stream.read() == contents[winner]


BAD_NAMES = [
    "../landing/1c/receipts.wav",
    "/etc/passwd.wav",
    "a/../../b.wav",
    "a\\..\\b.wav",
    "recordings/../../b.wav",
    ".synapse/partial/a.wav",
    "a//b.wav",
    "a\u0000.wav",
    "x" * 300 + ".wav",
]


def test_names_that_could_leave_the_folder_are_refused(
    client: TestClient, store: ObjectStore, pbx: dict[str, str], subtests: pytest.Subtests
) -> None:
    for name in BAD_NAMES:
        with subtests.test(name=name[:40]):
            assert send(client, pbx, tone(), name=name).status_code in (201, 422)
    keys = [info.key for info in store.list("")]
    assert all(key.startswith("recordings/") and ".." not in key for key in keys)


def test_what_is_no_audio_is_refused(client: TestClient, store: ObjectStore, pbx: dict[str, str]) -> None:
    for content, name in (
        (b"", "a.wav"),
        (b"%PDF-1.7", "a.wav"),
        (b"#!/bin/sh", "a.sh"),
        (b"<html>", "a.mp3"),
        (tone(), "a.mp3"),
        (tone(), "a"),
    ):
        assert send(client, pbx, content, name=name).status_code == 422
    assert list(store.list("recordings/")) == []


def test_a_broken_form_is_refused(client: TestClient, pbx: dict[str, str]) -> None:
    assert client.post(PATH, json={"file": "x"}, headers=pbx).status_code == 400
    assert client.post(PATH, data={"file": "text, not a file"}, headers=pbx).status_code == 400
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\nContent-Disposition: form-data; name=", b"\x00" * 100):
        assert client.post(PATH, content=body, headers={**pbx, **kind}).status_code == 400
    kind = {"Content-Type": "multipart/form-data"}
    assert client.post(PATH, content=b"--x--", headers={**pbx, **kind}).status_code == 400


def test_an_upload_above_the_limit_is_refused(
    client: TestClient, store: ObjectStore, pbx: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "MAX_UPLOAD_BYTES", 10_000)
    assert send(client, pbx, tone(5)).status_code == 413
    body = tone(5)

    def chunks() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        yield from (body[first : first + 4096] for first in range(0, len(body), 4096))
        yield b"\r\n--x--\r\n"

    headers = {**pbx, "Content-Type": "multipart/form-data; boundary=x"}
    assert client.post(PATH, content=chunks(), headers=headers).status_code == 413
    assert list(store.list("recordings/")) == []


def test_only_a_key_with_the_scope_may_send(client: TestClient, engine: sa.Engine) -> None:
    other = create_key(engine, name="storage", scopes=["notify"])
    assert send(client, {}, tone()).status_code == 401
    assert send(client, {"X-Api-Key": other}, tone()).status_code == 403
