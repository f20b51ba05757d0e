"""What the user may decide about a report."""

from __future__ import annotations

from dataclasses import dataclass

from segmentation.core.disclosure import SMALLEST_GROUP
from segmentation.core.settings import Settings, option

__all__ = ["ReportSettings"]


@dataclass(frozen=True)
class ReportSettings(Settings):
    """What goes into the files for others."""

    title: str = option("Customer segments", "Title")
    min_size: int = option(
        SMALLEST_GROUP,
        "Smallest segment whose figures are shown",
        "Figures of a segment with fewer customers than this are left out of every file, because they could tell "
        "something about single customers.",
        low=1,
        high=1000,
    )
    customers: bool = option(
        False,
        "List every customer in the workbook",
        "One row a customer: id, segment, persona and all columns. Switch it on only for people who may see them.",
    )
