"""The SELECTs for Spark, run by Spark: answers of a model and features of purchase lines are those of the library."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import segmentation as seg
from segmentation.clustering.model import Segmentation
from segmentation.data.sources.rfm_sql import features_sql
from segmentation.scoring.sql import scoring_sql
from tests.data.test_rfm_sql import CHOICES, LINES, assert_alike
from tests.scoring.sql_models import MODELS, NAMES, hostile_customers, same_answers, without_variables
from tests.small import two_segments
from tests.spark.frames import MARKS, in_spark, with_both_gaps

pytestmark = MARKS
ROWS = int(os.environ.get("SEGMENTATION_SPARK_ROWS", "20000"))
made_once = cache(lambda kind: without_variables(MODELS[kind]()))


@pytest.mark.parametrize("kind", MODELS)
def test_spark_gives_what_the_library_gives(kind: str, spark: Any) -> None:
    made: Segmentation = made_once(kind)
    frame = hostile_customers(made, ROWS)
    sql = scoring_sql(made, NAMES, "spark", id="customer_id")
    off = same_answers(made, frame, in_spark(spark, sql.query, {"customers": with_both_gaps(frame)}))
    assert max(off.values()) < 1e-12


@pytest.mark.parametrize("kind", ["K-means, recommended", "DBSCAN, noise"])
def test_the_golden_rows_are_all_the_same_in_spark(kind: str, spark: Any) -> None:
    test = scoring_sql(made_once(kind), NAMES, "spark").test
    assert set(in_spark(spark, test, {})["verdict"]) == {"same"}


def test_text_in_the_columns_is_a_number_or_a_reason_in_spark(spark: Any) -> None:
    cells = ["8", " 9.5 ", "1e1", "", None, "abc", "0x1F", "9,5"]
    table = pa.table({"customer_id": list(range(len(cells))), "age": cells, "spend": ["0"] * len(cells)})
    query = scoring_sql(two_segments(), {1: "A", 2: "B"}, "spark", id="customer_id").query
    answer = in_spark(spark, query, {"customers": table}).set_index("customer").sort_index()
    assert answer["segment"].tolist() == [2, 2, 2, 1, 1, 0, 0, 0]
    assert answer["reason"].tolist() == [""] * 5 + ["Age is not a number."] * 3


@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
def test_spark_makes_the_features_of_the_library(choices: dict[str, str], spark: Any) -> None:
    made = seg.features(LINES, choices=choices)
    raw = pa.Table.from_pandas(pd.read_csv(LINES, dtype=str, keep_default_na=False))
    assert_alike(in_spark(spark, features_sql(made, "spark"), {"lines": raw}), made)


def test_spark_reads_dates_of_every_type_whatever_the_time_zone(spark: Any) -> None:
    """The clocks of Berlin leave out 2024-03-31 from 2 to 3; a moment without a zone may lie there all the same."""
    moments = pd.to_datetime(["2024-03-31 02:30:00", "2024-03-31 23:59:59", "1969-12-31 01:00:00"])
    lines = pd.DataFrame({"customer": ["ann", "bob", "cem"], "date": moments, "amount": [1.0, 2.0, 3.0]})
    made = seg.features(lines, "transactions", choices={"use": "recency,tenure"}, as_of="2024-04-02T02:30:00")
    assert made.frame["recency"].tolist() == [2.0, 1.0, 19816.0]
    query = features_sql(made, "spark", as_of=str(made.as_of))
    naive = pa.table(
        {"customer": lines["customer"], "date": pa.array(moments, pa.timestamp("us")), "amount": [1, 2, 3]}
    )
    text = naive.set_column(1, "date", pa.array(moments.astype(str)))
    for table in (naive, text):
        assert_alike(in_spark(spark, query, {"lines": table}, naive=True), made)
    odd = text.set_column(1, "date", pa.array(["2024-03-31T02:30:00", "31.03.2024", ""]))
    answer = in_spark(spark, query, {"lines": odd})
    assert answer[["customer", "recency"]].values.tolist() == [["ann", np.int64(2)]]
