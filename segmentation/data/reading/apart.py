"""`read` and `sheets`, done in a process of their own with limits: nobody's file can take the product from others.

The libraries that read workbooks and Parquet files are fast and trust what they read: a workbook of a kilobyte can ask
for half a terabyte and end the process. So every file is read elsewhere, and a crash, a hang or a full memory there is
one sentence here.
"""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pyarrow as pa

from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.own_process import keep_warm as keep_processes_warm
from segmentation.core.own_process import run_limited
from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.warm_processes import Ended, Limits
from segmentation.data.reading import reader
from segmentation.data.reading.guards import kind_of_file, refuse
from segmentation.data.reading.inputs import Readable, opened
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.values import text_series

__all__ = ["ended_problems", "keep_warm", "limits", "one_door", "read", "read_inside", "sheets", "within_limits"]

_LOG = logging.getLogger(__name__)
_MEGABYTE = 2**20
_IMPORTS = ("pyarrow.parquet", "python_calamine", __name__)
_DAMAGED = "Open it in the program that made it, save it again as CSV or as an Excel workbook (.xlsx)."

Answer = TypeVar("Answer")


def limits(size: int) -> Limits:
    """What reading a file of so many bytes may take; many times what the largest real files of their size took.

    Computing is what stops a file that is made to do harm; the clock is wide, because on a busy computer a good file
    waits for others, too.
    """
    megabytes = size / _MEGABYTE
    return Limits(
        memory=int((750 + 20 * min(megabytes, 200)) * _MEGABYTE),
        computing=1.5 + 3.0 * megabytes,
        clock=25.0 + 12.0 * megabytes,
    )


def keep_warm(processes: int = 1, *, refill: bool = False) -> None:
    """Have processes ready that can read at once; refill: replace each that ends, as a server does."""
    keep_processes_warm(processes, imports=_IMPORTS, refill=refill)


def read(
    data: Readable, name: str = "", settings: ReadSettings = ReadSettings(), progress: Progress | None = None
) -> Table:
    """A CSV, Excel or Parquet file (its path or its bytes), or a table in memory → a `Table` with typed columns.

    Takes what `reader.read` takes, which does the work; a table in memory is no file and is read here. Raises
    `DataProblems`, one sentence with a remedy each, for a file that cannot be read, whatever it does.
    """
    data, name = opened(data, name)
    if isinstance(data, pd.DataFrame):
        return reader.read(data, name, settings, progress)
    kind_of_file(data, name)  # too large or no table at all: no need to send it anywhere
    view = pickle.PickleBuffer(data)
    return _linked(
        *within_limits(_read, view, name, settings, size=len(data), name=name, progress=progress, tells=True)
    )


def sheets(data: bytes, name: str) -> tuple[str, ...]:
    """The names of the sheets of a workbook, in order; empty for any other kind of file."""
    if kind_of_file(data, name) != "xlsx":
        return ()
    return within_limits(_sheets, pickle.PickleBuffer(data), name, size=len(data), name=name)


def read_inside(
    data: Readable, name: str = "", settings: ReadSettings = ReadSettings(), progress: Progress | None = None
) -> Table:
    """`read` for work that is in a process with limits already."""
    data, name = opened(data, name)
    with one_door(name):
        return reader.read(data, name, settings, progress)


def within_limits(function: Callable[..., Answer], *args: Any, size: int, name: str, **more: Any) -> Answer:
    """`run_limited` with the limits of a file of so many bytes; where it is ended, that is said of the file."""
    try:
        return run_limited(function, *args, limits=limits(size), **more)
    except Ended as error:
        raise ended_problems(error, name) from None


def ended_problems(ended: Ended, name: str) -> DataProblems:
    """What is said of a file whose reading was ended."""
    what, fix = _ENDED[ended.why]
    return refuse(name, what, fix)


_ENDED = {
    "memory": (
        "needs far more memory than a file of its size should, so reading it was stopped.",
        "Keep only the rows and columns that describe customers, or save it as CSV.",
    ),
    "time": (
        "takes far longer to read than a file of its size should, so reading it was stopped.",
        "Keep only the rows and columns that describe customers, or save it as CSV.",
    ),
    "crash": ("cannot be read: it is damaged, or made to do harm.", _DAMAGED),
}


def _read(
    data: bytes, name: str, settings: ReadSettings, progress: Progress
) -> tuple[Table, dict[str, pa.ChunkedArray], list[str]]:
    with one_door(name):
        return _unlinked(reader.read(data, name, settings, progress))


def _sheets(data: bytes, name: str) -> tuple[str, ...]:
    with one_door(name):
        return reader.sheets(data, name)


@contextmanager
def one_door(name: str, *also: type[BaseException]) -> Iterator[None]:
    """Whatever a reader raises becomes a sentence; what kind and where is logged, never what it says.

    also: kinds of errors that come out as they are.
    """
    try:
        yield
    except (SegmentationError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # the one place where anything may come, a panic in Rust included
        if isinstance(error, also):
            raise
        if "memory" in type(error).__name__.lower():  # Arrow's own
            raise MemoryError from None
        last = traceback.extract_tb(error.__traceback__)[-1]
        _LOG.warning("Reading failed: %s in %s:%s", type(error).__name__, Path(last.filename).name, last.lineno)
        raise refuse(name, "cannot be read: it is damaged, or not what it says it is.", _DAMAGED) from None


def _unlinked(table: Table) -> tuple[Table, dict[str, pa.ChunkedArray], list[str]]:
    """The table without its text, that text as Arrow has it, and the names of the columns that are this very memory.

    A column of text of pandas is copied where it is sent elsewhere; Arrow's arrays travel as they lie in memory.
    """
    same = [
        name
        for name in table.frame.columns
        if isinstance(table.frame[name].dtype, pd.StringDtype)
        and _places(table.frame[name]) == _places(table.text[name])
    ]
    text = {str(name): column.array._pa_array for name, column in table.text.items()}
    return replace(table, frame=table.frame.drop(columns=same), text=pd.DataFrame()), text, same


def _linked(table: Table, text: dict[str, pa.ChunkedArray], same: list[str]) -> Table:
    """The table with its text, and these columns back in their places, sharing memory with the text as before."""
    told = {name: text_series(cells) for name, cells in text.items()}
    columns = {name: told[name] if name in same else table.frame[name] for name in told}
    return replace(table, frame=pd.DataFrame(columns, copy=False), text=pd.DataFrame(told, copy=False))


def _places(column: pd.Series) -> list[tuple[int | None, ...]]:
    """Where in memory a column of text lies: offset, length and the address of each array, per chunk."""
    chunks = column.array._pa_array.chunks
    return [
        (chunk.offset, len(chunk), *(part.address if part is not None else None for part in chunk.buffers()))
        for chunk in chunks
    ]
