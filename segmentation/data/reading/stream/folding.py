"""Cells of a column of words that say alike of it: plain numbers, codes of a letter and digits, moments of one day.

Orders and moments may be different in nearly every line. Once a column has more different cells than are held, one cell
of each such kind stands for all, with the rows of all. What reading says of a column with these cells in it, it says of
the whole, or `tell_alike` is not true.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.reading.columns import Decision
from segmentation.data.reading.distinct import Distinct
from segmentation.data.reading.no_answer import codes_among
from segmentation.data.reading.numbers import CURRENCY
from segmentation.data.reading.remarks import are_codes

__all__ = ["Folding", "tell_alike"]

_NUMBER = r"^[1-9][0-9]{0,14}$"
_CODE = r"^[A-Za-z]{1,2}[-_]?[1-9][0-9]{0,14}$"
_PRICE = rf"^(?i:{CURRENCY})[-_]?[0-9]"
_MONTH_AND_DAY = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
    r"02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_MOMENT = (
    rf"^(?:19(?:7[1-9]|[89][0-9])|20(?:[0-8][0-9]|9[0-8]))-{_MONTH_AND_DAY}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9])?$"
)
"""Moments of days that there are, and that no program writes in place of a missing one."""
_TO_THE_TIME = 11


@dataclass
class Folding:
    """Which cell stands for each kind. moments, codes: whether moments, numbers or codes were folded."""

    moments: bool = False
    codes: bool = False
    _standing: dict[str, str] = field(default_factory=dict)

    def fold(self, cells: pa.Array, rows: np.ndarray) -> tuple[pa.Array, np.ndarray]:
        """Different cells and how many rows hold each → those that stay, in their order, with the rows of all."""
        moment = _matches(cells, _MOMENT)
        number = _without_ends(cells, _matches(cells, _NUMBER))
        code = _matches(cells, _CODE)
        code[code] = ~_matches(cells.filter(pa.array(code)), _PRICE)
        if not (moment | number | code).any():
            return cells, rows
        self.moments, self.codes = self.moments or bool(moment.any()), self.codes or bool((number | code).any())
        stays, rows, known = ~(moment | number | code), rows.copy(), dict[str, int]()
        for which, kind_of in ((moment, _day), (number, _length), (code, _shape)):
            places = np.flatnonzero(which)
            kinds = kind_of(cells.take(pa.array(places))).dictionary_encode()
            each = kinds.indices.to_numpy()
            together = np.bincount(each, weights=rows[places]).astype(np.int64)
            first = places[np.unique(each, return_index=True)[1]]
            for kind, place, count in zip(kinds.dictionary.to_pylist(), first.tolist(), together.tolist(), strict=True):
                if kind in self._standing:
                    known[self._standing[kind]] = count
                else:
                    self._standing[kind] = cells[place].as_py()
                    stays[place], rows[place] = True, count
        kept = cells.filter(pa.array(stays))
        more = np.array(list(known.values()), dtype=np.int64)
        return pa.concat_arrays([kept, pa.array(known, kept.type)]), np.concatenate([rows[stays], more])


def tell_alike(folding: Folding, column: Distinct, decision: Decision) -> bool:
    """Whether the cells that stay decide, and are said, as all cells would: no count of different cells matters."""
    if not (folding.moments or folding.codes):
        return True
    if sum(column.order_votes.values()):
        return False
    if decision.kind.startswith("date"):
        return not folding.codes
    if decision.kind == "number":
        return bool(pc.all(pc.match_substring_regex(column.values, "^[0-9]+$")).as_py())
    return decision.kind == "trimmed" and not are_codes(column.values)


def _day(moments: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(moments, 0, _TO_THE_TIME)


def _length(numbers: pa.Array) -> pa.Array:
    return pc.utf8_length(numbers).cast(pa.large_string())


def _shape(codes: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(codes, "[0-9]", "0")


def _without_ends(cells: pa.Array, numbers: np.ndarray) -> np.ndarray:
    """Without those that often stand for no answer, and the smallest and largest of the others: each is held."""
    places = np.flatnonzero(numbers)
    if len(places):
        values = pc.cast(cells.take(pa.array(places)), pa.float64()).to_numpy(zero_copy_only=False)
        apart = np.isin(values, list(codes_among(values, float(values.min()), float(values.max()))))
        if not apart.all():
            apart |= np.isin(values, [values[~apart].min(), values[~apart].max()])
        numbers[places[apart]] = False
    return numbers


def _matches(cells: pa.Array, pattern: str) -> np.ndarray:
    flags: np.ndarray = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False).astype(bool)
    return flags
