"""The one way to show a table: numbers that sort as numbers, however they are written, and the same as a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.api.types import is_numeric_dtype

from pages.ui.file_names import of_key
from segmentation.core.csv_export import csv_bytes, significant
from segmentation.core.glossary import meaning
from segmentation.core.text import decimals, plain_text

__all__ = ["Column", "Written", "as_file", "on_phone", "table"]

Written = Callable[[float], str]
"""How one row writes a number: 0.123 → "12.3 %"."""

_FORMATS = {"count": "%,d", "share": "%,.1f\u00a0%%", "plain": "%d"}
_HEADING = 40
"""Letters of a heading on the screen; in a file it is whole, so that no two become the same."""
_PHONE = 130
"""Pixels of a pinned column on a phone."""
_FILE_HELP = (
    "Your own working table as a CSV file: what the page shows, also of few customers. To copy cells, mark them and "
    "press Ctrl+C."
)


@dataclass(frozen=True)
class Column:
    """How a column of a table is shown.

    format: "auto" (by type), "number" (thousands separated, three significant digits), "count" (whole),
    "share" (0.123 → 12.3 %), "text", "right" (text, right-aligned), "row" (a number that every row writes in its own
    way, see `table`), "bars" (each cell a list of numbers, drawn small), or a pattern such as "%,.2f". width: "small",
    "medium", "large", pixels or
    None. pinned: stays in sight while the other columns scroll.
    """

    label: str
    format: str = "auto"
    help: str = ""
    width: Any = None
    pinned: bool = False


def table(
    frame: pd.DataFrame,
    key: str,
    columns: Mapping[str, str | Column] | None = None,
    *,
    rows: Sequence[Written] = (),
    texts: pd.DataFrame | None = None,
    height: Any = "auto",
    alt: str | None = None,
    on_select: Any = "ignore",
    selection_mode: Any = "single-row",
    file: bool = True,
) -> Any:
    """A sortable table: labels instead of column names, numbers right-aligned and thousands separated.

    columns: column → label or `Column`, in the order to show; columns that are not named keep their own name and
    follow when `columns` is None. A named index is shown first; an unnamed one is hidden. rows: for columns with the
    format "row", how each row writes its numbers. texts: what stands in cells in place of their number (with its
    interval, say), row by row, under names of `frame`; such columns sort by their numbers. file: offer the table as a
    CSV file, in which such texts have a column of their own.
    """
    shown = frame.reset_index() if frame.index.name is not None else frame
    named: Mapping[Any, str | Column] = columns or {name: str(name) for name in shown.columns}
    wanted = {name: Column(about) if isinstance(about, str) else about for name, about in named.items()}
    order = [name for name in wanted if name in shown.columns]
    data, config = {}, {}
    for name in order:
        about, values = wanted[name], shown[name]
        data[name] = values * 100 if about.format == "share" else values
        config[name] = _config(_fitting(about, first=name == order[0]), data[name])
    ready = pd.DataFrame(data, index=pd.RangeIndex(len(shown)) if data else None)
    told = None if texts is None else texts[[name for name in order if name in texts and is_numeric_dtype(ready[name])]]
    chosen = st.dataframe(
        _shown(ready, wanted, config, rows, told),
        key=key,
        hide_index=True,
        column_config=config,
        height=height,
        on_select=on_select,
        selection_mode=selection_mode,
        placeholder="–",
        alt=alt,
    )
    if file and len(ready):
        as_file(ready, {name: wanted[name] for name in order if wanted[name].format != "bars"}, key, told)
    return chosen


def on_phone() -> bool:
    """Whether the browser says that it is on a phone."""
    agent = st.context.headers.get("User-Agent", "")
    return isinstance(agent, str) and "Mobi" in agent


def _fitting(column: Column, *, first: bool) -> Column:
    """The column as it fits the screen: on a phone only the first stays in sight, and leaves room for another."""
    if not column.pinned or not on_phone():
        return column
    return replace(column, width=_PHONE) if first else replace(column, pinned=False)


def _shown(
    frame: pd.DataFrame,
    wanted: Mapping[Any, Column],
    config: Mapping[str, Any],
    rows: Sequence[Written],
    texts: pd.DataFrame | None,
) -> Any:
    """The numbers with what stands in their place, where something does."""
    own = [str(name) for name in frame if wanted[name].format == "row"]
    return _written(frame, own, rows, texts) if own or texts is not None else _no_minus_zero(frame, config)


def _written(
    frame: pd.DataFrame, columns: list[str], rows: Sequence[Written], texts: pd.DataFrame | None = None
) -> Any:
    """The same numbers, shown as each row writes them, or with these texts; rows of the same way go together."""
    ways: dict[Written, list[int]] = {}
    for place, way in enumerate(rows):
        ways.setdefault(way, []).append(place)
    styler = frame.style
    for way, places in ways.items():
        styler = styler.format(partial(_no_break, way), subset=(places, columns), na_rep="–")
    for place, cells in enumerate(() if texts is None else texts.to_dict("records")):
        ways_of: dict[Any, str | Callable[[object], str] | None] = {
            str(name): partial(_given, str(cell).replace(" %", "\u00a0%")) for name, cell in cells.items()
        }
        styler = styler.format(ways_of, subset=([place], list(ways_of)))
    return styler


def _given(text: str, value: object) -> str:
    return text


def _no_minus_zero(frame: pd.DataFrame, config: Mapping[str, Any]) -> pd.DataFrame:
    """The numbers as they are shown, where a small negative one would be rounded to −0.00."""
    shown = frame.copy()
    for name in (str(name) for name in frame if frame[name].dtype.kind == "f"):
        digits = re.search(r"\.(\d)f", str(config[name]["type_config"].get("format") or ""))
        if digits is not None:
            shown[name] = frame[name].mask(frame[name].round(int(digits[1])) == 0, 0.0)
    return shown


def _no_break(way: Written, value: float) -> str:
    return way(value).replace(" %", "\u00a0%")


def as_file(frame: pd.DataFrame, columns: Mapping[str, Column], key: str, texts: pd.DataFrame | None = None) -> None:
    """The button below a table that gives it as a CSV file; for tables that are edited, which `table` does not show.

    columns: those in the file, with the label that is their heading. texts: as for `table`.
    """
    with st.container(horizontal=True, horizontal_alignment="right", key=f"{key}-file-row"):
        st.download_button(
            "CSV",
            partial(_csv, frame, dict(columns), texts),
            of_key(key, "csv"),
            "text/csv",
            key=f"{key}-file",
            help=_FILE_HELP,
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def _csv(frame: pd.DataFrame, columns: Mapping[str, Column], texts: pd.DataFrame | None = None) -> bytes:
    """What is shown, as a file: the labels as headings, numbers as numbers, then the texts that stood for them."""
    heads = {
        name: f"{about.label} (%)" if about.format == "share" and "%" not in about.label else about.label
        for name, about in columns.items()
    }
    ready = significant(frame[list(columns)].rename(columns=heads))
    if texts is not None:
        ready = ready.assign(**{f"{columns[name].label}, as shown": texts[name].to_numpy() for name in map(str, texts)})
    return csv_bytes(ready)


def _config(about: Column, values: pd.Series) -> Any:
    label = plain_text(about.label, longest=_HEADING)
    common: dict[str, Any] = {
        "help": about.help or meaning(about.label) or None,
        "width": about.width,
        "pinned": about.pinned or None,
    }
    if about.format == "bars":
        return st.column_config.BarChartColumn(label, **common, y_min=0, color="grey")
    if about.format in ("row", "right"):
        return st.column_config.Column(label, **common, alignment="right")
    numeric = is_numeric_dtype(values) and values.dtype != bool and str(values.dtype) != "boolean"
    if not numeric or about.format == "text":
        return st.column_config.Column(label, **common)
    pattern = _FORMATS.get(about.format) or (about.format if "%" in about.format else _pattern(values))
    return st.column_config.NumberColumn(label, **common, format=pattern)


def _pattern(values: pd.Series) -> str:
    """One number of decimals for a whole column: three significant digits at its typical size."""
    if values.dtype.kind in "iu":
        return "%,d"
    return f"%,.{decimals(values.astype('float64'))}f"
