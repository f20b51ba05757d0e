"""The job file makes features, segments and personas, each from what the one before wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import segmentation as seg
from segmentation.api.spark.frames import as_pandas
from tests.data.test_rfm_sql import LINES
from tests.deploy.test_spark_jobs import job
from tests.spark.frames import MARKS

pytestmark = MARKS


def test_from_lines_to_personas(spark: Any, tmp_path: Path) -> None:
    lines, customers, scored, models = (str(tmp_path / name) for name in ("lines", "customers", "scored", "models"))
    spark.read.csv(str(LINES), header=True).write.parquet(lines)
    run = job().run
    assert run(spark, ["features", "--lines", lines, "--out", customers]) == f"Features written to {customers}."
    known = ["--customers", customers, "--models", models]
    assert run(spark, ["fit", *known, "--name", "shop", "--id", "customer", "--k", "3"]).startswith("Saved shop/v1: ")
    assert run(spark, ["score", *known, "--model", "shop", "--out", scored]).startswith("Scored customers written")
    answer = as_pandas(spark.read.parquet(scored)).sort_values("customer")
    wanted = seg.load("shop", models).segmentation.assign(seg.features(LINES).frame.sort_index())
    assert answer["segment"].tolist() == wanted["segment"].tolist()
    assert set(answer["persona"]) == {persona.name for persona in seg.load("shop", models).personas}
