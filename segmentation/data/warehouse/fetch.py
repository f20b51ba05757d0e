"""Read a table or a query by its address → the bytes of a Parquet file, which then goes the way of every file."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.own_process import run_limited
from segmentation.core.settings import Progress
from segmentation.core.text import count_text, duration_text, plain_text
from segmentation.core.warm_processes import Ended, Limits
from segmentation.data.warehouse.address import Address

__all__ = ["Fetched", "Limit", "fetch"]

_LOG = logging.getLogger(__name__)
_GIGABYTE = 2**30


@dataclass(frozen=True)
class Limit:
    """What one reading may take: rows, and seconds until the query is stopped."""

    rows: int = 10_000_000
    seconds: float = 300.0


@dataclass(frozen=True)
class Fetched:
    """A table as it was read: the name of the file that it is now, its bytes (Parquet), and how many rows it has."""

    name: str
    data: bytes
    rows: int


def fetch(
    address: Address,
    *,
    secrets: Mapping[str, str] | None = None,
    limit: Limit = Limit(),
    progress: Progress | None = None,
) -> Fetched:
    """Read what is at an address, in a process of its own; secrets: what `${NAME}` stands for (the environment).

    Nothing is written at the address, and neither secrets nor what a driver says is logged. Raises `SegmentationError`:
    no such place or table, more rows than the limit, longer than the limit, a driver that is missing.
    """
    known = os.environ if secrets is None else secrets
    place = address.filled(known)
    work = (address.kind, place, address.table, address.query, limit.rows, limit.seconds)
    limits = Limits(memory=4 * _GIGABYTE, computing=limit.seconds, clock=limit.seconds + 30.0)
    try:
        data, rows = run_limited(_fetched, *work, limits=limits, progress=progress, tells=True)
    except Ended as error:
        raise SegmentationError(f"{address.shown} could not be read. {error}") from None
    except _Refused as error:
        what = str(error)
        for name in os.environ if secrets is None else secrets:
            if f"${{{name}}}" in address.place and known[name]:
                what = what.replace(known[name], "…")
        raise SegmentationError(
            f"{address.shown} cannot be read: {what}. Check the address, the table and the query."
        ) from None
    if not rows:
        raise SegmentationError(f"{address.shown} has no rows. Choose another table or query.")
    return Fetched(f"{address.name}.parquet", data, rows)


class _Refused(SegmentationError):
    """What a driver said, in one line."""


def _fetched(
    kind: str, place: str, table: str, query: str, most: int, seconds: float, progress: Progress
) -> tuple[bytes, int]:
    import pyarrow as pa
    from pyarrow import parquet

    from segmentation.data.warehouse.engines import ENGINES

    def told(rows: int) -> None:
        progress(min(0.95, rows / most), f"{count_text(rows)} rows read")

    progress(0.0, "Connecting")
    began = time.monotonic()
    try:
        read: Any = ENGINES[kind](place, table, query, most, seconds, told)
    except (SegmentationError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  every driver has errors of its own
        _LOG.info("Reading an address failed: %s", type(error).__name__)
        if time.monotonic() - began >= seconds:
            raise _Refused(f"it took longer than {duration_text(seconds)}") from None
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise _Refused(plain_text(lines[0], longest=200).rstrip(".")) from None
    sink = pa.BufferOutputStream()
    parquet.write_table(read, sink)
    return sink.getvalue().to_pybytes(), len(read)
