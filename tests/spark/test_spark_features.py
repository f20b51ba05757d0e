"""Purchase lines on Spark become the features that the library makes of the same lines, or a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import segmentation as seg
from segmentation import spark as on_spark
from segmentation.api.spark.frames import as_pandas
from segmentation.core.errors import SegmentationError
from tests.data.test_rfm_sql import ALL, CHOICES, LINES, assert_alike
from tests.spark.frames import MARKS

pytestmark = MARKS


def test_a_shop_has_the_features_of_the_library(spark: Any) -> None:
    """All customers, of whom only some were looked at; the price is a decimal, the date a date."""
    df = spark.read.csv(str(LINES), header=True).selectExpr(
        "invoice", "CAST(invoice_date AS DATE) AS `invoice.date`", "customer_id", "product", "country",
        "CAST(quantity AS INT) AS quantity", "CAST(unit_price AS DECIMAL(10, 2)) AS `unit``price`",
    )  # fmt: skip
    choices = CHOICES["net, guests, gifts, no repeats"]
    roles = {"invoice.date": "date", "unit`price": "price", "customer_id": "customer"}
    answer = as_pandas(on_spark.features(df, roles=roles, choices=choices, look_at=5_000))
    assert {str(kind) for kind in answer.drop(columns="customer").dtypes} == {"float64"}
    assert_alike(answer, seg.features(LINES, choices=choices))


def test_hand_worked_customers_in_the_time_zone_of_the_session(spark: Any) -> None:
    """Days count to the end of 2024-06-10 in Berlin. ann bought at 23:30 UTC on the 7th, there 01:30 on the 8th: 2
    whole days before; bob at noon on the 8th: 2 days. 0.10 + 0.20 is 0.30."""
    moments = pd.to_datetime(["2024-06-07 23:30", "2024-06-07 23:30", "2024-06-08 10:00"], utc=True)
    amounts = pa.array(["0.10", "0.20", "7.00"]).cast(pa.decimal128(12, 2))
    when = pa.array(moments.tz_localize(None), pa.timestamp("us", tz="UTC"))
    df = spark.createDataFrame(pa.table({"client": ["ann", "ann", "bob"], "when": when, "amount": amounts}))
    roles = {"client": "customer", "when": "date"}
    choices = {"use": "recency,frequency,monetary,tenure"}
    answer = as_pandas(on_spark.features(df, roles=roles, choices=choices, as_of="2024-06-10")).set_index("customer")
    assert answer.loc["ann"].tolist() == [2.0, 1.0, pytest.approx(0.3, abs=1e-15), 2.0]
    assert answer.loc["bob"].tolist() == [2.0, 1.0, 7.0, 2.0]


def lines(**changes: Any) -> pa.Table:
    """Four lines of two customers, with other columns in place of these."""
    days = pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-05", "2024-01-06"])
    columns: dict[str, Any] = {
        "customer": ["ann", "ann", "bob", "bob"],
        "date": pa.array(days, pa.timestamp("us")),
        "amount": np.array([10.0, 5.0, 20.0, 2.0]),
    }
    return pa.table({**columns, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": ["paid", "refunded", "paid", "paid"]}, "What counts hangs on status"),
        ({"customer": ["A-1", "a-1", "B2", "b2 "]}, "the SELECT would give other figures"),
        ({"date": ["01.02.2024", "13.02.2024", "14.02.2024", "15.02.2024"]}, "the SELECT would give other figures"),
        ({"amount": ["10,50", "5,25", "20,00", "2,00"]}, "the SELECT would give other figures"),
    ],
    ids=["words", "spellings", "days first", "decimal commas"],
)
def test_lines_that_spark_would_count_otherwise_are_refused(changes: dict[str, Any], sentence: str, spark: Any) -> None:
    df = spark.createDataFrame(lines(**changes))
    with pytest.raises(SegmentationError, match=sentence):
        on_spark.features(df, roles={"customer": "customer", "date": "date"}, choices={"use": ALL, "same_ids": "join"})


def test_a_column_that_is_not_there_and_a_table_without_customers_are_sentences(spark: Any) -> None:
    df = spark.createDataFrame(lines())
    with pytest.raises(SegmentationError, match='There is no single column "buyer"'):
        on_spark.features(df, roles={"buyer": "customer"})
    with pytest.raises(SegmentationError, match="No column tells customers apart"):
        on_spark.features(df.select("date", "amount"))
