"""Columns, arrays and tables as plain values and Parquet, so that every bit and every type comes back.

A part is either small and stands in the JSON of a state, or goes into a file of its own: a table or an array as
Parquet, bytes as they are. `put(bytes, ending)` keeps such a file and gives its name; `get(name)` gives the bytes back.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.store.projects.faults import damaged

__all__ = ["Get", "Put", "array_to_plain", "frame_to_plain", "plain_to_array", "plain_to_frame", "plain_to_index"]

Put = Callable[[bytes, str], str]
Get = Callable[[str], bytes]
Values = Callable[[Any], Any]
"""How cells that are neither numbers nor text (tuples, dates) become plain values and come back."""

_SMALL = 4096
"""Bytes: shorter arrays and tables stand in the state itself."""
_SORTS = "biufMm"
"""Kinds of numpy types that are kept bit for bit (booleans, whole numbers, floats, moments, spans)."""
_TEXTS = {"str": pd.StringDtype(na_value=np.nan), "string": pd.StringDtype()}
_NULLABLE = {
    str(kind): kind
    for kind in (pd.BooleanDtype(), pd.Int64Dtype(), pd.Int32Dtype(), pd.Float64Dtype(), pd.UInt8Dtype())
}


def array_to_plain(array: np.ndarray, put: Put, plain: Values) -> list[Any]:
    """An array of any shape → [type, shape, numbers]; numbers: text (base 64), the name of a file, or a list."""
    if array.dtype.kind not in _SORTS:
        return ["object", list(array.shape), [plain(item) for item in array.ravel().tolist()]]
    raw = np.ascontiguousarray(array)
    kind = raw.dtype.newbyteorder("<").str
    if raw.nbytes <= _SMALL:
        return [kind, list(raw.shape), base64.b64encode(raw.astype(kind, copy=False).tobytes()).decode()]
    return [kind, list(raw.shape), {"@file": put(_parquet({"0": _bits(raw.ravel())}), "parquet")}]


def plain_to_array(plain: Any, get: Get, value: Values) -> np.ndarray:
    """The way back; `SegmentationError` when shape and numbers do not fit."""
    kind, shape, held = plain
    shape = tuple(int(side) for side in shape)
    if kind == "object":
        made = np.empty(len(held), dtype=object)
        made[:] = [value(item) for item in held]
        return made.reshape(shape)
    dtype = _number_type(kind)
    if isinstance(held, dict):
        column = _table(get(held["@file"])).column(0).combine_chunks()
        return _from_bits(column, dtype).reshape(shape)
    return np.frombuffer(base64.b64decode(held, validate=True), dtype=dtype).reshape(shape).copy()


def frame_to_plain(frame: pd.DataFrame, put: Put, plain: Values) -> dict[str, Any]:
    """A table → {"columns", "index", "types", "cells", "file"}; the large ones with a Parquet file of their columns."""
    columns = [frame.iloc[:, index] for index in range(frame.shape[1])]
    types = [_type_name(column.dtype) for column in columns]
    inside = frame.memory_usage(index=False, deep=False).sum() <= _SMALL
    arrow: dict[str, pa.Array] = {}
    cells: list[Any] = []
    for index, (column, kind) in enumerate(zip(columns, types, strict=True)):
        if kind == "object" or inside:
            cells.append(_cells(column, kind, plain))
        else:
            cells.append(None)
            arrow[str(index)] = _arrow(column, kind)
    return {
        "columns": index_to_plain(frame.columns, put, plain),
        "index": index_to_plain(frame.index, put, plain),
        "types": types,
        "cells": cells,
        "@file": put(_parquet(arrow), "parquet") if arrow else "",
    }


def plain_to_frame(plain: Any, get: Get, value: Values) -> pd.DataFrame:
    """The way back; `SegmentationError` when the columns do not fit each other."""
    index, names = plain_to_index(plain["index"], get, value), plain_to_index(plain["columns"], get, value)
    table = _table(get(plain["@file"])) if plain["@file"] else None
    made: dict[int, Any] = {}
    for position, (kind, cells) in enumerate(zip(plain["types"], plain["cells"], strict=True)):
        if cells is None:
            if table is None:
                raise damaged("a table has lost its columns")
            made[position] = _from_arrow(table.column(str(position)).combine_chunks(), kind)
        else:
            made[position] = _from_cells(cells, kind, value)
        if len(made[position]) != len(index):
            raise damaged("the columns of a table differ in length")
    frame = pd.DataFrame(made, index=index, copy=False)
    frame.columns = names
    return frame


def index_to_plain(index: pd.Index, put: Put, plain: Values) -> dict[str, Any]:
    """The labels of rows or columns → a range, or one column of labels; with their name."""
    name = plain(index.name)
    if isinstance(index, pd.RangeIndex):
        return {"name": name, "range": [index.start, index.stop, index.step]}
    if isinstance(index, pd.MultiIndex):
        raise TypeError("rows with labels of several levels")
    kind, labels = _type_name(index.dtype), index.to_series(index=pd.RangeIndex(len(index)))
    if kind == "object" or labels.memory_usage(index=False, deep=False) <= _SMALL:
        return {"name": name, "type": kind, "labels": _cells(labels, kind, plain)}
    return {"name": name, "type": kind, "labels": {"@file": put(_parquet({"0": _arrow(labels, kind)}), "parquet")}}


def plain_to_index(plain: Any, get: Get, value: Values) -> pd.Index:
    """The way back."""
    name = value(plain["name"])
    if "range" in plain:
        start, stop, step = (int(number) for number in plain["range"])
        return pd.RangeIndex(start, stop, step, name=name)
    kind, labels = plain["type"], plain["labels"]
    if isinstance(labels, dict):
        held = _from_arrow(_table(get(labels["@file"])).column(0).combine_chunks(), kind)
    else:
        held = _from_cells(labels, kind, value)
    index: pd.Index = pd.Index(held, dtype=_dtype(kind), name=name)
    return index


def _type_name(dtype: Any) -> str:
    if isinstance(dtype, np.dtype) and dtype.kind in _SORTS:
        return str(dtype.newbyteorder("<").str)
    if isinstance(dtype, pd.StringDtype):
        return "str" if dtype.na_value is np.nan else "string"
    if str(dtype) in _NULLABLE:
        return str(dtype)
    if isinstance(dtype, np.dtype) and dtype.kind == "O":
        return "object"
    raise TypeError(f"a column of the type {dtype}")


def _dtype(kind: str) -> Any:
    if kind == "object":
        return np.dtype(object)
    return _TEXTS.get(kind) or _NULLABLE.get(kind) or _number_type(kind)


def _number_type(kind: str) -> np.dtype:
    try:
        dtype = np.dtype(kind)
    except TypeError as error:
        raise damaged("a column has an unknown type") from error
    if dtype.kind not in _SORTS:
        raise damaged("a column has an unknown type")
    return dtype


def _cells(column: pd.Series, kind: str, plain: Values) -> Any:
    """A short column inside the JSON: numbers as their bits, text and other values as a list (null where missing)."""
    if kind == "object":
        return [plain(item) for item in column.tolist()]
    if kind in _TEXTS or kind in _NULLABLE:
        return [None if missing else plain(item) for item, missing in zip(column, column.isna(), strict=True)]
    return base64.b64encode(column.to_numpy().astype(kind, copy=False).tobytes()).decode()


def _from_cells(cells: Any, kind: str, value: Values) -> Any:
    if kind == "object":
        made = np.empty(len(cells), dtype=object)
        made[:] = [value(item) for item in cells]
        return made
    if kind in _TEXTS or kind in _NULLABLE:
        return pd.array([None if item is None else value(item) for item in cells], dtype=_dtype(kind))
    return np.frombuffer(base64.b64decode(cells, validate=True), dtype=_number_type(kind)).copy()


def _arrow(column: pd.Series, kind: str) -> pa.Array:
    if kind in _TEXTS:
        return pa.array(column, type=pa.large_string(), from_pandas=True)
    if kind in _NULLABLE:
        return pa.array(column, from_pandas=True)
    return _bits(column.to_numpy())


def _from_arrow(column: pa.Array, kind: str) -> Any:
    if kind in _TEXTS or kind in _NULLABLE:
        return _dtype(kind).__from_arrow__(column)
    return _from_bits(column, _number_type(kind))


def _bits(values: np.ndarray) -> pa.Array:
    """Numbers without a null, so that NaN, −0 and "no moment" keep their bits."""
    if values.dtype.kind in "Mm":
        values = values.view("<i8")
    elif values.dtype.kind == "b":
        values = values.view("u1")
    return pa.array(values, from_pandas=False)


def _from_bits(column: pa.Array, dtype: np.dtype) -> np.ndarray:
    if column.null_count or not pa.types.is_primitive(column.type):
        raise damaged("a column of numbers has gaps")
    values = column.to_numpy(zero_copy_only=False)
    plain = dtype if dtype.kind not in "Mmb" else np.dtype("u1" if dtype.kind == "b" else "<i8")
    if values.dtype != plain:
        raise damaged("a column has another type than it says")
    copied: np.ndarray = values.view(dtype).copy()  # of its own, so that it may be written to like any other
    return copied


def _parquet(columns: dict[str, pa.Array]) -> bytes:
    """Columns of one length as a Parquet file. Floats without a dictionary: it would make one of 0 and −0."""
    out = io.BytesIO()
    texts = [name for name, column in columns.items() if not pa.types.is_floating(column.type)]
    pq.write_table(pa.table(columns), out, compression="zstd", use_dictionary=texts or False)
    return out.getvalue()


def _table(data: bytes) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(data), use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged("a table in it cannot be read") from error
