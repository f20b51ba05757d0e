"""Many numbers as the texts that `csv_export.number_text` makes of each, by array.

Python prints a number in 15 digits; Arrow prints the shortest text that is read as the same number. A number of at most
15 digits is its own shortest text, so each is rounded to 15 digits first, exactly, and then printed by Arrow. What
cannot be decided by array (a tie, a number near a power of ten, one that is whole, very small or very large) goes to
Python, one by one.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from segmentation.core.csv_export import number_text

__all__ = ["few_number_texts", "number_texts"]

_TEXT = pa.large_string()
_DIGITS = 15
_POWERS = 10.0 ** np.arange(_DIGITS + 4)
_LOW, _HIGH = 1e-4, 1e10
"""Within these, both print without an exponent."""
_HALVES = 2.0**27 + 1
_FEW = 2_000
_LOOKED_AT = 1_000
_CHUNK = 16_384
"""So many numbers and what is computed of them stay in the fastest memory."""


def number_texts(values: np.ndarray) -> pa.Array:
    """Numbers (n, float64) → their texts; NaN is an empty one."""
    few = few_number_texts(values)
    if few is not None:
        return few.dictionary.take(few.indices)
    rounded, undecided = np.empty(len(values)), np.empty(len(values), dtype=bool)
    for start in range(0, len(values), _CHUNK):
        some = slice(start, start + _CHUNK)
        rounded[some], undecided[some] = _rounded(values[some])
    texts = pa.array(rounded).cast(_TEXT)
    if not undecided.any():
        return texts
    import pyarrow.compute as pc

    by_python = pa.array(map(_one, values[undecided].tolist()), _TEXT)
    return pc.replace_with_mask(texts, pa.array(undecided), by_python)


def few_number_texts(values: np.ndarray) -> pa.DictionaryArray | None:
    """The same where few different numbers stand in many places; None where they are many."""
    first = values[:_LOOKED_AT]
    if 2 * len(np.unique(first)) > len(first):
        return None
    encoded = pa.array(values).dictionary_encode()
    if len(encoded.dictionary) > _FEW:
        return None
    texts = pa.array(map(_one, encoded.dictionary.to_pylist()), _TEXT)
    return pa.DictionaryArray.from_arrays(encoded.indices, texts)


@np.errstate(invalid="ignore", divide="ignore")
def _rounded(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers → the same in 15 digits, and which of them are undecided (those hold anything).

    The number times a power of ten has 15 digits before its point. The product is taken as a sum of two numbers that
    is exact (T. J. Dekker, A floating-point technique for extending the available precision, 1971), so what stands
    behind the point is known to be more or less than a half. The quotient of two exact numbers is the nearest.
    """
    size = np.abs(values)
    undecided = ~((size >= _LOW) & (size < _HIGH))
    size[undecided] = 1.5
    power = _POWERS[_DIGITS - 1 - np.floor(np.log10(size)).astype(np.intp)]
    product = size * power
    whole = np.floor(product)
    beyond_half = (product - whole - 0.5) + _left_over(size, power, product)
    whole += beyond_half > 0
    undecided |= (beyond_half == 0) | (product < _POWERS[_DIGITS - 1]) | (whole >= _POWERS[_DIGITS])
    rounded = np.copysign(whole / power, values)
    undecided |= rounded == np.rint(rounded)
    return rounded, undecided


def _left_over(a: np.ndarray, b: np.ndarray, product: np.ndarray) -> np.ndarray:
    """What a × b is more than its floating-point product, exactly."""
    (a_high, a_low), (b_high, b_low) = _split(a), _split(b)
    rest: np.ndarray = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return rest


def _split(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers as the sum of two with half of the digits each."""
    large = _HALVES * values
    high = large - (large - values)
    return high, values - high


def _one(value: float | None) -> str:
    return "" if value is None or value != value else number_text(value)
