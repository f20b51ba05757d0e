"""A project as a file: the same bits on another machine; a file that is none of ours leaves no trace."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segmentation.core.errors import SegmentationError
from segmentation.store.projects import KINDS, About, Shelf, TakenIn, new_id, portable, take_along, take_in

STATE = "states/000001.json"


def about(root: Mapping[str, Any]) -> About:
    return About("", "from inside", customers=len(root["frame"]))


def root() -> dict[str, Any]:
    numbers = np.random.default_rng(1).normal(size=3000)
    return {"frame": pd.DataFrame({"x": numbers, "y": numbers.astype(int)}), "k": 4}


@pytest.fixture
def saved(tmp_path: Path) -> bytes:
    shelf, project = Shelf("one", KINDS, tmp_path / "here"), new_id()
    shelf.save(project, {"k": 1}, About(project, "First"), what="")
    shelf.save(project, root(), About(project, "First"), what="k = 4")
    return take_along(shelf, project)


@pytest.fixture
def there(tmp_path: Path) -> Shelf:
    return Shelf("another", KINDS, tmp_path / "there")


def nothing_left(shelf: Shelf) -> bool:
    return not shelf.home.exists() or list(shelf.home.iterdir()) == []


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(held: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in held.items():
            file.writestr(name, data)
    return out.getvalue()


def test_it_opens_bit_for_bit_on_another_machine(saved: bytes, there: Shelf) -> None:
    taken = take_in(there, saved, "Spring campaign.segproject", about)
    project = taken.project
    assert taken.new
    number, state, faults = there.open(project)
    assert (number, faults, state["k"]) == (1, (), 4)
    pd.testing.assert_frame_equal(state["frame"], root()["frame"], check_exact=True)
    assert (there.about(project).name, there.about(project).customers) == ("Spring campaign", 3000)
    assert take_along(there, project) == saved


def test_a_file_opened_twice_is_one_project_until_the_work_in_it_is_another(saved: bytes, there: Shelf) -> None:
    project = take_in(there, saved, "Spring.segproject", about).project
    assert take_in(there, saved, "another name.segproject", about) == TakenIn(project, new=False)
    # Other pages were looked at since, and the values are the same in other places: still the same work.
    looked_at = {"memory": {"Page": {"seen": 4}}, **root(), "basis": None}
    there.save(project, looked_at, there.about(project), what="", replaces=1)
    assert take_in(there, saved, "Spring.segproject", about) == TakenIn(project, new=False)
    assert [item.name for item in there.listed()] == ["Spring"]
    # A decision makes it other work, and the file a project beside it, with a number.
    there.save(project, {**root(), "k": 5}, there.about(project), what="k = 5")
    assert take_in(there, saved, "Spring.segproject", about).new
    assert {item.name for item in there.listed()} == {"Spring", "Spring (2)"}
    assert list(there.home.glob(".taking-in-*")) == []


def test_files_that_are_no_projects_are_refused_and_leave_nothing(saved: bytes, there: Shelf) -> None:
    good = entries(saved)
    part = next(name for name in good if name.startswith("parts/"))
    wrong = {
        "no zip": b"customer;amount\n1;2",
        "nothing": b"",
        "cut": saved[: len(saved) // 2],
        "empty": packed({}),
        "no state": packed({part: good[part]}),
        "another file": packed({**good, "model.joblib": b"x"}),
        "a way out": packed({**good, "../../escaped.json": b"x"}),
        "an absolute way": packed({**good, "/escaped.json": b"x"}),
        "a part outside": packed({**good, "parts/../states/000002.json": b"x"}),
        "a missing part": packed({name: data for name, data in good.items() if name != part}),
        "a changed part": packed({**good, part: good[part] + b"x"}),
        "a changed state": packed({**good, STATE: good[STATE].replace(b'"k"', b'"z"')}),
    }
    for name, data in wrong.items():
        with pytest.raises(SegmentationError, match=r"cannot be opened"):
            take_in(there, data, "x.segproject", about)
        assert nothing_left(there), name
    assert not (there.root.parent / "escaped.json").exists()


def test_a_locked_file_is_refused(saved: bytes, there: Shelf) -> None:
    locked = bytearray(saved)
    place = locked.find(b"PK\x01\x02")
    while place >= 0:  # the flag of every entry in the list at the end
        locked[place + 8] |= 1
        place = locked.find(b"PK\x01\x02", place + 4)
    with pytest.raises(SegmentationError, match="password"):
        take_in(there, bytes(locked), "x.segproject", about)


def test_a_file_that_swells_is_refused_before_it_is_unpacked(
    saved: bytes, there: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portable, "MOST_UNPACKED", 10_000)
    with pytest.raises(SegmentationError, match="would unpack"):
        take_in(there, saved, "x.segproject", about)
    assert nothing_left(there)


def test_a_small_file_that_unpacks_into_much_is_refused_before_it_is_unpacked(saved: bytes, there: Shelf) -> None:
    swelling = packed(entries(saved) | {"parts/" + "a" * 64 + ".bin": bytes(70 * 2**20)})
    assert len(swelling) < 200_000
    with pytest.raises(SegmentationError, match="far more than a project of its size"):
        take_in(there, swelling, "x.segproject", about)
    assert nothing_left(there)


def test_a_part_that_the_state_does_not_name_is_refused(saved: bytes, there: Shelf) -> None:
    other = b"nobody asks for it"
    more = entries(saved) | {f"parts/{hashlib.sha256(other).hexdigest()}.bin": other}
    with pytest.raises(SegmentationError, match="other parts than it names"):
        take_in(there, packed(more), "x.segproject", about)
    assert nothing_left(there)


def test_more_entries_than_a_project_has_are_refused(there: Shelf) -> None:
    many = packed({f"parts/{number:064x}.bin": b"" for number in range(portable.MOST_FILES + 1)})
    with pytest.raises(SegmentationError, match="more than a project"):
        take_in(there, many, "x.segproject", about)


def test_a_table_that_swells_when_it_is_decoded_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parts").mkdir()
    table = pa.table({"0": pa.array(["x" * 1000] * 20_000)})
    pq.write_table(table, tmp_path / "parts/a.parquet", compression="zstd")
    assert (tmp_path / "parts/a.parquet").stat().st_size < 5_000
    portable.check_parts(str(tmp_path))
    monkeypatch.setattr(portable, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(SegmentationError, match="too large"):
        portable.check_parts(str(tmp_path))


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/a.parquet").write_bytes(b"PAR1" + b"\x00" * 100 + b"PAR1")
    with pytest.raises(SegmentationError, match="damaged"):
        portable.check_parts(str(tmp_path))
