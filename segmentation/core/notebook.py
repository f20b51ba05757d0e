"""What an object shows of itself in a notebook: a heading, a few lines and a table, with every text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from segmentation.core.text import plain_text

__all__ = ["notebook_card"]

_MOST_ROWS = 60
_LONGEST = 400


def notebook_card(title: str, lines: Iterable[str] = (), table: pd.DataFrame | None = None) -> str:
    """Title, sentences and a table (its index is shown when it has a name) → HTML; whatever they hold stays text."""
    parts = [f"<p><strong>{_safe(title)}</strong></p>"]
    parts += [f"<p>{_safe(line)}</p>" for line in lines if line]
    if table is not None and len(table):
        parts.append(_table(table))
    return f"<div>{''.join(parts)}</div>"


def _table(table: pd.DataFrame) -> str:
    shown = table.head(_MOST_ROWS)
    shown = shown.reset_index() if shown.index.name else shown
    head = "".join(f"<th>{_safe(name)}</th>" for name in shown.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_safe(_text(cell))}</td>' for cell in row)}</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    more = len(table) - len(shown)
    below = f"<p>… and {more:,} more.</p>" if more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{below}"


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return "–" if pd.isna(cell) else f"{cell:,.4g}"
    return str(cell)


def _safe(text: Any) -> str:
    return escape(plain_text(text, longest=_LONGEST), quote=True)
