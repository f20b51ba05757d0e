"""The rows below the header of a table as columns of text: by the fast reader where it can, else the careful one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from segmentation.core.settings import Progress
from segmentation.core.tables import Note
from segmentation.core.text import count_text
from segmentation.data.reading.gather import Grid, gather
from segmentation.data.reading.plain_lines import gather_plain
from segmentation.data.reading.records import Refused
from segmentation.data.reading.source import Source

__all__ = ["Header", "gathered"]


@dataclass(frozen=True)
class Header:
    """The names of the table: their line (0: none), row among the first records (−1: none), and what is above them.

    cells: one a column; empty without a header. width: number of columns. typical: the most common number of cells of
    the lines below. grouped: the names with the groups above them, where those tell repeated ones apart.
    """

    line: int
    row: int
    cells: list[str]
    width: int
    typical: int
    grouped: list[str] | None
    notes: list[Note]

    @property
    def on_one_line(self) -> bool:
        """Whether no name can go over several lines."""
        return not any(letter in cell for cell in self.cells for letter in "\r\n")


def gathered(source: Source, header: Header, tell: Progress) -> Grid:
    """The records below the header as columns of text, not yet named."""
    more: dict[str, Any] = {"width": header.width, "fill_short": source.settings.short_lines == "fill"}
    refused, grid = Refused(), None
    if source.text is not None and header.on_one_line:
        first = header.line + 1 if header.row >= 0 else source.text.first
        size = max(len(source.text.data), 1)

        def told(rows: int, done: int) -> None:
            tell(min(0.05 + 0.55 * done / size, 0.6), f"{count_text(rows)} rows read")

        grid = gather_plain(source.text, first, header.cells, refused, rows_done=told, **more)
    if grid is None:
        stream = source.open(header.line, header.width, refused)
        if header.row >= 0:
            next(stream, None)

        def step(rows: int) -> None:
            tell(0.05 + 0.55 * source.done(), f"{count_text(rows)} rows read")

        grid = gather(stream, header.cells, refused, rows_done=step, **more)
    grid.notes[:0] = header.notes
    return grid
