"""`features`, and `--source`, `--map` and `--as-of` of the other commands, as an analyst types them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from segmentation.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
LINES = """Kunde,Tag,Wert,Beleg
ann,2024-01-01,10,A1
ann,2024-01-01,5,A2
bob,2024-01-05,20,B1
=cmd(),2024-01-08,30,D1
"""
MAP = {
    "kind": "segmentation mapping",
    "version": 1,
    "source": "transactions",
    "tables": {"transactions": {"customer": "Kunde", "date": "Tag", "amount": "Wert", "invoice": ""}},
    "settings": {"use": ["recency", "monetary"], "c_invoices": False},
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    code = main([*map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out)


def test_transactions_become_one_line_a_customer(shop: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "features.csv"
    plain = run(capsys, "features", "--source", "transactions", shop, "--out", out)
    table = pd.read_csv(out, index_col="customer")
    assert plain["customers"] == len(table) == 3
    assert plain["as_of"] == "2024-01-09"
    assert [item["name"] for item in plain["features"]] == ["recency", "frequency", "monetary"]
    # Recencies of 1 to 8 would read as scores in the next program: the file says that they are days.
    assert table.loc["ann", ["recency (days)", "frequency", "monetary"]].tolist() == [8, 2, 15]
    assert "'=cmd()" in table.index
    assert any("4 of 4 lines are purchases of 3 customers" in note["what"] for note in plain["notes"])


def test_a_mapping_and_an_as_of_date_overrule_the_guess(shop: Path, tmp_path: Path, capsys) -> None:
    saved, out = tmp_path / "map.json", tmp_path / "features.csv"
    saved.write_text(json.dumps(MAP), encoding="utf-8")
    plain = run(
        capsys, "features", "--source", "transactions", shop, "--map", saved, "--as-of", "2024-01-31", "--out", out
    )
    table = pd.read_csv(out, index_col="customer")
    assert plain["as_of"] == "2024-01-31"
    assert [item["name"] for item in plain["features"]] == ["recency", "monetary"]
    assert table.loc["ann", "recency"] == 30
    assert table.loc["ann", "frequency"] == 1


def test_the_columns_of_purchases_get_their_roles_on_the_command_line(tmp_path: Path, capsys) -> None:
    path, out = tmp_path / "shop.csv", tmp_path / "features.csv"
    lines = "Partner,Wann,Summe,Filiale\na,2024-01-01,10,Ulm\na,2024-01-07,15,Ulm\nb,2024-01-05,20,Köln\n"
    path.write_text(lines, encoding="utf-8")
    roles = ["--roles", "Partner=customer", "--roles", "Wann=date", "--roles", "Summe=amount"]
    plain = run(capsys, "features", path, *roles, "--out", out)
    assert plain["source"] == "transactions"
    assert plain["columns"]["used"] == ["recency", "frequency", "monetary"]
    assert [item["column"] for item in plain["columns"]["left_out"]] == ["Filiale"]
    assert pd.read_csv(out, index_col="customer").loc["a"].iloc[:3].tolist() == [1, 2, 25]
    assert main(["features", str(path), "--roles", "Partner=buyer", "--out", str(out)]) == 2
    assert "must be one of identifier, feature" in capsys.readouterr().err
    assert main(["features", str(path), "--roles", "Partner", "--out", str(out)]) == 2
    assert "gives no column a role" in capsys.readouterr().err


def test_files_of_several_months_are_one_table(shop: Path, tmp_path: Path, capsys) -> None:
    later = tmp_path / "later.csv"
    later.write_text(LINES.replace("2024-01", "2024-02").replace(",A", ",E"), encoding="utf-8")
    plain = run(capsys, "features", "--source", "transactions", shop, later, "--out", tmp_path / "out.csv")
    assert plain["as_of"] == "2024-02-09"
    assert pd.read_csv(tmp_path / "out.csv", index_col="customer").loc["ann", "frequency"] == 4


def test_the_five_tables_of_the_sample_become_4000_users(tmp_path: Path, capsys) -> None:
    files = sorted((ROOT / "sample_data/fintech").glob("*.csv"))
    plain = run(capsys, "features", "--source", "fintech", *files, "--out", tmp_path / "out.csv")
    assert plain["customers"] == 4000
    assert len(plain["features"]) == 24
    assert plain["as_of"] == "2025-01-01"


def test_choose_k_and_fit_take_the_same_files_mapping_and_date(tmp_path: Path, capsys) -> None:
    file = ROOT / "sample_data/retail_transactions.csv"
    comparison = run(capsys, "choose-k", file, "--source", "transactions", "--k", "2:4")
    assert comparison["recommended_k"] == 3
    saved = tmp_path / "map.json"
    saved.write_text(json.dumps({"settings": {"returns": "net"}}), encoding="utf-8")
    both = ["--source", "transactions", "--as-of", "2025-01-31", "--map", saved]
    made = run(capsys, "fit", file, "--k", 3, "--name", "shop", "--models", tmp_path, "--n-init", 1, *both)
    assert sum(made["sizes"]) == 3000
    scored = run(capsys, "score", "shop", file, "--models", tmp_path)
    assert scored["scored"] == 3000


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--source", "shoes"], "There is no kind of file 'shoes'"),
        (["--source", "transactions", "--as-of", "soon"], "must be a date such as 2024-12-31"),
        (["--source", "customers", "--as-of", "2024-01-01"], "nothing in it is counted in days"),
        (["--source", "transactions", "--id", "nobody"], "There is no column"),
        (["--source", "fintech"], "the table of users is missing"),
        (["--source", "transactions", "--map", "nowhere.json"], "Cannot read the mapping nowhere.json"),
        (["--id", "Shoe"], 'There is no column "Shoe"'),
    ],
)
def test_a_bad_call_ends_with_one_sentence_and_exit_code_2(
    arguments: list[str], sentence: str, shop: Path, tmp_path: Path, capsys
) -> None:
    code = main(["features", str(shop), "--out", str(tmp_path / "out.csv"), *arguments])
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()


def test_a_mapping_for_another_kind_is_refused(shop: Path, tmp_path: Path, capsys) -> None:
    saved = tmp_path / "map.json"
    saved.write_text(json.dumps(MAP), encoding="utf-8")
    code = main(["features", str(shop), "--source", "fintech", "--map", str(saved), "--out", str(tmp_path / "x.csv")])
    assert code == 2
    assert "The mapping is for transactions, not for fintech app" in capsys.readouterr().err


SALES = """Order No,Customer ID,Order Date,Amount,Currency,Status
1,a,2024-01-01,10,EUR,paid
2,A,2024-01-02,20,EUR,pending
3,b,2024-01-03,100,USD,refunded
4,b,2024-01-04,50,USD,paid
"""


@pytest.mark.parametrize(
    ("choices", "spent"),
    [
        ([], {"a": 10, "b": 50}),
        (["words.pending=purchase"], {"A": 20, "a": 10, "b": 50}),
        (["words.pending=purchase", "same_ids=join"], {"a": 30, "b": 50}),
        (["currencies=rates", "currency=EUR", "rates.USD=0.5"], {"a": 10, "b": 25}),
        (["words.refunded=purchase"], {"a": 10, "b": 150}),
    ],
)
def test_what_counts_is_typed_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], choices: list[str], spent: dict[str, float]
) -> None:
    path, out = tmp_path / "sales.csv", tmp_path / "features.csv"
    path.write_text(SALES, encoding="utf-8")
    arguments = [part for choice in choices for part in ("--set", choice)]
    run(capsys, "features", path, "--source", "transactions", *arguments, "--out", out)
    assert pd.read_csv(out, index_col=0)["monetary"].to_dict() == spent


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("eps=2", "No kind of file has a choice called 'eps'."),
        ("returns=gros", "must be one of gross, net"),
        ("rates.USD=much", "The choice rates.USD needs a number; it was “much”."),
        ("words.paid=sale", "must be one of purchase, return, none"),
    ],
)
def test_a_choice_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], choice: str, said: str
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(SALES, encoding="utf-8")
    code = main(["features", str(path), "--source", "transactions", "--set", choice, "--out", str(tmp_path / "x.csv")])
    assert code == 2
    assert said in capsys.readouterr().err


def test_tenure_of_transactions_stays_in_days_when_the_features_are_read_again(tmp_path: Path, capsys) -> None:
    shop, out, again = tmp_path / "shop.csv", tmp_path / "features.csv", tmp_path / "again.csv"
    days = [f"2024-0{month}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    lines = [f"c{number % 12},{day},{number % 9 + 1},A{number}" for number, day in enumerate(days)]
    shop.write_text("\n".join(["Customer,Date,Amount,Invoice", *lines]), encoding="utf-8")
    saved = tmp_path / "map.json"
    columns = {"customer": "Customer", "date": "Date", "amount": "Amount", "invoice": "Invoice"}
    use = {"use": ["recency", "frequency", "tenure"]}
    saved.write_text(json.dumps({**MAP, "tables": {"transactions": columns}, "settings": use}), encoding="utf-8")
    run(capsys, "features", "--source", "transactions", shop, "--map", saved, "--out", out)
    plain = run(capsys, "features", out, "--out", again)
    units = {item["name"]: (item["label"], item["unit"]) for item in plain["features"]}
    assert units["recency"] == ("Recency", "days")
    assert units["tenure (days)"] == ("Tenure", "days")
    assert all(item["about"] for item in plain["features"] if item["name"] in ("recency", "frequency", "tenure (days)"))
