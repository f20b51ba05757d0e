"""Draw the pictures of a report as SVG: a finished table in, a drawing out, nothing computed from data."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable

from segmentation.charts.palette import EVERYONE
from segmentation.charts.style import DIVERGING
from segmentation.core.text import effect_text, number_text, share_text
from segmentation.reports.html_report.svg import drawing, line, mark, rect, text, wrapped
from segmentation.reports.pictures import Picture
from segmentation.reports.scale import bounds, ticks

__all__ = ["draw"]

_LABELS = 210
_LETTERS = 24  # of a label on one line, in the widest font that a reader may have
_RIGHT = 70
_BAR, _HIGH_BAR = 34, 52  # of two lines of a label, and of three
_BELOW, _ABOVE = DIVERGING[0][1], DIVERGING[-1][1]
_STRONG = 2.0  # standard deviations at full colour


def draw(picture: Picture, *, width: float = 720) -> str:
    """One picture as SVG; on a narrower drawing the text is larger when it fills the same place."""
    return _DRAW[picture.kind](picture, width)


def _bars(picture: Picture, width: float) -> str:
    values = picture.table["share"].tolist()
    most, room, step_height = max(values) or 1.0, width - _LABELS - _RIGHT, _bar_height(picture)
    parts = []
    for step, (name, value) in enumerate(zip(picture.table.index, values, strict=True)):
        middle, segment = (step + 0.5) * step_height, picture.segments[step]
        long = room * value / most
        parts.append(wrapped(_LABELS - 24, middle, name, letters=_LETTERS, lines=3))
        parts.append(mark(_LABELS - 12, middle, picture.palette.symbol(segment), fill=picture.palette.colour(segment)))
        parts.append(rect(_LABELS, middle - 10, long, 20, fill=picture.palette.colour(segment)))
        parts.append(text(_LABELS + long + 6, middle + 4.5, share_text(value), kind="strong"))
    return drawing(width, len(values) * step_height, picture.alt, parts)


def _bar_height(picture: Picture) -> int:
    """Room for each bar: more where a name beside one needs three lines."""
    lines = max(len(textwrap.wrap(str(name), _LETTERS)) for name in picture.table.index)
    return _BAR if lines <= 2 else _HIGH_BAR


def _gaps(picture: Picture, width: float) -> str:
    values = picture.table["difference"].tolist()
    low, high = bounds(min(values), max(values), zero=True)
    left, room = _LABELS + 40, width - _LABELS - 80
    step_height = 30

    def at(value: float) -> float:
        return left + room * (value - low) / (high - low)

    height = len(values) * step_height + 20
    colour = picture.palette.colour(picture.segments[0])
    parts = [line(at(0), 0, at(0), height - 20, class_="axis")]
    parts.append(text(at(0), height - 5, "everyone", anchor="middle", kind="quiet"))
    for step, (name, value) in enumerate(zip(picture.table.index, values, strict=True)):
        middle = step * step_height + step_height / 2
        start, end = sorted((at(0), at(value)))
        parts.append(wrapped(_LABELS - 10, middle, name, letters=_LETTERS + 1))
        parts.append(rect(start, middle - 9, end - start, 18, fill=colour))
        side = {"anchor": "start"} if value >= 0 else {"anchor": "end"}
        parts.append(text(at(value) + (5 if value >= 0 else -5), middle + 4.5, effect_text(value), **side))
    return drawing(width, height, picture.alt, parts)


def _lines(picture: Picture, width: float) -> str:
    column = picture.table.columns[0]
    values = picture.table[column].dropna()
    low, high = bounds(float(values.min()), float(values.max()))
    left, top, wide, tall = 70, 16, width - 110, 190
    places = values.index.tolist()
    first, last = bounds(float(places[0]), float(places[-1]))

    def at(k: float, value: float) -> tuple[float, float]:
        return left + wide * (k - first) / (last - first), top + tall * (1 - (value - low) / (high - low))

    parts = []
    for tick in ticks(low, high, 4):
        height = at(first, tick)[1]
        parts += [line(left, height, left + wide, height, class_="grid")]
        parts += [text(left - 8, height + 4.5, number_text(tick), anchor="end", kind="quiet")]
    points = [at(k, value) for k, value in zip(places, values.tolist(), strict=True)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{path}" class="line"/>')
    for (x, y), k in zip(points, places, strict=True):
        chosen = k == picture.marked
        parts.append(mark(x, y, "circle", scale=1.7 if chosen else 0.9, class_="chosen" if chosen else "point"))
        parts.append(text(x, top + tall + 22, k, anchor="middle", kind="strong" if chosen else "quiet"))
    parts.append(text(left + wide / 2, top + tall + 44, "Number of segments", anchor="middle", kind="quiet"))
    return drawing(width, top + tall + 50, picture.alt, parts)


def _heat(picture: Picture, width: float) -> str:
    return _grid(
        picture, width, lambda value: (_BELOW if value < 0 else _ABOVE, min(abs(value) / _STRONG, 1.0)), effect_text
    )


def _distances(picture: Picture, width: float) -> str:
    most = float(picture.table.to_numpy().max()) or 1.0
    return _grid(picture, width, lambda value: (EVERYONE, 0.9 * (1 - value / most) if value else 0.0), _distance)


def _grid(
    picture: Picture, width: float, colour: Callable[[float], tuple[str, float]], words: Callable[[float], str]
) -> str:
    """Cells with a coloured ground and their value; rows and columns labelled, columns with the segments' symbols."""
    rows, columns = picture.table.shape
    head, cell = 64, (width - _LABELS) / columns
    letters = _LETTERS + 1
    tall = 26 if all(len(str(name)) <= letters for name in picture.table.index) else 34
    parts = []
    for index, name in enumerate(picture.table.columns):
        middle, segment = _LABELS + (index + 0.5) * cell, picture.segments[index]
        parts.append(mark(middle, 8, picture.palette.symbol(segment), fill=picture.palette.colour(segment)))
        fits = max(int(cell / 7), 6)
        parts.append(wrapped(middle, 38, name, letters=fits, lines=3, anchor="middle", kind="small"))
    for row, name in enumerate(picture.table.index):
        top = head + row * tall
        parts.append(wrapped(_LABELS - 10, top + tall / 2, name, letters=letters))
        for index, value in enumerate(picture.table.iloc[row].tolist()):
            fill, strength = (EVERYONE, 0.0) if math.isnan(value) else colour(value)
            left = _LABELS + index * cell
            parts.append(rect(left + 1, top + 1, cell - 2, tall - 2, fill=fill, fill_opacity=f"{0.75 * strength:.2f}"))
            parts.append(text(left + cell / 2, top + tall / 2 + 4.5, words(value), anchor="middle"))
    return drawing(width, head + rows * tall + 4, picture.alt, parts)


def _boxes(picture: Picture, width: float) -> str:
    table = picture.table
    low, high = bounds(float(table["low"].min()), float(table["high"].max()), zero=True)
    step_height = _bar_height(picture)
    left, room, bottom = _LABELS, width - _LABELS - 30, len(table) * step_height

    def at(value: float) -> float:
        return left + room * (value - low) / (high - low)

    parts = []
    for tick in ticks(low, high):
        parts += [line(at(tick), 0, at(tick), bottom, class_="grid")]
        parts += [text(at(tick), bottom + 18, number_text(tick), anchor="middle", kind="quiet")]
    for step, (name, row) in enumerate(table.iterrows()):
        middle, segment = (step + 0.5) * step_height, picture.segments[step]
        colour = picture.palette.colour(segment)
        parts.append(wrapped(_LABELS - 24, middle, name, letters=_LETTERS, lines=3))
        parts.append(mark(_LABELS - 12, middle, picture.palette.symbol(segment), fill=colour))
        if math.isnan(row["median"]):
            continue
        parts.append(line(at(row["low"]), middle, at(row["high"]), middle, stroke=colour, stroke_width=1.5))
        for end in ("low", "high"):
            parts.append(line(at(row[end]), middle - 5, at(row[end]), middle + 5, stroke=colour, stroke_width=1.5))
        long = max(at(row["q75"]) - at(row["q25"]), 1.5)
        parts.append(rect(at(row["q25"]), middle - 9, long, 18, fill=colour, fill_opacity="0.55", stroke=colour))
        parts.append(line(at(row["median"]), middle - 9, at(row["median"]), middle + 9, class_="median"))
    return drawing(width, bottom + 26, picture.alt, parts)


def _points(picture: Picture, width: float) -> str:
    table = picture.table
    tall, legend = 420, 24 * math.ceil(len(picture.segments) / 2) + 12
    across = bounds(float(table["x"].min()), float(table["x"].max()))
    upward = bounds(float(table["y"].min()), float(table["y"].max()))
    parts = [rect(0.5, 0.5, width - 1, tall - 1, class_="frame")]
    for segment, x, y in zip(table["segment"], table["x"], table["y"], strict=True):
        left = 14 + (width - 28) * (x - across[0]) / (across[1] - across[0])
        top = 14 + (tall - 28) * (1 - (y - upward[0]) / (upward[1] - upward[0]))
        look = {"fill": picture.palette.colour(int(segment)), "fill_opacity": "0.7"}
        parts.append(mark(left, top, picture.palette.symbol(int(segment)), scale=0.75, **look))
    for index, (segment, name) in enumerate(zip(picture.segments, picture.shown.index, strict=True)):
        left, top = (index % 2) * width / 2 + 10, tall + 22 + 24 * (index // 2)
        parts.append(mark(left, top, picture.palette.symbol(segment), scale=1.3, fill=picture.palette.colour(segment)))
        parts.append(wrapped(left + 14, top, name, letters=42, lines=1, anchor="start"))
    return drawing(width, tall + legend, picture.alt, parts)


def _distance(value: float) -> str:
    return "–" if math.isnan(value) or value == 0 else number_text(value)


_DRAW: dict[str, Callable[[Picture, float], str]] = {
    "bars": _bars,
    "gaps": _gaps,
    "lines": _lines,
    "heat": _heat,
    "distances": _distances,
    "boxes": _boxes,
    "points": _points,
}
