"""A model with categories in SQL: the same labels to the last customer, whatever levels and columns are called."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import sqlglot

import segmentation as seg
from segmentation.api.segments import Segments
from segmentation.core.dialects import DIALECTS
from segmentation.scoring import assign
from segmentation.scoring.sql import scoring_sql
from tests.scoring.sql_models import NAMES, same_answers
from tests.small_mixed import mixed
from tests.warehouses import in_duckdb, in_sqlite

RUN = {"duckdb": in_duckdb, "sqlite": in_sqlite}
PLAN = "pl\"an'; DROP TABLE customers; --"
LEVELS = ('It\'s "A" \\ {{x}} ${y}', "b\tb", "Größe straße", "' OR '1'='1", "a -- b /* c */", "", "100 %")
ORDERED = ("low", "medium", "high")


def customers(rows: int, seed: int) -> pd.DataFrame:
    """Three kinds, told by a hostile plan, words in an order, a code, yes or no, and an amount; with gaps."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, rows)
    plan = np.array(LEVELS, dtype=object)[np.where(rng.random(rows) < 0.7, 2 * kind, rng.integers(0, 7, rows))]
    plan[rng.random(rows) < 0.04] = "seldom"
    return pd.DataFrame(
        {
            "customer_id": np.arange(rows, dtype=float),
            PLAN: np.where(plan == "", None, plan),
            "mood": np.array(ORDERED, dtype=object)[np.clip(kind + rng.integers(-1, 2, rows), 0, 2)],
            "zone": np.where(rng.random(rows) < 0.05, np.nan, 1.0 + (kind + (rng.random(rows) < 0.2)) % 3),
            "amount": np.where(rng.random(rows) < 0.05, np.nan, rng.gamma(3, 10, rows) * (1 + kind)),
        }
    )


@cache
def model(method: str = "kmeans") -> Segments:
    roles = {"customer_id": "identifier", PLAN: "category", "mood": "category", "zone": "category", "amount": "feature"}
    features = seg.features(customers(600, 0), roles=roles)
    assert [block.kind for block in features.blocks] == ["named", "ordered", "named"]
    return seg.fit(features, "recommended", k=3, method=method)


def hostile(rows: int = 3_000) -> pd.DataFrame:
    """Customers as in training, and levels in other letters, with blanks, unseen, and in attempts to break out."""
    frame, rng = customers(rows, 1), np.random.default_rng(2)
    odd = [
        "  Größe straße ",
        "größe STRASSE",
        "B  B",
        "b b",
        "GRÖSSE STRASSE",
        "Seldom",
        "never seen",
        " ",
        "",
        "null",
        "NaN",
    ]
    odd += [
        "'; DROP TABLE customers; --",
        "x' OR 'x'='x",
        "\\",
        "100 %\n",
        'it\'s "a" \\ {{X}} ${Y}',
        "other",
        "\u200b",
        "ﷺ",
    ]
    frame[PLAN] = np.where(rng.random(rows) < 0.3, rng.choice(np.array(odd, dtype=object), rows), frame[PLAN])
    moods = np.array(["HIGH", " Low", "Medium ", "huge", "", None, "lOw"], dtype=object)
    frame["mood"] = np.where(rng.random(rows) < 0.3, rng.choice(moods, rows), frame["mood"])
    frame["zone"] = np.where(rng.random(rows) < 0.1, rng.choice([4.0, 2.5, -1.0, 0.0], rows), frame["zone"])
    frame["amount"] = np.where(
        rng.random(rows) < 0.05, rng.choice([np.inf, -np.inf, 1e300, -5.0], rows), frame["amount"]
    )
    return frame


@pytest.mark.parametrize("dialect", RUN)
@pytest.mark.parametrize("method", ["kmeans", "agglomerative", "classes"])
def test_every_customer_gets_the_label_of_the_library(dialect: str, method: str) -> None:
    made, frame = model(method), hostile()
    sql = scoring_sql(made, NAMES, dialect, id="customer_id")
    off = same_answers(made, frame, RUN[dialect](sql.query, {"customers": frame}))
    assert max(off.values()) < 1e-12
    assert assign(made, frame)["segment"].nunique() > 3, "all segments and some who cannot be scored"


@pytest.mark.parametrize("dialect", RUN)
def test_the_test_query_says_same_of_every_level(dialect: str) -> None:
    for made in (model(), mixed().made):
        sql = scoring_sql(made, NAMES, dialect)
        answer = RUN[dialect](sql.test, {})
        levels = sum(len(block.answers) + 2 for block in made.recipe.blocks)
        assert len(answer) > levels
        assert set(answer["verdict"]) == {"same"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_one_select_that_its_own_grammar_reads(dialect: str) -> None:
    sql = scoring_sql(model(), NAMES, dialect, table="crm.customers", ref="cards/v1")
    for text in (sql.query, sql.test):
        (tree,) = sqlglot.parse(text, dialect=dialect)
        assert isinstance(tree, sqlglot.exp.Select)
    assert {PLAN, "mood", "zone", "amount"} <= {
        item.name for item in tree.find_all(sqlglot.exp.Alias, sqlglot.exp.Column)
    } | {item.alias for item in tree.find_all(sqlglot.exp.Alias)}


def test_yes_and_no_may_be_truth_values_in_the_warehouse() -> None:
    frame = pd.DataFrame({"pays": ["yes", "no", "maybe"] * 20, "spent": np.arange(60.0)})
    made = seg.fit(seg.features(frame, roles={"pays": "category"}), "plain", k=2)
    truths = pd.DataFrame({"customer_id": [1.0, 2.0], "pays": [True, False], "spent": [3.0, 4.0]})
    query = scoring_sql(made, NAMES, "duckdb", id="customer_id").query
    answer = in_duckdb(query, {"customers": truths}).sort_values("customer")
    wanted = assign(made, truths)
    assert answer["distance"].tolist() == wanted["distance"].tolist()


def test_the_query_says_which_column_it_needs_where_days_make_it() -> None:
    days = pd.date_range("2020-01-01", periods=40).to_series(index=range(40)).dt.strftime("%Y-%m-%d")
    frame = pd.DataFrame({"a": np.arange(40.0), "day": days})
    made = seg.fit(
        seg.features(frame, derive={"age": "days_between(day, 2021-01-01)", "half": "age / 2"}), "plain", k=2
    )
    sql = scoring_sql(made, NAMES, "sqlite")
    assert "-- The table needs the column age, which is days_between(day, 2021-01-01)." in sql.query
    assert "-- The table needs the column half, which is age / 2." in sql.query
    ages = 366.0 - np.arange(40.0)
    table = pd.DataFrame({"a": frame["a"], "age": ages, "half": ages / 2, "customer_id": np.arange(40.0)})
    answer = in_sqlite(sql.query, {"customers": table}).sort_values("customer")
    assert answer["segment"].tolist() == assign(made, table)["segment"].tolist()
