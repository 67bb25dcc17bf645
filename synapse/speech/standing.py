"""Which transcript of a recording is the current one: the only place where that is decided.

The rules, in this order:

1. What a person has corrected (``core.transcripts.corrected_at``) is never overwritten and stays current
   as long as the sound is the same.
2. Of two transcripts by one model the one whose words the model is surer of is current: it was asked the same
   question in two ways. Without words on one side the newer one counts, since old text may be invented.
3. Of two sizes of Whisper the larger one's is current.
4. Otherwise the newer one is: confidences of different models cannot be compared, and somebody chose the
   new model on purpose.

Transcripts that lose stay in the table under their own version.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from synapse.database.tables.core import transcripts

_SIZES = ("tiny", "base", "small", "medium", "large-v1", "large-v2", "large-v3")
_SAME_SIZE = {"turbo": "large-v3", "large-v3-turbo": "large-v3", "large": "large-v3"}


@dataclass(frozen=True)
class Standing:
    """What counts when two transcripts of the same sound are compared.

    Attributes:
        model: Name of the model.
        mean_confidence: Mean probability of the words, 0 to 1; None without words.
        is_corrected: A person changed a word.
    """

    model: str
    mean_confidence: float | None
    is_corrected: bool = False


def stays_current(current: Standing, new: Standing) -> bool:
    """Whether the transcript that is current now stays so beside a new one of the same sound."""
    if current.is_corrected:
        return True
    if current.model == new.model:
        if current.mean_confidence is None or new.mean_confidence is None:
            return False
        return current.mean_confidence > new.mean_confidence
    sizes = _size(current.model), _size(new.model)
    return sizes[0] is not None and sizes[1] is not None and sizes[0] > sizes[1]


def _size(model: str) -> int | None:
    name = model.removeprefix("faster-whisper-").removesuffix(".en")
    name = _SAME_SIZE.get(name, name)
    return _SIZES.index(name) if name in _SIZES else None


def settle(connection: sa.Connection, recording_id: int, version: str, new: Standing) -> bool:
    """Make room for a new transcript in the caller's transaction.

    The recording's present transcript loses its place if the new one is better; a corrected transcript under
    the same version (of a sound that has changed since) is put aside under a version of its own.

    Args:
        connection: Open transaction.
        recording_id: Whose transcripts.
        version: Of the new one.
        new: What is known of it.

    Returns:
        Whether the new one is to be the current one.
    """
    rows = connection.execute(
        sa.select(
            transcripts.c.id,
            transcripts.c.version,
            transcripts.c.model,
            transcripts.c.is_current,
            transcripts.c.mean_confidence,
            transcripts.c.corrected_at,
        )
        .where(transcripts.c.recording_id == recording_id)
        .with_for_update()
    ).all()
    for row in rows:
        if row.version == version and row.corrected_at is not None:
            put_aside = f"{row.version}/corrected-{row.id}"
            connection.execute(
                sa.update(transcripts).where(transcripts.c.id == row.id).values(version=put_aside)
            )
    rivals = [row for row in rows if row.is_current and (row.version != version or row.corrected_at)]
    if any(
        stays_current(Standing(row.model, row.mean_confidence, row.corrected_at is not None), new)
        for row in rivals
    ):
        return False
    connection.execute(
        sa.update(transcripts)
        .where(transcripts.c.id.in_([row.id for row in rivals]))
        .values(is_current=False)
    )
    return True
