"""Files some of which are larger than may be read at once → one row a customer, in parts of whole customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import listed, plain_text
from segmentation.data.reading import read
from segmentation.data.reading.guards import kind_of_file
from segmentation.data.reading.stream import BLOCK, NotPlain, first_lines
from segmentation.data.sources.assemble import Assembly
from segmentation.data.sources.big_fintech import add_up_tables, tables_fit
from segmentation.data.sources.big_lines import add_up, fits

__all__ = ["through_disk"]


def through_disk(
    big: Mapping[str, Path],
    others: Callable[[], Mapping[str, Table]],
    assembled: Callable[[Mapping[str, Table]], Assembly],
    progress: Progress | None = None,
) -> FeatureTable | None:
    """Big files by name, what reads the others, and what says how tables are understood → one row a customer.

    None where they have to be read at once. The first lines of each big file are read in full, and all that was
    decided of them is checked on the rest. Raises one sentence where the disk has no room for the parts.
    """
    try:
        first = {name: _first_part(path) for name, path in big.items()}
        assembly = assembled({**first, **others()})
        if fits(assembly):
            return add_up(next(iter(big.values())), assembly, progress)
        tables = {table: big[file] for table, (file, *_) in assembly.held_by.items() if file in big}
        if len(tables) == len(big) and tables_fit(assembly, tables):
            return add_up_tables(assembly, tables, progress)
    except NotPlain:
        pass
    except OSError as error:
        names, why = listed([plain_text(name, longest=40) for name in big]), error.strerror or "the disk refused"
        raise SegmentationError(
            f"{names} cannot be put on the disk in parts ({why}). Free as much space as the files take where temporary "
            "files go, or name another folder for them in TMPDIR."
        ) from error
    return None


def _first_part(path: Path) -> Table:
    """The first lines of a file, read in full; raises `NotPlain` where it is no file of text."""
    data = first_lines(path, BLOCK)
    if kind_of_file(data, path.name) != "text":
        raise NotPlain
    return read(data, path.name)
