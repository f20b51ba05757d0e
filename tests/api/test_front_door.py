"""The front door: it takes what a person has, gives what the browser gives, and says what it is in one line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import segmentation as seg
from segmentation.__main__ import main
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.evaluation import final
from segmentation.personas import describe
from segmentation.preparation import learn
from segmentation.scoring import assign, explain

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "<img src=x onerror=alert(1)>\"'&"


@pytest.fixture
def customers(fast: pd.DataFrame) -> seg.FeatureTable:
    return seg.features(fast)


def test_a_path_bytes_an_open_file_and_a_frame_are_the_same_table(fast: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    fast.to_csv(path, index=False)
    tables = [seg.read(given) for given in (path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes()), fast)]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table.frame, tables[0].frame)
    assert [table.name for table in tables] == ["customers.csv", "customers.csv", "data", "data", "data"]
    indexed = seg.read(fast.set_index("CUST_ID"), "cards")
    pd.testing.assert_frame_equal(indexed.frame, tables[0].frame)


def test_a_frame_of_mixed_kinds_is_read_as_it_would_be_written() -> None:
    frame = pd.DataFrame(
        {
            "id": ["007", "008", "009"],
            "when": pd.to_datetime(["2024-01-01", None, "2024-03-01"]),
            "kind": pd.Categorical(["a", "b", None]),
            "mixed": [1, "two", None],
            "flag": pd.array([True, False, None], dtype="boolean"),
            "spent": [0.1, np.nan, 3e10],
        }
    )
    table = seg.read(frame)
    assert table.frame["id"].tolist() == ["007", "008", "009"]
    assert table.frame["when"].isna().tolist() == [False, True, False]
    assert table.frame["kind"].isna().tolist() == [False, False, True]
    assert table.frame["mixed"].tolist()[:2] == ["1", "two"]
    assert table.frame["spent"].tolist()[::2] == [0.1, 3e10]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (7, "A table cannot be read from an int"),
        ("no such file.csv", "There is no file no such file.csv"),
        ("x" * 5000, "There is no file"),
        ("\0", "There is no file"),
        (pd.DataFrame(), "has no rows"),
        (b"", "empty"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: Any, words: str) -> None:
    with pytest.raises(seg.SegmentationError, match=words):
        seg.read(data)


def test_each_verb_gives_what_the_browser_gives(customers: seg.FeatureTable, fast: pd.DataFrame) -> None:
    recipe = seg.prepare(customers, "recommended")
    assert recipe == learn(customers, PREP_PRESETS["recommended"])
    choice = seg.choose_k(customers, recipe, (2, 4), fast=True)
    segments = seg.fit(customers, recipe, k=3)
    same = final.fit(customers, recipe, 3, comparison=choice.comparison)
    np.testing.assert_array_equal(segments.labels, same.labels)
    assert segments.inertia == same.inertia
    assert segments.silhouette == pytest.approx(same.silhouette, abs=1e-7)
    assert tuple(seg.describe(segments, customers)) == describe(same, customers)
    pd.testing.assert_frame_equal(segments.assign(fast), assign(same, fast))
    np.testing.assert_array_equal(segments.predict(customers), same.labels)
    one = fast.iloc[0]
    pd.testing.assert_frame_equal(segments.explain(one).distances, explain(same, one).distances)


def test_the_command_line_gives_what_the_call_gives(fast: pd.DataFrame, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "customers.csv"
    fast.to_csv(path, index=False)
    assert main(["choose-k", str(path), "--k", "2:4", "--prep", "recommended", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    choice = seg.choose_k(str(path), "recommended", (2, 4))
    assert said["recommended_k"] == choice.recommended_k
    assert said["verdict"] == choice.verdict()
    assert [row["stability"] for row in said["rows"]] == choice.table["stability"].tolist()
    assert choice.plot().data


def test_a_frame_may_stand_wherever_customers_are_asked_for(fast: pd.DataFrame, tmp_path: Path) -> None:
    segments = seg.fit(fast, "plain", k=3)
    personas = seg.describe(segments, fast)
    assert [persona.size for persona in personas] == list(segments.sizes)
    assert seg.report(segments, personas, fast, tmp_path / "x.html").stat().st_size > 10_000
    assert seg.score(segments, fast).scored == len(fast)


def test_a_saved_model_is_loaded_with_its_verbs_and_reported_alone(fast: pd.DataFrame, tmp_path: Path) -> None:
    segments = seg.fit(fast, "plain", k=3)
    ref = seg.save(segments, seg.describe(segments, fast), "cards", tmp_path)
    model = seg.load(ref, tmp_path)
    np.testing.assert_array_equal(model.segmentation.predict(fast), segments.labels)
    assert list(seg.models(tmp_path)["ref"]) == ["cards/v1"]
    for ending in ("pptx", "xlsx", "html"):
        assert seg.report("cards", path=tmp_path / f"cards.{ending}", root=tmp_path).stat().st_size > 5_000
    with pytest.raises(seg.SegmentationError, match="must end with"):
        seg.report(model, path="cards.pdf")


def test_the_evidence_goes_with_the_personas_the_model_and_the_report(fast: pd.DataFrame, tmp_path: Path) -> None:
    choice = seg.choose_k(fast, "plain", (2, 3))
    segments = seg.fit(fast, "plain", k=3)
    personas = seg.describe(segments, fast, choice)
    assert all(persona.stability is not None for persona in personas)
    other = seg.fit(fast, "plain", k=4)
    assert all(persona.stability is None for persona in seg.describe(other, fast, choice))
    seg.save(segments, personas, "cards", tmp_path, choice=choice)
    assert seg.load("cards", tmp_path).meta["note"]["verdict"] == choice.verdict()
    page = seg.report(segments, personas, fast, tmp_path / "x.html", choice=choice, title="Ours").read_text("utf-8")
    assert "<title>Ours</title>" in page
    assert choice.headline.split(".")[0][:20] in page


def test_the_evidence_may_be_left_out_and_then_there_is_no_verdict(fast: pd.DataFrame) -> None:
    choice = seg.choose_k(fast, "plain", (2, 3), fast=True)
    with pytest.raises(seg.SegmentationError, match="without fast=True"):
        choice.verdict()
    assert choice.headline == choice.reasons[0]


def test_roles_are_taken_and_their_reason_is_kept(fast: pd.DataFrame) -> None:
    made = seg.features(fast, roles={"TENURE": "descriptor", "BALANCE": "sensitive"})
    roles = {item.name: (item.role, item.reason) for item in made.roles}
    assert roles["TENURE"] == ("descriptor", "You chose it.")
    assert roles["CUST_ID"][0] == "identifier"
    assert made.sensitive == ("BALANCE",)
    assert set(roles) == set(fast.columns)
    named = seg.features(fast.assign(who=[f"k{row}" for row in range(len(fast))]), id="who")
    assert named.frame.index.name == "who"
    assert {item.name: item.role for item in named.roles}["CUST_ID"] == "left out"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda data: seg.features(data, roles={"NOPE": "feature"}), 'no column "NOPE"'),
        (lambda data: seg.features(data, roles={"TENURE": "featur"}), "must be one of identifier, feature"),
        (lambda data: seg.features(data, "letters"), "no kind of file 'letters'"),
        (lambda data: seg.features([]), "No file was given"),
        (lambda data: seg.prepare(data, "magic"), "no preparation 'magic'"),
        (lambda data: seg.prepare(data, nope=1), "no setting 'nope'"),
        (lambda data: seg.prepare(data, cap_low=0.9), "from 0.0 to 0.25"),
        (lambda data: seg.choose_k(data, "plain", (4, 2)), "fewest segments"),
        (lambda data: seg.choose_k(data, "plain", nope=1), "no limit 'nope'"),
        (lambda data: seg.fit(data, "plain"), "needs a number of segments"),
        (lambda data: seg.fit(data, "plain", k=3, nope=1), "no setting 'nope'"),
        (lambda data: seg.fit(data, "plain", method="nope"), "no method 'nope'"),
        (lambda data: seg.report(seg.fit(data, "plain", k=2), (), data, "x.doc"), "must end with"),
        (lambda data: seg.report(seg.fit(data, "plain", k=2), (), data, "x.html", nope=1), "title, min_size"),
        (lambda data: seg.load("nobody", "nowhere"), "no saved model"),
        (lambda data: seg.sample("nope"), "no sample 'nope'"),
    ],
)
def test_a_wrong_argument_is_one_sentence(call: Any, words: str, fast: pd.DataFrame) -> None:
    with pytest.raises(seg.SegmentationError, match=words):
        call(fast)


def test_preparation_takes_changes_beside_a_preset(fast: pd.DataFrame) -> None:
    recipe = seg.prepare(fast, "plain", scale=False, columns={"BALANCE": {"transform": "log1p"}})
    assert recipe.settings == PrepSettings(scale=False, columns=recipe.settings.columns)
    assert recipe.features[0].transform == "log1p"
    assert recipe.features[1].mean == 0.0


def test_objects_say_in_one_short_line_what_they_are(fast: pd.DataFrame, tmp_path: Path) -> None:
    table, customers = seg.read(fast, "cards"), seg.features(fast)
    recipe = seg.prepare(customers, "plain")
    choice = seg.choose_k(customers, recipe, (2, 3))
    segments = seg.fit(customers, recipe, k=3)
    personas = seg.describe(segments, customers)
    seg.save(segments, personas, "cards", tmp_path)
    model, batch = seg.load("cards", tmp_path), seg.score(segments, fast)
    things: list[Any] = [table, customers, recipe, choice, choice.comparison, choice.evidence]
    things += [segments, personas, personas[0]]
    things += [model, batch, seg.export_sql(segments, "duckdb"), segments.explain(fast.iloc[0])]
    for thing in (*things, choice.comparison.fits[3]):
        assert "\n" not in repr(thing)
        assert len(repr(thing)) < 260
    assert repr(table) == "Table(cards: 240 rows, 9 columns, 3 notes, 0 problems)"
    assert repr(personas) == f"Personas(3: {personas[0].name}; {personas[1].name}; {personas[2].name})"
    assert repr(segments).startswith("Segments(K-means, 3 segments of 240 customers, silhouette 0.")


def test_what_a_notebook_shows_is_escaped(fast: pd.DataFrame, tmp_path: Path) -> None:
    frame = fast.rename(columns={"BALANCE": HOSTILE, "CUST_ID": "id"})
    table, customers = seg.read(frame, HOSTILE), seg.features(frame)
    recipe = seg.prepare(customers, "plain")
    choice = seg.choose_k(customers, recipe, (2, 3), fast=True)
    segments = seg.fit(customers, recipe, k=3)
    personas = seg.describe(segments, customers)
    seg.save(segments, personas, "cards", tmp_path)
    things: list[Any] = [table, customers, recipe, choice, segments, personas, seg.load("cards", tmp_path)]
    for thing in (*things, seg.score(segments, frame), segments.explain(frame.iloc[0])):
        html = thing._repr_html_()
        assert html.startswith("<div>")
        assert "<img" not in html
        assert "\n" not in repr(thing)
    assert "&lt;img" in table._repr_html_()
    assert "C10001" not in customers._repr_html_() + table._repr_html_()


def test_the_front_door_opens_without_loading_what_it_does_not_need() -> None:
    code = (
        "import sys, segmentation\n"
        "assert segmentation.__version__ and 'fit' in dir(segmentation)\n"
        "from segmentation.__main__ import main\n"
        "try: main(['fit', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'sklearn', 'scipy', 'plotly', 'streamlit', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=60)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        seg.nope  # noqa: B018
