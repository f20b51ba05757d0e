"""Columns that are made of others: made once where a table becomes customers, and again, alike, in every later file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.blocks import level_text
from segmentation.core.errors import DataProblems, Problem, SegmentationError
from segmentation.core.tables import Derived, Note, Table
from segmentation.core.text import count_text, counted, number_text, plain_text
from segmentation.data.derived.checked import check
from segmentation.data.derived.functions import FUNCTIONS, KIND_WORDS, TRUTHS, band_words, numbers_among
from segmentation.data.derived.grammar import Node, columns_in, nodes_in, parse
from segmentation.data.derived.named_codes import without_named_codes
from segmentation.data.profiling.scales import in_order
from segmentation.data.profiling.statistics import column_kind

__all__ = ["derive", "derive_again", "derived_from", "formulas_from", "named_in", "sources_of", "with_derived"]

_MOST = 50
_LONGEST_NAME = 100


def formulas_from(texts: Iterable[str]) -> dict[str, str]:
    """ "NAME = FORMULA", each → name → formula; one sentence for what is neither, or for a name given twice."""
    formulas: dict[str, str] = {}
    for text in texts:
        name, equals, formula = (part.strip() for part in text.partition("="))
        if not (name and equals and formula):
            raise SegmentationError(
                f"{plain_text(text, longest=60)!r} makes no column. Write NAME = FORMULA, such as "
                '"age = years_between(birth_date, 2026-11-28)".'
            )
        if name in formulas:
            raise SegmentationError(f"The column {plain_text(name, longest=40)!r} is made twice. Name each once.")
        formulas[name] = formula
    return formulas


def derive(table: Table, formulas: Mapping[str, str]) -> Table:
    """A table and name → formula → the table with those columns behind its own, in this order.

    A later formula may name an earlier column. What a formula learns from the table (the edges of `parts`) is written
    into it, so that it gives the same in every later file. The table keeps what it was made by in `derived`.
    Raises one sentence for a name that is taken, and for a formula that cannot be read or computed.
    """
    for name, formula in formulas.items():
        table = _added(table, name, formula)
    return table


def derive_again(table: Table, known: Iterable[Derived], needed: Iterable[str] = ()) -> Table:
    """A later table → the same with the columns that were made of others when the model was.

    Where the columns behind one are there it is computed; else a column of its name is taken as it is. needed: those
    without which nobody can be scored.
    Raises `DataProblems` where one of these can be neither computed nor taken.
    """
    problems, wanted = [], set(needed)
    for item in known:
        lacking = [name for name in columns_in(parse(item.formula)) if name not in table.frame.columns]
        if not lacking:
            table = without_named_codes(_computed(table, item), parse(item.formula))
        elif item.name not in table.frame.columns and item.name in wanted:
            missing = ", ".join(f"“{plain_text(name, longest=40)}”" for name in lacking)
            made = f"it is made by {plain_text(item.formula, longest=200)}, and the file has no {missing}."
            fix = f"Add that column, or a column {plain_text(item.name, longest=40)}."
            problems.append(Problem(plain_text(item.name, longest=60), made, fix))
    if problems:
        raise DataProblems(problems)
    return table


def with_derived(frame: pd.DataFrame, known: Iterable[Derived]) -> pd.DataFrame:
    """Customers in memory → the same with those made columns that are not there and whose sources are."""
    for item in known:
        tree = parse(item.formula)
        if item.name not in frame.columns and set(columns_in(tree)) <= set(frame.columns):
            values, _ = _values(frame, item, tree)
            frame = frame.assign(**{item.name: values})
    return frame


def derived_from(replay: Mapping[str, Any]) -> tuple[Derived, ...]:
    """What a model or a mapping keeps → its made columns; raises one sentence where that was edited into nonsense."""
    plain = replay.get("derived", ())
    try:
        made = tuple(
            Derived(item["name"], item["formula"], tuple((str(a), str(b)) for a, b in item["kinds"])) for item in plain
        )
        for item in made:
            check(parse(item.formula), dict(item.kinds))
    except (KeyError, TypeError, ValueError) as error:
        raise SegmentationError("The columns that a model makes of others are not as we write them.") from error
    return made


def sources_of(known: Iterable[Derived]) -> tuple[str, ...]:
    """The columns of the file behind made columns, each once."""
    known = tuple(known)
    own = {item.name for item in known}
    names = (name for item in known for name in columns_in(parse(item.formula)))
    return tuple(name for name in dict.fromkeys(names) if name not in own)


def named_in(formulas: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that formulas name, but for those that they make; none of a formula that cannot be read."""
    try:
        names = [name for formula in formulas.values() for name in columns_in(parse(formula))]
    except SegmentationError:
        return ()
    return tuple(name for name in dict.fromkeys(names) if name not in formulas)


def _added(table: Table, name: str, formula: str) -> Table:
    shown = plain_text(name, longest=40)
    if not name.strip() or len(name) > _LONGEST_NAME or plain_text(name) != name:
        raise SegmentationError(f"A column needs a name of 1 to {_LONGEST_NAME} letters in one line; it was {shown!r}.")
    if name in table.frame.columns:
        raise SegmentationError(f"There is a column “{shown}” already. Give the new one another name.")
    if len(table.derived) >= _MOST:
        raise SegmentationError(f"At most {_MOST} columns are made of others. Remove one first.")
    kinds = {str(column): _kind(table.frame[column]) for column in table.frame.columns}
    try:
        tree = parse(formula)
        check(tree, kinds)
        formula = _settled(formula, tree, table)
        tree = parse(formula)
        kind = check(tree, kinds)
    except SegmentationError as error:
        raise SegmentationError(f"“{shown}” cannot be made by {plain_text(formula, longest=200)}: {error}") from error
    item = Derived(name, formula, tuple((column, kinds[column]) for column in columns_in(tree)))
    made = _computed(table, item)
    if made.frame[name].isna().all():
        raise SegmentationError(f"“{shown}” would have no value for anybody. Look at the columns behind it.")
    unit = FUNCTIONS[str(tree.value)].unit if kind == "number" and tree.kind == "call" else ""
    made = without_named_codes(made, tree)
    return replace(made, units={**made.units, name: unit}) if unit else made


def _settled(formula: str, tree: Node, table: Table) -> str:
    """The formula with `parts` as the bands that these customers give."""
    calls = [node for node in nodes_in(tree) if node.kind == "call" and node.value == "parts"]
    for node in reversed(calls):
        kinds = {str(name): _kind(table.frame[name]) for name in columns_in(node)}
        columns = {name: _as_kind(table.frame[name], kind)[0] for name, kind in kinds.items()}
        with np.errstate(all="ignore"):
            values = np.asarray(_evaluated(node.items[0], columns))
        values = numbers_among(values) if values.dtype.kind == "O" else values.astype(np.float64)
        number = int(float(node.items[1].value))
        if not np.isfinite(values).any():
            raise SegmentationError("parts(…) needs a column with values.")
        edges = np.nanquantile(values[np.isfinite(values)], np.arange(1, number) / number).tolist()
        inside = formula[node.items[0].start : node.items[0].end]
        formula = f"{formula[: node.start]}bands({inside}, {', '.join(_short(edges))}){formula[node.end :]}"
    return formula


def _short(edges: Iterable[float]) -> list[str]:
    """Edges with as few digits as bands can be told apart by, equal ones once."""
    texts: list[str] = []
    for digits in (3, 2):
        texts = list(dict.fromkeys(number_text(float(edge), digits=digits).replace(",", "") for edge in edges))
        words = band_words([float(text) for text in texts])
        if in_order(words) == words:
            break
    return texts


def _computed(table: Table, item: Derived) -> Table:
    """The table with one column more, or with that column anew, and what is to be said of it."""
    tree, name = parse(item.formula), plain_text(item.name, longest=60)
    values, unread = _values(table.frame, item, tree)
    notes = []
    if item.name in table.frame.columns:
        notes.append(Note(name, "The file's own column of this name is not used: it is computed as for the model."))
    missing = int(values.isna().sum())
    without = f" {counted(missing, 'customer has', 'customers have')} no value in it." if missing else ""
    notes.append(Note(name, f"Made by {plain_text(item.formula, longest=200)}.{without}", missing))
    for column, count in unread.items():
        kind = KIND_WORDS[dict(item.kinds)[column]]
        what = f"{count_text(count)} cells are no {kind}, as the model knows this column, and count as missing."
        notes.append(Note(plain_text(column, longest=60), what, count, kind="lost"))
    frame = table.frame.copy(deep=False)
    frame[item.name] = values
    again = any(one.name == item.name for one in table.derived)
    return replace(
        table,
        frame=frame,
        notes=(*table.notes, *notes),
        derived=table.derived if again else (*table.derived, item),
    )


def _values(frame: pd.DataFrame, item: Derived, tree: Node) -> tuple[pd.Series, dict[str, int]]:
    """The values of a made column, and column → how many of its cells are not of the kind that it was."""
    kinds, columns, unread = dict(item.kinds), {}, {}
    for name in columns_in(tree):
        columns[name], lost = _as_kind(frame[name], kinds[name])
        if lost:
            unread[name] = lost
            if lost == int(frame[name].notna().sum()):
                what = f"it held {KIND_WORDS[kinds[name]]} when the model was made, and holds none here."
                raise DataProblems([Problem(plain_text(name, longest=60), what, "Look at how the file is read.")])
    with np.errstate(all="ignore"):
        result = np.broadcast_to(np.asarray(_evaluated(tree, columns)), (len(frame),))
    kind = check(tree, kinds)
    if kind == "text":
        text = pd.Series(result, index=frame.index, dtype=object)
        return text.where(text != "", None).astype("str").where(text != "", None), unread
    numbers = pd.Series(np.where(np.isfinite(result), result, np.nan), index=frame.index, dtype=np.float64)
    return numbers.astype("Float64").astype("boolean") if kind == "yes/no" else numbers, unread


def _evaluated(node: Node, columns: Mapping[str, Any]) -> Any:
    if node.kind == "column":
        return columns[str(node.value)]
    if node.kind == "number":
        return np.float64(node.value)
    if node.kind == "day":
        return np.datetime64(str(node.value), "D")
    if node.kind == "text":
        return _folded(str(node.value))
    words = [(str(item.value), float(item.items[0].value)) for item in node.items if item.kind == "word"]
    items = [_evaluated(item, columns) for item in node.items if item.kind != "word"]
    return FUNCTIONS[str(node.value)].compute(*items, **({"codes": words} if words else {}))


def _kind(column: pd.Series) -> str:
    kind = column_kind(column)
    return {"boolean": "yes/no", "empty": "number"}.get(kind, kind)


def _as_kind(column: pd.Series, kind: str) -> tuple[Any, int]:
    """A column of any file as values of a kind, and how many of its cells are none of that kind."""
    known = column.notna()
    if kind == "text":
        codes, different = pd.factorize(column)
        texts = np.array([*(_folded(level_text(value)) for value in different), ""], dtype=object)
        return texts[codes], 0
    if kind == "date":
        days = column
        if not pd.api.types.is_datetime64_any_dtype(column):
            text = column.where(known, None).astype("str").where(known, None)
            days = pd.to_datetime(text, format="ISO8601", errors="coerce")
        return days.to_numpy(dtype="datetime64[D]"), int((known & days.isna()).sum())
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan), 0
    if pd.api.types.is_datetime64_any_dtype(column):
        return np.full(len(column), np.nan), int(known.sum())
    numbers = _truths(column) if kind == "yes/no" else pd.to_numeric(column, errors="coerce")
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan), int((known & numbers.isna()).sum())


def _truths(column: pd.Series) -> pd.Series:
    folded = column.map(lambda value: _folded(level_text(value)), na_action="ignore")
    return folded.map(TRUTHS, na_action="ignore").astype(np.float64)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
