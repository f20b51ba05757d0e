"""A disk that is really full: what is told, what stays whole, and that all goes on once there is room again."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from segmentation.__main__ import main
from segmentation.core.errors import SegmentationError
from segmentation.store import list_models, load, save
from segmentation.store.audit import append, verify
from segmentation.store.projects import KINDS, About, Shelf, new_id
from tests.small import two_segments
from tests.store.test_store import PERSONAS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB; skipped where none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def fill(disk: Path, *, but: int = 0) -> Path:
    """Fill the disk but for so many bytes → the file that does it."""
    filler, room = disk / "filler", os.statvfs(disk)
    filler.write_bytes(b"x" * (room.f_bavail * room.f_frsize - but))
    return filler


def test_a_log_on_a_full_disk_refuses_and_goes_on_whole(small_disk: Path) -> None:
    log = small_disk / "audit.jsonl"
    before = append(log, "anna", "signed in")
    filler = fill(small_disk)
    told = []
    for number in range(40):  # the last block of the log has room for some lines
        try:
            append(log, "anna", f"saved {number}", "cards/v1")
        except OSError as error:
            told.append(error.strerror)
    assert set(told) == {"No space left on device"}
    filler.unlink()
    append(log, "anna", "signed out")
    verdict = verify(log)
    assert verdict.problem == ""
    assert verdict.entries == 40 - len(told) + 2
    assert before.number == 1


def test_a_model_on_a_full_disk_is_refused_in_one_sentence_and_leaves_nothing(small_disk: Path) -> None:
    seg = two_segments()
    filler = fill(small_disk, but=8192)
    with pytest.raises(SegmentationError, match="No space left"):
        save(seg, PERSONAS, "cards", small_disk)
    assert [item.name for item in small_disk.iterdir() if item != filler and any(item.rglob("*.json*"))] == []
    assert len(list_models(small_disk)) == 0
    filler.unlink()
    assert load(save(seg, PERSONAS, "cards", small_disk), small_disk).personas


def test_a_list_on_a_full_disk_is_refused_in_one_sentence_and_what_was_there_stays(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, models, out = ROOT / "sample_data/income_spending.csv", tmp_path / "models", small_disk / "list.csv"
    assert main(["fit", str(file), "--k", "4", "--name", "income", "--models", str(models)]) == 0
    out.write_text("the list of before")
    fill(small_disk)
    capsys.readouterr()
    assert main(["score", "income", str(file), "--models", str(models), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "No space left on device" in said
    assert out.read_text() == "the list of before"
    assert sorted(item.name for item in small_disk.iterdir()) == ["filler", "list.csv"]


def test_segments_fitted_onto_a_full_disk_are_refused_in_one_sentence(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(small_disk, but=4096)
    file = ROOT / "sample_data/income_spending.csv"
    assert main(["fit", str(file), "--k", "4", "--name", "income", "--models", str(small_disk)]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "No space left on device" in said
    assert len(list_models(small_disk)) == 0


def test_work_on_a_full_disk_is_not_kept_and_what_was_kept_opens(small_disk: Path) -> None:
    shelf = Shelf("anna", KINDS, small_disk)
    project = new_id()
    shelf.save(project, {"k": 4}, About(project, "Cards"), what="k = 4")
    filler = fill(small_disk)
    with pytest.raises(OSError, match="No space left"):
        shelf.save(project, {"k": 5, "more": "x" * 9000}, About(project, "Cards"), what="k = 5")
    assert shelf.open(project)[1] == {"k": 4}
    filler.unlink()
    shelf.save(project, {"k": 6}, About(project, "Cards"), what="k = 6")
    assert shelf.open(project)[1] == {"k": 6}
