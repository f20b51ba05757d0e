"""A big file block by block: typed columns wherever these are provably what `read` makes of it, else `NotPlain`.

`read` takes every cell as text and looks at the whole file before it decides. Here the first lines decide with the very
functions that `read` uses, every later block is checked for anything that could have changed the decision (`lanes`),
and what is counted on the way (`facts`) is put before the same functions at the end (`conclude`). Memory does not grow
with the file.
"""

from segmentation.data.reading.stream.blocks import Blocks, NotPlain
from segmentation.data.reading.stream.conclude import conclude
from segmentation.data.reading.stream.facts import FileFacts
from segmentation.data.reading.stream.head import Head, find_head
from segmentation.data.reading.stream.pieces import Piece, piece_of

__all__ = ["Blocks", "FileFacts", "Head", "NotPlain", "Piece", "conclude", "find_head", "piece_of"]
