"""A temporary folder goes with its block, and after a killed process with the next one; one in use stays."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from segmentation.core.own_folder import own_folder

HOLD = """
import sys
from segmentation.core.own_folder import own_folder
with own_folder("lines") as folder:
    (folder / "data").write_text("rows")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_gone_after_its_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with own_folder("lines") as folder:
        (folder / "data").write_text("rows")
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be removed there")
def test_what_a_killed_process_left_goes_with_the_next_one_and_what_is_in_use_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "lines-of-somebody-else").mkdir()
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        theirs = Path(process.stdout.readline().strip())
        with own_folder("lines"):
            assert (theirs / "data").read_text() == "rows"
        process.kill()
        process.wait()
        assert theirs.exists()
        with own_folder("lines"):
            assert not theirs.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["lines-of-somebody-else"]
