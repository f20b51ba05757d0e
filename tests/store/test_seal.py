"""A version's seal: whole as it was saved here, changed is told and must be accepted, elsewhere is told and used."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import segmentation as seg
from segmentation.__main__ import main
from segmentation.core.errors import SegmentationError
from segmentation.store import list_models, load, save
from segmentation.store.seal import Seal, renew_seal
from tests.small import two_segments
from tests.store.test_store import PERSONAS


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key of these tests, in a folder that is not there yet."""
    monkeypatch.setenv("SEGMENTATION_KEY", str(tmp_path / "user/models.key"))
    return tmp_path / "user/models.key"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "models"
    assert [save(two_segments(), PERSONAS, "people", root) for _ in range(2)] == ["people/v1", "people/v2"]
    return root


def edited(root: Path) -> None:
    """Another name of a persona: the file stays a model in every other way."""
    path = root / "people/v1/params.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Young", "Loyal"), encoding="utf-8")


def lengthened(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


CHANGES: dict[str, tuple[Callable[[Path], object], Seal]] = {
    "nothing": (lambda root: None, Seal("whole")),
    "a name in the model": (edited, Seal("changed", ("params.json",))),
    "a blank at its end": (
        lambda root: lengthened(root / "people/v1/params.json"),
        Seal("changed", ("params.json",)),
    ),
    "the pickle": (
        lambda root: (root / "people/v1/model.joblib").write_bytes(b"evil"),
        Seal("changed", ("model.joblib",)),
    ),
    "a link in the place of the pickle": (
        lambda root: ((path := root / "people/v1/model.joblib").unlink(), path.symlink_to("/dev/zero")),
        Seal("changed", ("model.joblib",)),
    ),
    "the pickle left away": (lambda root: (root / "people/v1/model.joblib").unlink(), Seal("whole")),
    "another version in its place": (
        lambda root: shutil.copytree(root / "people/v2", root / "people/v1", dirs_exist_ok=True),
        Seal("changed", ("params.json", "model.joblib")),
    ),
    "no seal": (lambda root: (root / "people/v1/seal.json").unlink(), Seal("elsewhere")),
    "a seal that is none": (lambda root: (root / "people/v1/seal.json").write_text("[" * 4000), Seal("elsewhere")),
    "a seal of another key": (
        lambda root: (root.parent / "user/models.key").write_bytes(b"x" * 32),
        Seal("elsewhere"),
    ),
    "no key any more": (lambda root: (root.parent / "user/models.key").unlink(), Seal("elsewhere")),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_was_done_to_a_version_is_known(root: Path, change: Callable[[Path], object], expected: Seal) -> None:
    change(root)
    assert load("people/v1", root).seal == expected
    assert list_models(root).set_index("ref").loc["people/v1", "seal"] == expected.state


def test_the_seal_is_an_hmac_of_model_version_file_and_bytes(root: Path, key: Path) -> None:
    folder = root / "people/v1"
    plain = json.loads((folder / "seal.json").read_text())
    secret = key.read_bytes()
    assert plain["key"] == hashlib.sha256(b"name of the key\0" + secret).hexdigest()[:16]
    for file in ("params.json", "model.joblib"):
        text = b"people\0v1\0" + file.encode() + b"\0" + (folder / file).read_bytes()
        assert plain["digests"][file] == hmac.digest(secret, text, "sha256").hex()


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are not on every system")
def test_the_key_is_made_once_and_only_its_user_reads_it(root: Path, key: Path) -> None:
    first = key.read_bytes()
    assert len(first) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    save(two_segments(), PERSONAS, "others", root)
    assert key.read_bytes() == first
    assert [path.name for path in key.parent.iterdir()] == ["models.key"]


def test_a_key_that_cannot_be_written_leaves_the_model_without_a_seal(tmp_path: Path, monkeypatch, caplog) -> None:
    (tmp_path / "a file").write_text("x")
    monkeypatch.setenv("SEGMENTATION_KEY", str(tmp_path / "a file/models.key"))
    ref = save(two_segments(), PERSONAS, "people", tmp_path / "models")
    assert load(ref, tmp_path / "models").seal == Seal("elsewhere")
    assert "without a seal" in caplog.text


def test_a_version_is_sealed_anew_under_another_name_only_while_it_is_whole(root: Path) -> None:
    (root / "people").rename(root / "persons")
    for version in (1, 2):
        if version == 2:
            (root / "persons/v2/model.joblib").write_bytes(b"evil")
        renew_seal(root / f"persons/v{version}", ("people", version), ("persons", version))
    assert load("persons/v1", root).seal == Seal("whole")
    assert load("persons/v2", root).seal.state == "changed"


@pytest.fixture
def income(tmp_path: Path) -> Path:
    """A model of a sample, and a file of its customers beside it."""
    customers = seg.sample("income_spending")
    segments = seg.fit(seg.features(customers), "plain", k=3)
    seg.save(segments, seg.describe(segments, seg.features(customers)), "income", tmp_path / "models")
    shutil.copy(customers, tmp_path / "new.csv")
    return tmp_path


def test_scoring_with_a_changed_model_wants_to_be_accepted(income: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models, new = income / "models", income / "new.csv"
    call = ["score", "income", str(new), "--models", str(models), "--strict"]
    assert main(call) == 0
    assert "changed" not in capsys.readouterr().err
    lengthened(models / "income/v1/params.json")
    with pytest.raises(SegmentationError, match=r"income/v1 was changed since it was saved \(params.json\)"):
        seg.score("income", pd.read_csv(new), root=models)
    assert seg.score("income", pd.read_csv(new), root=models, accept_changed=True).scored == 2000
    assert main(call) == 2
    assert "income/v1 was changed since it was saved (params.json). Nothing was scored." in capsys.readouterr().err
    assert main([*call, "--accept-changed"]) == 0
    assert capsys.readouterr().err == "income/v1 was changed since it was saved (params.json).\n"
    assert main(["models", "--models", str(models)]) == 0
    assert "Changed since it was saved." in capsys.readouterr().out


def test_a_model_of_another_machine_is_used_and_told_once(income: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = income / "models"
    (models / "income/v1/seal.json").unlink()
    assert main(["score", "income", str(income / "new.csv"), "--models", str(models), "--strict"]) == 0
    assert capsys.readouterr().err == (
        "income/v1 was not saved on this machine, so nobody here can tell whether it was changed.\n"
    )
