"""Score, features and fit on Spark; `segmentation.spark` offers them. Nothing else of the library imports this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmentation.core.lazy import lazily

if TYPE_CHECKING:
    from segmentation.api.spark.fitting import SparkFit, fit
    from segmentation.api.spark.purchases import features
    from segmentation.api.spark.scoring import score

__all__ = ["SparkFit", "features", "fit", "score"]

__getattr__ = lazily(__name__, {"SparkFit": "fitting", "features": "purchases", "fit": "fitting", "score": "scoring"})
