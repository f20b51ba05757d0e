"""Reading: the bytes of a file → a typed table, with a list of everything that was done to it."""

from segmentation.data.reading import overview
from segmentation.data.reading.apart import keep_warm, read, sheets
from segmentation.data.reading.inputs import Readable, opened
from segmentation.data.reading.settings import KINDS, ReadSettings

__all__ = ["KINDS", "ReadSettings", "Readable", "keep_warm", "opened", "overview", "read", "sheets"]
