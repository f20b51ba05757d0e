"""Reports, roles and the browser from the command line: what is written and said, and one sentence for a bad call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from segmentation.__main__ import main
from segmentation.cli import app
from segmentation.data.profiling import suggest_roles
from segmentation.data.reading import read
from segmentation.data.sources import mapping_of, mapping_to_json


@pytest.fixture
def file(tmp_path: Path, fast: pd.DataFrame) -> Path:
    path = tmp_path / "customers.csv"
    fast.assign(NOTE="=1+1", ROW=range(1, len(fast) + 1)).to_csv(path, index=False)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    code = main([*map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out)


def test_a_fit_writes_its_files_and_a_saved_model_writes_them_again(file: Path, tmp_path: Path, capsys: Any) -> None:
    folder = ["--models", tmp_path / "models"]
    files = [tmp_path / f"cards.{ending}" for ending in ("pptx", "xlsx", "html")]
    wanted = [part for path in files for part in ("--report", path)]
    made = run(capsys, "fit", file, "--k", 3, "--name", "cards", *folder, *wanted)
    assert made["reports"] == [str(path) for path in files]
    with_customers = files[2].read_text(encoding="utf-8")
    again = run(capsys, "report", "cards", "--out", files[2], "--title", "Our <cards>", *folder)
    assert again["model"] == "cards/v1"
    alone = files[2].read_text(encoding="utf-8")
    assert "<title>Our &lt;cards&gt;</title>" in alone
    assert "<title>Customer segments</title>" in with_customers
    assert "Made from a saved model without its customers" in alone
    assert "Made from a saved model without its customers" not in with_customers


def test_every_answer_says_which_columns_were_used_and_why_the_others_were_not(
    file: Path, tmp_path: Path, capsys: Any
) -> None:
    folder = ["--models", tmp_path / "models"]
    roles = ["--roles", "TENURE=sensitive", "--roles", tmp_path / "roles.json"]
    (tmp_path / "roles.json").write_text('{"CREDIT_LIMIT": "descriptor"}', encoding="utf-8")
    answers = {
        "features": run(capsys, "features", file, *roles, "--out", tmp_path / "features.csv"),
        "choose-k": run(capsys, "choose-k", file, *roles, "--k", "2:3", "--fast"),
        "fit": run(capsys, "fit", file, *roles, "--k", 3, "--name", "cards", *folder),
    }
    used = {"BALANCE", "PURCHASES", "CASH_ADVANCE", "PURCHASES_FREQUENCY", "PURCHASES_TRX", "MINIMUM_PAYMENTS"}
    for answer in answers.values():
        left = {item["column"]: (item["role"], item["why"]) for item in answer["columns"]["left_out"]}
        assert set(answer["columns"]["used"]) == used
        assert left["TENURE"] == ("sensitive", "You chose it.")
        assert left["CREDIT_LIMIT"] == ("descriptor", "You chose it.")
        assert left["CUST_ID"][0] == "identifier"
        assert left["ROW"] == ("left out", "It only numbers the rows, 1 to 240.")
        assert left["NOTE"][0] == "left out"
    scored = run(capsys, "score", "cards", file, *folder)
    assert set(scored["columns"]["used"]) == used
    report = run(capsys, "report", "cards", "--out", tmp_path / "x.html", *folder)
    assert set(report["columns"]["used"]) == used


def test_the_roles_that_the_data_page_saves_are_taken_as_a_mapping_and_as_roles(
    file: Path, tmp_path: Path, capsys: Any
) -> None:
    table = read(file)
    chosen = {item.name: item.role for item in suggest_roles(table)} | {"TENURE": "descriptor", "NOTE": "sensitive"}
    saved = tmp_path / "roles.json"
    saved.write_text(mapping_to_json(mapping_of("customers", {"customers": table}, {"customers": chosen})), "utf-8")
    for option in ("--map", "--roles"):
        said = run(capsys, "choose-k", file, option, saved, "--k", "2:3", "--fast")
        left = {item["column"]: item["role"] for item in said["columns"]["left_out"]}
        assert (left["TENURE"], left["NOTE"]) == ("descriptor", "sensitive")


def test_own_limits_change_the_recommendation_and_nothing_else(file: Path, capsys: Any) -> None:
    call = ["choose-k", file, "--k", "2:6", "--fast"]
    free = run(capsys, *call)
    limited = run(capsys, *call, "--min-size", 110)
    assert limited["rows"] == free["rows"]
    sizes = {row["k"]: min(row["sizes"]) for row in limited["rows"]}
    assert limited["recommended_k"] is None or sizes[limited["recommended_k"]] >= 110
    assert limited["recommended_k"] != free["recommended_k"]


def test_columns_of_a_list_of_purchases_are_named_as_they_were_used(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(
        "customer,date,amount,till\nann,2024-01-01,10,1\nann,2024-02-01,5,1\nbob,2024-01-05,20,2\n", encoding="utf-8"
    )
    said = run(capsys, "features", path, "--out", tmp_path / "features.csv")
    assert said["source"] == "transactions"
    assert said["columns"]["used"] == ["recency", "frequency", "monetary"]
    assert {item["column"]: item["role"] for item in said["columns"]["left_out"]} == {"till": "left out"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fit", "FILE", "--k", "3", "--name", "x", "--report", "x.pdf"], "must end with .pptx"),
        (["fit", "FILE", "--k", "3", "--name", "x", "--report", "nowhere/x.html"], "There is no folder nowhere"),
        (["report", "nobody", "--out", "x.html"], "no saved model"),
        (["report", "nobody"], "--out"),
        (["choose-k", "FILE", "--roles", "TENURE"], "Write COLUMN=ROLE"),
        (["choose-k", "FILE", "--roles", "TENURE=featur"], 'The role of "TENURE" must be one of identifier'),
        (["choose-k", "FILE", "--roles", "NOPE=feature"], 'no column "NOPE"'),
        (["choose-k", "FILE", "--roles", "nowhere.json"], "Cannot read the mapping"),
        (["choose-k", "FILE", "--prep", "nowhere.json"], "Cannot read the preparation"),
        (["choose-k", "FILE", "--at-most", "x"], "--at-most"),
        (["choose-k", "FILE", "--min-share", "0.9"], "must be from 0.0 to 0.5"),
        (["app", "--port", "0"], "from 1 to 65535"),
        (["app", "--port", "x"], "whole number"),
    ],
)
def test_a_bad_call_is_one_sentence(
    arguments: list[str], words: str, file: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    assert main([str(file) if item == "FILE" else item for item in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "models").exists()


def test_the_app_is_started_with_its_folder_its_port_and_its_models(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []

    class Ended:
        returncode = 0

    def begin(command: list[str], env: dict[str, str], check: bool) -> Ended:
        assert not check
        started.append((command, env))
        return Ended()

    monkeypatch.setattr(app.subprocess, "run", begin)
    assert main(["app", "--port", "8650", "--no-browser", "--models", str(tmp_path)]) == 0
    ((command, env),) = started
    assert "--server.port=8650" in command
    assert "--server.headless=true" in command
    assert Path(command[command.index("run") + 1]).name == "app.py"
    assert env["SEGMENTATION_MODELS"] == str(tmp_path.resolve())
    assert capsys.readouterr().out == "Stopped.\n"
    Ended.returncode = 1
    assert main(["app", "--port", "8650"]) == 2
    assert "Is port 8650 in use?" in capsys.readouterr().err
