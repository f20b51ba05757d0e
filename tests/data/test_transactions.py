"""Purchase lines become recency, frequency, monetary and their companions; every figure worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.tables import FeatureTable, Table
from segmentation.data.sources import SOURCES, guess_columns
from segmentation.data.sources.days import as_second
from segmentation.data.sources.lines import mark_lines
from segmentation.data.sources.rfm import RFM_FEATURES, rfm_features
from segmentation.data.sources.rfm_scores import segment_of
from segmentation.data.sources.transaction_table import LINES, TransactionSettings
from segmentation.data.sources.transactions import choices_in_numbers
from tests.small import guessed

NAMES = [item.name for item in RFM_FEATURES]
# The last date is 10 March 2024 12:00, so days count to 11 March 12:00.
#   ann  two invoices on 1 March (A1 two lines, A2), one on 10 March; A4 returned, worth 10
#   bob  one invoice, 1 December 2023, repeated word for word
#   cat  only a return
#   dan  one gift, one purchase on 9 March at 18:00: 1 day 18 hours before, so 1 whole day
#   two lines of nobody; one line without a date
HEADER = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
ROWS = [
    ("A1", "tea", 2, "2024-03-01 09:00", 5.0, "ann", "France"),
    ("A1", "cup", 1, "2024-03-01 09:00", 20.0, "ann", "France"),
    ("A2", "tea", 1, "2024-03-01 15:00", 5.0, "ann", "France"),
    ("A3", "pot", 1, "2024-03-10 12:00", 65.0, "ann", "Spain"),
    ("C4", "tea", -2, "2024-03-05 10:00", 5.0, "ann", "France"),
    ("B1", "pot", 1, "2023-12-01 08:00", 60.0, "bob", "Italy"),
    ("B1", "pot", 1, "2023-12-01 08:00", 60.0, "bob", "Italy"),
    ("C5", "pot", -1, "2024-01-01 08:00", 60.0, "cat", "Italy"),
    ("D1", "bag", 1, "2024-03-09 18:00", 0.0, "dan", "Italy"),
    ("D2", "cup", 3, "2024-03-09 18:00", 20.0, "dan", "Italy"),
    ("N1", "cup", 1, "2024-02-01 10:00", 20.0, None, "Italy"),
    ("N2", "cup", 1, "2024-02-02 10:00", 20.0, None, "Italy"),
    ("B2", "cup", 1, None, 20.0, "bob", "Italy"),
]


def lines() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=HEADER)
    frame["InvoiceDate"] = pd.to_datetime(frame["InvoiceDate"])
    return frame.astype({"Quantity": "float64"})


def build(frame: pd.DataFrame | None = None, **choices: object) -> FeatureTable:
    choices.setdefault("use", tuple(NAMES))
    tables = {"transactions": Table("shop.csv", lines() if frame is None else frame)}
    source = SOURCES["transactions"]
    return source.build(tables, guessed(source, tables), TransactionSettings(**choices))


def expected(**rows: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=NAMES).T


def same(table: FeatureTable, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(table.frame, wanted, check_names=False, check_index_type=False)


def test_every_feature_is_what_a_person_works_out() -> None:
    nan = np.nan
    # ann: spent 10 + 20 + 5 + 65 = 100 in 3 invoices; first purchase 10 days 3 hours ago; 2 purchase days that are 9
    # days apart; tea, cup, pot; returned 10 of 100; all within the last 90 days.  bob: 2 × 60, 101 days 4 hours ago, so
    # all of it in the 90 days before the last 90.  dan: the gift does not count.
    same(
        build(),
        expected(
            ann=[1, 3, 100, 100 / 3, 10, 9, 3, 0.1, 1],
            bob=[101, 1, 120, 120, 101, nan, 1, 0, -1],
            dan=[1, 1, 60, 60, 1, nan, 1, 0, 1],
        ),
    )


def test_days_count_to_one_day_after_the_last_date_and_never_to_today() -> None:
    assert build().as_of == "2024-03-11T12:00:00"
    assert build().replay["settings"]["as_of"] == "2024-03-11T12:00:00"
    dates_only = lines().assign(InvoiceDate=lambda frame: frame["InvoiceDate"].dt.normalize())
    assert build(dates_only).as_of == "2024-03-11"
    assert build(dates_only).frame["recency"].tolist() == [1, 101, 2]


def test_a_chosen_day_counts_whole_calendar_days_and_leaves_out_what_came_later() -> None:
    table = build(as_of="2024-03-09")
    assert table.frame["recency"].to_dict() == {"ann": 8, "bob": 99, "dan": 0}
    assert table.frame.loc["ann", "monetary"] == 35
    assert any("1 line is later than 2024-03-09" in note.what for note in table.notes)


@pytest.mark.parametrize(
    ("choice", "changed"),
    [
        ({"returns": "net"}, {("ann", "monetary"): 90, ("ann", "average_order_value"): 30}),
        ({"purchase": "day"}, {("ann", "frequency"): 2, ("ann", "average_order_value"): 50}),
        ({"duplicates": "drop"}, {("bob", "monetary"): 60, ("bob", "average_order_value"): 60}),
        (
            {"zero_prices": "keep"},
            {("dan", "frequency"): 2, ("dan", "average_order_value"): 30, ("dan", "distinct_products"): 2},
        ),
        ({"trend_days": 9}, {("bob", "recent_trend"): np.nan, ("ann", "recent_trend"): (65 - 35) / 100}),
    ],
)
def test_every_choice_changes_what_it_says_and_nothing_else(choice: dict, changed: dict) -> None:
    wanted = build().frame.copy()
    for (customer, name), value in changed.items():
        wanted.loc[customer, name] = value
    same(build(**choice), wanted)


def test_guests_are_customers_of_one_invoice() -> None:
    table = build(missing_customer="guest")
    assert table.frame.index.tolist() == ["ann", "bob", "dan", "guest N1", "guest N2"]
    assert table.frame.loc["guest N2", "monetary"] == 20


def test_a_purchase_at_the_very_edge_of_the_recent_days_belongs_to_the_days_before() -> None:
    table = build(as_of="2024-03-17T12:00:00", trend_days=7)
    assert table.frame.loc["ann", "recent_trend"] == -1


def test_a_cancellation_with_a_positive_amount_is_still_subtracted() -> None:
    table = build(lines().assign(Quantity=lambda frame: frame["Quantity"].abs()), returns="net")
    assert table.frame.loc["ann", "monetary"] == 90
    assert table.frame.loc["ann", "return_share"] == 0.1


def test_a_window_of_dates_includes_both_its_days() -> None:
    table = build(start="2024-03-01", end="2024-03-09")
    assert table.frame.index.tolist() == ["ann", "dan"]
    assert table.as_of == "2024-03-10T18:00:00"
    assert table.frame.loc["ann", "monetary"] == 35


def test_the_choices_are_shown_with_their_effect_in_numbers() -> None:
    tables = {"transactions": Table("shop.csv", lines())}
    table = choices_in_numbers(tables, guessed(SOURCES["transactions"], tables))
    assert table["lines"].to_dict() == {"missing_customer": 2, "returns": 2, "zero_prices": 1, "duplicates": 1}
    assert table["amount"].to_dict() == {"missing_customer": 40, "returns": -70, "zero_prices": 0, "duplicates": 60}
    assert table["customers"].to_dict() == {"missing_customer": 0, "returns": 2, "zero_prices": 1, "duplicates": 1}
    assert table.loc["returns", "sentence"] == "2 of 13 lines are cancellations or returns (15.4 %), worth -70."


def test_everything_left_out_is_listed() -> None:
    said = [note.what for note in build(duplicates="drop").notes]
    assert said[0] == "6 of 13 lines are purchases of 3 customers."
    assert "1 line has no date that could be read: left out." in said
    assert "2 lines have no customer: left out." in said
    assert "1 line repeats an earlier line: left out." in said
    assert "1 line has the price zero: left out." in said
    assert "2 lines are cancellations or returns: left out of the amounts." in said
    assert "1 customer has returns but no purchase: left out (cat)." in said


def test_other_figures_dates_country_and_scores_describe_the_customer() -> None:
    table = build(use=("recency", "frequency", "monetary"))
    assert table.names == ("recency", "frequency", "monetary")
    ann = table.descriptors.loc["ann"]
    assert ann["country"] == "Spain"
    assert ann["first_purchase"] == pd.Timestamp("2024-03-01 09:00")
    assert ann["last_purchase"] == pd.Timestamp("2024-03-10 12:00")
    assert ann["tenure"] == 10
    assert ann["rfm_segment"] == segment_of(*map(int, ann["rfm_code"]))


def test_the_replay_builds_the_same_customers_and_the_same_scores() -> None:
    table = build()
    fewer = lines()[lines()["CustomerID"].isin(["ann", "bob"])]
    source = SOURCES["transactions"]
    again = source.build(
        {"transactions": Table("next.csv", fewer)},
        table.replay["columns"],
        TransactionSettings(**table.replay["settings"]),
        learned=table.replay["learned"],
    )
    pd.testing.assert_frame_equal(again.frame, table.frame.loc[["ann", "bob"]])
    pd.testing.assert_frame_equal(again.descriptors, table.descriptors.loc[["ann", "bob"]])


def test_an_amount_column_does_instead_of_quantity_and_price() -> None:
    frame = pd.DataFrame(
        {
            "customer": ["a", "a", "b"],
            "date": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-03"]),
            "amount": [5.0, -2.0, 7.0],
        }
    )
    table = build(frame)
    assert "distinct_products" not in table.names
    assert table.frame["monetary"].to_dict() == {"a": 5, "b": 7}
    assert table.frame["return_share"].to_dict() == {"a": 0.4, "b": 0}


def test_when_every_invoice_starts_with_c_it_means_nothing() -> None:
    frame = lines().assign(InvoiceNo=lambda rows: "C" + rows["InvoiceNo"].str[1:] + "0")
    table = build(frame)
    assert table.frame.loc["bob", "monetary"] == 120
    assert table.replay["settings"]["c_invoices"] is False
    assert any("Most invoices start with C" in note.what for note in table.notes)


def test_a_slip_of_a_date_is_pointed_out() -> None:
    many = pd.concat([lines()] * 200, ignore_index=True)
    many.loc[0, "InvoiceDate"] = pd.Timestamp("2099-01-01")
    problem = build(many).problems[0]
    assert "2099-01-01" in problem.sentence
    assert not problem.fatal


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"drop": ["CustomerID"]}, "no column is chosen for “Customer”"),
        ({"drop": ["InvoiceDate"]}, "no column is chosen for “Date”"),
        ({"drop": ["UnitPrice"]}, "there is no amount"),
        ({"rows": 0}, "there is no line below the header"),
        ({"choice": {"end": "2001-01-01"}}, "no purchase is left"),
        ({"choice": {"as_of": "soon"}}, "must be a date such as 2024-12-31"),
        ({"choice": {"use": ("age",)}}, "must be some of recency"),
        ({"choice": {"use": ()}}, "Choose at least one"),
        ({"choice": {"returns": "maybe"}}, "must be one of gross, net"),
    ],
)
def test_what_cannot_be_built_is_one_sentence(change: dict, sentence: str) -> None:
    frame = lines().drop(columns=change.get("drop", [])).head(change.get("rows", 99))
    with pytest.raises(SegmentationError, match=sentence):
        build(frame, **change.get("choice", {}))


def test_a_mapping_to_a_column_that_is_gone_is_one_sentence() -> None:
    source = SOURCES["transactions"]
    tables = {"transactions": Table("shop.csv", lines().drop(columns="Country"))}
    columns = guessed(source, {"transactions": Table("shop.csv", lines())})
    with pytest.raises(DataProblems, match="“Country” is not in shop"):
        source.build(tables, columns)


# One engine or another


def standard_lines() -> pd.DataFrame:
    frame = lines().dropna()
    return pd.DataFrame(
        {
            "customer": frame["CustomerID"],
            "date": frame["InvoiceDate"],
            "amount": frame["Quantity"] * frame["UnitPrice"],
            "quantity": frame["Quantity"],
            "price": frame["UnitPrice"],
            "invoice": frame["InvoiceNo"],
            "product": frame["StockCode"],
        }
    )


@pytest.mark.parametrize("purchase", ["invoice", "day"])
@pytest.mark.parametrize("net", [False, True])
def test_pandas_and_duckdb_give_identical_features(purchase: str, net: bool) -> None:
    as_of = as_second("2024-03-11")
    frame = standard_lines()
    ours = rfm_features(mark_lines(frame), as_of, purchase=purchase, net=net)
    theirs = rfm_features(mark_lines(duckdb.from_df(frame)), as_of, purchase=purchase, net=net).df()
    pd.testing.assert_frame_equal(
        ours.sort_values("customer", ignore_index=True),
        theirs.sort_values("customer", ignore_index=True),
        check_dtype=False,
        check_exact=True,
    )


# Guessing


def test_a_column_is_guessed_for_one_thing_only() -> None:
    frame = pd.DataFrame({"customer order": ["x"], "date": pd.to_datetime(["2024-01-01"]), "amount": [1.0]})
    assert guess_columns(LINES, frame) == {"customer": "customer order", "date": "date", "amount": "amount"}


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["Kundennummer", "Datum", "Betrag"], {"customer": 0, "date": 1, "amount": 2}),
        (["order_id", "user_id", "order_date", "qty", "unit price"], {"invoice": 0, "customer": 1, "date": 2}),
        (["CustomerId", "TransactionDate", "TransactionId", "Total Amount"], {"customer": 0, "date": 1, "invoice": 2}),
        (["client", "when", "sales"], {"customer": 0, "date": 1, "amount": 2}),
    ],
)
def test_columns_are_guessed_from_their_names(names: list[str], wanted: dict[str, int]) -> None:
    frame = pd.DataFrame({name: ["x", "y"] for name in names})
    for name in names:
        if name in {"Datum", "order_date", "TransactionDate", "when"}:
            frame[name] = pd.to_datetime(["2024-01-01", "2024-01-02"])
        if name in {"Betrag", "qty", "unit price", "Total Amount", "sales"}:
            frame[name] = [1.0, 2.0]
    found = guess_columns(LINES, frame)
    assert {key: found.get(key) for key in wanted} == {key: names[place] for key, place in wanted.items()}
    assert len(set(found.values())) == len(found)


# Published numbers


def online_retail(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(
        shared_data / "online_retail/online_retail.csv.gz",
        parse_dates=["InvoiceDate"],
        dtype=dict.fromkeys(("InvoiceNo", "StockCode", "CustomerID"), "str"),
        usecols=["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
    )


@pytest.fixture(scope="module")
def retail(shared_data: Path) -> dict[str, Table]:
    return {"transactions": Table("online_retail.csv", online_retail(shared_data), sha256="online retail")}


def test_online_retail_gives_the_published_means(retail: dict[str, Table]) -> None:
    source = SOURCES["transactions"]
    table = source.build(retail, guessed(source, retail))
    assert "397,884 of 541,909 lines are purchases of 4,338 customers" in table.notes[0].what
    assert table.frame.mean().round(3).tolist() == [92.536, 4.272, 2054.266]


def test_the_oracle_agrees_for_all_738_customers_in_six_columns(retail: dict[str, Table], shared_data: Path) -> None:
    oracle = pd.read_csv(shared_data / "rfm_oracle/Lesson05_wrangled_transactions.csv")
    oracle.index = oracle["CustomerID"].astype("int64").astype("str")
    source = SOURCES["transactions"]
    columns = guessed(source, retail)
    first = TransactionSettings(
        purchase="day", start="2010-01-01", end="2010-12-31", as_of="2010-12-30", use=tuple(NAMES)
    )
    ours = source.build(retail, columns, first).frame.reindex(oracle.index)
    later = replace(first, start="2011-01-01", end="2011-12-31", as_of="")
    next_year = source.build(retail, columns, later).frame["monetary"].reindex(oracle.index)
    assert len(oracle) == 738
    for name, theirs in {
        "monetary": "2010 revenue",
        "tenure": "days_since_first_purchase",
        "recency": "days_since_last_purchase",
        "frequency": "number_of_purchases",
        "average_order_value": "avg_order_cost",
    }.items():
        np.testing.assert_allclose(ours[name], oracle[theirs], rtol=1e-12, err_msg=name)
    np.testing.assert_allclose(next_year, oracle["2011 revenue"], rtol=1e-12)


def test_cdnow_agrees_for_all_2357_customers(shared_data: Path) -> None:
    raw = pd.read_fwf(
        shared_data / "cdnow/CDNOW_sample.txt",
        header=None,
        names=["sample", "customer", "date", "cds", "dollars"],
        colspecs=[(0, 6), (6, 11), (11, 20), (20, 23), (23, 31)],
        dtype={"customer": "str"},
    )
    raw["date"] = pd.to_datetime(raw["date"].astype("str"))
    wanted = pd.read_csv(shared_data / "cdnow/cdnow_customers_summary.csv", index_col="ID")
    tables = {"transactions": Table("CDNOW_sample.txt", raw.astype({"dollars": "float64"}))}
    source = SOURCES["transactions"]
    columns = {"transactions": {"customer": "customer", "date": "date", "amount": "dollars"}}
    choices = TransactionSettings(
        purchase="day", zero_prices="keep", end="1997-09-30", as_of="1997-09-30", use=tuple(NAMES)
    )
    ours = source.build(tables, columns, choices).frame
    ours = ours.set_axis(ours.index.astype("int64")).sort_index()
    assert len(wanted) == len(ours) == 2357
    np.testing.assert_array_equal(ours["frequency"] - 1, wanted["frequency"])
    np.testing.assert_array_equal(((ours["tenure"] - ours["recency"]) / 7).round(2), wanted["recency"])
    np.testing.assert_array_equal((ours["tenure"] / 7).round(2), wanted["T"])
