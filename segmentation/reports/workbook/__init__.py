"""The Excel workbook: figures to read, and a sheet that places customers by itself."""

from __future__ import annotations

import io

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from segmentation.core.settings import Progress
from segmentation.reports.facts import Facts
from segmentation.reports.workbook.cells import Look
from segmentation.reports.workbook.grid import Typing
from segmentation.reports.workbook.sheets import (
    write_comparison,
    write_customers,
    write_made,
    write_profiles,
    write_recipe_table,
    write_summary,
)
from segmentation.reports.workbook.typing_sheet import write_typing

__all__ = ["make_workbook"]

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet of formulas with functions that every Excel knows: newer ones are not looked for in each of them."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def make_workbook(facts: Facts, progress: Progress | None = None) -> bytes:
    """The facts → an .xlsx file as bytes.

    The typing sheet is left out when a segment is hidden, because it would need that segment's figures, and when
    formulas cannot place customers by the rule of the segments; the notes say so.
    """
    target = io.BytesIO()
    book = Workbook(target, _OPTIONS)
    book.worksheet_class = _Sheet
    book.set_properties({"title": facts.title, "comments": facts.answer})
    look = Look(book)
    write_summary(book, look, facts)
    write_profiles(book, look, facts)
    write_comparison(book, look, facts)
    if progress is not None:
        progress(0.2, "Writing the typing sheet")
    if facts.typing:
        write_typing(book, look, Typing(facts.segmentation, tuple(persona.name for persona in facts.personas)))
    else:
        write_recipe_table(book, look, facts)
    write_made(book, look, facts)
    write_customers(book, look, facts, progress)
    book.close()
    return target.getvalue()
