"""Tables into Spark and answers out of it, through Arrow: with pandas, what is missing would become NaN or text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

__all__ = ["MARKS", "in_spark", "with_both_gaps"]

MARKS = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]
"""Of every module here. Sockets of Spark are closed by its own end; of pandas only what Arrow makes is used."""


def in_spark(spark: Any, query: str, tables: Mapping[str, pa.Table], *, naive: bool = False) -> pd.DataFrame:
    """The answer of Spark over tables under their names; naive: moments without a zone stay without one."""
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ" if naive else "TIMESTAMP_LTZ")
    try:
        for name, table in tables.items():
            spark.createDataFrame(table).createOrReplaceTempView(name)
        return spark.sql(query).toArrow().to_pandas()
    finally:
        spark.conf.unset("spark.sql.timestampType")
        for name in tables:
            spark.catalog.dropTempView(name)


def with_both_gaps(frame: pd.DataFrame) -> pa.Table:
    """Numbers as Arrow has them: of what is missing every second cell is NaN, the others are NULL."""
    odd = np.arange(len(frame)) % 2 == 1
    columns = {}
    for name in frame:
        cells = frame[name].to_numpy()
        numbers = cells.dtype == np.float64
        columns[str(name)] = pa.array(cells, mask=np.isnan(cells) & odd) if numbers else pa.array(cells)
    return pa.table(columns)
