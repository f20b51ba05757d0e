"""Made-up customers that show whether a model still places everybody as it did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation

__all__ = ["probe_frame"]


def probe_frame(segmentation: Segmentation) -> pd.DataFrame:
    """The centres, steps between them, the extremes, and one unknown, in original units: one row a customer."""
    centres = segmentation.centres
    prepared = [*centres]
    prepared += [0.7 * centres[index - 1] + 0.3 * centres[index] for index in range(1, len(centres))]
    frame = segmentation.recipe.inverse_transform(np.array(prepared))
    low, high = segmentation.training.iloc[0], segmentation.training.iloc[-1]
    blank = pd.Series(np.nan, index=frame.columns)
    return pd.concat([frame, pd.DataFrame([low, high, 2 * high - low, blank])], ignore_index=True)
