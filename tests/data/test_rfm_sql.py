"""The SELECT that makes features of purchase lines gives the features that the library makes of them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import sqlglot

import segmentation as seg
from segmentation.core.dialects import DIALECTS
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.data.reading import read
from segmentation.data.sources.rfm_sql import check_alike, features_sql
from tests.warehouses import in_sqlite, postgres_cluster, postgres_programs

LINES = Path(__file__).resolve().parents[2] / "sample_data/retail_transactions.csv"
ALL = (
    "recency,frequency,monetary,average_order_value,tenure,days_between_purchases,distinct_products,return_share,"
    "recent_trend"
)
CHOICES = {
    "as the browser does": {},
    "every feature": {"use": ALL},
    "net, guests, gifts, no repeats": {
        "use": ALL, "returns": "net", "missing_customer": "guest", "zero_prices": "keep", "duplicates": "drop",
    },
    "days in a window": {
        "use": ALL, "purchase": "day", "start": "2024-03-01", "end": "2024-10-31", "duplicates": "orders",
    },
}  # fmt: skip


def assert_alike(answer: pd.DataFrame, made: FeatureTable) -> None:
    """The same customers with the same figures: counts and days exactly, sums to twelve digits."""
    answer = answer.assign(customer=answer["customer"].astype(str)).set_index("customer").sort_index()
    wanted = made.frame.sort_index()
    assert answer.index.tolist() == wanted.index.tolist()
    assert list(answer) == list(wanted)
    assert np.allclose(answer.astype(float), wanted, rtol=1e-12, atol=1e-12, equal_nan=True)
    for name in {"recency", "frequency", "tenure", "distinct_products"} & set(wanted):
        assert answer[name].tolist() == wanted[name].tolist()


@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
def test_duckdb_and_sqlite_make_the_features_of_the_library(choices: dict[str, str]) -> None:
    made = seg.features(LINES, choices=choices)
    query = features_sql(made, "duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE lines AS FROM read_csv('{LINES}')")
        assert_alike(connection.execute(query).df(), made)
    raw = pd.read_csv(LINES, dtype=str, keep_default_na=False)
    assert_alike(in_sqlite(features_sql(made, "sqlite"), {"lines": raw}), made)
    check_alike(made, read(LINES))


@pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL is not on this machine")
def test_postgres_makes_the_features_of_the_library() -> None:
    made = seg.features(LINES, choices=CHOICES["every feature"])
    raw = pd.read_csv(LINES, dtype=dict.fromkeys(("invoice", "customer_id", "product", "country"), str))
    with postgres_cluster() as cluster:
        table = {"lines": raw.astype({"quantity": float})}
        query = features_sql(made, "postgres").replace('"invoice_date"', 'CAST("invoice_date" AS date)')
        assert_alike(cluster.answer(query, table), made)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_it_as_one_select(dialect: str) -> None:
    made = seg.features(LINES, choices=CHOICES["net, guests, gifts, no repeats"])
    (tree,) = sqlglot.parse(features_sql(made, dialect, table="shop.lines", as_of="2025-01-31"), dialect=dialect)
    assert isinstance(tree, sqlglot.exp.Select)


def test_hand_worked_customers() -> None:
    """ann buys twice on the 1st (10 + 5) and returns 4; bob on the 5th. The last line is of the 8th, so days count to
    the end of the 9th: ann 8 days ago, bob 4."""
    lines = pd.DataFrame(
        {
            "customer": ["ann", "ann", "ann", "bob", None],
            "date": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-03", "2024-01-05", "2024-01-08"]),
            "amount": [10.0, 5.0, -4.0, 20.0, 30.0],
            "invoice": ["A1", "A2", "A3", "B1", "D1"],
        }
    )
    made = seg.features(lines, "transactions", choices={"use": "recency,frequency,monetary,return_share"})
    with duckdb.connect() as connection:
        connection.register("lines", lines)
        answer = connection.execute(features_sql(made, "duckdb")).fetchall()
    assert sorted(answer) == [("ann", 8.0, 2, 15.0, pytest.approx(4 / 15)), ("bob", 4.0, 1, 20.0, 0.0)]
    assert_alike(pd.DataFrame(answer, columns=["customer", *made.names]), made)


def test_what_only_the_whole_file_tells_is_refused() -> None:
    words = pd.DataFrame(
        {
            "customer": ["ann", "ann", "bob"],
            "date": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-05"]),
            "amount": [10.0, 5.0, 20.0],
            "status": ["paid", "refunded", "paid"],
        }
    )
    with pytest.raises(SegmentationError, match="What counts hangs on status"):
        features_sql(seg.features(words, "transactions"), "duckdb")
    totals = pd.DataFrame(
        {
            "customer": ["ann"] * 4 + ["bob"] * 4,
            "date": pd.to_datetime(["2024-01-01"] * 4 + ["2024-01-05"] * 4),
            "order": ["A", "A", "B", "B", "C", "C", "D", "D"],
            "product": list("abababab"),
            "order total": [10.0, 10.0, 7.0, 7.0, 20.0, 20.0, 3.0, 3.0],
        }
    )
    made = seg.features(totals, "transactions", choices={"order_totals": "once"})
    assert made.frame["monetary"].tolist() == [17.0, 23.0]
    with pytest.raises(SegmentationError, match="For 2 customers of 2 the SELECT would give other figures"):
        check_alike(made, read(totals))
    with pytest.raises(SegmentationError, match="SQL makes the features of purchase lines only"):
        features_sql(seg.features(seg.sample("income_spending")), "duckdb")
