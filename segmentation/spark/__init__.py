"""The library on Spark, for customers that one machine does not hold: the same answers, definitions and files.

    from segmentation import spark

    customers = spark.features(lines)             # purchase lines → recency, frequency, monetary
    made = spark.fit(customers, k=4)              # .segments .personas .sample
    seg.save(made.segments, made.personas, "cards")
    spark.score(next_month, "cards")              # every row with its persona

Needs the extra `spark` and Java; the library must be installed where Spark's Python workers run. Nothing here is
imported by the rest of the library, and nothing here reads what a plain DataFrame of Spark does not offer, so that it
runs with Spark Connect too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmentation.core.lazy import lazily

if TYPE_CHECKING:
    from segmentation.spark.fitting import SparkFit, fit
    from segmentation.spark.purchases import features
    from segmentation.spark.scoring import score

__all__ = ["SparkFit", "features", "fit", "score"]

__getattr__ = lazily(__name__, {"SparkFit": "fitting", "features": "purchases", "fit": "fitting", "score": "scoring"})
