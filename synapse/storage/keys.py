"""Which names objects may have."""

from pathlib import PurePosixPath

from synapse.errors import StorageError

LONGEST_KEY_BYTES = 1024  # S3
LONGEST_PART_BYTES = 255  # ext4, NTFS, APFS
RESERVED_PART = ".synapse"  # the folder storage keeps its own things there


class UnsafeKeyError(StorageError):
    """The name could leave the storage or cannot be stored everywhere."""


def validate_key(key: str) -> str:
    """Return ``key`` if it is a safe object name.

    Raises:
        UnsafeKeyError: Empty, absolute, with ``..``, control characters or backslashes, or too long.
    """
    problem = _problem(key)
    if problem:
        raise UnsafeKeyError(
            f"The object name is refused: {problem}.",
            hint="Use relative names such as landing/1c/receipts.csv.",
        )
    return key


def validate_prefix(prefix: str) -> str:
    """Return ``prefix`` if keys may start with it; an empty one is allowed.

    Raises:
        UnsafeKeyError: No safe key starts like this.
    """
    if prefix and prefix.rstrip("/"):
        validate_key(prefix.rstrip("/"))
    elif prefix:
        raise UnsafeKeyError("The prefix is refused: it is absolute.", hint="Leave out the first slash.")
    return prefix


def file_name(key: str) -> str:
    """The last part of a key."""
    return PurePosixPath(key).name


def _problem(key: str) -> str | None:
    if not key:
        return "it is empty"
    try:
        encoded = key.encode()
    except UnicodeEncodeError:
        return "it is not valid Unicode"
    if len(encoded) > LONGEST_KEY_BYTES:
        return f"it is longer than {LONGEST_KEY_BYTES} bytes"
    if any(not character.isprintable() and character != "\u00a0" for character in key):
        return "it has control characters"
    if "\\" in key:
        return "it has a backslash"
    return _problem_of_parts(key.split("/"))


def _problem_of_parts(parts: list[str]) -> str | None:
    if parts[0] == "":
        return "it is absolute"
    if parts[0] == RESERVED_PART:
        return f"{RESERVED_PART} is kept for Synapse itself"
    if any(part in {"", ".", ".."} for part in parts):
        return "it has an empty, '.' or '..' part"
    if any(len(part.encode()) > LONGEST_PART_BYTES for part in parts):
        return f"a part is longer than {LONGEST_PART_BYTES} bytes"
    return None
