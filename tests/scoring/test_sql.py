"""The SQL of a model gives in every warehouse what the library gives, for hostile rows and hostile names too."""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache

import duckdb
import numpy as np
import pandas as pd
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.clustering.assignment import Centres, Prototypes
from segmentation.clustering.assignment.encoder import EncodedCentres, Encoder, Layer
from segmentation.clustering.model import Segmentation
from segmentation.core.dialects import DIALECTS
from segmentation.core.errors import SegmentationError
from segmentation.evaluation.final import fit
from segmentation.scoring.sql import scoring_sql
from tests.scoring.sql_models import MODELS, NAMES, hostile_customers, same_answers, without_variables
from tests.small import UNSCALED, features_of, two_segments
from tests.warehouses import Postgres, in_duckdb, in_sqlite, postgres_cluster, postgres_programs

HEAVY = bool(os.environ.get("SEGMENTATION_WAREHOUSE"))
"""Set by `make test-warehouse`: a million customers instead of some thousand."""
DUCK = duckdb.connect()
made_once = cache(lambda kind: MODELS[kind]())


def rows_for(kind: str, million: tuple[str, ...] = ("recommended",)) -> int:
    """A million rows take the slower warehouses a minute, so one model has them there and the others a tenth."""
    return 4_000 if not HEAVY else 1_000_000 if kind.endswith(million) else 100_000


@pytest.mark.parametrize("kind", MODELS)
def test_duckdb_gives_what_the_library_gives(kind: str) -> None:
    made: Segmentation = made_once(kind)
    frame = hostile_customers(made, rows_for(kind, ("plain", "recommended", "mixture, full", "noise")))
    sql = scoring_sql(made, NAMES, "duckdb", id="customer_id")
    off = same_answers(made, frame, in_duckdb(sql.query, {"customers": frame}))
    assert max(off.values()) < 1e-12


@pytest.mark.parametrize("kind", MODELS)
def test_sqlite_gives_what_the_library_gives(kind: str) -> None:
    made: Segmentation = made_once(kind)
    frame = hostile_customers(made, rows_for(kind))
    sql = scoring_sql(made, NAMES, "sqlite", id="customer_id")
    off = same_answers(made, frame, in_sqlite(sql.query, {"customers": frame}))
    assert max(off.values()) < 1e-12


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not on this machine (Debian: apt install postgresql)")
    with postgres_cluster() as cluster:
        yield cluster


@pytest.mark.parametrize("kind", MODELS)
def test_postgres_gives_what_the_library_gives(kind: str, postgres: Postgres) -> None:
    made: Segmentation = made_once(kind)
    frame = hostile_customers(made, rows_for(kind))
    sql = scoring_sql(made, NAMES, "postgres", id="customer_id")
    off = same_answers(made, frame, postgres.answer(sql.query, {"customers": frame}))
    assert max(off.values()) < 1e-12


def one_select(text: str, dialect: str) -> sqlglot.exp.Select:
    """The tree of a query, when it is one statement, a SELECT, in the grammar of the dialect."""
    (tree,) = sqlglot.parse(text, dialect=dialect)
    assert isinstance(tree, sqlglot.exp.Select)
    assert not list(tree.find_all(sqlglot.exp.Command))
    return tree


@pytest.mark.parametrize(("dialect", "kind"), list(zip(DIALECTS, [*MODELS, *MODELS], strict=False)))
def test_every_dialect_is_one_select_that_its_own_grammar_reads(dialect: str, kind: str) -> None:
    made = without_variables(made_once(kind)) if DIALECTS[dialect].replaces else made_once(kind)
    sql = scoring_sql(made, NAMES, dialect, table="crm.customers", id="the id", ref="cards/v1")
    tree = one_select(sql.query, dialect)
    assert ("crm", "customers") in {(table.db, table.name) for table in tree.find_all(sqlglot.exp.Table)}
    assert set(made.feature_names) <= {item.name for item in tree.find_all(sqlglot.exp.Column)}
    for item in tree.find_all(sqlglot.exp.Literal):
        for opening in ("{{", "{%", "${", "$(", "<%", "\\", "'"):
            assert opening not in item.name, "a template language or another escape would read it"


@settings(max_examples=60)
@given(st.text(max_size=30), st.sampled_from(list(DIALECTS)))
def test_any_text_is_one_text_and_any_comment_ends_with_its_line(text: str, dialect: str) -> None:
    known = DIALECTS[dialect]
    query = f"SELECT {known.text(text)} AS a, 7 AS b -- {known.remark(text)}\nFROM t"
    (tree,) = sqlglot.parse(query, dialect=dialect)
    assert [item.alias for item in tree.expressions] == ["a", "b"]
    assert tree.find(sqlglot.exp.Table).name == "t"
    assert "\n" not in known.remark(text) + known.text(text)


def one_cell(expression: str) -> object:
    return DUCK.execute(f"SELECT {expression}").fetchone()[0]


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30))
def test_a_visible_text_comes_out_of_the_warehouse_as_it_went_in(text: str) -> None:
    wanted = text.strip()
    assert one_cell(DIALECTS["duckdb"].text(wanted)) == wanted
    with closing(sqlite3.connect(":memory:")) as connection:
        assert connection.execute(f"SELECT {DIALECTS['sqlite'].text(wanted)}").fetchone() == (wanted,)


@settings(max_examples=50)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_to_the_bit(value: float) -> None:
    assert struct.pack("d", one_cell(DIALECTS["duckdb"].number(value))) == struct.pack("d", value)
    assert float(DIALECTS["sqlite"].number(value).strip("()")) == value
    assert float(DIALECTS["tsql"].number(value).strip("()")) == value


def test_ties_go_to_the_larger_segment_to_the_bit() -> None:
    """Centres (1, 0) of three customers and (9, 0) of two: who is at 5 is exactly between them."""
    made = two_segments()
    frame = pd.DataFrame({"customer_id": [1.0, 2.0, 3.0], "age": [5.0, 5.0000000000000009, 9.0], "spend": [2.0, 0, 0]})
    for run, dialect in ((in_duckdb, "duckdb"), (in_sqlite, "sqlite")):
        query = scoring_sql(made, {1: "A", 2: "B"}, dialect, id="customer_id").query
        answer = run(query, {"customers": frame}).set_index("customer")
        assert answer["segment"].tolist() == [1, 2, 2]
        assert answer["margin"].tolist() == [0.0, pytest.approx(4.4e-16, rel=0.2), 1.0]
        assert answer["distance"].tolist() == [20**0.5, 3.999999999999999, 0.0]


def test_text_in_the_columns_is_a_number_or_a_reason() -> None:
    made = two_segments()
    cells = ["8", " 9.5 ", "1e1", "", None, "abc", "0x1F", "9,5"]
    frame = pd.DataFrame({"customer_id": range(len(cells)), "age": cells, "spend": "0"}, dtype=object)
    for run, dialect in ((in_duckdb, "duckdb"), (in_sqlite, "sqlite")):
        query = scoring_sql(made, {1: "A", 2: "B"}, dialect, id="customer_id").query
        answer = run(query, {"customers": frame}).set_index("customer")
        assert answer["segment"].tolist() == [2, 2, 2, 1, 1, 0, 0, 0], dialect
        assert answer["reason"].tolist() == [""] * 5 + ["Age is not a number."] * 3
        assert answer["filled"].tolist() == [0, 0, 0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("kind", MODELS)
def test_the_golden_rows_are_all_the_same_and_tell_a_wrong_figure(kind: str) -> None:
    made: Segmentation = made_once(kind)
    test = scoring_sql(made, NAMES, "duckdb").test
    assert set(duckdb.sql(test).df()["verdict"]) == {"same"}
    number = DIALECTS["duckdb"].number(made.recipe.features[0].mean)
    wrong = test.replace(number, DIALECTS["duckdb"].number(made.recipe.features[0].mean * 1.001))
    assert wrong != test
    assert "different" in set(duckdb.sql(wrong).df()["verdict"])


def test_learned_features_are_refused_with_the_way_round() -> None:
    layer = Layer(np.eye(2), np.zeros(2))
    rule = EncodedCentres(Encoder((layer,)), Centres(np.array([[0.0, 0.0], [1.0, 1.0]])), np.zeros(2))
    with pytest.raises(SegmentationError, match="a neural network learned, which no SELECT can compute"):
        scoring_sql(replace(two_segments(), rule=rule), {1: "A", 2: "B"}, "duckdb")


def test_a_query_that_the_warehouse_would_not_take_is_refused() -> None:
    points = np.random.default_rng(0).normal(size=(900, 25))
    names = [f"f{number}" for number in range(25)]
    made = fit(features_of({name: [0.0, 1.0, 2.0, 9.0, 10.0] for name in names}), UNSCALED, 2)
    rule = Prototypes(points, np.repeat([1, 2], 450).astype("int32"))
    with pytest.raises(SegmentationError, match="BigQuery takes 1,000,000"):
        scoring_sql(replace(made, rule=rule), {1: "A", 2: "B"}, "bigquery")
    assert "m900" in scoring_sql(replace(made, rule=rule), {1: "A", 2: "B"}, "duckdb").query


@pytest.mark.parametrize("dialect", ["spark", "databricks"])
def test_a_name_that_spark_would_fill_in_is_refused(dialect: str) -> None:
    with pytest.raises(SegmentationError, match=r'takes \$\{ in "vi\*/sits .* for a variable, wherever it stands'):
        scoring_sql(made_once("K-means, plain"), NAMES, dialect)


def test_an_unknown_dialect_and_a_bad_table_are_one_sentence() -> None:
    made = two_segments()
    with pytest.raises(SegmentationError, match=r"There is no dialect 'oracle'\. Choose one of duckdb, sqlite"):
        scoring_sql(made, {1: "A", 2: "B"}, "oracle")
    with pytest.raises(SegmentationError, match=r'"\.\." is not a table\. Write TABLE or SCHEMA.TABLE'):
        scoring_sql(made, {1: "A", 2: "B"}, "duckdb", table="..")
