"""What a scored file came to, without its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from segmentation.core.notices import Notice
from segmentation.scoring.drift import Verdict

__all__ = ["ScoredFile"]


@dataclass(frozen=True, eq=False)
class ScoredFile:
    """A scored file without its rows, which are in the list: the same figures as those of a `Batch`.

    of_list: what was done to cells of the list. blocks: in how many the file was read.
    exact_blocks: how many of the blocks were read cell by cell.
    """

    n_rows: int
    scored: int
    noise: int
    on_the_border: int
    how_sure: Mapping[str, int]
    far_share: float
    mix: pd.DataFrame
    features: pd.DataFrame
    verdict: Verdict
    columns: pd.DataFrame
    notices: tuple[Notice, ...]
    of_list: tuple[Notice, ...] = ()
    blocks: int = 0
    exact_blocks: int = 0
