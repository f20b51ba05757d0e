"""Reports for others: slides, a workbook that computes, and a page to read or print, all from the same facts."""

from segmentation.reports.facts import Facts, collect
from segmentation.reports.formats import FORMATS, Format, file_name, format_of, make_file
from segmentation.reports.screens import Screen, screens
from segmentation.reports.settings import ReportSettings
from segmentation.reports.words import no_typing

__all__ = [
    "FORMATS",
    "Facts",
    "Format",
    "ReportSettings",
    "Screen",
    "collect",
    "file_name",
    "format_of",
    "make_file",
    "no_typing",
    "screens",
]
