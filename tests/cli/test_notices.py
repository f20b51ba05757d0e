"""What was noticed while files were read is said on every way through the command line, and ends it with --strict."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from segmentation.__main__ import main
from segmentation.core.errors import COMMAND_LINE, DataProblems
from segmentation.data.reading import ReadSettings, read

ORDERS = (
    "Customer ID,Order Date,Invoice,Amount\nC1,01/02/2024,1,$100.00\nC2,03/04/2024,2,€90.00\nC1,05/06/2024,3,$20.00\n"
    "C3,07/08/2024,4,£15.00\nC4,09/10/2024,5,$40.00,extra\nC5,02/03/2024,6,$55.00\n"
)
PEOPLE = "id,spend,visits\n" + "".join(f"K{row:03},{row % 3 * 100 + row}.5,{row % 3 * 5 + 1}\n" for row in range(60))
STRAY = PEOPLE.replace("K004,", "K004,Ltd,")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("orders.csv", ORDERS), ("people.csv", PEOPLE), ("stray.csv", STRAY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_refused_lines_two_way_dates_and_currencies_are_said_on_stderr_and_in_json(files: Path, capsys) -> None:
    call = ["features", str(files / "orders.csv"), "--source", "transactions", "--out", str(files / "out.csv")]
    assert main([*call, "--json"]) == 0
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert sum("1 line was refused" in line for line in lines) == 1
    assert sum("the day or the month first" in line for line in lines) == 1
    assert sum("different currencies ($, £, €)" in line for line in lines) == 1
    notices = json.loads(said.out)["notices"]
    assert len(notices) == len(lines)
    assert {(notice["kind"], notice["count"]) for notice in notices} >= {
        ("refused", 1),
        ("date order", 5),
        ("currencies", 3),
    }
    assert main([*call, "--strict"]) == 2


def test_a_file_without_anything_to_say_is_quiet_and_strict_passes(files: Path, capsys) -> None:
    assert main(["choose-k", str(files / "people.csv"), "--fast", "--k", "2:4", "--strict", "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert json.loads(said.out)["notices"] == []


def test_a_model_keeps_kinds_places_and_counts_and_no_cell(files: Path, capsys) -> None:
    models = str(files / "models")
    assert main(["fit", str(files / "stray.csv"), "--k", "3", "--name", "shop", "--models", models]) == 0
    assert "1 line was refused" in capsys.readouterr().err
    plain = json.loads((files / "models/shop/v1/params.json").read_text())
    assert plain["origin"]["replay"]["noticed"] == [{"kind": "refused", "where": "Rows", "count": 1}]


def test_every_row_of_the_file_is_in_the_scored_output(files: Path, capsys) -> None:
    models, out = str(files / "models"), files / "scored.csv"
    assert main(["fit", str(files / "people.csv"), "--k", "3", "--name", "shop", "--models", models]) == 0
    capsys.readouterr()
    call = ["score", "shop", str(files / "stray.csv"), "--models", models, "--out", str(out)]
    assert main(call) == 0
    said = capsys.readouterr()
    assert "59 of 60 customers scored" in said.out
    assert "1 line was refused" in said.err
    rows = pd.read_csv(out, keep_default_na=False)
    assert len(rows) == 60
    assert rows.iloc[-1][["id", "segment", "persona"]].tolist() == ["K004", 0, ""]
    assert "too many cells" in rows.iloc[-1]["reason"]
    assert main([*call, "--strict"]) == 2


def test_what_only_a_person_can_say_is_asked_with_the_option_that_answers_it(files: Path, capsys) -> None:
    models = str(files / "models")
    assert main(["fit", str(files / "people.csv"), "--k", "3", "--name", "shop", "--models", models]) == 0
    capsys.readouterr()
    rows = "".join(f'K{row:03},"{row % 3 + 2},{row % 9 + 1}00",{row % 3 * 5 + 1}\n' for row in range(60))
    (files / "may.csv").write_text("id,spend,visits\n" + rows, encoding="utf-8")  # 3.2 or 3,200, and 130 before
    call = ["score", "shop", str(files / "may.csv"), "--models", models]
    assert main(call) == 2
    assert "Add --read decimal=. or --read decimal=,." in capsys.readouterr().err
    assert main([*call, "--read", "decimal=,"]) == 0


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--read", "decimal"], "--read needs SETTING=VALUE"),
        (["--read", "colour=red"], "Reading knows no setting colour"),
        (["--scale", "spend"], "--scale needs COLUMN=FACTOR"),
        (["--scale", "spend=many"], "--scale needs COLUMN=FACTOR"),
    ],
)
def test_a_wrong_option_is_one_sentence(files: Path, capsys, option: list[str], said: str) -> None:
    models = str(files / "models")
    assert main(["fit", str(files / "people.csv"), "--k", "3", "--name", "shop", "--models", models]) == 0
    capsys.readouterr()
    assert main(["score", "shop", str(files / "people.csv"), "--models", models, *option]) == 2
    assert said in capsys.readouterr().err


def test_apostrophes_written_against_formulas_are_said_once_with_their_number(files: Path, capsys) -> None:
    models, out = str(files / "models"), files / "scored.csv"
    assert main(["fit", str(files / "people.csv"), "--k", "3", "--name", "shop", "--models", models]) == 0
    capsys.readouterr()
    (files / "odd.csv").write_text(PEOPLE.replace("K004,", "+K004,").replace("K005,", "=1+1,"), encoding="utf-8")
    call = ["score", "shop", str(files / "odd.csv"), "--models", models, "--out", str(out), "--strict"]
    assert main([*call, "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == (
        "id: 2 cells may start a formula in a spreadsheet and were written with an apostrophe before it.\n"
    )
    assert [(one["kind"], one["where"], one["count"]) for one in json.loads(said.out)["notices"]] == [
        ("guarded", "id", 2)
    ]
    assert pd.read_csv(out)["id"].tolist()[3:6] == ["K003", "'+K004", "'=1+1"]
    assert main(["score", "shop", str(files / "people.csv"), "--models", models, "--out", str(out)]) == 0
    assert capsys.readouterr().err == ""


def test_what_stands_for_no_answer_can_be_said_on_the_command_line(files: Path, capsys) -> None:
    rows = "".join(f"r{row},{99 if row % 9 == 0 else row % 5 + 1},{10 + row % 3 * 100}\n" for row in range(60))
    (files / "codes.csv").write_text(f"id,score,spend\n{rows}", encoding="utf-8")
    call = ["features", str(files / "codes.csv"), "--out", str(files / "out.csv"), "--read"]
    assert main([*call, "no_answer=score:99", "--strict"]) == 0
    assert pd.read_csv(files / "out.csv")["score"].isna().sum() == 7
    assert main([*call, "no_answer=none", "--strict"]) == 0
    assert pd.read_csv(files / "out.csv")["score"].max() == 99
    capsys.readouterr()
    assert main([*call, "no_answer=99"]) == 2
    assert "needs COLUMN:CODE, such as age:99, or none" in capsys.readouterr().err


def test_models_lists_what_was_noticed_of_their_files_and_a_report_says_it(files: Path, capsys) -> None:
    models = str(files / "models")
    page = files / "shop.html"
    call = ["fit", str(files / "stray.csv"), "--k", "3", "--name", "shop", "--models", models, "--report", str(page)]
    assert main(call) == 0
    capsys.readouterr()
    assert main(["models", "--models", models]) == 0
    assert "    Noticed of its files: Rows: 1 line could not be read and was refused." in capsys.readouterr().out
    assert main(["models", "--models", models, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["notices"] == [
        {"kind": "refused", "where": "Rows", "count": 1, "what": "Rows: 1 line could not be read and was refused."}
    ]
    assert "Noticed while the files were read: Rows: 1 line could not be read and was refused." in page.read_text()
    again = files / "again.html"
    assert main(["report", "shop", "--out", str(again), "--models", models]) == 0
    assert "Noticed while the files were read" in again.read_text()


def test_a_remedy_is_worded_for_the_command_line_with_the_option_to_type(files: Path, capsys) -> None:
    call = ["features", str(files / "orders.csv"), "--source", "transactions", "--out", str(files / "out.csv")]
    assert main([*call, "--json"]) == 0
    said = capsys.readouterr()
    assert "Change how it is read" not in said.err + said.out
    assert "What counts" not in said.err + said.out
    assert "(--read date_order=dmy or --read date_order=mdy)." in said.err
    assert "(--set currencies=one, or --set currencies=rates --set rates.USD=0.92)." in said.err
    whats = " ".join(notice["what"] for notice in json.loads(said.out)["notices"])
    assert "(--read date_order=dmy or --read date_order=mdy)." in whats
    assert main([*call, "--read", "header_row=99"]) == 2
    assert "Choose an earlier line (--read header_row=LINE)." in capsys.readouterr().err


def test_the_same_remedy_names_the_place_on_the_page() -> None:
    table = read(ORDERS.encode(), "orders.csv")
    dates = next(problem for problem in table.problems if problem.kind == "date order")
    assert dates.sentence.endswith("Choose the order of day and month under “Change how it is read”.")
    assert dates.told(COMMAND_LINE).endswith("(--read date_order=dmy or --read date_order=mdy).")
    with pytest.raises(DataProblems, match="Choose an earlier line under “Change how it is read”"):
        read(ORDERS.encode(), "orders.csv", ReadSettings(header_row=99))


def test_a_column_that_is_mostly_numbers_is_read_as_such_by_the_option_that_is_told(files: Path, capsys) -> None:
    path, out = files / "mixed.csv", files / "out.csv"
    path.write_text("id,spend,x\n" + "".join(f"K{row},{row if row % 3 else 'many'},{row}.5\n" for row in range(9)))
    assert main(["features", str(path), "--id", "id", "--out", str(out)]) == 0
    assert "(--read column=spend:number)." in capsys.readouterr().err
    assert main(["features", str(path), "--id", "id", "--read", "column=spend:number", "--out", str(out)]) == 0
    assert pd.read_csv(out)["spend"].isna().sum() == 3
    assert main(["features", str(path), "--read", "column=spend:words", "--out", str(out)]) == 2
    assert "--read column needs COLUMN:KIND" in capsys.readouterr().err


def test_columns_under_other_headings_are_asked_with_what_to_type_and_typed(files: Path, capsys) -> None:
    models, out = ["--models", str(files / "models")], files / "scored.csv"
    assert main(["fit", str(files / "people.csv"), "--k", "3", "--name", "shop", *models]) == 0
    other = files / "april.csv"
    other.write_text(PEOPLE.replace("id,spend,visits", "Kundennummer,Ausgaben,Besuche", 1), encoding="utf-8")
    call = ["score", "shop", str(other), "--out", str(out), *models]
    capsys.readouterr()
    assert main(call) == 2
    told = capsys.readouterr().err
    assert "Which column of april.csv is the model's “spend”?" in told
    assert "--map spend=Ausgaben" in told
    assert not out.exists()
    assert main([*call, "--map", "spend=Ausgaben", "--map", "visits=Besuche"]) == 0
    assert "“Kundennummer” for “id”" in capsys.readouterr().err
    assert pd.read_csv(out)["id"].tolist()[:2] == ["K000", "K001"]
    assert main([*call, "--map", "spend=Ausgaben", "--map", "visits=Besuch"]) == 2
    assert "“Besuch” is no column that the file has" in capsys.readouterr().err
