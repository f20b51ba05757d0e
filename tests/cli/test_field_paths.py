"""Files of ../shared/data/field on the whole way of the command line: fit, score, and the ids that come back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from segmentation.__main__ import main


def column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


@pytest.fixture
def field(shared_data: Path) -> Path:
    folder = shared_data / "field"
    if not folder.is_dir():
        pytest.skip("the field cases are not beside the project")
    return folder


@pytest.mark.parametrize("name", ["ids_that_begin_like_a_currency.csv", "fr_ids_60_customers.csv"])
def test_scored_ids_are_those_of_the_file(field: Path, tmp_path: Path, capsys, name: str) -> None:
    models, out = str(tmp_path / "models"), tmp_path / "scored.csv"
    call = [str(field / name), "--models", models]
    assert main(["fit", *call, "--id", "customer_id", "--k", "2", "--name", "shop"]) == 0
    assert main(["score", "shop", *call, "--out", str(out)]) == 0
    ids = column(field / name, "customer_id")
    assert column(out, "id") == ids
    assert len(set(ids)) == len(ids)
    assert set(column(out, "segment")) == {"1", "2"}
    capsys.readouterr()


def test_a_customer_behind_a_byte_order_mark_is_one_customer_all_the_way(field: Path, tmp_path: Path, capsys) -> None:
    models, out = str(tmp_path / "models"), tmp_path / "scored.csv"
    path, saved = str(field / "bom_no_header.csv"), tmp_path / "map.json"
    columns = {"customer": "Column 1", "date": "Column 2", "amount": "Column 3"}
    saved.write_text(json.dumps({"source": "transactions", "tables": {"transactions": columns}}), encoding="utf-8")
    assert main(["features", path, "--map", str(saved), "--out", str(out)]) == 0
    assert dict(zip(column(out, "customer"), column(out, "monetary"), strict=True)) == {
        "17": "40",
        "18": "40",
        "19": "5",
        "20": "5",
    }
    assert main(["fit", path, "--map", str(saved), "--k", "2", "--name", "shop", "--models", models]) == 0
    assert main(["score", "shop", path, "--models", models, "--out", str(out)]) == 0
    assert column(out, "id") == ["17", "18", "19", "20"]
    capsys.readouterr()
