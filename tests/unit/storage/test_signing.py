from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from synapse.storage.signing import SignatureError, Signer, folder_secret

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SIGNER = Signer(b"s" * 32)


def parts(link: str) -> tuple[str, int, str]:
    url = urlsplit(link)
    query = parse_qs(url.query)
    return unquote(url.path).removeprefix("/objects/"), int(query["expires"][0]), query["signature"][0]


def test_a_link_is_good_until_it_expires() -> None:
    key, expires, signature = parts(SIGNER.link("recordings/Звонок 1.wav", expires_seconds=60, now=NOW))
    assert key == "recordings/Звонок 1.wav"
    SIGNER.check(key, expires, signature, now=NOW + timedelta(seconds=60))
    with pytest.raises(SignatureError, match="expired"):
        SIGNER.check(key, expires, signature, now=NOW + timedelta(seconds=61))


def test_no_part_of_a_link_can_be_changed() -> None:
    key, expires, signature = parts(SIGNER.link("recordings/1.wav", expires_seconds=60, now=NOW))
    for forged in [
        ("recordings/2.wav", expires, signature),
        (key, expires + 1, signature),
        (key, expires, "0" * 64),
        (key, expires, "ё"),
    ]:
        with pytest.raises(SignatureError, match="not valid"):
            SIGNER.check(*forged, now=NOW)
    with pytest.raises(SignatureError):
        Signer(b"t" * 32).check(key, expires, signature, now=NOW)


def test_every_process_finds_the_same_secret_which_only_the_owner_may_read(tmp_path: Path) -> None:
    secret = folder_secret(tmp_path / "own")
    assert len(secret) == 32
    assert folder_secret(tmp_path / "own") == secret
    assert [file.name for file in (tmp_path / "own").iterdir()] == ["signing.key"]
    assert (tmp_path / "own" / "signing.key").stat().st_mode & 0o077 == 0
