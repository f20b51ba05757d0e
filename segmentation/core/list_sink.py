"""A list of customers on its way to a file: CSV, CSV packed with gzip, or Parquet, by the ending of its name.

It is written beside its place and takes its name when it is whole, so an interrupted run leaves no half of a file.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from segmentation.core.csv_lines import csv_header, csv_lines
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = ["Sink"]

_LEVEL = 4
"""A million scored customers take 1.0 s and 24 % of their bytes; with 9 (the most) 9.0 s and 22 %."""
_GZIP = 31
"""For zlib: with the header and the sum of a gzip file."""


class Sink:
    """The file as a context: whole and in its place at the end, gone when anything was raised in it.

    encoded: a block of rows as the bytes (or the table) to be written, which any thread may do; write: in order.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._parquet, self._gzip = (path.suffix.lower() == ending for ending in (".parquet", ".gz"))
        self._writer: Any = None
        self._file: Any = None
        self._started = False

    @property
    def packs(self) -> bool:
        """Whether blocks are packed where they are scored: half of the work, in which no thread waits for another."""
        return self._gzip

    def __enter__(self) -> Self:
        try:
            self._file = self._beside.open("wb")
        except OSError as error:
            raise self._refused(error) from error
        return self

    def encoded(self, rows: pa.Table) -> Any:
        """Rows as they will be written; packed, each block is a member of the file of its own."""
        return rows if self._parquet else self._packed(csv_lines(rows))

    def write(self, encoded: Any, names: list[str]) -> None:
        """The next rows; names: of their columns."""
        try:
            if self._parquet:
                self._write_parquet(encoded)
                return
            if not self._started:
                self._file.write(self._packed(csv_header(names)))
            self._started = True
            self._file.write(encoded)
        except OSError as error:
            raise self._refused(error) from error

    def write_text(self, text: bytes) -> None:
        """The whole of the file but its packing, as it is."""
        try:
            self._file.write(self._packed(text))
        except OSError as error:
            raise self._refused(error) from error

    def _packed(self, text: bytes) -> bytes:
        if not self._gzip:
            return text
        packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        return packer.compress(text) + packer.flush()

    def _write_parquet(self, rows: pa.Table) -> None:
        import pyarrow.parquet as pq

        plain = [
            field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
            for field in rows.schema
        ]
        rows = rows.cast(pa.schema(plain))
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, rows.schema, compression="zstd")
        self._writer.write_table(rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            if self._writer is not None:
                self._writer.close()
            self._file.close()
            if kind is None:
                self._beside.replace(self.path)
        except OSError as problem:
            if kind is None:
                raise self._refused(problem) from problem
        finally:
            self._beside.unlink(missing_ok=True)

    def _refused(self, error: OSError) -> SegmentationError:
        return SegmentationError(
            f"Cannot write {plain_text(self.path)}: {error.strerror or 'the disk refuses'}. Choose another file."
        )
