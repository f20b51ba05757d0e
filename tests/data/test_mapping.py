"""A mapping is saved as a small JSON file, read back as it was, and offered again to files with the same columns."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import Table
from segmentation.data.sources import (
    SOURCES,
    Join,
    RelatedSettings,
    SavedMapping,
    assemble,
    guess_source,
    mapping_from_json,
    mapping_of,
    mapping_to_json,
    matching,
    rebuild,
    remember,
    remembered,
    settings_from,
)
from segmentation.data.sources.transaction_table import TransactionSettings
from tests.small import guessed

LINES = pd.DataFrame(
    {
        "Kundennr": ["a", "a", "b"],
        "Datum": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-05"]),
        "Wert": [5.0, 6.0, 7.0],
    }
)
TABLES = {"transactions": Table("january.csv", LINES)}
COLUMNS = {"transactions": {"customer": "Kundennr", "date": "Datum", "amount": "Wert"}}
CHOICES = TransactionSettings(returns="net", as_of="2024-02-01", use=("recency", "monetary"))


def test_a_mapping_comes_back_as_it_was_but_without_the_as_of_date() -> None:
    saved = mapping_of("transactions", TABLES, COLUMNS, CHOICES)
    again = mapping_from_json(mapping_to_json(saved))
    assert again.columns == COLUMNS
    assert again.file_columns == {"transactions": ("Kundennr", "Datum", "Wert")}
    settings = settings_from(SOURCES["transactions"], again.settings)
    assert settings == TransactionSettings(returns="net", use=("recency", "monetary"))


def test_the_joins_of_related_tables_come_back_as_they_were() -> None:
    chosen = RelatedSettings("a", "id", (Join("b", "id", "id", sums=("x",), count=True),), {"x": "feature"})
    saved = mapping_from_json(mapping_to_json(mapping_of("related", {}, {}, chosen)))
    assert settings_from(SOURCES["related"], saved.settings) == chosen


def test_a_mapping_is_offered_to_files_with_the_same_columns_in_any_order(tmp_path: Path) -> None:
    remember(mapping_of("transactions", TABLES, COLUMNS, CHOICES), tmp_path)
    turned = {"february.csv": Table("february.csv", LINES[["Wert", "Datum", "Kundennr"]])}
    found = remembered(turned, tmp_path)
    assert found is not None
    assert matching(found, turned) == {"transactions": "february.csv"}
    assert remembered({"x": Table("x", LINES.rename(columns={"Wert": "Wort"}))}, tmp_path) is None
    assert remembered(turned, tmp_path / "nowhere") is None


def test_a_later_mapping_for_the_same_columns_replaces_the_earlier_one(tmp_path: Path) -> None:
    remember(mapping_of("transactions", TABLES, COLUMNS, CHOICES), tmp_path)
    remember(mapping_of("transactions", TABLES, COLUMNS, TransactionSettings()), tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    found = remembered(TABLES, tmp_path)
    assert found is not None
    assert found.settings["returns"] == "gross"


def test_a_spoilt_file_among_the_remembered_ones_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    (tmp_path / "worse.json").write_bytes(b"\xff\xfe\x00")
    assert remembered(TABLES, tmp_path) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is not JSON"),
        ("[1]", "it is not a JSON object"),
        ('{"version": 2, "tables": {}}', "it has version 2"),
        ('{"source": "shoes", "tables": {}}', "its source 'shoes' is none of customers"),
        ('{"tables": []}', "not a JSON object"),
        ('{"tables": {"transactions": {"customer": 3}}}', "not named by a text"),
        ('{"source": "transactions", "tables": {}, "settings": {"shoe": 1}}', "no choice called “shoe”"),
        (" " * 1_000_001, "too large"),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_what_is_not_a_mapping_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SegmentationError, match=sentence):
        mapping_from_json(text)


def test_a_mapping_written_by_hand_may_be_just_columns() -> None:
    assert mapping_from_json(json.dumps(COLUMNS["transactions"])).columns == {"": COLUMNS["transactions"]}
    assert mapping_from_json(json.dumps({"tables": COLUMNS})).columns == COLUMNS


def test_next_month_is_built_from_the_replay_to_its_own_or_the_stored_date() -> None:
    source = SOURCES["transactions"]
    first = source.build(TABLES, COLUMNS, TransactionSettings())
    later = {"transactions": Table("february.csv", LINES.assign(Datum=LINES["Datum"] + pd.Timedelta(days=31)))}
    assert rebuild(TABLES, first.replay).frame.equals(first.frame)
    assert rebuild(later, first.replay, as_of="").as_of == "2024-02-06"
    assert rebuild(later, first.replay, as_of="2024-02-10").frame.loc["b", "recency"] == 5
    plain = json.loads(json.dumps(dict(first.replay)))
    assert rebuild(TABLES, plain).frame.equals(first.frame)


def test_scores_of_next_month_are_cut_where_the_first_ones_were() -> None:
    ten = pd.DataFrame({"Kundennr": [f"c{n}" for n in range(10)], "Datum": pd.Timestamp("2024-01-01")})
    ten["Wert"] = [float(n) for n in range(1, 11)]
    source = SOURCES["transactions"]
    first = source.build({"transactions": Table("all.csv", ten)}, COLUMNS, TransactionSettings())
    alone = {"transactions": Table("one.csv", ten.tail(1).reset_index(drop=True))}
    assert first.descriptors.loc["c9", "monetary_score"] == 5
    assert rebuild(alone, first.replay).descriptors.loc["c9", "monetary_score"] == 5
    assert source.build(alone, COLUMNS, TransactionSettings()).descriptors.loc["c9", "monetary_score"] == 1


def test_the_kind_of_file_is_guessed() -> None:
    lines = {"sales.csv": Table("sales.csv", LINES.rename(columns={"Kundennr": "customer", "Wert": "amount"}))}
    assert guess_source(lines) == "transactions"
    once = {"sales.csv": Table("sales.csv", lines["sales.csv"].frame.drop_duplicates("customer"))}
    assert guess_source(once) == "customers"
    assert guess_source({"january.csv": lines["sales.csv"], "february.csv": lines["sales.csv"]}) == "transactions"
    assert guess_source({"a.csv": TABLES["transactions"], "b.csv": once["sales.csv"]}) == "related"
    users = Table("x", pd.DataFrame({"user_id": ["a"], "signup_date": pd.to_datetime(["2024-01-01"])}))
    assert guess_source({"dim_users.csv": users, "int_events.csv": users, "payments.csv": users}) == "fintech"
    loans = Table("x", users.frame.rename(columns={"signup_date": "granted"}))
    assert guess_source({"account.csv": users, "loan.csv": loans, "order.csv": users}) == "related"
    assert guess_source({"north.csv": users, "south.csv": users}) == "customers"
    assert guessed(SOURCES["transactions"], {"transactions": lines["sales.csv"]})["transactions"]["amount"] == "amount"


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        (SavedMapping("transactions", {"": {"custmer": "Kundennr"}}), "names a column “custmer” that there is not"),
        (SavedMapping("transactions", {"lines": {"customer": "Kundennr"}}), "names a table “lines” that there is not"),
        (
            SavedMapping("transactions", {"": {"amount": "Werte"}}),
            "takes amount from “Werte”, which is not in sales.csv",
        ),
        (
            SavedMapping("customers", {"": {"Kundennummer": "identifier"}}),
            "“Kundennummer” is to be identifier, and is not",
        ),
    ],
)
def test_a_mapping_with_a_wrong_key_is_one_sentence(mapping: SavedMapping, sentence: str) -> None:
    with pytest.raises(SegmentationError, match=sentence):
        assemble(mapping.source, {"sales.csv": Table("sales.csv", LINES)}, mapping)


def test_a_column_that_is_left_out_anyway_may_be_missing() -> None:
    saved = SavedMapping("customers", {"": {"gone": "left out"}})
    assert "Wert" in assemble("customers", {"sales.csv": Table("sales.csv", LINES)}, saved).columns["customers"]
