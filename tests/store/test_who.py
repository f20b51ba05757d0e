"""Who is who: kept only where it was asked for, found again exactly, and nowhere but beside the model."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation import store
from segmentation.core.errors import SegmentationError
from segmentation.reports import FORMATS, make_file
from segmentation.store.copies import copy_version
from segmentation.store.who import read_who, write_who
from tests.reports.small import personas_of, planted
from tests.small import two_segments

CANARY = "C-Wilhelmina-0042"


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of its own."""
    monkeypatch.setenv("SEGMENTATION_KEY", str(tmp_path / "machine/id.key"))
    return tmp_path / "machine/id.key"


@pytest.mark.parametrize("kind", ["plain", "hashed"])
def test_every_customer_is_found_in_its_segment(tmp_path: Path, kind: str) -> None:
    made = two_segments()
    ref = store.save(made, (), "people", tmp_path, who=kind)
    table = store.who_is_who(ref, tmp_path)
    assert table is not None
    assert {id: table.segment_of(id) for id in ("c1", "c2", "c3", "c4", "c5")} == {
        "c1": 1,
        "c2": 1,
        "c3": 1,
        "c4": 2,
        "c5": 2,
    }
    assert table.segment_of(" c4 ") == 2
    assert [table.segment_of(id) for id in ("c6", "C1", "", "c1\n2")] == [None] * 4
    assert list(table.ids) == (["c1", "c2", "c3", "c4", "c5"] if kind == "plain" else [])
    assert store.list_models(tmp_path).at[0, "who"] == kind


def test_nothing_is_kept_unless_it_is_asked_for(tmp_path: Path) -> None:
    ref = store.save(two_segments(), (), "people", tmp_path)
    assert sorted(path.name for path in (tmp_path / "people/v1").iterdir()) == [
        "model.joblib",
        "params.json",
        "seal.json",
    ]
    assert store.who_is_who(ref, tmp_path) is None


def test_a_digest_is_the_keyed_one_of_salt_and_id(tmp_path: Path, key: Path) -> None:
    write_who(tmp_path, pd.Series([2], index=["c1"]), "hashed")
    head, line = (tmp_path / "who.txt").read_text().splitlines()
    salt = bytes.fromhex(json.loads(head)["salt"])
    own = hmac.new(key.read_bytes(), b"who is who", hashlib.sha256).digest()
    assert line == f"2 {hmac.new(own, salt + b'c1', hashlib.sha256).hexdigest()[:32]}"
    assert len(salt) == 16
    assert len(key.read_bytes()) == 32


def test_the_same_ids_are_unlike_in_every_table(tmp_path: Path) -> None:
    lines = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_who(tmp_path / name, pd.Series([1], index=["c1"]), "hashed")
        lines.append((tmp_path / name / "who.txt").read_text().splitlines()[1])
    assert lines[0] != lines[1]


def test_hashed_ids_are_in_no_file_and_plain_ones_in_the_table_alone(tmp_path: Path) -> None:
    made = two_segments()
    made = type(made)(**{**vars(made), "labels": made.labels.rename(index={"c1": CANARY})})
    for kind, holders in (("hashed", []), ("plain", ["who.txt"])):
        folder = tmp_path / store.save(made, (), kind, tmp_path, who=kind)
        assert [path.name for path in folder.iterdir() if CANARY.encode() in path.read_bytes()] == holders


def test_no_report_of_a_model_with_ids_holds_one(tmp_path: Path) -> None:
    _, made = planted()
    id = str(made.labels.index[0])
    ref = store.save(made, personas_of(made), "cards", tmp_path, who="plain")
    assert id.encode() in (tmp_path / ref / "who.txt").read_bytes()
    saved = store.load(ref, tmp_path)
    assert saved.segmentation.labels is None
    for kind in FORMATS:
        data = make_file(kind, saved.segmentation, saved.personas)
        assert whole_word(id, unpacked(data)) == 0


def unpacked(data: bytes) -> str:
    """The text of a file, and of all files inside it."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "\n".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())


def whole_word(id: str, text: str) -> int:
    return len(re.findall(rf"(?<![\w-]){re.escape(id)}(?![\w-])", text))


def test_a_shared_copy_of_a_model_has_no_ids(tmp_path: Path) -> None:
    ref = store.save(two_segments(), (), "people", tmp_path / "own", who="plain")
    shared = copy_version(ref, tmp_path / "own", tmp_path / "everybody", "me")
    assert store.who_is_who(shared, tmp_path / "everybody") is None
    assert list((tmp_path / "everybody").rglob("who.txt")) == []


def test_only_the_user_can_read_the_table_and_the_key(tmp_path: Path, key: Path) -> None:
    store.save(two_segments(), (), "people", tmp_path, who="hashed")
    for path in (tmp_path / "people/v1/who.txt", key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_machine_cannot_look_hashed_ids_up_and_says_so(tmp_path: Path, key: Path) -> None:
    ref = store.save(two_segments(), (), "people", tmp_path, who="hashed")
    key.unlink()
    with pytest.raises(SegmentationError, match="on another machine"):
        store.who_is_who(ref, tmp_path)
    store.save(two_segments(), (), "others", tmp_path, who="hashed")
    with pytest.raises(SegmentationError, match="on another machine"):
        store.who_is_who(ref, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-3],
        lambda data: data.replace(b"1 ", b"2 ", 1),
        lambda data: b"[]\n" + data.partition(b"\n")[2],
        lambda data: b"",
        lambda data: b"\xff\xfe" + data,
        lambda data: data.replace(b'"format": 1', b'"format": 2'),
        lambda data: data.replace(b"plain", b"other"),
    ],
)
def test_a_table_that_is_not_as_it_was_saved_is_refused_in_a_sentence(tmp_path: Path, change: object) -> None:
    ref = store.save(two_segments(), (), "people", tmp_path, who="plain")
    path = tmp_path / ref / "who.txt"
    changed = change(path.read_bytes())  # type: ignore[operator]
    path.write_bytes(changed)
    with pytest.raises(SegmentationError, match="cannot be read"):
        store.who_is_who(ref, tmp_path)
    assert store.load(ref, tmp_path).segmentation.k == 2


def test_ids_go_with_the_version_and_by_themselves(tmp_path: Path) -> None:
    for name in ("one", "two"):
        store.save(two_segments(), (), name, tmp_path, who="plain")
    store.forget_ids("one/v1", tmp_path)
    assert store.who_is_who("one/v1", tmp_path) is None
    store.delete("two/v1", tmp_path)
    assert not (tmp_path / "two/v1").exists()
    store.empty_deleted(tmp_path, older=0)
    assert list(tmp_path.rglob("who.txt")) == []


def test_saving_again_makes_a_version_only_where_ids_are_kept_otherwise(tmp_path: Path) -> None:
    store.save(two_segments(), (), "people", tmp_path, who="plain")
    kept = {kind: store.saved_already(two_segments(), (), "people", tmp_path, who=kind) for kind in store.KINDS}
    assert kept == {"": "", "plain": "people/v1", "hashed": ""}


def test_ids_without_customers_at_hand_are_refused(tmp_path: Path) -> None:
    ref = store.save(two_segments(), (), "people", tmp_path)
    read = store.load(ref, tmp_path).segmentation
    for made, kind in ((read, "plain"), (two_segments(), "everything")):
        with pytest.raises(SegmentationError, match="only where the customers are at hand"):
            store.save(made, (), "people", tmp_path, who=kind)
    assert store.saved_refs(tmp_path) == ("people/v1",)


@given(ids=st.sets(st.text(max_size=12), min_size=1, max_size=20), kind=st.sampled_from(["plain", "hashed"]))
def test_ids_of_any_text_come_back(tmp_path_factory: pytest.TempPathFactory, ids: set[str], kind: str) -> None:
    folder = tmp_path_factory.mktemp("version")
    labels = pd.Series(range(len(ids)), index=pd.Index(sorted(ids), dtype=object))
    write_who(folder, labels, kind)
    table = read_who(folder)
    assert table is not None
    assert {id: table.segment_of(id) for id in ids} == labels.to_dict()
