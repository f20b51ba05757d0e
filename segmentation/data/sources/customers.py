"""A table that already has one row a customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.blocks import Block
from segmentation.core.errors import DataProblems, Problem, raise_if_fatal
from segmentation.core.money import heading_unit, is_currency, same_currency
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureInfo, FeatureTable, Note, Table
from segmentation.core.text import count_text, listed, plain_text
from segmentation.data.profiling import categories_of
from segmentation.data.sources.base import Source, TableSpec, fingerprint, ids_of, reading_of, with_notices
from segmentation.data.sources.categories import block_from, level_infos
from segmentation.data.sources.nameless import may_be_purchases
from segmentation.data.sources.people import alike, told_apart
from segmentation.data.vocabulary import describe_column

__all__ = ["CUSTOMERS", "build_customers"]

_GROUPING = ("feature", "category", "descriptor")
"""Roles of columns by which customers may be counted or grouped."""
_USED = ("feature", "category")


def build_customers(table: Table, roles: Mapping[str, str]) -> FeatureTable:
    """Table of customers and the role of each column → features and descriptors, one row a customer.

    roles: column → identifier | feature | category | descriptor | sensitive | outcome | date | left out; columns that
    it does not name are left out.
    Features become float64 (true/false → 1/0, infinite → missing, both noted). A category becomes a feature of 0 and 1
    for each of its levels. Every other column, left out ones included, is kept among the descriptors, and so are the
    categories themselves, so an export has all columns of the file but the sensitive ones.
    Raises `DataProblems` with every fault at once: unknown or repeated ids, text in a feature, no feature, no row.
    """
    frame = table.frame
    named = {name: roles.get(name, "left out") for name in frame.columns}
    notes: list[Note] = []
    features = [name for name, role in named.items() if role in _USED]
    problems = _missing_things(table, [name for name, role in roles.items() if role in _USED], features)
    index = _ids(table, [name for name, role in named.items() if role == "identifier"], notes, problems)
    columns = {name: _numbers(frame[name], notes, problems) for name in features if _is_number(named, frame, name)}
    blocks = _blocks(table, [name for name in features if name not in columns], notes, problems)
    raise_if_fatal(problems)

    values = _values(frame, features, columns, blocks).set_axis(index, axis=0)
    others = frame[[name for name in frame.columns if name not in columns]].set_axis(index, axis=0)
    derived = _derived(table)
    choices: dict[str, Any] = {"roles": named, "columns": table.read_columns, **derived}
    made = FeatureTable(
        frame=values,
        info=tuple(_infos(table, values, features, blocks)),
        descriptors=others,
        source="customers",
        fingerprint=fingerprint({"customers": table}, **choices),
        notes=tuple(notes),
        problems=tuple(problems),
        replay={
            "source": "customers",
            "columns": {"customers": named},
            "settings": {},
            "order": choices["columns"],
            "reading": reading_of({"customers": table}),
            **derived,
        },
        sensitive=tuple(name for name in others.columns if named[name] == "sensitive"),
        outcomes=tuple(name for name in others.columns if named[name] == "outcome"),
        categories=categories_of(frame[[name for name in frame.columns if named[name] in _GROUPING]]),
        blocks=tuple(blocks.values()),
    )
    return with_notices(made, [table])


def _derived(table: Table) -> dict[str, Any]:
    """How columns are made of others, for the next file; nothing where none is."""
    return {"derived": [item.to_dict() for item in table.derived]} if table.derived else {}


def _blocks(table: Table, names: list[str], notes: list[Note], problems: list[Problem]) -> dict[str, Block]:
    """The columns with the role category and their levels."""
    frame = table.frame
    made = {name: block_from(frame[name], _label(table, name), frame.columns, notes, problems) for name in names}
    return {name: block for name, block in made.items() if block is not None}


def _values(
    frame: pd.DataFrame, features: list[str], columns: Mapping[str, pd.Series], blocks: Mapping[str, Block]
) -> pd.DataFrame:
    """The features in the order of their columns, those of a category in the place of its column."""
    values: dict[str, Any] = {}
    for name in features:
        values |= blocks[name].indicators(frame[name]) if name in blocks else {name: columns[name]}
    return pd.DataFrame(values, index=frame.index, columns=list(values))


def _infos(
    table: Table, values: pd.DataFrame, features: list[str], blocks: Mapping[str, Block]
) -> Iterator[FeatureInfo]:
    """The descriptions of the features, in their order; two that would be called the same keep their columns' names."""
    infos: list[FeatureInfo] = []
    for name in features:
        infos += level_infos(blocks[name]) if name in blocks else [_described(table, name, values[name], features)]
    times = Counter(info.label for info in infos)
    for info in infos:
        yield info if times[info.label] == 1 else replace(info, label=plain_text(info.name))


def _is_number(roles: Mapping[str, str], frame: pd.DataFrame, name: str) -> bool:
    """Whether a column in use is a number; yes and no are one, whichever of the two roles they have."""
    return roles[name] == "feature" or pd.api.types.is_bool_dtype(frame[name])


def _missing_things(table: Table, wanted: list[str], features: list[str]) -> list[Problem]:
    """The columns asked for that the table lacks, and whether it has no row or no feature at all."""
    problems = [
        Problem(
            plain_text(name), "this column is not in the file.", "Load the file with that column, or change the roles."
        )
        for name in wanted
        if name not in table.frame
    ]
    if table.frame.empty:
        problems.append(Problem(table.name, "there is no row below the header.", "Load a file with customers in it."))
    elif not features and len(table.frame) == 1:
        problems.append(
            Problem(
                table.name,
                "there is only one row below the header, and one customer makes no groups.",
                "Load a file with more customers in it.",
            )
        )
    elif not features:
        problems.append(
            Problem(
                table.name,
                "no column has the role feature, so there is nothing to group customers by.",
                "Give at least one column of numbers the role feature, or one of few values the role category.",
            )
        )
    return problems


def _label(table: Table, name: str) -> str:
    return table.labels.get(name, "") or describe_column(name).label


def _described(table: Table, name: str, values: pd.Series, beside: list[str]) -> FeatureInfo:
    """What a column means, with the label and the unit that further heading lines or the cells of the file gave it."""
    info = describe_column(name, values, beside)
    label, unit = table.labels.get(name, ""), table.units.get(name, "")
    formula = next((item.formula for item in table.derived if item.name == name), "")
    about = f"Made by {plain_text(formula, longest=200)}." if formula else info.about
    if is_currency(unit):  # what a heading says in brackets, such as k$, is about the figures as they stand
        unit = info.unit if info.unit and same_currency(heading_unit(name) or unit, unit) else unit
    return replace(info, label=label or info.label, unit=unit or info.unit, about=about)


def _ids(table: Table, chosen: list[str], notes: list[Note], problems: list[Problem]) -> pd.Index:
    rows = pd.RangeIndex(1, len(table.frame) + 1)
    if not chosen:
        problems += _rows_of_whom(table)
        notes.append(
            Note(table.name, "No column is the identifier, so customers are numbered by their row.", len(rows))
        )
        numbered: pd.Index = pd.Index(rows.astype("str"), name="customer")
        return numbered
    name = chosen[0]
    if len(chosen) > 1:
        rest = ", ".join(plain_text(other) for other in chosen[1:])
        notes.append(
            Note(rest, f"Kept as a descriptor: {plain_text(name)} already is the identifier.", len(chosen) - 1)
        )
    ids = ids_of(table, name)
    missing = ids.isna().to_numpy()
    if missing.any():
        ids = ids.where(~missing, "row " + pd.Series(rows.astype("str"), index=ids.index))
        notes.append(Note(name, "Customers without an id are named after their row.", int(missing.sum())))
    repeated = ids[ids.duplicated(keep=False)]
    if len(repeated):
        example = repeated.iloc[0]
        problems.append(
            Problem(
                plain_text(name),
                f"{count_text(repeated.nunique())} ids appear more than once, for example {plain_text(example)} "
                f"in {count_text((ids == example).sum())} rows.",
                "Remove the repeated rows, choose another column as identifier, or, if each row is one purchase, "
                "choose Transactions as the kind of file.",
            )
        )
    elif not pd.api.types.is_numeric_dtype(table.frame[name]) and len(pairs := alike(ids)):
        problems.append(told_apart(pairs, plain_text(name), "Keep one row a customer if they are one."))
    return pd.Index(ids.astype("str"), name=name)


def _rows_of_whom(table: Table) -> list[Problem]:
    """What is asked where no column is the identifier and the rows may as well be purchases of fewer customers."""
    names = may_be_purchases(table.frame)
    if not names:
        return []
    shown = listed([plain_text(name, longest=40) for name in names], most=3)
    what = f"no column tells customers apart, so each row is one; but there are dates, and values of {shown} repeat."
    fix = "If each row is a purchase, choose Transactions as the kind of data and the column of the customer."
    by = f"--source transactions --roles {names[0] if len(names) == 1 else 'COLUMN'}=customer"
    return [Problem(plain_text(table.name), what, fix, False, "by row", len(table.frame), by)]


def _numbers(column: pd.Series, notes: list[Note], problems: list[Problem]) -> pd.Series:
    name = plain_text(column.name)
    if pd.api.types.is_bool_dtype(column):
        notes.append(
            Note(name, "True and false became 1 and 0.", int(column.notna().sum()), (("true", "1"), ("false", "0")))
        )
        return column.astype("Float64").astype("float64")
    if pd.api.types.is_datetime64_any_dtype(column):
        problems.append(Problem(name, "dates cannot be a feature.", "Give the column the role date, or leave it out."))
        return column
    if not pd.api.types.is_numeric_dtype(column):
        wrong = column[column.notna() & pd.to_numeric(column, errors="coerce").isna()]
        if len(wrong):
            problems.append(
                Problem(
                    name,
                    f"{count_text(len(wrong))} of {count_text(column.notna().sum())} values are text, for example "
                    f"“{plain_text(wrong.iloc[0], longest=40)}” in row {count_text(int(wrong.index[0]) + 1)}.",
                    "Correct them in the file, or give the column the role descriptor or, with few values, category.",
                )
            )
            return column
        notes.append(Note(name, "Text became numbers, because the column is a feature.", int(column.notna().sum())))
    values = pd.to_numeric(column, errors="coerce").astype("float64")
    endless = np.isinf(values)
    if endless.any():
        notes.append(Note(name, "Infinite values became missing.", int(endless.sum()), (("inf", ""),)))
        values = values.mask(endless)
    if values.isna().all() and len(values):
        problems.append(Problem(name, "the column is empty.", "Leave it out."))
    return values


def _build(
    tables: Mapping[str, Table],
    columns: Mapping[str, Mapping[str, str]],
    settings: Any = None,
    progress: Progress | None = None,
    learned: Mapping[str, Any] | None = None,
) -> FeatureTable:
    if "customers" not in tables:
        raise DataProblems([Problem("Customer table", "there is no file.", "Load one file with one row a customer.")])
    return build_customers(tables["customers"], columns["customers"])


CUSTOMERS = Source(
    name="customers",
    label="Customer table",
    help="One row a customer, one column a number that is known of each. Nothing is added up.",
    tables=(TableSpec("customers", "Customers"),),
    build=_build,
)
