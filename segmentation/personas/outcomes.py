"""What became of the customers of each segment: columns that are known only afterwards, and made no segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from segmentation.core.text import number_text, plain_text, share_text, yes_or_no
from segmentation.personas.descriptors import descriptor_table

__all__ = ["outcome_table", "outcome_texts", "outcome_values"]

_LEVELS = 3
"""Of an outcome with more answers than these, so many of the most frequent are compared."""


def outcome_table(outcomes: pd.DataFrame, labels: ArrayLike) -> pd.DataFrame:
    """Outcomes (n × m, numbers or words) and segments (0: in none) → one row an outcome, answer and segment.

    Columns: outcome, figure ("average", or the answer whose share it is), segment (0: everyone), value, low, high
    (95 % interval: Wilson's of a share, Student's of an average), size. Of two answers the rarer one is compared.
    """
    parts = []
    for name in outcomes.columns:
        values = outcomes[name]
        known = values.dropna()
        if known.empty:
            continue
        answers = known.value_counts()
        if len(answers) > 10 and pd.api.types.is_numeric_dtype(values):
            table = descriptor_table(values, labels).rename(columns={"mean": "value"}).assign(figure="average")
        else:
            chosen = list(answers.index[-1:] if len(answers) == 2 else answers.index[:_LEVELS])
            table = _shares(values, labels, chosen)
        parts.append(table.assign(outcome=str(name)))
    columns = ["outcome", "figure", "segment", "value", "low", "high", "size"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def outcome_texts(table: pd.DataFrame) -> pd.DataFrame:
    """`outcome_table` as a reader sees it: one row an outcome and figure, one column a segment (its number as text)."""
    rows = []
    for (outcome, figure), part in table.groupby(["outcome", "figure"], sort=False):
        text = number_text if figure == "average" else share_text
        cells = {}
        for row in part.to_dict("records"):
            value, low, high = (text(float(row[name])) for name in ("value", "low", "high"))
            cells[str(row["segment"])] = f"{value} ({low} to {high})" if row["size"] else "–"
        rows.append({"outcome": plain_text(outcome, longest=60), "figure": plain_text(figure, longest=40), **cells})
    return pd.DataFrame(rows)


def outcome_values(table: pd.DataFrame) -> pd.DataFrame:
    """The numbers in the cells of `outcome_texts`: the same rows and columns, NaN where a segment has no answer."""
    rows = []
    for (outcome, figure), part in table.groupby(["outcome", "figure"], sort=False):
        values = part["value"].astype("float64").where(part["size"] > 0)
        cells = dict(zip(part["segment"].astype(str), values, strict=True))
        rows.append({"outcome": plain_text(outcome, longest=60), "figure": plain_text(figure, longest=40), **cells})
    return pd.DataFrame(rows)


def _shares(values: pd.Series, labels: ArrayLike, chosen: list[object]) -> pd.DataFrame:
    """The share of each chosen answer among all who have one."""
    labels = pd.Series(labels).to_numpy()
    there = values.notna().to_numpy()
    parts = []
    for answer in chosen:
        is_it = pd.Series((values[there] == answer).map({True: "it", False: "other"}).to_numpy())
        table = descriptor_table(is_it, labels[there])
        shown = _answer_text(answer)
        parts.append(
            table[table["value"] == "it"]
            .drop(columns="value")
            .rename(columns={"share": "value"})
            .assign(figure=f"share with {shown}")
        )
    return pd.concat(parts, ignore_index=True)


def _answer_text(answer: object) -> str:
    """One answer as a person says it; a column of yes and no was read as truth values, of Python or of NumPy."""
    if isinstance(answer, bool | np.bool_):
        return yes_or_no(answer)
    return number_text(answer) if isinstance(answer, float) else str(answer)
