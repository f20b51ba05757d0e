"""The library on Spark, for customers that one machine does not hold: the same answers, definitions and files.

    from segmentation import spark

    customers = spark.features(lines)             # purchase lines → recency, frequency, monetary
    made = spark.fit(customers, k=4)              # .segments .personas .sample
    seg.save(made.segments, made.personas, "cards")
    spark.score(next_month, "cards")              # every row with its persona

Needs the extra `spark` and Java; the library must be installed where Spark's Python workers run. Nothing here reads
what a plain DataFrame of Spark does not offer, so that it runs with Spark Connect too.
"""

from __future__ import annotations

from segmentation.api.spark import SparkFit, features, fit, score

__all__ = ["SparkFit", "features", "fit", "score"]
