"""A big file block by block: typed columns wherever these are provably what `read` makes of it, else `NotPlain`.

`read` takes every cell as text and looks at the whole file before it decides. Here the first lines decide with the very
functions that `read` uses, every later block is checked for anything that could have changed the decision (`lanes`),
and what is counted on the way (`facts`) is put before the same functions at the end (`conclude`). Memory does not grow
with the file.
"""

from segmentation.data.reading.stream.apart import Ending, Part, first_lines, head_of, parts_of
from segmentation.data.reading.stream.blocks import BLOCK, NotPlain
from segmentation.data.reading.stream.head import Column, Head, Lane
from segmentation.data.reading.stream.pieces import Piece

__all__ = [
    "BLOCK",
    "Column",
    "Ending",
    "Head",
    "Lane",
    "NotPlain",
    "Part",
    "Piece",
    "first_lines",
    "head_of",
    "parts_of",
]
