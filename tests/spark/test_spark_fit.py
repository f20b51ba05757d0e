"""Segments of all rows of a Spark table: as good as scikit-learn's on all of them, with the figures of all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.cluster import KMeans

import segmentation as seg
from segmentation import spark as on_spark
from segmentation.api.spark.drawing import _parts, stratified
from segmentation.api.spark.fitting import SparkFit, check_once
from segmentation.api.spark.frames import as_pandas
from segmentation.api.spark.passes import numbers_of
from segmentation.api.spark.preparing import look_at_all
from segmentation.core.blocks import with_levels
from segmentation.core.errors import DataProblems, SegmentationError
from tests.small_mixed import ROLES, mixed_table
from tests.spark.frames import MARKS

pytestmark = MARKS
ROWS = 40_000


def customers(rows: int = ROWS) -> pd.DataFrame:
    """Four kinds in unequal parts: a skewed amount, visits with gaps, a skewed balance of both signs, a rate."""
    rng = np.random.default_rng(3)
    kind = rng.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    frame = pd.DataFrame(
        {
            "id": [f"c{number:06}" for number in range(rows)],
            "amount": np.array([30.0, 300.0, 2500.0, 600.0])[kind] * rng.lognormal(0, 0.5, rows),
            "visits": rng.poisson(np.array([2, 12, 5, 30])[kind]).astype(float),
            "balance": np.array([-900.0, 40.0, 1500.0, 300.0])[kind] * rng.lognormal(0, 0.9, rows),
            "rate.of use": np.clip(np.array([0.2, 0.8, 0.5, 0.3])[kind] + rng.normal(0, 0.08, rows), 0, 1),
        }
    )
    frame.loc[::37, "visits"] = np.nan
    return frame


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return customers()


@pytest.fixture(scope="module")
def df(spark: Any, frame: pd.DataFrame) -> Any:
    return spark.createDataFrame(pa.Table.from_pandas(frame, preserve_index=False)).repartition(4).cache()


@pytest.fixture(scope="module")
def made(df: Any) -> SparkFit:
    return on_spark.fit(df, 4, id="id", sample=8_000)


def test_the_inertia_is_that_of_scikit_learn_on_all_rows(made: SparkFit, frame: pd.DataFrame) -> None:
    prepared = made.segments.recipe.transform(frame)
    best = KMeans(4, n_init=10, random_state=0).fit(prepared)
    assert made.segments.inertia <= 1.001 * best.inertia_
    assert list(made.passes.inertias) == sorted(made.passes.inertias, reverse=True)
    assert made.passes.at_rest
    placed = made.segments.assign(frame)
    means = pd.DataFrame(prepared).groupby(placed["segment"].to_numpy()).mean()
    assert np.abs(means.to_numpy() - made.segments.centres).max() < 2e-3  # of a sample alone 1e-2
    assert made.segments.inertia == pytest.approx((placed["distance"] ** 2).sum(), rel=1e-9)
    assert made.segments.sizes == tuple(np.bincount(placed["segment"])[1:])
    assert sum(made.segments.sizes) == ROWS


def test_the_figures_are_those_of_all_rows_as_the_library_learns_them(made: SparkFit, frame: pd.DataFrame) -> None:
    whole = seg.fit(seg.features(frame, id="id"), k=4)
    assert len(made.sample.frame) == 8_000
    for ours, theirs in zip(made.segments.recipe.features, whole.recipe.features, strict=True):
        assert (ours.name, ours.transform, ours.filled) == (theirs.name, theirs.transform, theirs.filled)
        for field in ("fill", "low", "high", "origin", "step", "mean", "scale"):
            wanted = getattr(theirs, field)
            assert (getattr(ours, field) is None) == (wanted is None), (ours.name, field)
            loose = 0.05 if ours.lmbda is not None and field in ("mean", "scale") else 0.002  # its exponent is sampled
            assert wanted is None or getattr(ours, field) == pytest.approx(wanted, rel=loose, abs=1e-3), (ours, field)
    width = (whole.training.loc[95] - whole.training.loc[5]).to_numpy()
    assert (np.abs(made.segments.training - whole.training) / width).to_numpy()[1:-1].max() < 0.01
    assert np.allclose(made.segments.training.iloc[[0, -1]], whole.training.iloc[[0, -1]])
    assert made.segments.metrics["missing_share"] == pytest.approx(whole.metrics["missing_share"])
    assert made.segments.crowd is not None
    assert {bins.known + bins.missing for bins in made.segments.crowd.features.values()} == {ROWS}
    far = (made.segments.assign(frame)["distance"] > made.segments.metrics["far_distance"]).sum()
    assert abs(far - ROWS // 100) <= 5


def test_it_is_saved_and_scores_like_any_other(made: SparkFit, df: Any, frame: pd.DataFrame, tmp_path: Any) -> None:
    ref = seg.save(made.segments, made.personas, "spark", tmp_path)
    saved = seg.load(ref, tmp_path)
    assert [persona.size for persona in saved.personas] == list(made.segments.sizes)
    assert saved.segmentation.predict(frame).tolist() == made.segments.predict(frame).tolist()
    batch = seg.score(saved, frame)
    assert batch.verdict.verdict == "keep"
    answer = as_pandas(on_spark.score(df, ref, root=tmp_path)).sort_values("id")
    assert answer["persona"].tolist() == batch.rows["persona"].tolist()
    assert answer["certainty"].tolist() == batch.rows["certainty"].tolist()


def test_the_same_customers_are_drawn_however_the_table_is_cut_and_every_stratum_has_its_share(
    df: Any, frame: pd.DataFrame
) -> None:
    looked = seg.features(frame.head(5_000), id="id")
    recipe = seg.prepare(looked)
    drawn = []
    for cut in (df, df.repartition(3, "amount")):
        numbers = numbers_of(cut, looked.names, ())
        sample = stratified(cut, numbers, looked, recipe, rows=ROWS, size=4_000, seed=1, id="id")
        drawn.append(sample.set_index("id").sort_index())
    assert len(drawn[0]) == 4_000
    pd.testing.assert_frame_equal(*drawn)
    pd.testing.assert_frame_equal(drawn[0], frame.set_index("id").loc[drawn[0].index])
    parts = [table["visits"].gt(25).mean() for table in (drawn[0], frame)]
    assert parts[0] == pytest.approx(parts[1], abs=0.002)  # drawn without strata it would be off by 0.004


def test_categories_become_a_model_of_format_4_with_the_figures_of_all_rows(spark: Any, tmp_path: Any) -> None:
    table, _ = mixed_table(6_000)
    df = spark.createDataFrame(pa.Table.from_pandas(table, preserve_index=False)).repartition(3)
    made = on_spark.fit(df, 3, roles=ROLES, settings="plain", sample=2_000)
    levels = with_levels(table, made.segments.recipe.blocks)
    for block in made.segments.recipe.blocks:
        known = levels[list(block.features)]
        spread = np.sqrt(known.fillna(known.mean()).var(ddof=0).sum())
        for item in [item for item in made.segments.recipe.features if item.name in block.features]:
            assert item.filled == known[item.name].isna().sum()
            assert [item.fill, item.mean, item.scale] == pytest.approx([*[known[item.name].mean()] * 2, spread])
    best = KMeans(3, n_init=10, random_state=0).fit(made.segments.recipe.transform(table))
    assert made.segments.inertia <= 1.001 * best.inertia_
    saved = seg.load(seg.save(made.segments, made.personas, "mixed", tmp_path), tmp_path)
    assert saved.meta["schema"] == 4
    assert saved.segmentation.predict(table).tolist() == made.segments.predict(table).tolist()


def test_without_a_number_the_recommended_one_is_taken(spark: Any) -> None:
    table = seg.features(seg.sample("income_spending"))
    df = spark.createDataFrame(pa.Table.from_pandas(table.frame, preserve_index=False))
    made = on_spark.fit(df, settings="plain")
    assert made.choice is not None
    assert made.segments.k == made.choice.recommended_k == 4
    assert made.segments.sizes == seg.fit(table, "plain", k=4).sizes


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"id": "CASE WHEN id IN ('c000001', 'c000002') THEN 'c1' ELSE id END"}, "more than once"),
        ({"visits": "CONCAT(CAST(visits AS INT), ',5')"}, "it must hold numbers and is of type string"),
        ({"amount": "CASE WHEN id = 'c000001' THEN DOUBLE('inf') ELSE amount END"}, "infinite"),
    ],
    ids=["twice", "text", "infinite"],
)
def test_what_cannot_be_fitted_is_a_sentence(columns: dict[str, str], sentence: str, df: Any) -> None:
    some = df.where("id < 'c003000'").withColumns({name: fn_expr(sql) for name, sql in columns.items()})
    with pytest.raises((DataProblems, SegmentationError), match=sentence):
        on_spark.fit(some, 3, id="id", sample=1_000)


def test_a_customer_who_is_there_twice_among_all_rows_is_found(df: Any) -> None:
    again = df.withColumn("id", fn_expr("CASE WHEN id = 'c031234' THEN 'c000007' ELSE id END"))
    with pytest.raises(DataProblems, match="1 customer is there more than once"):
        check_once(again, "id")
    check_once(df, "id")


def fn_expr(sql: str) -> Any:
    from pyspark.sql.functions import expr

    return expr(sql)


@pytest.mark.parametrize(
    ("odd", "sentence"), [("-inf", "1 values are infinite"), ("1e101", "too large"), ("-1e101", "too large")]
)
def test_one_value_among_all_rows_that_cannot_be_computed_with_is_found(odd: str, sentence: str, df: Any) -> None:
    """Neither a pilot nor a sample would have to see it."""
    cell = f"CASE WHEN id = 'c012345' THEN DOUBLE('{odd}') ELSE balance END"
    numbers = numbers_of(df.withColumn("balance", fn_expr(cell)), ["amount", "balance"], ())
    with pytest.raises(DataProblems, match=f"balance: .*{sentence}"):
        look_at_all(numbers, ["amount", "balance"])


def test_strata_get_their_share_of_the_sample() -> None:
    """10, 20 and 71 of 101 customers in a sample of 20: 1.98, 3.96, 14.06; the largest remainders are rounded up."""
    assert _parts(np.array([10.0, 20.0, 71.0]), 20) == [2, 4, 14]
    assert sum(_parts(np.array([1.0, 1.0, 1.0]), 2)) == 2
