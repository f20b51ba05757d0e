"""What the Data page keeps for itself while the session lasts."""

from __future__ import annotations

from dataclasses import dataclass, field

from pages.ui.state import PASSING
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings
from segmentation.data.sources import Figures

__all__ = ["DataMemory"]


@dataclass
class DataMemory:
    """Loading, reading, sources and roles, in this order.

    problem: why files could not be read. loads: how many times the uploader was emptied, which is part of its key.
    wanted: how a file is to be read, by its name and digest. refused: why that could not be done, by name.
    figures: the numbers behind the choices of a source. built: the tables that customers were last made from.
    offered: the tables that a kept mapping was offered for. mapping_file: the upload that was last taken.
    suggested: a table and the roles that were suggested for it. editor: how many times the editor of roles was made
    anew, which is part of its key. base: that key, and the roles that the editor starts from. only_file: the one of
    several files with the same columns that is used, "" for all of them as one table. made: how many columns were made
    of others, which is part of the keys of that form.
    """

    problem: SegmentationError | None = field(default=None, metadata=PASSING)
    loads: int = field(default=0, metadata=PASSING)
    wanted: dict[tuple[str, str], ReadSettings] = field(default_factory=dict)
    refused: dict[str, SegmentationError] = field(default_factory=dict, metadata=PASSING)
    figures: Figures | None = None
    built: tuple[Table, ...] | None = None
    offered: tuple[str, ...] | None = None
    mapping_file: str = field(default="", metadata=PASSING)
    suggested: tuple[Table, dict[str, str]] | None = None
    editor: int = field(default=0, metadata=PASSING)
    base: tuple[str, list[str]] = field(default=("", []), metadata=PASSING)
    only_file: str = ""
    made: int = field(default=0, metadata=PASSING)
