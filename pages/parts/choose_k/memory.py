"""What the Choose k page keeps for itself while the session lasts."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pages.ui.state import PASSING
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import KComparison
from segmentation.preparation.recipe import Recipe

__all__ = ["ChooseKMemory"]


@dataclass
class ChooseKMemory:
    """The range and limits; and, each with what it belongs to, what was tried, picked and made.

    tried: the preparation and range that were last compared without being asked. ahead: those that were begun while an
    earlier page was read. picked: the comparison whose k the
    user chose. tested: the comparison whose evidence was begun. preparation: the table of steps switched off, for a
    comparison and a k.
    """

    settings: KSettings = field(default_factory=KSettings)
    tried: tuple[Recipe, KSettings] | None = field(default=None, metadata=PASSING)
    ahead: tuple[Recipe, KSettings] | None = field(default=None, metadata=PASSING)
    picked: KComparison | None = None
    tested: KComparison | None = field(default=None, metadata=PASSING)
    preparation: tuple[KComparison, int, pd.DataFrame] | None = None
