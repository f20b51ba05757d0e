"""The log of who did what: no line can be changed, taken out, added or moved unseen."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from segmentation.__main__ import main
from segmentation.core.errors import SegmentationError
from segmentation.store.audit import append, verify


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log/audit.jsonl"
    for what in ("signed in (work)", "saves a model", "scores a file", "signed out"):
        append(path, "anna@example.org [7]", what, "cards/v1" if what == "saves a model" else "")
    return path


def test_a_whole_log_holds_and_gives_its_lines(log: Path) -> None:
    verdict = verify(log)
    assert (verdict.entries, verdict.problem, verdict.holds) == (4, "", None)
    assert [(entry.number, entry.what, entry.model) for entry in verdict.last] == [
        (1, "signed in (work)", ""),
        (2, "saves a model", "cards/v1"),
        (3, "scores a file", ""),
        (4, "signed out", ""),
    ]
    assert {entry.who for entry in verdict.last} == {"anna@example.org [7]"}


def test_the_chain_is_the_digest_of_the_chain_before_and_the_line(log: Path) -> None:
    chain = "0" * 64
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        rest = ",".join(
            f"{json.dumps(name)}:{json.dumps(entry[name])}" for name in ("at", "model", "number", "what", "who")
        )
        chain = hashlib.sha256(f"{chain}\n{{{rest}}}".encode()).hexdigest()
        assert entry["chain"] == chain


def swap(lines: list[str]) -> list[str]:
    return [lines[0], lines[2], lines[1], lines[3]]


CHANGES: dict[str, tuple[Callable[[list[str]], list[str]], int, str]] = {
    "a word": (lambda lines: [line.replace("scores", "reads") for line in lines], 2, "does not follow"),
    "a date": (lambda lines: [lines[0].replace("T", "U", 1), *lines[1:]], 0, "does not follow"),
    "a line taken out": (lambda lines: [lines[0], *lines[2:]], 1, "is entry 3"),
    "the first line taken out": (lambda lines: lines[1:], 0, "is entry 2"),
    "a line twice": (lambda lines: [lines[0], *lines], 1, "is entry 1"),
    "two lines moved": (swap, 1, "is entry 3"),
    "who, twice": (lambda lines: [lines[0].replace('"who"', '"who": "eve", "who"'), *lines[1:]], 0, "not written as"),
    "blanks": (lambda lines: [lines[0].replace(", ", ","), *lines[1:]], 0, "not written as"),
    "a key added": (lambda lines: [lines[0].replace("{", '{"role": "manage", ', 1), *lines[1:]], 0, "no entry"),
    "what is no line": (lambda lines: [lines[0], "[" * 500 + "\n", *lines[1:]], 1, "no entry"),
    "an endless line": (lambda lines: [lines[0], "x" * 50_000 + "\n", *lines[1:]], 1, "cut off"),
}


@pytest.mark.parametrize(("change", "whole", "why"), CHANGES.values(), ids=CHANGES)
def test_a_changed_log_is_found_out(
    log: Path, change: Callable[[list[str]], list[str]], whole: int, why: str, capsys
) -> None:
    log.write_text("".join(change(log.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")
    verdict = verify(log)
    assert verdict.entries == whole
    assert why in verdict.problem
    assert main(["audit", str(log)]) == 2
    assert "is not as it was written" in capsys.readouterr().err


def test_a_log_cut_short_or_written_anew_is_found_out_by_a_chain_noted_elsewhere(log: Path, capsys) -> None:
    noted = verify(log).chain
    append(log, "anna", "signed in (work)")
    assert main(["audit", str(log), "--noted", noted]) == 0
    assert "5 lines, none changed, taken out or moved." in capsys.readouterr().out
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:3]))
    assert main(["audit", str(log)]) == 0  # by itself it holds
    capsys.readouterr()
    assert main(["audit", str(log), "--noted", noted]) == 2
    assert "cut short or written anew" in capsys.readouterr().err


def test_a_line_that_a_crash_cut_off_is_taken_away_and_the_chain_goes_on(log: Path) -> None:
    with log.open("ab") as file:
        file.write(b'{"number": 5, "at": "2026')
    assert "cut off" in verify(log).problem
    append(log, "anna", "signed in (work)")
    assert (verify(log).entries, verify(log).problem) == (5, "")


@pytest.mark.parametrize("begun", [b'{"num', b'{"number": 1, "at"', b"\0" * 300])
def test_what_a_crash_left_of_the_first_line_is_taken_away(tmp_path: Path, begun: bytes) -> None:
    log = tmp_path / "audit.jsonl"
    log.write_bytes(begun)
    append(log, "anna", "signed in (work)")
    assert (verify(log).entries, verify(log).problem) == (1, "")


OTHER_ENDS = {
    "a line": b"no entry\n",
    "a word": b"no entry",
    "no line for a long time": b'{"number": 5' + b"x" * 20_000,
}


@pytest.mark.parametrize("end", OTHER_ENDS.values(), ids=OTHER_ENDS)
@pytest.mark.parametrize("whole", [True, False])
def test_nothing_is_added_to_a_log_that_is_broken_at_its_end(log: Path, whole: bool, end: bytes) -> None:
    log.write_bytes((log.read_bytes() if whole else b"") + end)
    before = log.read_bytes()
    with pytest.raises(SegmentationError, match="damaged at its end"):
        append(log, "anna", "signed in (work)")
    assert log.read_bytes() == before


def test_text_from_outside_stays_in_its_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    append(path, 'eve"}\n{"number": 2', "x\u2028y\r" + "z" * 5_000, "a\x00b/v1")
    append(path, "anna", "signed in (look)")
    assert (verify(path).entries, verify(path).problem) == (2, "")
    assert path.read_bytes().count(b"\n") == 2


def test_processes_that_write_at_once_make_one_chain(log: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from segmentation.store.audit import append\n"
        "for number in range(25): append(Path(sys.argv[1]), sys.argv[2], f'step {number}')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(log), name]) for name in ("one", "two", "three")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert (verify(log).entries, verify(log).problem) == (79, "")


def test_a_log_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, capsys) -> None:
    assert main(["audit", str(tmp_path / "none")]) == 2
    assert "Cannot read" in capsys.readouterr().err
