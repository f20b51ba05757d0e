"""What was counted of a big file → the `Table` that `read` would say all this of, with a few cells in place of all.

Each column of numbers is put before the functions of `read` as the different cells of its first lines, its extremes,
its codes and its strays, with the number of rows that hold them: whatever those functions ask of a column, these cells
answer as all of them would.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.tables import Table
from segmentation.data.reading import reader
from segmentation.data.reading.column_reports import ColumnReports
from segmentation.data.reading.columns import find_conventions, votes
from segmentation.data.reading.distinct import Distinct, distinct_cells
from segmentation.data.reading.evidence import evidence_of
from segmentation.data.reading.no_answer import SHORT_CODES
from segmentation.data.reading.outline import FEWEST_BLANK
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.stream.blocks import NotPlain
from segmentation.data.reading.stream.facts import FileFacts, Numbers
from segmentation.data.reading.stream.folding import tell_alike
from segmentation.data.reading.stream.head import Column, Head, Lane
from segmentation.data.reading.subtotals import FILLED, any_label
from segmentation.data.reading.summary_rows import any_total, may_be_total
from segmentation.data.reading.values import Values, text_series

__all__ = ["conclude"]

_MOST_BLANK = 2_000_000
_NO_LINES = np.zeros(0, dtype=np.int64)


def conclude(head: Head, facts: FileFacts) -> Table:
    """The `Table` of a file of which all is counted; its frame has the ends of each column only.

    Raises `NotPlain` where the counts do not tell what `read` would have done.
    """
    _check_rows(head, facts)
    words = {name: distinct_cells(name, *_split(found.counts.done())) for name, found in facts.words.items()}
    samples = {name: pa.concat_arrays(found.sample) for name, found in facts.words.items()}
    sampled = {name: distinct_cells(name, cells, head.settings) for name, cells in samples.items()}
    if any((column.zero & ~column.blank).any() for column in sampled.values()):
        raise NotPlain
    voted = [votes(sampled.get(item.name, item.first)) for item in head.columns]
    if facts.fraction_later(head.whole) and (any(vote[","] for vote in voted) or not any(vote["."] for vote in voted)):
        raise NotPlain  # it matters in which row the first of them stands
    conventions = find_conventions(voted, head.settings)
    reports, ends, texts = ColumnReports(head.settings, conventions), dict[str, Any](), dict[str, pd.Series]()
    for item in head.columns:
        if item.lane is Lane.WORDS:
            counts = facts.words[item.name].counts
            column, lines = replace(words[item.name], rows=counts.done()[1]), _NO_LINES
            examined = reports.examine(column)
            if examined.values.lost.any() or not tell_alike(counts.folding, column, examined.decision):
                raise NotPlain  # in which lines they stand, or how many there are, is not known any more
        else:
            column, lines = _digest(item, facts, head.settings)
            examined = reports.examine(column)
        reports.add(examined, lines)
        if item.lane in (Lane.DECIMAL, Lane.WHOLE) and not reports.kinds.get(item.name, "").startswith("number"):
            raise NotPlain
        ends[item.name] = _ends(examined.values)
        texts[item.name] = text_series(samples.get(item.name, item.first.cells))
    done = reports.finished()
    refused = [reader.refused_problem(facts.refused, facts.rows)] if facts.refused.count else []
    settings = replace(done.settings, header_row=1, total_rows=True, short_lines="refuse")
    table = Table(
        name=head.name,
        frame=pd.DataFrame(ends),
        text=pd.DataFrame(texts),
        notes=(*head.notes, *done.notes),
        problems=(*refused, *done.problems),
        settings=settings,
        refused=pd.DataFrame(facts.refused.rows, columns=["line", "reason", "text"]),
        questions=done.questions,
        units=done.units,
    )
    if _has_percent(table):
        raise NotPlain
    return table


def _has_percent(table: Table) -> bool:
    return bool(evidence_of(table).percent) or any(problem.kind == "percent" for problem in table.problems)


def _split(counted: tuple[pa.Array, np.ndarray]) -> tuple[pa.Array, ReadSettings]:
    return counted[0], ReadSettings()


def _check_rows(head: Head, facts: FileFacts) -> None:
    """Raise where a row may be no row of data: a total, a note below the table, a blank row among names."""
    last = [cell.strip() for cell in facts.last]
    if facts.refused.count > facts.rows or facts.blank_lines > _MOST_BLANK or facts.rows < len(last):
        raise NotPlain
    left_out = facts.refused.count + facts.blank_lines
    if left_out and facts.rows + facts.refused.count <= reader.MOST_LOOKED_THROUGH:
        raise NotPlain  # a further table may begin below such lines
    if sum(map(bool, last)) < 2 or not last[0] or may_be_total(last):
        raise NotPlain
    few = max(3, (1 - FILLED) * 4 * facts.rows)
    if facts.blank_texts and 0 < facts.blank_first <= few:
        raise NotPlain
    if _blank(head.columns[0], facts) >= FEWEST_BLANK * facts.rows:
        raise NotPlain  # a value may stand for the rows below it
    for at, column in enumerate(head.columns):
        strays = facts.numbers[column.name].strays.cells if column.name in facts.numbers else ()
        cells = [pa.array(sorted(set(strays)), pa.large_string())]
        if column.lane is Lane.WORDS:
            cells.append(facts.words[column.name].counts.done()[0])
        if any(any_label(part) or (at < 2 and any_total(part)) for part in cells):
            raise NotPlain


def _blank(column: Column, facts: FileFacts) -> int:
    """Rows that leave a column empty; a column of codes has none."""
    if column.name in facts.numbers:
        return facts.rows - facts.numbers[column.name].count
    if column.name not in facts.words:
        return 0
    cells, rows = facts.words[column.name].counts.done()
    empty = pc.equal(pc.utf8_trim_whitespace(cells), "").to_numpy(zero_copy_only=False)
    return int(rows[empty.astype(bool)].sum())


def _digest(item: Column, facts: FileFacts, settings: ReadSettings) -> tuple[Distinct, np.ndarray]:
    """A column of numbers or codes as a few of its cells; and the lines of its strays, to which their codes belong."""
    if item.lane is Lane.CODE:
        return item.first, _NO_LINES
    known = facts.numbers[item.name]
    if item.lane is Lane.DECIMAL and _few_answers(known):
        raise NotPlain
    there = set(item.first.written.read(".").tolist())
    more = [known.low, known.high, known.fraction, known.low_rest, known.high_rest, *known.codes]
    new = [_written(value, item.lane) for value in dict.fromkeys(more) if np.isfinite(value) and value not in there]
    strays = list(dict.fromkeys(known.strays.cells))
    if 2 * len(strays) > len(there):
        raise NotPlain
    cells = pa.array([*item.first.cells.to_pylist(), *new, *strays], pa.large_string())
    column = distinct_cells(item.name, cells, settings)
    place = {cell: at for at, cell in enumerate(column.cells.to_pylist())}
    codes = pa.array([place[cell] for cell in known.strays.cells], pa.int32())
    column = replace(column, rows=_rows(column, known), codes=codes)
    return column, np.array(known.strays.lines, dtype=np.int64)


def _rows(column: Distinct, known: Numbers) -> np.ndarray:
    """In how many rows each cell of the digest stands: codes and strays as counted, the first number all the rest."""
    rows = np.ones(len(column.cells), dtype=np.int64)
    at = np.flatnonzero(column.value)
    values = column.written.read(".")
    for value, count in known.codes.items():
        same = at[values == value]
        rows[same], rows[same[0]] = 0, count
    place = {cell: number for number, cell in enumerate(column.cells.to_pylist())}
    for stray, count in Counter(known.strays.cells).items():
        rows[place[stray]] = count
    ordinary = at[np.isfinite(values) & ~np.isin(values, list(known.codes))]
    if not len(ordinary):
        raise NotPlain
    rows[ordinary[0]] += known.count - int(rows[at[np.isfinite(values)]].sum())
    return rows


def _few_answers(known: Numbers) -> bool:
    """Whether the numbers are answers from 0 to 6 with a 7, 8 or 9 beside: then it matters how each is written."""
    few = np.isnan(known.fraction) and known.low_rest >= 0 and known.high_rest <= 6
    return bool(few and set(known.codes) & SHORT_CODES)


def _written(value: float, lane: Lane) -> str:
    return str(int(value)) if lane is Lane.WHOLE and value == int(value) else repr(value)


def _ends(values: Values) -> Any:
    """The smallest and largest of a column of numbers; two empty cells for any other."""
    if isinstance(values.typed, pa.Array) or not np.issubdtype(values.typed.dtype, np.floating):
        return pd.Series(["", ""], dtype="str")
    known = values.typed[np.isfinite(values.typed)]
    return np.array([known.min(), known.max()]) if len(known) else np.array([np.nan, np.nan])
