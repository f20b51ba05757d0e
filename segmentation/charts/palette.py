"""Which colour, symbol and mark each segment has: decided here for every page, picture and export."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EVERYONE", "IN_ORDER", "SEGMENT_COLOURS", "SEGMENT_SYMBOLS", "Palette"]

# The first eight follow Okabe and Ito (2008), order and tone chosen for contrast on white and on dark grey.
SEGMENT_COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#A08A00",
    "#7F6FD6",
    "#5B8C5A",
    "#B0413E",
)
SEGMENT_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star", "pentagon", "hexagon", "bowtie")
_MARKS = "●◆■▲✚✖★⬟⬢⧓"
EVERYONE = "#8A8F98"


@dataclass(frozen=True)
class Palette:
    """The looks of the segments of one segmentation.

    slots: the place in the row of colours of segment 1, 2, … (counted from 1), as `clustering.slots` hands them on from
    one number of segments to the next. A segment without one has the place of its own number.
    """

    slots: tuple[int, ...] = ()

    def colour(self, segment: int) -> str:
        """The colour of a segment number (1 …); 0 (everyone, or not assigned) is grey."""
        return EVERYONE if segment < 1 else SEGMENT_COLOURS[self._index(segment, len(SEGMENT_COLOURS))]

    def symbol(self, segment: int) -> str:
        """The marker of a segment number, so that colour is never the only sign."""
        return "circle-open" if segment < 1 else SEGMENT_SYMBOLS[self._index(segment, len(SEGMENT_SYMBOLS))]

    def mark(self, segment: int) -> str:
        """The same shape as a letter, for running text and headings."""
        return "○" if segment < 1 else _MARKS[self._index(segment, len(_MARKS))]

    def _index(self, segment: int, many: int) -> int:
        slot = self.slots[segment - 1] if segment <= len(self.slots) else segment
        return (slot - 1) % many


IN_ORDER = Palette()
"""Colours in the order of the segment numbers: where nothing was handed on, and for groups that are no personas."""
