"""The pictures of a report as native charts of PowerPoint: editable, with their figures behind them."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.slide import Slide
from pptx.util import Inches, Pt

from segmentation.core.csv_export import safe_cell
from segmentation.core.text import plain_text
from segmentation.reports.pictures import Picture
from segmentation.reports.scale import bounds, tick_step
from segmentation.reports.slides.kit import Box, describe
from segmentation.reports.slides.theme import ACCENT, FONT, INK, LINE, QUIET

__all__ = ["draw_bars", "draw_gaps", "draw_line"]

_LINK = re.compile(r"(?i)^\s*(https?|ftps?|mailto|internal|external):")
_LONGEST = 60
_SHARE = '0.0"\u00a0"%'
"""A share as everywhere else: 29.9 %, never broken."""


def draw_bars(slide: Slide, box: Box, picture: Picture) -> None:
    """Shares of the personas, one colour each."""
    # Rounded as the texts are: a presentation program would write 25.0 % for the 0.2495 that stands there as 24.9 %.
    rounded = picture.table.assign(share=[round(round(100 * value, 1) / 100, 3) for value in picture.table["share"]])
    chart = _bar_chart(slide, box, replace(picture, table=rounded), "share", _SHARE)
    points = chart.plots[0].series[0].points
    for index, segment in enumerate(picture.segments):
        _fill(points[index].format, picture.palette.colour(segment))


def draw_gaps(slide: Slide, box: Box, picture: Picture) -> None:
    """Differences of one persona from everyone, to the left and right of zero."""
    chart = _bar_chart(slide, box, picture, "difference", "+0.0;−0.0;0.0")
    series = chart.plots[0].series[0]
    series.invert_if_negative = False
    _fill(series.format, picture.palette.colour(picture.segments[0]))
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    low, high = bounds(float(picture.table["difference"].min()), float(picture.table["difference"].max()), zero=True)
    room = 0.16 * (high - low)  # for the figures beyond the bars
    chart.value_axis.minimum_scale = low - room if low < 0 else 0.0
    chart.value_axis.maximum_scale = high + room if high > 0 else 0.0


def draw_line(slide: Slide, box: Box, picture: Picture) -> None:
    """A figure over the number of segments, the chosen number marked."""
    column = picture.table.columns[0]
    values = picture.table[column].dropna()
    data = CategoryChartData(number_format="0.000")
    data.categories = [_in_workbook(k) for k in values.index]
    data.add_series(_in_workbook(column), values.tolist())
    chart = _add(slide, box, XL_CHART_TYPE.LINE_MARKERS, data, picture)
    series = chart.plots[0].series[0]
    series.smooth = False
    series.format.line.color.rgb = RGBColor.from_string(ACCENT)
    series.format.line.width = Pt(2.25)
    for index, k in enumerate(values.index):
        marker = series.points[index].marker
        chosen = k == picture.marked
        marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, 12 if chosen else 6
        _fill(marker.format, f"#{ACCENT}" if chosen else "#FFFFFF")
        marker.format.line.color.rgb = RGBColor.from_string(ACCENT)
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LINE)
    chart.value_axis.format.line.fill.background()
    step = tick_step(*bounds(float(values.min()), float(values.max())), 4)
    chart.value_axis.major_unit = step
    chart.value_axis.minimum_scale = step * math.floor(float(values.min()) / step)
    decimals = max(0, -math.floor(math.log10(step)))
    chart.value_axis.tick_labels.number_format = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.category_axis.has_title = True
    chart.category_axis.axis_title.text_frame.text = "Number of segments"
    font = chart.category_axis.axis_title.text_frame.paragraphs[0].font
    font.size, font.bold, font.color.rgb = Pt(11), False, RGBColor.from_string(QUIET)


def _bar_chart(slide: Slide, box: Box, picture: Picture, column: str, pattern: str) -> Any:
    data = CategoryChartData(number_format=pattern)
    data.categories = [_in_workbook(name) for name in picture.table.index]
    data.add_series(_in_workbook(column), picture.table[column].tolist())
    chart = _add(slide, box, XL_CHART_TYPE.BAR_CLUSTERED, data, picture)
    plot = chart.plots[0]
    plot.gap_width, plot.vary_by_categories = 45, False
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = pattern, False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(12)
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.category_axis.reverse_order = True
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.format.line.color.rgb = RGBColor.from_string(QUIET)
    return chart


def _add(slide: Slide, box: Box, kind: Any, data: CategoryChartData, picture: Picture) -> Any:
    bounds = (Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height))
    frame: Any = slide.shapes.add_chart(kind, *bounds, data)  # type: ignore[arg-type]
    describe(frame, f"{picture.title}. {picture.alt}")
    frame.name = plain_text(picture.title, longest=80)
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.font.color.rgb = RGBColor.from_string(INK)
    return chart


def _in_workbook(name: Any) -> str:
    """A label that the workbook behind the chart takes neither for a formula nor for a link."""
    text = str(safe_cell(plain_text(name, longest=_LONGEST)))
    return f"'{text}" if _LINK.match(text) else text


def _fill(format_: Any, colour: str) -> None:
    format_.fill.solid()
    format_.fill.fore_color.rgb = RGBColor.from_string(colour.lstrip("#"))
