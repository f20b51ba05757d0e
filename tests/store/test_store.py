"""Saved models: exact, readable, never overwritten, and refused in one sentence when they are not what was saved."""

from __future__ import annotations

import json
import math
import pickletools
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.schema import Each, Maybe, faults
from segmentation.core.settings import PREP_PRESETS, ColumnPrep
from segmentation.evaluation.final import fit
from segmentation.personas import Claim, Persona
from segmentation.scoring import assign
from segmentation.store import list_models, load, save, saved_already, suggested_name
from segmentation.store.form import from_plain
from segmentation.store.names import checked_name
from tests.small import credit_card_features, credit_card_segmentation, features_of, two_segments

FILES = Path(__file__).parents[1] / "files/models"
CLAIM = Claim("They are old.", "age", "Age", "years", "number", "mean", 9.0, 4.2, 1.25, "more than 5", 1.0, 1.0)
PERSONAS = (
    Persona(1, "Young", "Young", ("They are young.",), 3, 0.6),
    Persona(
        2, "Old 🦉", "Old", ("They are old.", "[ 1, 2 ]"), 2, 0.4, (CLAIM,), ("Few.",), ("Call.",), "", 0.9, ("name",)
    ),
)


def test_a_model_comes_back_exactly_as_it_was_saved(tmp_path: Path):
    made = two_segments()
    saved = load(save(made, PERSONAS, "people", tmp_path, note={"verdict": "distinct", "headline": "Two."}), tmp_path)
    again = saved.segmentation
    assert saved.ref == "people/v1"
    assert saved.personas == PERSONAS
    assert saved.meta["note"] == {"verdict": "distinct", "headline": "Two."}
    assert again.labels is None
    assert again.recipe == made.recipe
    assert again.centres.tobytes() == made.centres.tobytes()
    pd.testing.assert_frame_equal(again.training, made.training)
    for name in ("info", "sizes", "inertia", "silhouette", "settings", "source", "as_of", "replay", "fingerprint"):
        assert getattr(again, name) == getattr(made, name), name


def test_colours_are_kept_with_the_model_and_written_only_where_they_are_not_in_order(tmp_path: Path):
    made = two_segments()
    assert load(save(replace(made, slots=(2, 1)), PERSONAS, "people", tmp_path), tmp_path).segmentation.slots == (2, 1)
    in_order = save(replace(made, slots=(1, 2)), PERSONAS, "others", tmp_path)
    plain = json.loads((tmp_path / in_order / "params.json").read_text())
    assert "colours" not in plain
    assert from_plain(plain)[0].slots == ()


def test_choices_for_single_columns_survive(tmp_path: Path):
    prep = replace(PREP_PRESETS["recommended"], columns={"x": ColumnPrep(fill="constant", fill_value=2.5, keep=True)})
    made = fit(features_of({"x": [1, 2, math.nan, 9], "y": [4, 1, 1, 7]}), prep, 2)
    assert load(save(made, (), "choices", tmp_path), tmp_path).segmentation.recipe == made.recipe


def test_each_save_is_a_new_version_and_the_name_alone_means_the_latest(tmp_path: Path):
    first, second = two_segments(), replace(two_segments(), inertia=7.5)
    assert [save(first, (), "people", tmp_path), save(second, (), "people", tmp_path)] == ["people/v1", "people/v2"]
    assert load("people", tmp_path).segmentation.inertia == 7.5
    assert load("people/v1", tmp_path).segmentation.inertia == 6.0
    assert sorted(path.name for path in (tmp_path / "people").iterdir()) == ["v1", "v2"]


def test_a_gap_left_by_a_deleted_version_is_never_filled_again(tmp_path: Path):
    for _ in range(3):
        save(two_segments(), (), "people", tmp_path)
    shutil.rmtree(tmp_path / "people/v2")
    assert save(two_segments(), (), "people", tmp_path) == "people/v4"


def test_many_threads_saving_at_once_get_a_version_each(tmp_path: Path):
    made = two_segments()
    with ThreadPoolExecutor(8) as pool:
        refs = list(pool.map(lambda _: save(made, PERSONAS, "people", tmp_path), range(16)))
    assert sorted(refs, key=lambda ref: int(ref.split("/v")[1])) == [f"people/v{number}" for number in range(1, 17)]
    assert all(load(ref, tmp_path).personas == PERSONAS for ref in refs)


def test_several_processes_saving_at_once_get_a_version_each(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path\n"
        "from segmentation.store import save; from tests.small import two_segments\n"
        "made = two_segments(); print(*[save(made, (), 'people', Path(sys.argv[1])) for _ in range(4)])"
    )
    root = Path(__file__).resolve().parents[2]
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    refs = [ref for process in running for ref in process.communicate(timeout=60)[0].split()]
    assert len(refs) == len(set(refs)) == 8


def test_a_save_that_fails_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("segmentation.store.folders.write_pipeline", full)
    with pytest.raises(SegmentationError, match="No space left on device"):
        save(two_segments(), (), "people", tmp_path)
    assert list((tmp_path / "people").iterdir()) == []


def test_leftovers_of_a_crash_are_not_models(tmp_path: Path):
    (tmp_path / "people/.saving-abc").mkdir(parents=True)
    assert list_models(tmp_path).empty
    assert save(two_segments(), (), "people", tmp_path) == "people/v1"


@pytest.mark.parametrize("name", ["credit card", "Kunden-2024", "a", "v1", "Größe_2", "x" * 60])
def test_names_that_are_fine(name):
    assert checked_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "..",
        "../up",
        "a/b",
        "a\\b",
        "/etc",
        ".hidden",
        "end.",
        "x" * 61,
        "CON",
        "lpt1.txt",
        "a\nb",
        "a..b",
        "~x",
    ],
)
def test_names_that_could_leave_the_folder_or_are_none_are_refused(name, tmp_path: Path):
    with pytest.raises(SegmentationError, match="cannot be called"):
        save(two_segments(), (), name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "ref", ["people/v0", "people/3", "people/v1/..", "people/", "../people", "nobody", "people/v9"]
)
def test_a_ref_that_is_no_model_is_refused_in_a_sentence(ref, tmp_path: Path):
    save(two_segments(), (), "people", tmp_path)
    with pytest.raises(SegmentationError, match="model"):
        load(ref, tmp_path)


def test_the_list_tells_what_each_version_is_and_which_cannot_be_used(tmp_path: Path):
    save(two_segments(), PERSONAS, "people", tmp_path)
    save(two_segments(), (), "others", tmp_path)
    (tmp_path / "others/v1/params.json").write_text("{")
    table = list_models(tmp_path).set_index("ref")
    assert table.loc["people/v1", ["k", "customers", "features", "personas"]].tolist() == [2, 5, 2, ["Young", "Old 🦉"]]
    assert "damaged" in table.loc["others/v1", "problem"]
    assert list_models(tmp_path / "nowhere").empty


def test_the_files_hold_no_customer_and_no_labels(shared_data: Path, tmp_path: Path):
    made, features = credit_card_segmentation(shared_data), credit_card_features(shared_data)
    folder = tmp_path / save(made, (), "cards", tmp_path)
    params, notebook = (folder / "params.json").read_text(), (folder / "model.joblib").read_bytes()
    assert len(params.encode()) < 1_000_000
    assert len(notebook) < 100_000
    plain = joblib.load(folder / "model.joblib")
    assert set(plain) == {"pipeline", "holds"}
    assert not hasattr(plain["pipeline"].named_steps["kmeans"], "labels_")
    for customer in features.frame.index[:50]:
        assert customer not in params
        assert customer.encode() not in notebook
    # Not one customer's row stands anywhere: of each row of a sample, hardly a value that is rare occurs at all.
    texts = features.frame["PAYMENTS"].sample(200, random_state=1).map(repr)
    assert sum(text in params for text in texts) <= 4


def test_the_pickle_names_only_numpy_and_scikit_learn(tmp_path: Path):
    made = fit(features_of({"x": [1, 2, 4, 400], "n": [-5, 1, 1, 90]}), PREP_PRESETS["recommended"], 2)
    path = tmp_path / "plain.joblib"
    joblib.dump(joblib.load(tmp_path / save(made, (), "m", tmp_path) / "model.joblib"), path, compress=0)
    modules = set()
    strings: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(path.read_bytes()):
            if opcode.name == "GLOBAL":
                modules.add(str(argument).split(" ")[0])
            elif opcode.name == "STACK_GLOBAL":
                modules.add(strings[-2])
            elif isinstance(argument, str):
                strings.append(argument)
    except ValueError:
        pass  # joblib puts raw arrays between the opcodes; the names before them were read
    assert {module.split(".")[0] for module in modules if "." in module or module in ("numpy", "joblib")} <= {
        "numpy",
        "sklearn",
        "joblib",
        "collections",
        "builtins",
    }


def damaged(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / save(two_segments(), PERSONAS, "people", tmp_path) / "params.json"
    plain = json.loads(path.read_text())
    change(plain)
    return plain


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.pop("probes"), "probes is missing"),
        (lambda p: p.update(code="import os"), "code is not known"),
        (lambda p: p.update(schema=99), "Update the program"),
        (lambda p: p.update(schema="1"), "which version"),
        (lambda p: p["segments"]["centres"][0].pop(), "one value a feature"),
        (lambda p: p["segments"].update(sizes=[5, 0]), "sizes"),
        (lambda p: p["segments"].update(inertia=True), "must be a number"),
        (lambda p: p["features"][0].update(name=7), r"features\[0\].name must be text"),
        (lambda p: p["features"][0]["percentiles"].reverse(), "do not rise"),
        (lambda p: p["recipe"]["features"][0].update(transform="eval"), "recipe, rule or personas"),
        (lambda p: p["recipe"]["features"][0].update(scale=0.0), "scale must be above 0"),
        (lambda p: p["recipe"]["features"].reverse(), "same features"),
        (lambda p: p["personas"].pop(), "one persona a segment"),
        (lambda p: p["personas"][0].pop("name"), "name is missing"),
        (lambda p: p["rule"]["centres"].reverse(), "probe customers"),
        (lambda p: p["rule"].update(kind="magic"), "rule.kind is not known"),
        (lambda p: p["rule"].update(code="import os"), "rule.code is not known"),
        (lambda p: p["rule"]["centres"].pop(), "recipe, rule or personas"),
        (lambda p: p["segments"].update(noise=-1), "noise"),
        (lambda p: p.update(colours=[1, 1]), "colours do not fit"),
        (lambda p: p.update(colours=[1]), "colours do not fit"),
        (lambda p: p.update(colours=[0, 1]), "colours do not fit"),
        (lambda p: p["recipe"]["features"][0].update(fill=1e9), "probe customers"),
    ],
)
def test_a_file_that_is_not_exactly_a_model_is_refused_with_the_reason(change, words, tmp_path: Path):
    with pytest.raises(SegmentationError, match=words):
        from_plain(damaged(change, tmp_path))


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '{"schema": NaN}', '{"schema": 1, "schema": 1}', "[" * 100_000, "\x00"]
)
def test_a_file_that_is_no_json_of_ours_is_refused(text, tmp_path: Path):
    path = tmp_path / save(two_segments(), (), "people", tmp_path) / "params.json"
    path.write_text(text)
    with pytest.raises(SegmentationError, match="people/v1"):
        load("people", tmp_path)


def test_a_huge_file_is_not_even_read(tmp_path: Path):
    path = tmp_path / save(two_segments(), (), "people", tmp_path) / "params.json"
    path.write_text(" " * 1_000_001)
    with pytest.raises(SegmentationError, match="larger than 1 MB"):
        load("people", tmp_path)


def test_hundreds_of_features_stay_below_the_limit(tmp_path: Path):
    rng = np.random.default_rng(0)
    wide = features_of({f"feature number {place}": rng.lognormal(0, 2, 80).tolist() for place in range(500)})
    made = fit(wide, None, 6, n_init=1)
    again = load(save(made, (), "wide", tmp_path), tmp_path).segmentation
    assert assign(again, wide.frame)["segment"].tolist() == made.labels.tolist()
    assert again.seen == made.seen


@pytest.mark.parametrize("path", sorted(FILES.glob("*.json")), ids=lambda path: path.stem)
def test_files_of_every_earlier_version_of_the_format_stay_readable(path: Path):
    segmentation, personas = from_plain(json.loads(path.read_text(encoding="utf-8")))
    assert isinstance(segmentation, Segmentation)
    assert len(personas) == segmentation.k


def test_there_is_a_file_of_an_earlier_version_to_read():
    assert {path.name for path in FILES.glob("*.json")} >= {"schema-1.json", "schema-2.json"}


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [
        ({"a": 1}, {"a": float}, []),
        ({"a": True}, {"a": float}, ["a must be a number."]),
        ({"a": math.inf}, {"a": float}, ["a must be a number."]),
        ({"a": 1.0}, {"a": int}, ["a must be a whole number."]),
        ({"a": None}, {"a": Maybe(str)}, []),
        ({"a": [1, "x"]}, {"a": Each(int)}, ["a[1] must be a whole number."]),
        ([], {"a": int}, ["the file must be a group of named values."]),
        ({"b": 1}, {"a": int}, ["a is missing.", "b is not known."]),
    ],
)
def test_the_shape_check_is_strict(value, shape, expected):
    assert faults(value, shape) == expected


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("CC GENERAL", "CC GENERAL"),
        ("retail_transactions", "retail transactions"),
        ("../../etc/passwd", "etc passwd"),
        ("=cmd|x!", "cmd x"),
        ("", "My segments"),
        ("con", "My segments"),
        ("Kunden März 2026", "Kunden März 2026"),
    ],
)
def test_a_name_is_suggested_from_the_file_and_can_always_be_used(file: str, name: str) -> None:
    assert suggested_name(file) == name
    assert checked_name(suggested_name(file)) == name


def test_a_model_that_is_saved_already_is_recognised_and_one_that_differs_is_not(tmp_path: Path):
    made, note = two_segments(), {"verdict": "none", "headline": "No."}
    assert saved_already(made, PERSONAS, "people", tmp_path) == ""
    save(made, PERSONAS, "people", tmp_path, note=note)
    assert saved_already(made, PERSONAS, "people", tmp_path, note=note) == "people/v1"
    assert saved_already(made, PERSONAS, "people", tmp_path) == ""  # without what the evidence said
    assert saved_already(made, PERSONAS, "others", tmp_path, note=note) == ""
    renamed = (replace(PERSONAS[0], name="Youngsters"), PERSONAS[1])
    assert saved_already(made, renamed, "people", tmp_path, note=note) == ""
    save(made, renamed, "people", tmp_path, note=note)
    assert saved_already(made, PERSONAS, "people", tmp_path, note=note) == ""  # an earlier version is another matter
    (tmp_path / "people/v2/params.json").write_text("damaged")
    assert saved_already(made, renamed, "people", tmp_path, note=note) == ""
