"""Scoring on Spark gives what the library gives, to the bit, and rows keep their columns, whatever these are called."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from segmentation import spark as on_spark
from segmentation.api.spark.frames import as_pandas
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.data.derived import derived_from, with_derived
from segmentation.personas import Persona
from segmentation.scoring.batch import score_batch
from segmentation.store import save
from tests.scoring.sql_models import MODELS, hostile_customers
from tests.scoring.test_derived import model
from tests.small import two_segments
from tests.small_mixed import mixed
from tests.spark.frames import MARKS, with_both_gaps

pytestmark = MARKS
ROWS = int(os.environ.get("SEGMENTATION_SPARK_ROWS", "100000"))
made_once = cache(lambda kind: MODELS[kind]())


def same(answer: pd.Series, wanted: pd.Series) -> int:
    """How many cells are equal, to the bit; missing ones are."""
    return int(((answer == wanted) | (answer.isna() & wanted.isna())).sum())


@pytest.mark.parametrize("kind", ["K-means, recommended", "mixture, full", "DBSCAN, noise"])
def test_every_answer_is_that_of_the_library(kind: str, spark: Any) -> None:
    made: Segmentation = made_once(kind)
    rows = ROWS if kind.startswith("K-means") else ROWS // 10
    frame = hostile_customers(made, rows)
    df = spark.createDataFrame(with_both_gaps(frame)).repartition(4)
    answer = as_pandas(on_spark.score(df, made)).sort_values("customer_id").reset_index(drop=True)
    wanted = score_batch(made, {}, frame["customer_id"], frame).rows.drop(columns="id")
    assert list(answer)[len(frame.columns) :] == list(wanted)
    assert {name: same(answer[name], wanted[name]) for name in wanted} == dict.fromkeys(wanted, rows)
    assert {name: same(answer[name], frame[name]) for name in frame} == dict.fromkeys(frame, rows)
    assert answer["reason"].str.contains("infinite").any()


def test_categories_are_scored_as_the_library_scores_them(spark: Any) -> None:
    made, frame = mixed().made, mixed().frame.copy()
    assert made.recipe.blocks
    frame.loc[:2, "Contract"] = [None, "never seen", "  one YEAR "]
    df = spark.createDataFrame(pa.Table.from_pandas(frame, preserve_index=False)).repartition(3)
    answer = as_pandas(on_spark.score(df, made)).sort_values("id").reset_index(drop=True)
    wanted = score_batch(made, {}, frame["id"], frame).rows
    assert answer["filled"].tolist() == wanted["filled"].tolist()
    assert {name: same(answer[name], wanted[name]) for name in wanted} == dict.fromkeys(wanted, len(frame))


def test_columns_made_of_others_are_made_on_the_workers_too(spark: Any) -> None:
    frame, _, made = model()
    days = pd.to_datetime(frame["joined"], format="%d.%m.%Y")
    table = pa.Table.from_pandas(frame.assign(joined=days.dt.date), preserve_index=False)
    answer = as_pandas(on_spark.score(spark.createDataFrame(table).repartition(3), made))
    answer = answer.set_index("id").loc[frame["id"]].reset_index()
    whole = with_derived(frame.assign(joined=days), derived_from(made.replay))
    wanted = score_batch(made, {}, frame["id"], whole).rows
    assert {name: same(answer[name], wanted[name]) for name in wanted} == dict.fromkeys(wanted, len(frame))
    text = spark.createDataFrame(pa.Table.from_pandas(frame, preserve_index=False))
    with pytest.raises(DataProblems, match=r'"joined": it is of type string\. Cast it to date first'):
        on_spark.score(text, made)
    with pytest.raises(DataProblems, match='"stayed": it is missing'):
        on_spark.score(text.drop("joined"), made)


def test_rows_keep_columns_of_every_type_and_name_and_new_ones_give_way(spark: Any, tmp_path: Any) -> None:
    """Centres (1, 0) and (9, 0): ages 8 and 2, a decimal and a whole number among the features."""
    personas = tuple(Persona(number, f'Pe`r"so.na {number}', "", ("",), 1, 0.5) for number in (1, 2))
    ref = save(two_segments(), personas, "two", tmp_path)
    query = """
        SELECT CAST(8 AS DECIMAL(12, 3)) AS age, 0 AS spend, 'a' AS `Segment`, 'b' AS `scored_segment`,
            ARRAY(1, 2) AS `a.b`, NAMED_STRUCT('x', 1) AS `q``"u`, DATE'1900-02-03' AS day,
            TIMESTAMP'2024-03-31 03:30:00' AS moment, TIMESTAMP_NTZ'2024-03-31 02:30:00' AS clock,
            MAP('k', 1.5D) AS map, CAST('12.50' AS DECIMAL(38, 18)) AS money, 1 AS `REASON`
        UNION ALL SELECT 2.000, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    """
    df = spark.sql(query)
    scored = on_spark.score(df, ref, root=tmp_path)
    assert scored.schema.fields[: len(df.columns)] == df.schema.fields
    assert scored.columns[12:14] == ["scored_scored_segment", "persona"]
    assert scored.columns[-1] == "scored_reason"
    before, after = df.collect(), scored.collect()
    assert [row[: len(df.columns)] for row in after] == [tuple(row) for row in before]
    assert [row["persona"] for row in after] == ['Pe`r"so.na 2', 'Pe`r"so.na 1']
    assert [row["distance"] for row in after] == [1.0, 2**0.5]
    assert after[0]["money"] == Decimal("12.5")


def test_text_is_read_cell_by_cell_whatever_stands_in_the_others(spark: Any) -> None:
    cells = ["8", " 9.5 ", "1e1", "", None, "abc", "0x1F", "1_0", "nan"]
    table = pa.table({"age": cells, "spend": [True, False, None] * 3})
    answer = as_pandas(on_spark.score(spark.createDataFrame(table).repartition(3), two_segments()))
    by_cell = dict(zip(answer["age"], zip(answer["segment"], answer["reason"], strict=True), strict=True))
    bad = (0, "Age is not a number.")
    assert [by_cell[cell] for cell in ("8", " 9.5 ", "1e1", "")] == [(2, ""), (2, ""), (2, ""), (1, "")]
    assert [by_cell[cell] for cell in ("abc", "0x1F", "1_0", "nan")] == [bad] * 4


CASES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no such column": (lambda df: df.drop("age"), 'Column "age": it is missing'),
    "another spelling": (lambda df: df.withColumnRenamed("age", "Age"), 'Is "Age" meant'),
    "twice": (lambda df: df.select("age", "age", "spend"), "there are two of this name"),
    "no number": (lambda df: df.selectExpr("ARRAY(age) AS age", "spend"), "it must hold numbers and is of type array"),
    "a day": (lambda df: df.selectExpr("DATE'2024-01-01' AS age", "spend"), "is of type date"),
    "no table of Spark": (lambda df: pd.DataFrame({"age": [1.0]}), "A table for Spark cannot be a DataFrame"),
}


@pytest.mark.parametrize(("change", "sentence"), CASES.values(), ids=CASES)
def test_what_cannot_be_scored_is_a_sentence_before_anything_runs(
    change: Callable[[Any], Any], sentence: str, spark: Any
) -> None:
    df = spark.createDataFrame(pa.table({"age": np.array([1.0, 9.0]), "spend": [0, 0]}))
    with pytest.raises((DataProblems, SegmentationError), match=sentence):
        on_spark.score(change(df), two_segments())


def test_a_model_that_was_changed_is_scored_only_when_that_is_accepted(spark: Any, tmp_path: Any) -> None:
    ref = save(two_segments(), (), "two", tmp_path)
    params = tmp_path / "two/v1/params.json"
    params.write_text(params.read_text(encoding="utf-8").replace('"Age"', '"Years"'), encoding="utf-8")
    df = spark.createDataFrame(pa.table({"age": [1.0, 9.0], "spend": [0, 0]}))
    with pytest.raises(SegmentationError, match="changed since"):
        on_spark.score(df, ref, root=tmp_path)
    assert on_spark.score(df, ref, root=tmp_path, accept_changed=True).count() == 2
