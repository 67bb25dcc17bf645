"""Transcribe a chunk in a process of its own, which a test can kill."""

import sys

from synapse.database.engine import engine_for
from synapse.settings.sections import Settings
from synapse.settings.store import SettingsVersion
from synapse.speech.chunks import Chunk
from synapse.speech.pipeline import transcribe_chunk
from synapse.storage import open_store

if __name__ == "__main__":
    database, objects, chunk = sys.argv[1:]
    transcribe_chunk(
        engine_for(database),
        open_store(objects),
        Chunk.model_validate_json(chunk),
        SettingsVersion(1, Settings()),
        progress=lambda done, total, message="": None,
        save_every_seconds=60,
    )
