"""A model as one SELECT for a warehouse, and a test query: does the warehouse compute as the library does?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.dialects import Dialect, dialect_of
from segmentation.core.errors import SegmentationError
from segmentation.core.sql_steps import Step, query_text
from segmentation.core.text import count_text, counted
from segmentation.scoring.assign import assign
from segmentation.scoring.probes import probe_frame
from segmentation.scoring.sql.answer import answering
from segmentation.scoring.sql.costs import costs_of
from segmentation.scoring.sql.formulas import Formulas, formulas_of
from segmentation.scoring.sql.prepare import preparing, shrinks

__all__ = ["TOLERANCE", "ScoringSql", "golden_rows", "scoring_sql"]

TOLERANCE = 1e-9
"""How far a distance of the test query may be off, as a share of it: logarithms differ a little."""
_GOLDEN = "golden_rows"
_MOST_ROWS = 400
"""SQLite takes no more than 500 SELECTs in a row."""


@dataclass(frozen=True, repr=False)
class ScoringSql:
    """A model in the SQL of one warehouse.

    query: one SELECT; customers in, their personas out. test: a SELECT that needs no table: it scores made-up customers
    and says of each whether it got what the library gives it.
    """

    dialect: str
    query: str
    test: str

    def __repr__(self) -> str:
        lines = [counted(len(text.splitlines()), "line") for text in (self.query, self.test)]
        return f"ScoringSql({self.dialect}: a query of {lines[0]}, a test of {lines[1]})"


def scoring_sql(
    made: Segmentation, names: Mapping[int, str], dialect: str, *, table: str = "customers", id: str = "", ref: str = ""
) -> ScoringSql:
    """Model, persona names (segment → name), a key of `DIALECTS` → its SQL.

    table: where the customers are, as SCHEMA.TABLE. id: the column that tells customers apart; without one that of the
    training file. ref: what the model is called. The query has the columns of `Batch.rows` but for the certainty, and
    second, second_distance, beyond and out_of_range (the values outside what was usual in training, by name).
    Raises `SegmentationError` for a rule that SQL cannot express and a query that is longer than the warehouse takes.
    """
    known = dialect_of(dialect)
    key = id or id_column(made) or "customer_id"
    small = shrinks(made, known)
    costs = costs_of(made.rule, known, names, shrinks=small)
    steps = [
        *preparing(made, known, known.column(key)),
        *costs.steps,
        *answering(made, costs, known, names, ref, shrinks=small),
    ]
    formulas = formulas_of(made, known, known.column(key))
    head = _header(made, known, ref, formulas)
    query = f"{head}{query_text(known, known.table(table), [*formulas.steps, *steps])}\n"
    test = _test(made, known, key, steps, ref)
    if max(len(query), len(test)) > known.longest:
        raise SegmentationError(
            f"The query would have {count_text(len(test))} letters; {known.label} takes {count_text(known.longest)}. "
            "Use a method with fewer points a segment, such as K-means, or score with the command line."
        )
    return ScoringSql(dialect, query, test)


def id_column(made: Segmentation) -> str:
    """What the training file calls the column that tells customers apart; empty where it is not known."""
    if made.source != "customers":
        return "customer"
    roles = made.replay.get("columns", {}).get("customers", {})
    return next((str(name) for name, role in roles.items() if role == "identifier"), "")


def golden_rows(made: Segmentation) -> pd.DataFrame:
    """Made-up customers in the columns of a file: the model's probes, each number missing, far below and far above,
    each category with every level, missing, and with a value that was none."""
    rows = _by_column(made, probe_frame(made))
    middle = _by_column(made, made.typical.iloc[[0]].reset_index(drop=True))
    more = []
    for block in made.recipe.blocks:
        values = (*block.answers, None, "a value that was none")
        more += [middle.assign(**{block.column: value}) for value in values]
    levels = {name for block in made.recipe.blocks for name in block.features}
    for name in (name for name in made.feature_names if name not in levels):
        low, high = made.seen[name]
        for value in (np.nan, low - 3 * (high - low) - 1, high + 3 * (high - low) + 1, 1e300):
            more.append(middle.assign(**{name: value}))
    return pd.concat([rows, *more], ignore_index=True)[list(made.recipe.inputs)].head(_MOST_ROWS)


def _by_column(made: Segmentation, rows: pd.DataFrame) -> pd.DataFrame:
    """Customers by feature → by column: of a category the level that they have, or nearly have."""
    columns = {}
    for name in made.recipe.inputs:
        block = made.recipe.block_by_column(name)
        if block is None:
            columns[name] = rows[name]
        else:
            answers = [block.answer(row) or None for row in rows[list(block.features)].to_numpy()]
            columns[name] = pd.Series(answers, index=rows.index, dtype=object)
    return pd.DataFrame(columns, index=rows.index)


def _header(made: Segmentation, dialect: Dialect, ref: str, formulas: Formulas) -> str:
    called = dialect.remark(ref or "a segmentation")
    lines = [
        f"Which of {counted(made.k, 'persona')} every customer is: {called}, for {dialect.label}.",
        f"A customer belongs to {made.rule.words}.",
        "One SELECT from top to bottom: numbers, missing and extreme values, one scale, distances, the answer.",
        "Nothing is learned here: every figure comes from the saved model, in all its digits.",
    ]
    lines += [
        f"The table needs the column {dialect.remark(item.name)}, which is {dialect.remark(item.formula)}."
        for item in formulas.left
    ]
    if formulas.steps:
        lines.append("Columns that are made of others are computed here; the test query begins with them already made.")
    if not dialect.tries:
        lines.append("The columns must be numbers: a cell of text stops the query.")
    return "".join(f"-- {line}\n" for line in lines)


def _test(made: Segmentation, dialect: Dialect, key: str, steps: list[Step], ref: str) -> str:
    """The golden rows in place of the table, and their answers beside what the library gives."""
    rows = golden_rows(made)
    scored = assign(made, rows)
    customers = f"{_GOLDEN} AS {dialect.barrier}(\n{_rows(rows, dialect, key)}\n)"
    expected = pd.DataFrame({"segment": scored["segment"].astype(float), "distance": scored["distance"]})
    answers = f"expected AS {dialect.barrier}(\n{_rows(expected, dialect, 'golden')}\n)"
    text = query_text(dialect, _GOLDEN, steps, before=(customers, answers), closing=_compared(dialect))
    about = "-- Test: every row must say 'same'. These customers are made up; the answers are those of the library.\n"
    return f"{about}-- {dialect.remark(ref or 'a segmentation')}, for {dialect.label}.\n{text}\n"


def _compared(dialect: Dialect) -> str:
    distance, share = "ABS(answer.distance - expected.distance)", dialect.number(TOLERANCE)
    near = f"{distance} <= {share} * ({dialect.number(1.0)} + expected.distance)"
    none = "answer.distance IS NULL AND expected.distance IS NULL"
    same = f"answer.segment = expected.segment AND ({near} OR ({none}))"
    return (
        "SELECT\n  answer.customer AS golden_row,\n  expected.segment AS expected_segment,\n  answer.segment,\n"
        "  expected.distance AS expected_distance,\n  answer.distance,\n"
        f"  CASE WHEN {same} THEN {dialect.text('same')} ELSE {dialect.text('different')} END AS verdict\n"
        "FROM answer INNER JOIN expected ON expected.golden = answer.customer"
    )


def _rows(frame: pd.DataFrame, dialect: Dialect, key: str) -> str:
    """A table of numbers and texts as SELECTs, its rows numbered from 1 in the column `key`."""
    lines = []
    for number, row in enumerate(frame.itertuples(index=False), start=1):
        cells = [f"{number} AS {dialect.column(key)}"]
        for name, value in zip(frame.columns, row, strict=True):
            if frame[name].dtype == object:
                written = dialect.exactly(value) if isinstance(value, str) else f"CAST(NULL AS {dialect.string})"
            else:
                written = dialect.number(value) if np.isfinite(value) else f"CAST(NULL AS {dialect.double})"
            cells.append(f"{written} AS {dialect.column(str(name))}")
        lines.append(f"  SELECT {', '.join(cells)}")
    return " UNION ALL\n".join(lines)
