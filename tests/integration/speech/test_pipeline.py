"""Recordings → transcripts, with the shipped model on a real database."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jiwer
import numpy as np
import pytest
import sqlalchemy as sa

from demo.speech_model.training import line
from synapse.database.tables.core import recordings, transcript_segments, transcripts
from synapse.database.tables.raw import files, ready_transcripts
from synapse.settings.sections import Asr, Settings
from synapse.settings.store import SettingsVersion
from synapse.speech.errors import SpeechModelError
from synapse.speech.pipeline import Outcome, take_ready_transcripts, transcribe_day
from synapse.speech.recordings import catalogue_recordings
from synapse.speech.transcriber import describe_model, load_transcriber
from synapse.storage import ObjectStore, open_store
from tests.unit.speech import sounds

SETTINGS = SettingsVersion(7, Settings())
DAY = date(2026, 11, 24)
FOLDER = "recordings/2026/11/24/"
NAME = "external-101-79161234591-20261124-180654-1795532814.137"
TALK = [
    (0, "добрый день компания тёплый дом меня зовут анна"),
    (1, "здравствуйте сколько стоит москитная сетка"),
    (0, "замер у нас бесплатный"),
    (1, "хорошо давайте"),
    (0, "записала вас на замер завтра в десять утра"),
    (1, "спасибо до свидания"),
]


def silent_report(done: int, total: int, message: str) -> None:
    assert 0 < done <= total


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store((tmp_path / "objects").as_uri())


def transcribe(
    engine: sa.Engine, store: ObjectStore, audio: dict[str, bytes], settings: SettingsVersion = SETTINGS
) -> Outcome:
    for key, data in audio.items():
        store.put(f"{FOLDER}{key}", io.BytesIO(data))
    now = datetime.now(UTC) + timedelta(hours=1)
    keys = [f"{FOLDER}{key}" for key in audio]
    catalogue_recordings(engine, store, keys, settings.settings, now=now)
    with engine.begin() as connection:
        connection.execute(sa.update(recordings).values(started_on=DAY))
    return transcribe_day(engine, store, DAY, settings, progress=silent_report)


def segments(engine: sa.Engine) -> list[sa.Row]:
    query = sa.select(transcript_segments).order_by(
        transcript_segments.c.transcript_id, transcript_segments.c.position
    )
    with engine.connect() as connection:
        return list(connection.execute(query))


def text_of(rows: list[sa.Row], speaker: str) -> str:
    return " ".join(row.text for row in rows if row.speaker == speaker)


@pytest.fixture(scope="module")
def talk() -> tuple[np.ndarray, list[str]]:
    return sounds.spoken(TALK)


def test_a_stereo_call_becomes_utterances_of_agent_and_client(
    engine: sa.Engine, store: ObjectStore, talk: tuple[np.ndarray, list[str]]
) -> None:
    sound, words = talk
    outcome = transcribe(engine, store, {f"{NAME}.wav": sounds.wav(sound)})
    assert outcome.figures()["transcribed"] == 1
    rows = segments(engine)
    assert {row.speaker for row in rows} == {"agent", "client"}
    assert [row.start_seconds for row in rows] == sorted(row.start_seconds for row in rows)
    assert "тёплый" in text_of(rows, "agent").split()
    assert "спасибо" in text_of(rows, "client").split()
    heard = [text_of(rows, "agent"), text_of(rows, "client")]
    assert jiwer.wer(words, heard) <= 0.35
    assert all(row.words and 0 <= row.confidence <= 1 for row in rows)
    assert all(row.is_low_confidence == (row.confidence < 0.6) for row in rows)
    with engine.connect() as connection:
        made = connection.execute(sa.select(transcripts)).one()
    assert made.is_current
    assert (made.engine, made.model, made.settings_version) == ("faster-whisper", "synapse-demo", 7)
    assert made.duration_seconds == pytest.approx(sound.shape[1] / 8_000, abs=0.1)
    assert made.agent_talk_ratio + made.client_talk_ratio == pytest.approx(1, abs=0.001)
    assert made.speech_seconds + made.silence_seconds == pytest.approx(made.duration_seconds, abs=0.02)
    assert -40 < made.agent_loudness_db < -10
    assert made.language == "ru"


def test_split_files_and_mono_know_their_speakers_or_say_that_they_do_not(
    engine: sa.Engine, store: ObjectStore, talk: tuple[np.ndarray, list[str]]
) -> None:
    sound, _ = talk
    audio = {
        f"{NAME}-in.wav": sounds.wav(sound[1:]),  # received from the client's channel
        f"{NAME}-out.wav": sounds.wav(sound[:1]),
        "1795532815.1.wav": sounds.wav(sound.sum(axis=0, keepdims=True)),
    }
    assert transcribe(engine, store, audio).transcribed == 2
    rows = segments(engine)
    assert "тёплый" in text_of(rows, "agent").split()
    assert "спасибо" in text_of(rows, "client").split()
    assert "тёплый" in text_of(rows, "unknown").split()


def test_nothing_is_invented_where_nobody_speaks(engine: sa.Engine, store: ObjectStore) -> None:
    noise = np.random.default_rng(5)
    clock = np.arange(8_000 * 20) / 8_000
    audio = {
        "hiss.wav": line.hiss(160_000, 0.02, noise),
        "music.wav": line.music(160_000, noise),
        "ringing.wav": (0.4 * np.sin(2 * np.pi * 425 * clock) * (clock % 5 < 1)).astype(np.float32),
    }
    files_of = {key: sounds.wav(np.stack([sound, sound])) for key, sound in audio.items()}
    assert transcribe(engine, store, files_of).transcribed == 3
    assert [row.text for row in segments(engine)] == []


def test_a_second_run_does_nothing_and_new_settings_transcribe_again(
    engine: sa.Engine, store: ObjectStore
) -> None:
    sound, _ = sounds.spoken(TALK[:1])
    assert transcribe(engine, store, {f"{NAME}.wav": sounds.wav(sound)}).transcribed == 1
    assert transcribe_day(engine, store, DAY, SETTINGS, progress=silent_report).transcribed == 0
    wider = SettingsVersion(8, Settings(asr=Asr(beam_size=1)))
    assert transcribe_day(engine, store, DAY, wider, progress=silent_report).transcribed == 1
    with engine.connect() as connection:
        current = connection.execute(
            sa.select(transcripts.c.settings_version, transcripts.c.is_current).order_by(transcripts.c.id)
        ).all()
    assert [tuple(row) for row in current] == [(7, False), (8, True)]


def test_a_bad_recording_is_marked_and_the_rest_goes_on(
    engine: sa.Engine, store: ObjectStore, tmp_path: Path
) -> None:
    sound, _ = sounds.spoken(TALK[:1])
    audio = {"1795532814.1.wav": sounds.wav(sound), "1795532815.1.wav": sounds.wav(sound)}
    for key, data in audio.items():
        store.put(f"{FOLDER}{key}", io.BytesIO(data))
    keys = [f"{FOLDER}{key}" for key in audio]
    catalogue_recordings(engine, store, keys, SETTINGS.settings, now=datetime.now(UTC) + timedelta(hours=1))
    with engine.begin() as connection:
        connection.execute(sa.update(recordings).values(started_on=DAY))
    (tmp_path / "objects" / FOLDER / "1795532814.1.wav").write_bytes(b"spoilt meanwhile " * 100)
    outcome = transcribe_day(engine, store, DAY, SETTINGS, progress=silent_report)
    assert (outcome.transcribed, outcome.failed) == (1, 1)
    with engine.connect() as connection:
        bad = connection.execute(sa.select(recordings).where(recordings.c.state != "ready")).one()
    assert bad.state == "not_audio"
    assert "Not an audio file" in bad.reason


def test_a_killed_run_is_finished_by_the_next(engine: sa.Engine, store: ObjectStore) -> None:
    sound, _ = sounds.spoken(TALK[:1])
    audio = {f"179553281{number}.1.wav": sounds.wav(sound) for number in range(3)}

    def die(done: int, total: int, message: str) -> None:
        raise KeyboardInterrupt

    for key, data in audio.items():
        store.put(f"{FOLDER}{key}", io.BytesIO(data))
    catalogue_recordings(engine, store, None, SETTINGS.settings, now=datetime.now(UTC) + timedelta(hours=1))
    with engine.begin() as connection:
        connection.execute(sa.update(recordings).values(started_on=DAY))
    with pytest.raises(KeyboardInterrupt):
        transcribe_day(engine, store, DAY, SETTINGS, progress=die)
    assert transcribe_day(engine, store, DAY, SETTINGS, progress=silent_report).transcribed == 2
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(transcripts)).scalar_one() == 3


def test_an_hour_of_sound_needs_no_more_memory_than_some_minutes(
    engine: sa.Engine, store: ObjectStore
) -> None:
    sound, _ = sounds.spoken(TALK[:2])
    hour = np.zeros((2, 8_000 * 3_600), np.int16)
    for minute in (1, 30, 58):
        start = minute * 60 * 8_000
        hour[:, start : start + sound.shape[1]] = (sound * 32_767).astype(np.int16)
    data = sounds.wav_of(hour)
    del hour
    tracemalloc.start()
    outcome = transcribe(engine, store, {f"{NAME}.wav": data})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.sound_seconds == pytest.approx(3_600, abs=1)
    assert peak - len(data) < 150_000_000
    starts = sorted(round(row.start_seconds / 60) for row in segments(engine))
    assert set(starts) == {1, 30, 58}


def test_ready_transcripts_are_taken_once_and_again_when_they_change(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        file_id = connection.execute(
            sa.insert(files)
            .values(source="ready_transcripts", key="t.json", state="loaded")
            .returning(files.c.id)
        ).scalar_one()
        connection.execute(
            sa.insert(ready_transcripts).values(
                file_id=file_id,
                format="whisper",
                language="ru",
                duration_seconds=10,
                segments=[
                    {"start": 0, "end": 4, "speaker": "agent", "text": "добрый день", "confidence": 0.9},
                    {"start": 5, "end": 6, "speaker": "client", "text": "алло", "confidence": 0.4},
                    {"start": 7, "end": 8, "speaker": "робот", "text": "гудок", "confidence": None},
                ],
            )
        )
    assert take_ready_transcripts(engine, SETTINGS.settings) == 1
    assert take_ready_transcripts(engine, SETTINGS.settings) == 0
    rows = segments(engine)
    assert [(row.speaker, row.text, row.is_low_confidence) for row in rows] == [
        ("agent", "добрый день", False),
        ("client", "алло", True),
        ("unknown", "гудок", False),
    ]
    with engine.begin() as connection:
        made = connection.execute(sa.select(transcripts)).one()
        assert (made.engine, made.agent_talk_ratio, made.silence_seconds) == ("imported", 0.8, 4.0)
        connection.execute(
            sa.update(ready_transcripts).values(
                segments=[{"start": 0, "end": 1, "speaker": "agent", "text": "исправлено", "confidence": 1}],
                loaded_at=sa.func.clock_timestamp(),
            )
        )
    assert take_ready_transcripts(engine, SETTINGS.settings) == 1
    assert [row.text for row in segments(engine)] == ["исправлено"]


def test_the_shipped_model_describes_itself_and_is_small() -> None:
    described = describe_model("")
    assert "synapse-demo" in described
    assert float(described.split(", ")[1].removesuffix(" MB")) <= 10


def test_a_model_is_loaded_once_per_process() -> None:
    first, second = load_transcriber(Asr()), load_transcriber(Asr(beam_size=1))
    assert first._pipeline is second._pipeline


@pytest.mark.parametrize("name", ["enormous", "/no/such/folder", "./nor/here"])
def test_a_model_that_does_not_exist_is_explained(name: str) -> None:
    with pytest.raises(SpeechModelError) as raised:
        load_transcriber(Asr(model=name))
    assert raised.value.hint


@pytest.fixture(autouse=True)
def _no_leftovers(engine: sa.Engine) -> Iterator[None]:
    yield
    with engine.connect() as connection:
        doubled = connection.execute(
            sa.select(transcripts.c.recording_id)
            .where(transcripts.c.is_current, transcripts.c.recording_id.is_not(None))
            .group_by(transcripts.c.recording_id)
            .having(sa.func.count() > 1)
        ).all()
    assert doubled == [], "a recording has one current transcript"
