"""Columns made of others inside the query: values worked by hand, the labels of the library in every warehouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest
import sqlglot

import segmentation as seg
from segmentation.api.segments import Segments
from segmentation.core.dialects import DIALECTS, dialect_of
from segmentation.data.derived import derive
from segmentation.data.derived.grammar import parse
from segmentation.scoring import assign
from segmentation.scoring.sql import scoring_sql
from segmentation.scoring.sql.formulas import _in_sql, _Writer
from tests.scoring.sql_models import NAMES
from tests.warehouses import in_duckdb, in_sqlite, postgres_cluster, postgres_programs

RUN: dict[str, Callable[..., pd.DataFrame]] = {"duckdb": in_duckdb, "sqlite": in_sqlite}
WINE = "w\"ine'; DROP TABLE customers; --"
FORMULAS = {
    "spent": f"sum([{WINE}], meat, [fish (g)])",
    "typical": f"mean([{WINE}], meat)",
    "age": "years_between(Year_Birth, 2014-12-31)",
    "ratio": "(meat - 2) / visits",
    "most": f"max([{WINE}], meat) - min([{WINE}], meat)",
    "contact": "bands(pdays, 7, 30, never=-1)",
    "gold": "is(plan, 'Gold', 'größe')",
    "asks": "known(visits)",
    "young": "age < 40",
    "calls": "without(pdays, -1)",
    "no": "active != 1",
    "half": "spent / 2 * -1",
}


def customers(rows: int, seed: int = 0) -> pd.DataFrame:
    """Two kinds of customers, with gaps, zeros, codes and texts in several letters."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 2, rows)
    gap = lambda values: np.where(rng.random(rows) < 0.1, np.nan, values)  # noqa: E731
    return pd.DataFrame(
        {
            "customer_id": [f"c{row}" for row in range(rows)],
            WINE: gap(rng.gamma(2, 40, rows) * (1 + 3 * kind)).round(2),
            "meat": gap(rng.gamma(2, 20, rows) * (1 + kind)).round(2),
            "fish (g)": gap(rng.integers(0, 90, rows).astype(float)),
            "Year_Birth": rng.integers(1940, 1996, rows).astype(float),
            "visits": gap(rng.integers(0, 6, rows).astype(float)),
            "pdays": np.where(kind == 0, -1.0, rng.integers(1, 60, rows)),
            "plan": np.array(["Gold", "silver ", " GOLD", "Größe", None], dtype=object)[rng.integers(0, 5, rows)],
            "active": np.array(["yes", "no", None], dtype=object)[rng.integers(0, 3, rows)],
        }
    )


@cache
def model() -> Segments:
    roles = dict.fromkeys(("contact",), "category") | dict.fromkeys(FORMULAS.keys() - {"contact"}, "feature")
    others = dict.fromkeys((WINE, "meat", "fish (g)", "Year_Birth", "visits", "pdays", "active", "plan"), "left out")
    features = seg.features(customers(400), roles={"customer_id": "identifier", **roles, **others}, derive=FORMULAS)
    return seg.fit(features, "recommended", k=3)


def computed(dialect: str, formulas: dict[str, str], frame: pd.DataFrame) -> pd.DataFrame:
    """The formulas as SQL over a table, beside what `derive` makes of it."""
    table = derive(seg.read(frame), formulas)
    writer = _Writer(dialect_of(dialect), {})
    kinds = {item.name: dict(item.kinds) for item in table.derived}
    names = {name: kind for item in table.derived for name, kind in item.kinds if name not in formulas}
    sources = ", ".join(f"{writer.source(name, kind)} AS {writer.dialect.column(name)}" for name, kind in names.items())
    steps = [f"SELECT {sources} FROM customers"]
    for name, formula in formulas.items():
        value = writer.whole(parse(formula), kinds[name])
        steps.append(f"SELECT *, {value} AS {writer.dialect.column(name)} FROM t{len(steps) - 1}")
    written = ", ".join(f"t{place} AS {writer.dialect.barrier}({step})" for place, step in enumerate(steps))
    query = f"WITH {written} SELECT * FROM t{len(steps) - 1}"
    return RUN[dialect](query, {"customers": frame.astype(object).where(frame.notna(), None)})


@pytest.mark.parametrize("dialect", RUN)
def test_values_worked_by_hand(dialect: str) -> None:
    frame = pd.DataFrame(
        {"a": [1.0, np.nan, 0.0], "b": [4.0, 2.0, np.nan], "p": ["Gold", "x", None], "y": [True, False, None]}
    ).astype({"y": "boolean"})
    formulas = {
        "total": "sum(a, b)", "middle": "mean(a, b)", "low": "min(a, b)", "high": "max(a, b)", "ratio": "b / a",
        "band": "bands(b, 3, none=2)", "is": "is(p, 'GOLD')", "isnt": "y != 1", "same": "is(y, 'yes')",
        "more": "a >= 1", "left": "without(b, 4)", "known": "known(p)", "turned": "-(a - 3 * b)",
    }  # fmt: skip
    answer = computed(dialect, formulas, frame).astype(object)
    rows = {name: [None if pd.isna(value) else value for value in answer[name]] for name in formulas}
    assert rows == {
        "total": [5.0, 2.0, 0.0], "middle": [2.5, 2.0, 0.0], "low": [1.0, 2.0, 0.0], "high": [4.0, 2.0, 0.0],
        "ratio": [4.0, None, None], "band": ["3+", "none", None], "is": [1.0, 0.0, None], "isnt": [0.0, 1.0, None],
        "same": [1.0, 0.0, None], "more": [1.0, None, 0.0], "left": [None, 2.0, None], "known": [1.0, 1.0, 0.0],
        "turned": [11.0, None, None],
    }  # fmt: skip


@pytest.mark.parametrize("dialect", RUN)
def test_every_value_is_that_of_the_library(dialect: str) -> None:
    frame = customers(300, 7)
    wanted = derive(seg.read(frame), FORMULAS).frame
    answer = computed(dialect, FORMULAS, frame)
    for name in FORMULAS:
        own = wanted[name].astype(object).where(wanted[name].notna(), None)
        theirs = answer[name].astype(object).where(answer[name].notna(), None)
        assert [float(x) if isinstance(x, bool) else x for x in own] == theirs.tolist(), name


def same_labels(dialect: str, run: Callable[..., pd.DataFrame]) -> None:
    """The query takes the file's own columns, and gives the segments and distances of the library."""
    frame = customers(1_000, 3)
    sql = scoring_sql(model(), NAMES, dialect)
    assert "computed here" in sql.query
    assert "The table needs" not in sql.query
    answer = run(sql.query, {"customers": frame}).sort_values("customer").reset_index(drop=True)
    wanted = assign(model(), derive(seg.read(frame), FORMULAS).frame.set_index("customer_id"))
    wanted = wanted.loc[answer["customer"]].reset_index(drop=True)
    assert answer["segment"].tolist() == wanted["segment"].tolist()
    assert answer["segment"].nunique() == 3
    np.testing.assert_allclose(answer["distance"].astype(float), wanted["distance"], rtol=1e-12)
    assert set(run(sql.test, {})["verdict"]) == {"same"}


@pytest.mark.parametrize("dialect", RUN)
def test_every_customer_of_the_table_gets_the_label_of_the_library(dialect: str) -> None:
    same_labels(dialect, RUN[dialect])


def test_so_does_every_one_in_postgres() -> None:
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not on this machine (Debian: apt install postgresql)")
    with postgres_cluster() as cluster:
        same_labels("postgres", cluster.answer)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_it(dialect: str) -> None:
    (tree,) = sqlglot.parse(scoring_sql(model(), NAMES, dialect, table="crm.customers").query, dialect=dialect)
    assert isinstance(tree, sqlglot.exp.Select)


@pytest.mark.parametrize(
    ("formula", "kinds", "can"),
    [
        ("years_between(y, 2014-12-31)", {"y": "number"}, True),
        ("years_between(d, 2014-12-31)", {"d": "date"}, False),
        ("days_between(2014-12-31, 2015-12-31) + a", {"a": "number"}, False),
        ("bands(t, 7)", {"t": "text"}, False),
        ("is(t, 'a') + 1", {"t": "text"}, True),
        ("known(t)", {"t": "text"}, True),
    ],
)
def test_what_cannot_be_written_is_known(formula: str, kinds: dict[str, str], can: bool) -> None:
    assert _in_sql(parse(formula), kinds) is can
