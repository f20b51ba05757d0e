"""`read`, `features`, `prepare`: from files to one row a customer, and to numbers that can be compared."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from segmentation.api.arguments import checked_progress, day_text, formulas_of, mapping_of
from segmentation.core.checks import kind_text
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import ColumnPrep, PrepSettings, Progress
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import plain_text
from segmentation.data.customers import Inputs, customers_from
from segmentation.data.reading import Readable, ReadSettings
from segmentation.data.reading import read as read_table
from segmentation.data.reading.columnar import column_names, with_index
from segmentation.data.samples import sample_inputs
from segmentation.data.sources import SavedMapping
from segmentation.preparation import Recipe, learn
from segmentation.preparation.saved import prep_from

__all__ = ["Customers", "as_features", "as_recipe", "features", "prepare", "read", "sample"]

Customers: TypeAlias = FeatureTable | Inputs
"""Customers as a person has them: a `FeatureTable`, or whatever `features` takes."""

_CENTRED = 1e-4
"""So near to 0 is the mean of every column that a recipe brought to one scale, rounding included."""


def sample(name: str = "income_spending") -> str | list[str]:
    """The path of the sample data that come with the library; a list of paths where they are several files.

    Parameters
    ----------
    name
        `credit_card`, `income_spending`, `retail`, `fintech`, `app_habits` or `no_structure`.

    Raises
    ------
    SegmentationError
        When there is no sample of this name.

    Examples
    --------
    >>> import segmentation as seg
    >>> seg.read(seg.sample("income_spending"))
    Table(income_spending.csv: 2,000 rows, 7 columns, 2 notes, 0 problems)
    """
    paths = list(sample_inputs(name))
    return paths if len(paths) > 1 else paths[0]


def read(data: Readable, name: str = "", **settings: Any) -> Table:
    """A CSV, Excel or Parquet file, or a DataFrame → a `Table` with typed columns and a note for all that was done.

    Parameters
    ----------
    data
        The path of a file, its bytes, an open file, or a DataFrame.
    name
        What the table is called; the name of the file, unless it is given.
    **settings
        How it is read, where that is not to be found out: fields of `ReadSettings` such as `decimal=","`,
        `separator=";"`, `sheet="2024"`, `header_row=3`, `date_order="dmy"`.

    Returns
    -------
    Table
        `.frame` (numbers float64, dates datetime64, else text), `.notes` (what was done), `.problems` (what to look
        at), `.refused` (lines that could not be read) and `.settings` (complete: they read the next file alike).

    Raises
    ------
    DataProblems
        One sentence with a remedy for each reason why the file cannot be read.

    Examples
    --------
    >>> import segmentation as seg
    >>> table = seg.read(b"id;spent\\nann;1.234,50\\nbob;99,95\\n", "orders.csv")
    >>> table
    Table(orders.csv: 2 rows, 2 columns, 1 note, 0 problems)
    >>> table.frame["spent"].tolist()
    [1234.5, 99.95]
    """
    return read_table(data, name, ReadSettings.from_dict(settings))


def features(
    data: Inputs,
    source: str | None = None,
    *,
    roles: Mapping[str, str] | None = None,
    id: str | None = None,
    mapping: SavedMapping | str | os.PathLike[str] | None = None,
    as_of: date | str | None = None,
    choices: Mapping[str, Any] | None = None,
    derive: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> FeatureTable:
    """Files of any kind → one row a customer, one column of numbers a feature.

    Parameters
    ----------
    data
        A `Table`, a path, bytes or a DataFrame; a list of them for several files, or a dict that names them.
    source
        The kind of file: `customers`, `transactions`, `fintech` or `related`. None finds it out.
    roles
        Column → `feature`, `identifier`, `descriptor`, `sensitive`, `outcome`, `date` or `left out`, where the
        suggestion is not wanted. Of a list of purchases: column → `customer`, `date`, `amount` … (`identifier` is the
        customer); what is not named is guessed.
    id
        The column that tells customers apart; short for `roles={column: "identifier"}`.
    mapping
        Which column is what, as the Data page saves it: a file or a `SavedMapping`.
    as_of
        The day that days are counted up to, a date or text such as `2024-12-31`; None is the day after the last one
        in the files.
    choices
        What counts, where the usual is not wanted: `{"returns": "net", "words.pending": "purchase", "currencies":
        "rates", "currency": "EUR", "rates.USD": 0.92, "same_ids": "join"}`.
    derive
        Columns of a customer table that are made of others, name → formula: `{"age": "years_between(born,
        2026-11-28)", "spent": "sum(wine, meat)"}`. They are made again in every later file. docs/formulas.md has all.
    progress
        Called as `progress(share, text)` while large files are read.

    Returns
    -------
    FeatureTable
        `.frame` (index = customer), `.info` (label, unit and meaning of each feature), `.descriptors`, `.notices`
        (what reading and building noticed: cells that became missing, customers that came together …), `.notes`,
        `.problems` and `.roles` (what every column of the files was taken for, and why).

    Raises
    ------
    DataProblems
        With every fault at once: repeated customers, text in a feature, no feature …
    SegmentationError
        For a role, a column or a kind of file that there is not.

    Examples
    --------
    >>> import pandas as pd
    >>> import segmentation as seg
    >>> orders = pd.DataFrame({
    ...     "customer": ["ann", "ann", "bob"],
    ...     "date": pd.to_datetime(["2024-01-01", "2024-01-07", "2024-01-05"]),
    ...     "amount": [10.0, 15.0, 20.0],
    ... })
    >>> made = seg.features(orders)
    >>> made.source, made.as_of
    ('transactions', '2024-01-08')
    >>> made.frame.loc["ann"].to_dict()
    {'recency': 1.0, 'frequency': 2.0, 'monetary': 25.0}
    """
    return customers_from(
        data,
        source,
        roles=roles,
        id=id,
        mapping=mapping_of(mapping),
        as_of=day_text(as_of),
        choices=choices,
        derive=formulas_of(derive),
        progress=checked_progress(progress),
    )


def prepare(
    features: Customers, settings: PrepSettings | str | os.PathLike[str] = "recommended", **changes: Any
) -> Recipe:
    """Customers → the recipe that makes their numbers comparable: gaps filled, extremes capped, one scale.

    Parameters
    ----------
    features
        A `FeatureTable`, or whatever `seg.features` takes.
    settings
        `recommended` (each step where a column needs it), `plain` (gaps filled with the median, one scale, nothing
        else), a `PrepSettings`, or the path of a .json file that the Prepare page saved.
    **changes
        Fields of `PrepSettings` to change, such as `scale=False`, `cap="all"` or
        `columns={"income": {"transform": "log1p"}}`.

    Returns
    -------
    Recipe
        What was learned; `.transform(frame)` gives the prepared numbers, `.table()` what was done to each column,
        `.dropped` what was left out and why.

    Raises
    ------
    SegmentationError
        For a setting that is out of range, a choice for a column that is no feature, and when no feature is left.

    Examples
    --------
    >>> import pandas as pd
    >>> import segmentation as seg
    >>> people = pd.DataFrame({"spent": [20, 35, 45, 90], "visits": [1, None, 3, 8], "country": ["DE"] * 4})
    >>> recipe = seg.prepare(people, "plain")
    >>> recipe
    Recipe(2 of 2 features: spent, visits)
    >>> recipe.transform(people).round(2).tolist()
    [[-1.05, -1.06], [-0.48, -0.29], [-0.1, -0.29], [1.63, 1.64]]
    """
    table, chosen = as_features(features), prep_from(settings)
    unknown = [name for name in changes if name not in {item.name for item in fields(PrepSettings)}]
    if unknown:
        known = ", ".join(item.name for item in fields(PrepSettings))
        raise SegmentationError(f"Preparation has no setting {unknown[0]!r}. Its settings are {known}.")
    if "columns" in changes:
        changes = {**changes, "columns": {**chosen.columns, **_column_choices(changes["columns"], table)}}
    for name in chosen.columns:
        _check_feature(name, table)
    return learn(table, replace(chosen, **changes))


def _column_choices(
    columns: Mapping[str, ColumnPrep | Mapping[str, Any]], table: FeatureTable
) -> dict[str, ColumnPrep]:
    """Column → its own choices; one sentence for a column or a choice that there is not."""
    known = [item.name for item in fields(ColumnPrep)]
    made = {}
    try:
        for name, item in columns.items():
            _check_feature(name, table)
            made[name] = item if isinstance(item, ColumnPrep) else ColumnPrep(**item)
    except (AttributeError, TypeError) as error:
        raise SegmentationError(
            f'The choices for a column are written as {{"column": {{"transform": "log1p"}}}}, with {", ".join(known)}.'
        ) from error
    return made


def _check_feature(name: str, table: FeatureTable) -> None:
    """Refuse a choice for a column that would change nothing."""
    if name not in table.names:
        there = plain_text(", ".join(table.names), longest=200)
        raise SegmentationError(
            f'There is no feature "{plain_text(name)}". The features are {there}. Take the choice out.'
        )


def as_features(data: Customers) -> FeatureTable:
    """The feature table that was given, or the one that `features` makes of what was given."""
    return data if isinstance(data, FeatureTable) else features(data)


def as_recipe(table: FeatureTable, recipe: Recipe | PrepSettings | str | os.PathLike[str]) -> Recipe:
    """The recipe that was given, or the one that these choices learn.

    A recipe of other customers is refused: numbers that it brings to one scale have the mean 0 only for its own.
    """
    if not isinstance(recipe, Recipe):
        return prepare(table, recipe)
    middle = np.abs(recipe.transform(table.frame).mean(axis=0)).max()
    if recipe.settings.scale and middle > _CENTRED:
        raise SegmentationError(
            "The recipe was learned from other customers than these. Make it of these with seg.prepare(features)."
        )
    return recipe


def frame_of(data: FeatureTable | Table | pd.DataFrame | Iterable[Any], needed: Sequence[str]) -> pd.DataFrame:
    """The columns of whatever holds customers that are features already, under the names that reading gives them.

    needed: the names that are looked for. A table in memory that does not have them as they are (its columns are
    numbers, pairs or repeated, a feature is its index) is named as `features` named it. Rows keep their index.
    Raises one sentence for what is no table.
    """
    if isinstance(data, FeatureTable | Table):
        return data.frame
    try:
        frame = pd.DataFrame(data)
    except (TypeError, ValueError) as error:
        raise SegmentationError(
            f"A table of customers cannot be {kind_text(data)}. Give a DataFrame with a column for each feature."
        ) from error
    if frame.columns.is_unique and set(needed) <= set(frame.columns):
        return frame
    flat = with_index(frame)
    return flat.set_axis(column_names(flat)[0], axis=1).set_axis(frame.index, axis=0)
