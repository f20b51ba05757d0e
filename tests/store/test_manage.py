"""Saved models can be renamed, noted on, deleted and brought back; no number ever means another model."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from segmentation import store
from segmentation.core.errors import SegmentationError
from tests.small import two_segments


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two versions of "people", and one of "others"."""
    for name in ("people", "people", "others"):
        store.save(two_segments(), (), name, tmp_path)
    return tmp_path


def test_a_model_gets_another_name_with_all_its_versions_and_notes(root: Path) -> None:
    store.set_note("people/v2", "For the board", root)
    assert store.rename("people", "Clients 2024", root) == "Clients 2024"
    assert set(store.saved_refs(root)) == {"Clients 2024/v1", "Clients 2024/v2", "others/v1"}
    assert store.note_of("Clients 2024/v2", root) == "For the board"
    assert store.load("Clients 2024", root).ref == "Clients 2024/v2"
    assert [store.load(f"Clients 2024/v{number}", root).seal for number in (1, 2)] == [store.WHOLE] * 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("people", "others", "is or was a model called"),
        ("people", "../etc", "cannot be called"),
        ("people", "", "cannot be called"),
        ("nobody", "new", "no saved model"),
        ("../people", "new", "cannot be called"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_a_sentence(root: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SegmentationError, match=said):
        store.rename(old, new, root)
    assert len(store.saved_refs(root)) == 3


def test_the_same_name_changes_nothing(root: Path) -> None:
    assert store.rename("people", " people ", root) == "people"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("For the board", "For the board"),
        ("  two\nlines\tand\x00 more ", "two lines and more"),
        ("x" * 900, "x" * (store.LONGEST_NOTE - 1) + "…"),
        ("\u202eevil", "evil"),
        ("<b>*bold*</b>", "<b>*bold*</b>"),
        ("", ""),
    ],
)
def test_a_note_is_one_line_of_visible_text_and_leaves_the_version_as_it_is(root: Path, given: str, kept: str) -> None:
    before = (root / "people/v1/params.json").read_bytes()
    store.set_note("people/v1", "earlier", root)
    assert store.set_note("people/v1", given, root) == kept
    assert store.note_of("people/v1", root) == kept
    assert (root / "people/v1/params.json").read_bytes() == before
    assert store.list_models(root).set_index("ref").at["people/v1", "remark"] == kept


def test_a_note_that_is_no_text_is_none(root: Path) -> None:
    (root / "people/v1/note.txt").write_bytes(b"x" * 100_000)
    assert store.note_of("people/v1", root) == ""
    (root / "people/v2/note.txt").mkdir()
    assert store.note_of("people/v2", root) == ""


def test_a_deleted_version_is_gone_and_comes_back_as_it_was(root: Path) -> None:
    before = (root / "people/v2/params.json").read_bytes()
    assert store.delete("people/v2", root) == "people/v2"
    assert set(store.saved_refs(root)) == {"people/v1", "others/v1"}
    assert not store.is_there("people/v2", root)
    assert [item.ref for item in store.deleted_models(root)] == ["people/v2"]
    assert store.restore("people/v2", root) == "people/v2"
    assert (root / "people/v2/params.json").read_bytes() == before
    assert store.is_there("people/v2", root)
    assert store.deleted_models(root) == ()


def test_the_number_of_a_deleted_version_is_not_given_to_another(root: Path) -> None:
    store.delete("people/v2", root)
    assert store.save(two_segments(), (), "people", root) == "people/v3"
    store.restore("people/v2", root)
    assert store.save(two_segments(), (), "people", root) == "people/v4"
    for number in (1, 2, 3, 4):
        store.delete(f"people/v{number}", root)
    assert not store.is_there("people", root)
    assert store.save(two_segments(), (), "people", root) == "people/v5"


def test_what_was_deleted_a_day_ago_is_gone_for_good(root: Path) -> None:
    store.delete("people/v1", root)
    long_ago = time.time() - 25 * 3600
    os.utime(root / ".deleted/people/v1", (long_ago, long_ago))
    assert store.deleted_models(root) == ()
    store.empty_deleted(root)
    assert not (root / ".deleted/people").exists()
    with pytest.raises(SegmentationError, match="gone for good"):
        store.restore("people/v1", root)


@pytest.mark.parametrize("ref", ["nobody/v1", "people/v9", "people/x", "../people/v1", ".deleted/people"])
def test_what_is_not_there_is_neither_deleted_nor_noted(root: Path, ref: str) -> None:
    for change in (store.delete, store.restore, lambda ref, root: store.set_note(ref, "x", root)):
        with pytest.raises(SegmentationError):
            change(ref, root)
    assert len(store.saved_refs(root)) == 3
    assert store.note_of(ref, root) == ""
    assert not store.is_there(ref, root)


def test_a_disk_that_refuses_is_said_in_a_sentence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(SegmentationError, match=r"deleted \(No space left on device\)"):
        store.delete("people/v1", root)
