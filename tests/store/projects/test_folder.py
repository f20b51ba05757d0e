"""A state is there whole or not at all, whatever happens while it is written; one that is damaged is named."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import stat
import time
from pathlib import Path

import numpy as np
import pytest

from segmentation.core.errors import SegmentationError
from segmentation.store.projects import KINDS, Known, steps
from segmentation.store.projects.folder import read_state, sweep, write_state
from tests.conftest import cases

KILLS = cases(40, 200)


def state(number: int) -> dict[str, object]:
    """A state whose every part tells its number: two large parts of its own, one that all share, a few small ones."""
    own = np.full(30_000, float(number))
    return {
        "number": number,
        "own": own,
        "more": np.arange(20_000) + number,
        "shared": np.arange(9000.0),
        "k": (number,),
    }


def is_whole(root: dict[str, object]) -> bool:
    wanted = state(int(root["number"]))  # type: ignore[call-overload]
    return list(root) == list(wanted) and all(np.array_equal(root[name], wanted[name]) for name in wanted)  # type: ignore[arg-type]


def write(folder: Path, number: int, known: Known | None = None, replaces: int | None = None) -> int:
    return write_state(
        folder, state(number), kinds=KINDS, what=f"step {number}", saved="2026-01-01", known=known, replaces=replaces
    )


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed with POSIX signals")
def test_after_a_kill_at_any_moment_the_project_opens_as_one_of_its_saved_states(tmp_path: Path) -> None:
    rng, folder = random.Random(14), tmp_path / "project"
    told, tell = os.pipe()
    began = time.monotonic()
    for number in range(2):
        write(tmp_path / "timed", number)
    longest = max(0.12, 3 * (time.monotonic() - began))  # a slow disk or a busy machine gets its time to save
    opened, between, torn = 0, 0, 0
    for _ in range(KILLS):
        child = os.fork()
        if child == 0:  # saves and sweeps until it is killed
            number = max((step.number for step in steps(folder)), default=0)
            known = Known()
            while True:
                number = write(folder, number + 1, known, replaces=number if number % 3 == 0 else None)
                os.write(tell, number.to_bytes(4, "big"))
                if number % 5 == 0:
                    sweep(folder, most=4)
        time.sleep(rng.uniform(0.002, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        torn += any(path.name.startswith(".saving-") for path in files(folder))
        os.set_blocking(told, False)
        try:
            said = os.read(told, 1 << 20)
        except BlockingIOError:
            said = b""
        there = [step.number for step in steps(folder)]
        if not there:
            assert not said
            between += 1
            continue
        newest = there[-1]
        assert newest >= int.from_bytes(said[-4:], "big"), "a state that was saved is gone"
        assert all(is_whole(read_state(folder, number, KINDS)) for number in there)
        assert steps(folder)[-1].what == f"step {newest}"
        opened += 1
    assert opened + between == KILLS
    assert opened > KILLS / 2
    sweep(folder)
    assert [path for path in files(folder) if path.name.startswith(".saving-")] == []
    assert torn, "no kill came while a file was being written: the test proves nothing"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed with POSIX signals")
def test_a_crash_at_every_single_step_of_saving_leaves_whole_states_only(tmp_path: Path) -> None:
    """Killed before the first, second … call to the disk; what was not flushed yet is only half there."""
    place = 0
    while True:
        place += 1
        folder = tmp_path / f"project-{place}"
        for number in range(1, 5):
            write(folder, number)
        child = os.fork()
        if child == 0:
            die_at(place)
            write(folder, 5, replaces=4)
            sweep(folder, most=3)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        numbers = [step.number for step in steps(folder)]
        assert all(is_whole(read_state(folder, number, KINDS)) for number in numbers), place
        assert numbers in ([1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 5], [2, 3, 5]), place
        again = write(folder, 5)  # what a crash left behind is not taken for a part of the next state
        assert is_whole(read_state(folder, again, KINDS)), place
        if os.WIFEXITED(status):
            break
    assert place > 15


def die_at(place: int) -> None:
    """Let this process be killed at its `place`-th call to the disk."""
    calls = 0

    def mortal(name: str) -> None:
        true = getattr(os, name)

        def call(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += 1
            if calls == place:
                if name == "fsync" and stat.S_ISREG(os.fstat(args[0]).st_mode):  # type: ignore[call-overload]
                    os.ftruncate(args[0], os.fstat(args[0]).st_size // 2)  # type: ignore[call-overload]
                os.kill(os.getpid(), signal.SIGKILL)
            return true(*args, **kwargs)

        setattr(os, name, call)

    for name in ("open", "fsync", "link", "replace", "unlink"):
        mortal(name)


def test_states_are_numbered_and_share_their_parts(tmp_path: Path) -> None:
    assert [write(tmp_path, number) for number in (1, 2)] == [1, 2]
    parts = list((tmp_path / "parts").iterdir())
    assert len(parts) == 5  # two of each state's own, one shared
    assert [(step.number, step.what) for step in steps(tmp_path)] == [(1, "step 1"), (2, "step 2")]
    assert is_whole(read_state(tmp_path, 1, KINDS))


def test_a_state_further_on_in_the_same_step_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    first = write(tmp_path, 1)
    write(tmp_path, 2, replaces=first)
    assert [step.number for step in steps(tmp_path)] == [2]


def test_two_that_save_at_once_get_two_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 1)
    link, raced = os.link, []

    def other_first(source: Path, target: Path) -> None:
        if not raced:
            raced.append(True)
            link(source, target)
        link(source, target)

    monkeypatch.setattr(os, "link", other_first)
    assert write(tmp_path, 2) == 3
    assert is_whole(read_state(tmp_path, 3, KINDS))


def test_sweeping_keeps_the_newest_steps_and_all_that_they_need(tmp_path: Path) -> None:
    for number in range(1, 6):
        write(tmp_path, number)
    sweep(tmp_path, most=2)
    assert [step.number for step in steps(tmp_path)] == [4, 5]
    assert all(is_whole(read_state(tmp_path, number, KINDS)) for number in (4, 5))
    assert len(list((tmp_path / "parts").iterdir())) == 5
    sweep(tmp_path, most_bytes=1)
    assert [step.number for step in steps(tmp_path)] == [5]  # the newest is never let go of
    assert is_whole(read_state(tmp_path, 5, KINDS))


def test_only_the_user_may_read_the_files(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write(tmp_path / "all/owner/project", 1)
    finally:
        os.umask(before)
    for path in files(tmp_path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for path in filter(Path.is_dir, tmp_path.rglob("*")):  # those above the project, too
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


@pytest.mark.parametrize("folder", ["states", "parts"])
@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "empty"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, folder: str, harm: str) -> None:
    write(tmp_path, 1)
    path = max((tmp_path / folder).iterdir(), key=lambda item: item.stat().st_size)
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": data[:-1], "changed": data[:-2] + b"~" + data[-1:], "empty": b""}[harm])
    with pytest.raises(SegmentationError, match="cannot be opened"):
        read_state(tmp_path, 1, KINDS)


def test_a_state_of_another_format_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segmentation.store.projects.folder.FORMAT", 2)
    write(tmp_path, 1)
    monkeypatch.undo()
    with pytest.raises(SegmentationError, match="another version"):
        read_state(tmp_path, 1, KINDS)
    assert steps(tmp_path)[0].what == ""


def test_parts_outside_the_project_are_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(b"x" * 10_000)
    number = write_state(tmp_path / "project", {"data": b"x" * 10_000}, kinds=KINDS)
    path = tmp_path / "project/states/000001.json"
    name = next((tmp_path / "project/parts").iterdir()).name
    _head, _, text = path.read_bytes().replace(name.encode(), b"../../secret.bin").partition(b"\n")
    path.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
    with pytest.raises(SegmentationError, match="no part of it"):
        read_state(tmp_path / "project", number, KINDS)


def test_a_full_disk_leaves_the_states_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 1)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, 2)
    monkeypatch.undo()
    assert [step.number for step in steps(tmp_path)] == [1]
    assert not [path for path in files(tmp_path) if path.name.startswith(".saving-")]
