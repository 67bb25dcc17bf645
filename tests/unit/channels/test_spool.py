"""The fsynced spool."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from synapse.channels.spool import Spool, SpoolError


def drain(spool: Spool) -> list[bytes]:
    records: list[bytes] = []
    while True:
        with spool.oldest() as segment:
            if segment is None:
                return records
            records += segment.records
            spool.remove(segment, keep_aside=segment.damaged)


def test_records_come_out_in_the_order_in_which_they_went_in(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", segment_bytes=100)
    payloads = [b"%d %s" % (number, b"x" * 30) for number in range(20)]
    for first in range(0, 20, 2):
        spool.append(payloads[first : first + 2])
    spool.rotate()
    assert len(list(spool.folder.iterdir())) > 3
    assert drain(spool) == payloads
    assert spool.is_empty()


def test_a_segment_that_is_being_written_is_not_drained(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append([b"one"])
    assert drain(Spool(tmp_path / "spool")) == []
    spool.append([b"two"])
    spool.rotate()
    assert drain(Spool(tmp_path / "spool")) == [b"one", b"two"]


def test_a_segment_that_somebody_drains_is_left_to_him(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append([b"one"])
    spool.rotate()
    with spool.oldest() as segment:
        assert segment is not None
        assert drain(Spool(tmp_path / "spool")) == []
    assert drain(spool) == [b"one"]


@pytest.mark.parametrize("cut", range(1, 24))
def test_a_half_written_last_record_is_ignored(tmp_path: Path, cut: int) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append([b"first record", b"second record"])
    spool.rotate()
    (path,) = spool.folder.iterdir()
    os.truncate(path, path.stat().st_size - cut)
    assert drain(spool) == [b"first record"]
    assert not list(spool.folder.glob("*.damaged"))


def test_a_damaged_record_costs_only_itself_and_is_kept_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append([b"one", b"two", b"three"])
    spool.rotate()
    (path,) = spool.folder.iterdir()
    path.write_bytes(path.read_bytes().replace(b"two", b"twO"))
    assert drain(spool) == [b"one", b"three"]
    assert len(list(spool.folder.glob("*.damaged"))) == 1


def test_a_spool_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpoolError, match="cannot be written"):
        Spool(tmp_path / "file").append([b"one"])


def test_a_full_disk_leaves_no_half_record_before_later_ones(tmp_path: Path) -> None:
    script = """
import resource, signal, sys
from pathlib import Path
from synapse.channels.spool import Spool, SpoolError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = Spool(Path(sys.argv[1]))
spool.append([b"before"])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    spool.append([b"x" * 5000])
except SpoolError:
    print("refused")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
spool.append([b"after"])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "spool")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "refused"
    assert drain(Spool(tmp_path / "spool")) == [b"before", b"after"]
    assert not list((tmp_path / "spool").glob("*.damaged"))


def test_only_the_owner_can_read_the_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append([b"one"])
    assert spool.folder.stat().st_mode & 0o077 == 0
