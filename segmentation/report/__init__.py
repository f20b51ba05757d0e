"""Reports for others: slides, a workbook that computes, and a page to read or print, all from the same facts."""

from segmentation.report.facts import Facts, collect
from segmentation.report.formats import FORMATS, Format, file_name, make_file
from segmentation.report.screens import Screen, screens
from segmentation.report.settings import ReportSettings
from segmentation.report.words import no_typing

__all__ = [
    "FORMATS",
    "Facts",
    "Format",
    "ReportSettings",
    "Screen",
    "collect",
    "file_name",
    "make_file",
    "no_typing",
    "screens",
]
