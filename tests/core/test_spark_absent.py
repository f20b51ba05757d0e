"""Where Spark is not installed, one sentence says what to do; and the workers need nothing of the browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from segmentation import spark
from segmentation.core.errors import SegmentationError


@pytest.mark.parametrize("verb", [spark.features, spark.fit, lambda df: spark.score(df, "cards")])
def test_without_spark_every_verb_says_how_to_install_it(
    verb: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SegmentationError, match=r"pip install 'customer-segmentation-studio\[spark\]', and Java"):
        verb(pd.DataFrame({"spent": [1.0]}))


def test_what_a_worker_imports_has_never_heard_of_the_browser() -> None:
    code = "import sys, segmentation.api.spark.scoring, segmentation.api.spark.passes; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "segmentation.api.spark.models" in modules
    assert not {"streamlit", "pyspark"} & {name.partition(".")[0] for name in modules}
