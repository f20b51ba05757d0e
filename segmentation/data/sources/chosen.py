"""The features that the user chose of those that a source can make, and what is missing in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureInfo, Note
from segmentation.core.text import counted, plain_text

__all__ = ["features_in_use", "missing_notes"]


def features_in_use(
    known: Sequence[FeatureInfo], there: Sequence[FeatureInfo], use: Collection[str]
) -> list[FeatureInfo]:
    """Those of `there` that `use` names, in their order; one sentence for a name that is not known, or for none left.

    known: all that the source could make. there: what these files give.
    """
    used = [item for item in there if item.name in use]
    if not used or not {item.name for item in known} >= set(use):
        raise SegmentationError(
            f"The features that make the segments must be some of {', '.join(item.name for item in there)}; they were "
            f"{plain_text(', '.join(use)) or 'none'}. Choose at least one of them."
        )
    return used


def missing_notes(infos: Sequence[FeatureInfo], values: pd.DataFrame, who: str) -> list[Note]:
    """One note for each feature that some customers do not have, with what it is."""
    counts = {item: int(values[item.name].isna().sum()) for item in infos}
    return [
        Note(item.label, f"Missing for {counted(missing, who)}. {item.about}", missing)
        for item, missing in counts.items()
        if missing
    ]
