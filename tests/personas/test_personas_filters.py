"""Rules for a CRM filter: what they say is what was measured, and a database gives the same customers."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from segmentation.core.tables import FeatureInfo
from segmentation.personas import segment_filters


def customers() -> tuple[pd.DataFrame, np.ndarray, list[FeatureInfo]]:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "spend": np.r_[rng.normal(100, 10, 200), rng.normal(300, 30, 100)],
            "visits": np.r_[rng.poisson(2, 200), rng.poisson(9, 100)].astype(float),
            'odd "name"': rng.normal(size=300),
            "loan": np.r_[np.zeros(200), np.ones(100)],
        }
    )
    info = [
        FeatureInfo("spend", "Spend", kind="money"),
        FeatureInfo("visits", "Visits", "visits", "count"),
        FeatureInfo('odd "name"', "Odd"),
        FeatureInfo("loan", "Loan", kind="boolean"),
    ]
    return frame, np.repeat([1, 2], [200, 100]), info


def test_clear_segments_get_one_rule_that_finds_them_all() -> None:
    frame, labels, info = customers()
    table = segment_filters(frame[["spend"]], labels, info[:1])
    assert table["segment"].tolist() == [1, 2]
    assert table["precision"].tolist() == [1.0, 1.0]
    assert table["recall"].tolist() == [1.0, 1.0]
    assert table["coverage"].tolist() == [200 / 300, 100 / 300]
    assert table["rule"][0].startswith("Spend at most ")
    assert table["filter"][1].startswith('"spend" > ')


def test_a_database_finds_the_customers_that_the_table_promises() -> None:
    frame, _, info = customers()
    labels = np.random.default_rng(1).integers(1, 4, 300)
    table = segment_filters(frame, labels, info)
    known = frame.assign(segment=labels)  # duckdb reads this frame by its name
    assert set(table["segment"]) == {1, 2, 3}
    for row in table.itertuples():
        found = duckdb.sql(
            f"select count(*), count_if(segment = {row.segment}) from known where {row.filter}"
        ).fetchall()
        assert found == [(row.customers, row.members)]
        assert row.recall == row.members / (labels == row.segment).sum()
    assert len(known) == 300


def test_whole_things_get_whole_limits_and_truth_values_words() -> None:
    frame, labels, info = customers()
    visits = segment_filters(frame[["visits"]], labels, info[1:2])
    assert visits["filter"].str.fullmatch(r'("visits" (>|<=) \d+( AND )?)+').all()
    loan = segment_filters(frame[["loan"]], labels, info[3:])
    assert loan["rule"].tolist() == ["Loan: no", "Loan: yes"]
    assert loan["recall"].tolist() == [1.0, 1.0]


def test_conditions_on_one_feature_are_merged_and_rules_stay_short() -> None:
    frame, _, info = customers()
    labels = np.where(frame["spend"].between(80, 110), 1, 2)
    table = segment_filters(frame, labels, info, most=2)
    assert table.groupby("segment").size().max() <= 2
    for text in table["filter"]:
        parts = [part.rsplit(" ", 1)[0] for part in text.split(" AND ")]
        assert len(parts) == len(set(parts)) <= 3


def test_a_segment_that_no_rule_finds_gets_its_most_precise_one() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"noise": rng.normal(size=400)})
    labels = np.where(rng.random(400) < 0.05, 2, 1)
    table = segment_filters(frame, labels, [FeatureInfo("noise", "Noise")])
    assert (table["segment"] == 2).sum() == 1
