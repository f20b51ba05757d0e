"""Reading: the bytes of a file → a typed table, with a list of everything that was done to it."""

from segmentation.reading import overview
from segmentation.reading.reader import read, sheets
from segmentation.reading.settings import KINDS, ReadSettings

__all__ = ["KINDS", "ReadSettings", "overview", "read", "sheets"]
