"""Folders that are no models, or models that somebody changed: each is one line with its reason, and hides no other."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from segmentation.__main__ import main
from segmentation.core.errors import SegmentationError
from segmentation.store import list_models, save, saved_refs
from segmentation.store.copies import copy_version, shared_by
from segmentation.store.who import read_who
from tests.store.test_store import PERSONAS, two_segments

BAD_VALUES: list[Any] = [
    None, True, -1, 0, 10**39, -(10**39), 1e308, -1e308, "", "x" * 30_000, "\ud800", [], {}, [[]], [None], {"a": None},
    "__import__('os')", ["x"] * 5_000, [0.0] * 20_000, {"a": {"b": {"c": {"d": {}}}}},
]  # fmt: skip
"""What takes the place of a value of a good file."""


def places(plain: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    inside = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    return [path, *(way for key, value in inside for way in places(value, (*path, key)))]


def change(plain: Any, path: tuple[Any, ...], value: Any, rng: random.Random) -> None:
    for key in path[:-1]:
        plain = plain[key]
    what = rng.random()
    if what < 0.15:
        del plain[path[-1]]
    elif what < 0.25 and isinstance(plain, list):
        plain.extend(plain * 3)
    else:
        plain[path[-1]] = value


TEXTS: dict[str, Callable[[str], str]] = {
    "empty": lambda text: "",
    "cut off": lambda text: text[: len(text) // 2],
    "deep": lambda text: '{"a":' * 50_000 + "1" + "}" * 50_000,
    "deep lists": lambda text: "[" * 100_000,
    "many digits": lambda text: text.replace('"noise": 0', '"noise": ' + "9" * 5_000),
    "far exponent": lambda text: text.replace('"noise": 0', '"noise": 1e99999'),
    "no exponent": lambda text: text.replace('"noise": 0', '"noise": 1e'),
    "not a number": lambda text: text.replace('"noise": 0', '"noise": NaN'),
    "half a letter": lambda text: text.replace("Young", "\\ud800"),
    "a key twice": lambda text: text.replace('"noise": 0', '"noise": 0, "noise": 0'),
    "too large": lambda text: text + " " * 1_000_001,
    "UTF-16": lambda text: text.encode("utf-16").decode("latin-1"),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("good")
    return (root / save(two_segments(), PERSONAS, "people", root) / "params.json").read_text(encoding="utf-8")


def put(root: Path, name: str, text: str) -> None:
    folder = root / name / "v1"
    folder.mkdir(parents=True)
    (folder / "params.json").write_text(text, encoding="utf-8", errors="surrogatepass")


def test_150_changed_files_are_each_a_line_with_a_reason_or_a_model_that_scores_alike(
    good: str, tmp_path: Path
) -> None:
    rng = random.Random(13)
    put(tmp_path, "good", good)
    for name, text in TEXTS.items():
        put(tmp_path, name, text(good))
    for number in range(150 - len(TEXTS)):
        plain = json.loads(good)
        change(plain, rng.choice(places(plain)[1:]), rng.choice(BAD_VALUES), rng)
        put(tmp_path, f"changed {number}", json.dumps(plain))
    table = list_models(tmp_path).set_index("name")
    assert len(table) == 151
    assert table.loc["good", "problem"] == ""
    assert all(table.loc[name, "problem"] for name in TEXTS)
    assert all(text == "" or text.endswith(".") for text in table["problem"])
    assert (table["problem"] == "").sum() < 40  # such as another date or note: what makes no difference to scoring
    assert len(saved_refs(tmp_path)) == 151
    json.dumps(table.astype(str).to_dict(), ensure_ascii=False).encode()  # everything can be shown


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of this kind are not on every system")
def test_links_pipes_and_folders_in_the_place_of_the_file_are_told_and_nobody_waits(good: str, tmp_path: Path) -> None:
    put(tmp_path, "good", good)
    for name in ("pipe", "link", "device", "folder"):
        (tmp_path / name / "v1").mkdir(parents=True)
    os.mkfifo(tmp_path / "pipe/v1/params.json")
    (tmp_path / "link/v1/params.json").symlink_to(tmp_path / "good/v1/params.json")
    (tmp_path / "device/v1/params.json").symlink_to("/dev/zero")
    (tmp_path / "folder/v1/params.json").mkdir()
    (tmp_path / "no file/v1").mkdir(parents=True)
    os.makedirs(os.fsencode(tmp_path) + b"/\xff\xfe/v1")
    (tmp_path / "a file").write_text("x")
    table = list_models(tmp_path).set_index("name")
    assert table.loc["good", "problem"] == ""
    assert (table["problem"] != "").sum() == 6
    json.dumps(table["problem"].to_dict(), ensure_ascii=False).encode()


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of this kind are not on every system")
@pytest.mark.parametrize("name", ["who.txt", "shared.json", "seal.json", "model.joblib"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_nobody_waits_for_a_pipe_or_a_device_beside_a_model(tmp_path: Path, name: str, kind: str) -> None:
    ref = save(two_segments(), PERSONAS, "people", tmp_path)
    path = tmp_path / ref / name
    path.unlink(missing_ok=True)
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    refs: list[str] = []

    def use_it() -> None:
        refs.extend(list_models(tmp_path)["ref"])
        shared_by(ref, tmp_path)
        with suppress(SegmentationError):
            read_who(tmp_path / ref)
        with suppress(SegmentationError):
            copy_version(ref, tmp_path, tmp_path / "shared", "Ann")
        refs.append("done")

    work = threading.Thread(target=use_it, daemon=True)
    work.start()
    work.join(20)
    assert refs == [ref, "done"]


def test_what_a_killed_save_left_is_swept_away_and_what_is_being_saved_is_not(tmp_path: Path) -> None:
    save(two_segments(), (), "people", tmp_path)
    old, new = tmp_path / "people/.saving-old", tmp_path / "people/.saving-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "params.json").write_text("{")
    os.utime(old, (0, 0))
    save(two_segments(), (), "people", tmp_path)
    assert not old.exists()
    assert new.exists()


ODD = ("v9999999999", "v-1", "v1.5", "v٣", "v2 copy", "V3", "v01", "v 4")


def test_what_looks_like_a_version_is_one_line_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    save(two_segments(), PERSONAS, "cards", tmp_path)
    for name in (*ODD, "vocabulary", "notes"):
        (tmp_path / "cards" / name).mkdir()
    (tmp_path / "cards/v2").write_text("a file")
    (tmp_path / "cards/v5.deleted").touch()
    (tmp_path / "empty/v0").mkdir(parents=True)
    table = list_models(tmp_path).set_index("ref")
    assert table.index[0] == "cards/v1"
    assert sorted(table.index[1:]) == sorted([*(f"cards/{name}" for name in ODD), "cards/v2", "empty/v0"])
    assert table.loc["cards/v1", "problem"] == ""
    assert "v1 to v999999999" in table.loc["cards/v-1", "problem"]
    assert "it is not a folder" in table.loc["cards/v2", "problem"]
    assert saved_refs(tmp_path) == ("cards/v1",)
    assert main(["models", "--models", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if "No version: " in line]) == 10
    assert save(two_segments(), PERSONAS, "cards", tmp_path, note={"verdict": "other"}) == "cards/v6"
