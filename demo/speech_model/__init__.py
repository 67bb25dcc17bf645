"""The small speech model that Synapse ships: ``model/`` is loaded, ``training/`` is how it was made."""

from pathlib import Path

MODEL_FOLDER = Path(__file__).resolve().parent / "model"
"""Folder in CTranslate2's format that faster-whisper loads like any Whisper model."""
