"""A saved model as SQL from the command line: the answers of the warehouse are those of `score`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from segmentation.__main__ import main


@pytest.fixture
def saved(tmp_path: Path, fast: pd.DataFrame, capsys: pytest.CaptureFixture[str]) -> Path:
    """The file of a saved model "cards" in `models` beside it."""
    path = tmp_path / "customers.csv"
    fast.to_csv(path, index=False)
    folder = str(tmp_path / "models")
    assert main(["fit", str(path), "--k", "3", "--prep", "recommended", "--name", "cards", "--models", folder]) == 0
    capsys.readouterr()
    return path


def test_the_written_query_gives_what_score_gives_and_its_test_says_same(
    saved: Path, tmp_path: Path, capsys: Any
) -> None:
    out, folder = tmp_path / "cards.sql", ["--models", str(tmp_path / "models")]
    call = ["export-sql", "cards", "--dialect", "duckdb", "--table", "main.customers", "--out", str(out), *folder]
    assert main(call) == 0
    written, test, used, *others = capsys.readouterr().out.splitlines()
    assert written == f"Written to {out}."
    assert test == f"Test it with {tmp_path / 'cards.test.sql'}: every row must say 'same'."
    assert used.startswith("Columns used (6): BALANCE, ")
    assert others[0] == "Left out: CUST_ID (identifier). So it was when the model was made."
    assert [line.split(" (")[0] for line in others[1:]] == ["Left out: PURCHASES", "Left out: PURCHASES_TRX"]

    listed = tmp_path / "scored.csv"
    assert main(["score", "cards", str(saved), "--out", str(listed), *folder]) == 0
    wanted = pd.read_csv(listed, encoding="utf-8-sig").set_index("id")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE customers AS FROM read_csv('{saved}')")
        answer = connection.execute(out.read_text()).df().set_index("customer").loc[wanted.index]
        verdicts = connection.execute((tmp_path / "cards.test.sql").read_text()).df()["verdict"]
    assert answer["segment"].tolist() == wanted["segment"].tolist()
    assert answer["persona"].tolist() == wanted["persona"].tolist()
    assert answer["distance"].tolist() == pytest.approx(wanted["distance"].tolist(), rel=1e-12)
    assert set(answer["model"]) == {"cards/v1"}
    assert set(verdicts) == {"same"}


def test_without_a_file_the_query_is_the_answer_and_json_has_both(saved: Path, tmp_path: Path, capsys: Any) -> None:
    folder = ["--models", str(tmp_path / "models")]
    assert main(["export-sql", "cards", "--dialect", "postgres", *folder]) == 0
    query = capsys.readouterr().out
    assert query.startswith("-- Which of 3 personas every customer is: cards/v1, for PostgreSQL.\n")
    assert '"CUST_ID" AS customer' in query
    assert main(["export-sql", "cards", "--dialect", "postgres", "--json", *folder]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["query"] == query
    assert (plain["model"], plain["dialect"], plain["files"]) == ("cards/v1", "postgres", [])
    assert len(plain["columns"]["used"]) == 6
    assert [item["column"] for item in plain["columns"]["left_out"]] == ["CUST_ID", "PURCHASES", "PURCHASES_TRX"]
    assert main(["report", "cards", "--out", str(tmp_path / "cards.html"), "--json", *folder]) == 0
    assert json.loads(capsys.readouterr().out)["columns"] == plain["columns"]
    assert main(["score", "cards", str(saved), "--json", *folder]) == 0
    assert json.loads(capsys.readouterr().out)["columns"] == plain["columns"]


def test_a_changed_model_is_written_only_when_that_is_accepted(saved: Path, tmp_path: Path, capsys: Any) -> None:
    params = tmp_path / "models/cards/v1/params.json"
    params.write_bytes(params.read_bytes() + b" ")
    call = ["export-sql", "cards", "--dialect", "duckdb", "--models", str(tmp_path / "models")]
    assert main(call) == 2
    assert "cards/v1 was changed since it was saved (params.json). Nothing was written." in capsys.readouterr().err
    assert main([*call, "--accept-changed"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("-- Which of 3 personas")
    assert err == "cards/v1 was changed since it was saved (params.json).\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--dialect", "oracle"], "invalid choice: 'oracle'"),
        (["--dialect", "duckdb", "--table", "a..b"], '"a..b" is not a table.'),
        (["--dialect", "duckdb", "--out", "cards.txt"], "cards.txt must end with .sql."),
        (["--dialect", "duckdb", "--out", "nowhere/at/all.sql"], "Cannot write nowhere/at/all.sql"),
    ],
)
def test_a_bad_call_is_one_sentence(
    arguments: list[str], sentence: str, saved: Path, tmp_path: Path, capsys: Any
) -> None:
    try:
        code = main(["export-sql", "cards", *arguments, "--models", str(tmp_path / "models")])
    except SystemExit as error:  # argparse
        code = int(str(error.code))
    assert code != 0
    assert sentence in capsys.readouterr().err


def test_purchase_lines_become_a_select_and_features(tmp_path: Path, capsys: Any) -> None:
    lines = Path(__file__).resolve().parents[2] / "sample_data/retail_transactions.csv"
    query, table = tmp_path / "rfm.sql", tmp_path / "rfm.csv"
    call = [
        "features",
        str(lines),
        "--sql",
        str(query),
        "--dialect",
        "duckdb",
        "--table",
        "main.shop",
        "--out",
        str(table),
    ]
    assert main([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sql"] == str(query)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE shop AS FROM read_csv('{lines}')")
        answer = connection.execute(query.read_text()).df().set_index("customer").sort_index()
    wanted = pd.read_csv(table, encoding="utf-8-sig", dtype={"customer": str}).set_index("customer").sort_index()
    assert answer.index.tolist() == wanted.index.tolist()
    assert answer["recency"].tolist() == wanted.filter(like="ecency").iloc[:, 0].tolist()
    assert answer["monetary"].tolist() == pytest.approx(
        wanted.filter(regex="onetary|spent").iloc[:, 0].tolist(), rel=1e-12
    )

    assert main(["features", str(lines)]) == 2
    assert capsys.readouterr().err == "Nothing would be written. Add --out FEATURES.csv, or --sql FEATURES.sql.\n"


def test_customers_come_from_an_address_and_personas_go_into_one(saved: Path, tmp_path: Path, capsys: Any) -> None:
    folder = ["--models", str(tmp_path / "models")]
    frame = pd.read_csv(saved)
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection, connection:
        columns = ", ".join(f'"{name}"' for name in frame)
        connection.execute(f"CREATE TABLE cards ({columns})")
        marks = ", ".join("?" * frame.shape[1])
        rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
        connection.executemany(f"INSERT INTO cards VALUES ({marks})", rows)
    cards, into = f"sqlite:///{tmp_path}/crm.db#cards", f"sqlite:///{tmp_path}/crm.db#personas"
    call = ["score", "cards", cards, "--into", into, "--json", *folder]
    assert main(call) == 0
    assert json.loads(capsys.readouterr().out)["into"] == {"changed": 240, "same": 0}
    assert main(call) == 0
    assert json.loads(capsys.readouterr().out)["into"] == {"changed": 0, "same": 240}
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection, connection:
        connection.execute(
            "UPDATE cards SET BALANCE = BALANCE * 3, PURCHASES = PURCHASES / 3, PURCHASES_FREQUENCY = 0.1"
        )
        before = connection.execute("SELECT * FROM personas ORDER BY 1").fetchall()
    assert main(call) == 2
    assert capsys.readouterr().err.startswith("Nothing was written: ")
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        assert connection.execute("SELECT * FROM personas ORDER BY 1").fetchall() == before
    assert main([*call, "--force"]) == 0
    assert json.loads(capsys.readouterr().out)["into"]["changed"] > 0
