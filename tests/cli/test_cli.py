"""The command line: the published numbers, the answers' form, and one sentence with exit code 2 for a bad call."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from segmentation.__main__ import main
from segmentation.cli import COMMANDS
from segmentation.clustering.metrics import METRICS
from segmentation.evaluation.evidence import MEASURES
from segmentation.personas import with_edits
from segmentation.store import load, save

ROOT = Path(__file__).resolve().parents[2]

PUBLISHED = {
    2: (127784.53, 0.2100),
    3: (111975.04, 0.2510),
    4: (99061.94, 0.1977),
    5: (91490.50, 0.1931),
    6: (84826.59, 0.2029),
}


def answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path, noticed: str = "") -> Any:
    """The JSON of a call that ends well; noticed: what it says on standard error of the files."""
    assert main([*map(str, arguments), "--json"]) == 0
    said = capsys.readouterr()
    assert noticed in said.err if noticed else said.err == ""
    return json.loads(said.out)


@pytest.fixture
def file(tmp_path: Path, fast: pd.DataFrame) -> Path:
    path = tmp_path / "customers.csv"
    fast.to_csv(path, index=False)
    return path


def test_choose_k_gives_the_published_figures(shared_data: Path, capsys):
    found = answer(capsys, "choose-k", shared_data / "credit_card/CC GENERAL.csv", "--k", "2:6", "--fast")
    shown = {row["k"]: (f"{row['inertia']:.4g}", f"{row['silhouette']:.4f}") for row in found["rows"]}
    assert shown == {k: (f"{inertia:.4g}", f"{silhouette:.4f}") for k, (inertia, silhouette) in PUBLISHED.items()}
    assert found["rows"][1]["sizes"] == [6114, 1561, 1275]
    assert found["recommended_k"] == 3
    assert found["reasons"]


def test_choose_k_carries_the_evidence_unless_it_is_left_out(file: Path, capsys):
    found = answer(capsys, "choose-k", file, "--k", "2:4")
    assert found["verdict"] in ("distinct", "undecided", "slices", "none")
    assert found["headline"]
    assert {"elbow", "gap_k", "p_copula", "p_gaussian", "recommended_k", "reasons"} <= set(found)
    for row in found["rows"]:
        assert len(row["jaccard"]) == row["k"]
        assert {*METRICS, *(name for measure in MEASURES.values() for name in measure.shown)} <= set(row)
        assert {"gap", "gap_se", "stability", "separation", "bic", "silhouette_error", "smallest"} <= set(row)
        assert 0 <= row["stability"] <= 1
    fast = answer(capsys, "choose-k", file, "--k", "2:4", "--fast")
    assert "verdict" not in fast
    assert "was not asked (--fast)" in fast["reasons"][0]
    assert "was not asked" not in " ".join(found["reasons"])
    assert all("gap" not in row for row in fast["rows"])
    assert [row["inertia"] for row in fast["rows"]] == [row["inertia"] for row in found["rows"]]


def test_fit_gives_the_published_segments_to_the_cent_and_score_gives_them_back(
    shared_data: Path, tmp_path: Path, capsys
):
    data, models = shared_data / "credit_card/CC GENERAL.csv", tmp_path / "models"
    found = answer(capsys, "fit", data, "--k", 3, "--prep", "plain", "--name", "cards", "--models", models)
    assert found["model"] == "cards/v1"
    assert found["sizes"] == [6114, 1561, 1275]
    shown = ["BALANCE", "PURCHASES", "CASH_ADVANCE", "CREDIT_LIMIT"]
    assert [[round(item["means"][name], 2) for name in shown] for item in found["segments"]] == [
        [807.72, 496.06, 339.00, 3267.02],
        [4023.79, 389.05, 3917.25, 6729.47],
        [2182.35, 4187.02, 449.75, 7642.78],
    ]
    assert {item["segment"] for item in found["segments"]} == {1, 2, 3}
    assert len({item["name"] for item in found["segments"]}) == 3

    out = tmp_path / "scored.csv"
    scored = answer(capsys, "score", "cards", data, "--models", models, "--out", out)
    assert [item["size"] for item in scored["segments"]] == [6114, 1561, 1275]
    filled = {item["feature"]: item["filled"] for item in scored["features"]}
    assert (filled["MINIMUM_PAYMENTS"], filled["CREDIT_LIMIT"]) == (313, 1)
    assert scored["verdict"] == "keep"
    lines = pd.read_csv(out, keep_default_na=False)
    named = ["id", "segment", "persona", "distance", "margin", "certainty", "how_sure", "reason"]
    assert list(lines.columns) == named
    assert lines["id"].iloc[0] == "C10001"
    assert lines["segment"].value_counts().to_dict() == {1: 6114, 2: 1561, 3: 1275}


def test_fit_says_the_state_of_the_evidence_and_keeps_it_with_the_model_when_asked(file: Path, tmp_path: Path, capsys):
    plain = ("fit", file, "--k", "3", "--name", "cards", "--models", tmp_path, "--json")
    assert answer(capsys, *plain)["evidence"] == {
        "verdict": None,
        "said": "Not tested: whether there are gaps between these groups was not looked at. "
        "Ask with --evidence, or with choose-k.",
    }
    tested = answer(capsys, *plain, "--evidence")["evidence"]
    assert tested["verdict"] == answer(capsys, "choose-k", file, "--json")["verdict"]
    assert load("cards/v1", tmp_path).meta["note"]["verdict"] == ""
    assert load("cards/v2", tmp_path).meta["note"]["verdict"] == tested["verdict"]
    assert tested["said"].startswith(load("cards/v2", tmp_path).meta["note"]["headline"])


def test_fit_keeps_the_names_of_a_saved_model_for_the_personas_that_are_the_same(file: Path, tmp_path: Path, capsys):
    models = tmp_path / "models"
    common = [file, "--name", "small", "--models", models]
    answer(capsys, "fit", *common, "--k", 3)
    saved = load("small/v1", models)
    edited = with_edits(saved.personas, {2: {"name": "Our own name"}})
    save(saved.segmentation, edited, "named", models)
    found = answer(capsys, "fit", *common, "--k", 3, "--seed", 5, "--keep-names", "named")
    assert found["segments"][1]["name"] == "Our own name"
    assert found["kept"]["matched"] == {"1": 1, "2": 2, "3": 3}
    assert load("small/v2", models).personas[1].name == "Our own name"
    assert main(["fit", *map(str, common), "--k", "4", "--keep-names", "named/v1"]) == 0
    assert "of 4 personas are the ones of named/v1; " in capsys.readouterr().out
    assert main(["fit", *map(str, common), "--k", "3", "--keep-names", "nobody"]) != 0
    assert "no saved model" in capsys.readouterr().err


def test_other_methods_are_fitted_saved_listed_and_scored(file: Path, tmp_path: Path, capsys):
    models, out = tmp_path / "models", tmp_path / "out.csv"
    folder = ["--models", models]
    call = ["fit", file, "--method", "dbscan", "--set", "eps=1.5", "--set", "min_samples=8", "--name", "dense", *folder]
    found = answer(capsys, *call)
    assert (found["method"], found["settings"]) == ("dbscan", {"eps": 1.5, "min_samples": 8})
    assert found["noise"] + sum(found["sizes"]) == 240
    assert found["noise"] > 0
    assert 0.9 < found["reproduced"] <= 1
    scored = answer(capsys, "score", "dense", file, *folder, "--out", out)
    assert [item["size"] for item in scored["segments"]] == found["sizes"]
    assert (pd.read_csv(out)["segment"] == 0).sum() == found["noise"]
    assert [item["k"] for item in answer(capsys, "models", *folder)] == [found["k"]]
    assert main(list(map(str, call))) == 0
    said = capsys.readouterr().out
    assert "in no segment (noise)" in said
    assert "into the same segment again" in said


def test_a_mixture_takes_its_settings_by_name(file: Path, tmp_path: Path, capsys):
    call = ["--k", 3, "--n-init", 2, "--set", "shape=diag", "--name", "m", "--models", tmp_path / "models"]
    found = answer(capsys, "fit", file, "--method", "mixture", *call)
    assert found["settings"] == {"k": 3, "shape": "diag", "n_init": 2, "seed": 42}
    assert (found["noise"], found["reproduced"]) == (0, 1.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (["--method", "nope"], "There is no method 'nope'"),
        (["--method", "dbscan", "--k", "3"], "finds the number of segments itself"),
        (["--method", "dbscan", "--set", "eps"], "needs SETTING=VALUE"),
        (["--method", "dbscan", "--set", "eps=abc"], "needs a number"),
        (["--method", "dbscan", "--set", "eps=1e999"], "needs a number"),
        (["--method", "dbscan", "--set", "eps=-1"], "must be at least 0.001"),
        (["--method", "dbscan", "--set", "min_samples=2.5"], "needs a whole number"),
        (["--method", "dbscan", "--set", "nope=1"], "Its settings are eps, min_samples"),
        (["--method", "dbscan", "--set", "eps=0.001", "--set", "min_samples=200"], "Everyone is noise"),
        (["--method", "agglomerative"], "needs a number of segments"),
        (["--method", "agglomerative", "--k", "3", "--set", "linkage=odd"], "must be one of ward"),
        (["--k", "3", "--set", "k=4"], "given twice"),
    ],
)
def test_a_wrong_method_or_setting_is_one_sentence(call: list[str], words: str, file: Path, tmp_path: Path, capsys):
    assert main(["fit", str(file), *call, "--name", "x", "--models", str(tmp_path / "models")]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "models").exists()


def test_models_are_listed_newest_first(file: Path, tmp_path: Path, capsys):
    models = tmp_path / "models"
    assert answer(capsys, "models", "--models", models) == []
    for _ in range(2):
        answer(capsys, "fit", file, "--k", 3, "--name", "small", "--models", models)
    (models / "small/v1/params.json").write_text("{}")
    listed = answer(capsys, "models", "--models", models)
    assert [item["model"] for item in listed] == ["small/v2", "small/v1"]
    assert [item["k"] for item in listed] == [3, None]
    assert (listed[0]["problem"], bool(listed[1]["problem"])) == ("", True)


def test_an_id_column_may_be_named_and_odd_rows_stay_with_their_reason(
    file: Path, fast: pd.DataFrame, tmp_path: Path, capsys
):
    models, out = tmp_path / "models", tmp_path / "out.csv"
    answer(capsys, "fit", file, "--k", 3, "--name", "small", "--models", models, "--prep", "recommended")
    odd = fast.head(4).astype(object)
    odd["WHO"] = ["=1+1", "b", "c", "d"]
    odd.loc[1, "BALANCE"] = "unknown amount"
    odd.to_csv(tmp_path / "next.csv", index=False)
    call = ("score", "small/v1", tmp_path / "next.csv", "--models", models, "--out", out, "--id", "WHO")
    found = answer(capsys, *call, noticed="BALANCE: 75 % of its cells are numbers")
    assert (found["rows"], found["scored"]) == (4, 3)
    lines = pd.read_csv(out, keep_default_na=False)
    assert lines["id"].tolist() == ["'=1+1", "b", "c", "d"]
    assert lines["segment"].tolist()[1] == 0
    assert "not a number" in lines["reason"].tolist()[1]


@pytest.mark.parametrize("command", ["choose-k", "fit", "score", "models"])
def test_every_command_also_answers_in_words(command: str, file: Path, tmp_path: Path, capsys):
    folder = ["--models", str(tmp_path / "models")]
    fit = ["fit", str(file), "--k", "3", "--name", "small", *folder]
    assert main(fit) == 0
    calls = {
        "choose-k": ["choose-k", str(file), "--k", "2:4"],
        "fit": fit,
        "score": ["score", "small", str(file), *folder],
        "models": ["models", *folder],
    }
    assert main(calls[command]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) >= 2
    assert said.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["explode"], "invalid choice"),
        (["fit", "FILE", "--name", "x"], "--k"),
        (["fit", "FILE", "--k", "three", "--name", "x"], "whole number"),
        (["fit", "FILE", "--k", "3", "--name", "../x"], "cannot be called"),
        (["fit", "FILE", "--k", "500", "--name", "x"], "from 1 to 50"),
        (["fit", "nowhere.csv", "--k", "3", "--name", "x"], "no file"),
        (["choose-k", "FILE", "--k", "12:2"], "fewest segments"),
        (["choose-k", "FILE", "--k", "2..4"], "range"),
        (["choose-k", "FILE", "--prep", "magic"], "--prep"),
        (["choose-k", "FILE", "--id", "NOPE"], "no column"),
        (["choose-k", "FILE", "--source", "letters"], "kind of file"),
        (["score", "nobody", "FILE"], "no saved model"),
        (["score", "a/b/c", "FILE"], "not a model"),
        (["models", "--models", "FILE"], "There is no folder"),
        (["models", "--json", "--models", "nowhere/models"], "There is no folder"),
        (["app", "--models", "FILE"], "is no folder"),
        (["fit", "FILE", "FILE", "--k", "3", "--name", "x"], "is given twice"),
        (["fit", "FILE", "--k", "3", "--name", "x", "--set", "returns=net"], "has no choices"),
        (["choose-k", "FILE", "--min-size", "x"], "needs a whole number"),
        (["choose-k", "FILE", "--min-share", "x"], "needs a number"),
        (["choose-k", "FILE", "--read", "header_row=one"], "it was 'one'"),
        (["choose-k", "FILE", "--read", "total_rows=perhaps"], "it was 'perhaps'"),
    ],
)
def test_a_bad_call_ends_with_one_sentence_and_exit_code_2(
    arguments, words, file: Path, tmp_path: Path, capsys, monkeypatch
):
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    assert main([str(file) if item == "FILE" else item for item in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_file_that_is_not_data_is_refused_in_one_line(tmp_path: Path, capsys):
    for name, data in {"empty.csv": b"", "header.csv": b"a,b\n", "binary.csv": bytes(range(256)) * 20}.items():
        (tmp_path / name).write_bytes(data)
        assert main(["choose-k", str(tmp_path / name)]) == 2
        said = capsys.readouterr()
        assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize("sheet", ["", "<x>{}</x>"], ids=["no sheet", "512 GB asked for in Rust"])
def test_where_reading_breaks_down_the_sentence_is_all_that_is_printed(sheet: str, tmp_path: Path):
    book = io.BytesIO()
    made = openpyxl.Workbook()
    made.active["A1"], made.active["XFD1048576"] = "id", 1
    made.save(book)
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as broken:
        for name in whole.namelist():
            data = whole.read(name)
            if "sheet1.xml" not in name:
                broken.writestr(name, data)
            elif sheet:
                broken.writestr(name, sheet.format(data.decode()))
    command = [sys.executable, "-m", "segmentation", "choose-k", str(tmp_path / "broken.xlsx")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    (line,) = ran.stderr.splitlines()
    assert line.startswith("broken.xlsx: the file ")
    assert (ran.returncode, ran.stdout) == (2, "")


def test_the_module_runs_and_starts_without_loading_what_help_does_not_need():
    code = (
        "import sys; from segmentation.__main__ import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "assert not {'sklearn', 'scipy', 'plotly'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=60)
    ran = subprocess.run(
        [sys.executable, "-m", "segmentation", "score"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 2
    assert "NAME[/vN]" in ran.stderr


def test_every_command_has_its_module_and_its_help():
    for command in COMMANDS:
        assert (ROOT / "segmentation/cli" / f"{command.module}.py").exists()
        assert command.help.endswith(".")


@pytest.mark.parametrize("command", [["features"], ["score", "nobody"]])
def test_the_answer_is_never_written_over_a_file_that_is_read(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id,spent\na,1\nb,2\nc,4\n", encoding="utf-8")
    before = path.read_bytes()
    out = tmp_path / "." / "folder" / ".." / "customers.csv"
    (tmp_path / "folder").mkdir()
    assert main([*command, str(path), "--out", str(out)]) == 2
    assert "which is read. Choose another file." in capsys.readouterr().err
    assert path.read_bytes() == before


def test_to_score_and_to_make_features_nothing_is_imported_that_fits_draws_or_reads_workbooks() -> None:
    heavy = ("sklearn", "scipy.stats", "scipy.optimize", "plotly", "pptx", "openpyxl", "joblib", "duckdb", "sqlglot")
    script = (
        "import sys, segmentation.cli.score, segmentation.cli.features; from segmentation.api import features; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_needs_no_library_of_others() -> None:
    script = "import sys, segmentation.__main__; print([n for n in ('numpy', 'pandas', 'pyarrow') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
