"""The sheets that are read: summary, profiles, number of segments, how it was made, customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from segmentation.charts.style import DIVERGING
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.text import count_text
from segmentation.reports.facts import Facts
from segmentation.reports.figures import EVERYONE
from segmentation.reports.workbook.cells import ACCENT, Field, Look, number_format, put, put_table, set_widths, tint

__all__ = [
    "CUSTOMER_LIMIT",
    "write_comparison",
    "write_customers",
    "write_made",
    "write_profiles",
    "write_recipe_table",
    "write_summary",
]

CUSTOMER_LIMIT = 100_000
"""More customers than this make a workbook that nobody can open or send."""


def write_summary(book: Workbook, look: Look, facts: Facts) -> None:
    """The answer, the personas with size and sentences, a chart of their shares, how sure we are."""
    sheet = _sheet(book, "Summary", [3, 34, 12, 10, 96])
    put(sheet, 0, 0, facts.title, look("title"))
    put(sheet, 1, 0, facts.answer, look("plain", font_size=12))
    sheet.merge_range(2, 0, 2, 4, "", look("text"))
    put(sheet, 2, 0, facts.state, look("text"))
    sheet.set_row(2, _height(facts.state, 140))
    for index, title in enumerate(("", "Persona", "Customers", "Share", "In a few words")):
        put(
            sheet,
            3,
            index,
            title,
            look(
                "head number" if index in (2, 3) else "head", **({"indent": 1, "align": "left"} if index == 4 else {})
            ),
        )
    for row, persona in enumerate(facts.personas, start=4):
        shown = persona.segment not in facts.hidden
        put(sheet, row, 0, None, look("cell", bg_color=facts.palette.colour(persona.segment)))
        put(sheet, row, 1, persona.name, look("wrapped", bold=True))
        put(sheet, row, 2, persona.size if shown else facts.size_text(persona), _right(look, "#,##0"))
        put(sheet, row, 3, persona.share if shown else "–", _right(look, "0.0 %"))
        text = " ".join(persona.sentences)
        put(sheet, row, 4, text, look("wrapped", indent=1, align="left"))
        sheet.set_row(row, _height(text, 96))
    row = _lines(
        sheet, look, 5 + len(facts.personas), "How sure we are", (*facts.sure[1:], *facts.notes)
    )  # the first is above
    row = _lines(sheet, look, row + 1, "In this workbook", _contents(facts))
    _share_chart(book, sheet, facts, row + 1)


def write_profiles(book: Workbook, look: Look, facts: Facts) -> None:
    """Every feature in every persona: typical values, medians, and differences in standard deviations."""
    names = [persona.name for persona in facts.personas]
    sheet = _sheet(book, "Profiles", [30, 38, 14] + [18] * len(names) + [14])
    put(sheet, 0, 0, "What the personas look like", look("title"))
    parts = [(f"{facts.statistic}s in original units", facts.typical)]
    if facts.medians is not None:
        parts.append(("Medians in original units (half of the customers lie below)", facts.medians))
    row = 2
    for title, table in parts:
        put(sheet, row, 0, title, look("section"))
        row = _profile(sheet, look, facts, table, row + 1) + 1
    sheet.set_h_pagebreaks([row])
    put(sheet, row, 0, "Differences from everyone's mean, in standard deviations", look("section"))
    first = row + 2
    row = _profile(sheet, look, facts, facts.differences, row + 1)
    low, _, middle, _, high = (colour for _, colour in DIVERGING)
    scale: dict[str, Any] = {"type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num"}
    scale |= {"min_value": -2, "mid_value": 0, "max_value": 2}
    scale |= {"min_color": tint(low, 0.7), "mid_color": middle, "max_color": tint(high, 0.7)}
    sheet.conditional_format(first, 3, row - 1, 2 + len(names), scale)
    sheet.freeze_panes(2, 1)


def write_comparison(book: Workbook, look: Look, facts: Facts) -> None:
    """The comparison of numbers of segments, with a chart of the silhouette."""
    if facts.comparison is None:
        return
    sheet = _sheet(book, "Number of segments", [12, 16, 12, 20, 18, 18, 18])
    put(sheet, 0, 0, "How many segments", look("title"))
    put(sheet, 1, 0, f"Chosen: {facts.segmentation.k}.", look("plain"))
    fields = {
        "k": Field("Segments", "0"),
        "silhouette": Field("Silhouette (higher is clearer)", "0.000"),
        "inertia": Field("Inertia", "#,##0"),
        "calinski_harabasz": Field("Calinski–Harabasz (higher)", "#,##0"),
        "davies_bouldin": Field("Davies–Bouldin (lower)", "0.00"),
        "smallest": Field("Smallest segment, customers", "#,##0"),
        "smallest_share": Field("Smallest segment, share", "0.0 %"),
    }
    end = put_table(sheet, look, 3, 0, facts.comparison.reset_index(), fields)
    if facts.segmentation.k in facts.comparison.index:
        chosen = 4 + list(facts.comparison.index).index(facts.segmentation.k)
        rule = {"type": "no_errors", "format": look("tint", bold=True, bg_color=tint(ACCENT, 0.12))}
        sheet.conditional_format(chosen, 0, chosen, len(fields) - 1, rule)
    chart = book.add_chart({"type": "line"})
    where = ["Number of segments", 4, 0, end - 1, 0], ["Number of segments", 4, 1, end - 1, 1]
    style = {"line": {"color": ACCENT, "width": 2.25}, "marker": {"type": "circle", "size": 6}}
    chart.add_series({"name": "Silhouette", "categories": where[0], "values": where[1], **style})
    _plain_chart(chart, "Mean silhouette by number of segments")
    chart.set_x_axis({"name": "Segments"})
    chart.set_y_axis({"num_format": "0.00", "major_gridlines": {"visible": True, "line": {"color": "#E3E7EB"}}})
    about = {"description": "Line chart of the mean silhouette for every number of segments in the table above."}
    sheet.insert_chart(end + 1, 0, chart, about)
    sheet.freeze_panes(4, 1)


def write_made(book: Workbook, look: Look, facts: Facts) -> None:
    """How it was made, and the stamp that makes it again."""
    sheet = _sheet(book, "How it was made", [28, 110])
    put(sheet, 0, 0, "How it was made", look("title"))
    row = _lines(sheet, look, 2, "", facts.made)
    put(sheet, row + 1, 0, "To make it again", look("section"))
    for what, value in facts.stamp:
        row += 1
        put(sheet, row + 1, 0, what, look("cell"))
        put(sheet, row + 1, 1, value, look("wrapped"))


def write_recipe_table(book: Workbook, look: Look, facts: Facts) -> None:
    """The recipe as a table to read, for a workbook without a typing sheet."""
    sheet = _sheet(book, "Recipe", [26, 28, 14, 14, 14, 44, 70])
    put(sheet, 0, 0, "How the features were prepared", look("title"))
    fields = {name: Field(str(name).capitalize(), wrap=name == "why") for name in facts.recipe.columns}
    put_table(sheet, look, 2, 0, facts.recipe, fields)
    sheet.freeze_panes(3, 2)


def write_customers(book: Workbook, look: Look, facts: Facts, progress: Progress | None = None) -> None:
    """One row a customer: id, segment, persona and all columns. Only when it was asked for."""
    if facts.customers is None:
        return
    count = len(facts.customers)
    if count > CUSTOMER_LIMIT:
        raise SegmentationError(
            f"The list has {count_text(count)} customers; a workbook takes up to {count_text(CUSTOMER_LIMIT)}. "
            "Leave the list out here and download it as CSV on the Segments page."
        )
    table = facts.customers.reset_index(names=_free("customer", facts.customers.columns))
    sheet = _sheet(book, "Customers", [18, 10, 30] + [16] * (table.shape[1] - 3))
    labels = {item.name: item.label for item in facts.segmentation.info}
    for index, name in enumerate(table.columns):
        if progress is not None:
            progress(0.5 + 0.5 * index / table.shape[1], "Writing the list of customers")
        put_table(sheet, look, 0, index, table.iloc[:, [index]], {name: Field(labels.get(name, str(name)))})
    sheet.autofilter(0, 0, count, table.shape[1] - 1)
    sheet.freeze_panes(1, 1)


def _free(name: str, taken: pd.Index) -> str:
    return name if name not in taken else _free(f"{name} ", taken)


def _sheet(book: Workbook, name: str, widths: Sequence[float]) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
    set_widths(sheet, widths)
    return sheet


def _right(look: Look, pattern: str) -> Format:
    return look("cell", num_format=pattern, align="right")


def _height(text: str, width: int) -> float:
    """The height of a row for wrapped text (15 points a line)."""
    return 15.0 * max(1, -(-len(text) * 11 // (10 * width))) + 4


def _lines(sheet: Worksheet, look: Look, row: int, title: str, lines: tuple[str, ...]) -> int:
    """A heading and one line of text a row → the next free row."""
    if title:
        put(sheet, row, 0, title, look("section"))
        row += 1
    for line in lines:
        put(sheet, row, 0, line, look("plain"))
        row += 1
    return row


def _profile(sheet: Worksheet, look: Look, facts: Facts, table: pd.DataFrame, row: int) -> int:
    """Features down, personas across, each row in its own number format → the first free row."""
    titles = ["Feature", "Column", "Unit"] + [persona.name for persona in facts.personas]
    titles += ["Everyone"] if EVERYONE in table else []
    for index, title in enumerate(titles):
        put(sheet, row, index, title, look("head" if index < 3 else "head number"))
    sheet.set_row(row, 48)
    for name, values in table.iterrows():
        row += 1
        info = facts.about(str(name))
        for index, text in enumerate((info.label, info.name, info.unit)):
            put(sheet, row, index, text, look("cell"))
        in_units = EVERYONE in table
        pattern = number_format(values.to_numpy(), info.kind) if in_units else "+0.0;−0.0;0.0"
        for index, value in enumerate(values.tolist(), start=3):
            put(sheet, row, index, value, _right(look, pattern))
    return row + 1


def _contents(facts: Facts) -> tuple[str, ...]:
    sentences = ["Profiles: every feature in every persona, in original units."]
    if facts.comparison is not None:
        sentences.append("Number of segments: what was compared before this number was chosen.")
    if facts.typing:
        sentences.append("Type customers in: type or paste customers, and the workbook finds their persona by itself.")
        sentences.append("Calculation and Recipe: the formulas and constants behind the typing sheet.")
    else:
        sentences.append("Recipe: how the features were prepared.")
    sentences.append("How it was made: the steps, and everything that is needed to make it again.")
    if facts.customers is not None:
        sentences.append(
            "Customers: every customer with segment and persona. Share it only with people who may see it."
        )
    return tuple(sentences)


def _share_chart(book: Workbook, sheet: Worksheet, facts: Facts, row: int) -> None:
    last = 3 + len(facts.personas)
    points = [{"fill": {"color": facts.palette.colour(persona.segment)}} for persona in facts.personas]
    chart = book.add_chart({"type": "bar"})
    series = {"categories": ["Summary", 4, 1, last, 1], "values": ["Summary", 4, 3, last, 3], "points": points}
    chart.add_series({"name": "Share of customers", "gap": 60, "data_labels": {"value": True}, **series})
    _plain_chart(chart, "Share of the customers in each persona")
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    shares = "; ".join(f"{persona.name} {facts.share_text(persona)}" for persona in facts.personas)
    sheet.insert_chart(row, 1, chart, {"description": f"Bar chart of the shares: {shares}."})


def _plain_chart(chart: Chart, title: str) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12, "color": ACCENT}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_size({"width": 720, "height": 300})
