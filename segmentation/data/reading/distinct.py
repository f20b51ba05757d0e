"""The distinct cells of a column: blank, standing for no value, or a value."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.reading import dates, numbers
from segmentation.data.reading.marks import DASHES, MARKS, NOT_A_NUMBER, marks_for_text
from segmentation.data.reading.settings import ReadSettings

__all__ = ["Distinct", "distinct_cells", "in_brackets"]

_INVISIBLE = "\ufeff\u200b\u2060 \t"  # a mark of byte order between joined files is no part of a cell
_SHORT = 12
_ACCOUNTING = rf"^(?:(?i:{numbers.CURRENCY}) *[-–—]{{1,2}}|[-–—]{{1,2}} *(?i:{numbers.CURRENCY}))$"


@dataclass(frozen=True)
class Distinct:
    """The distinct cells of one column.

    cells: as in the file; trimmed: without blanks around, and ="00123", which makes Excel keep the zeros, as 00123;
    lower: trimmed, in lower case; rows: how many rows hold each; codes: per row the position of its cell.
    blank, mark (may stand for missing; text_mark: in a column of text), zero (a mark that means zero among numbers):
    bool per distinct cell.
    """

    name: str
    cells: pa.LargeStringArray
    trimmed: pa.LargeStringArray
    lower: pa.LargeStringArray
    rows: np.ndarray
    codes: pa.Int32Array
    blank: np.ndarray
    mark: np.ndarray
    text_mark: np.ndarray
    zero: np.ndarray

    @property
    def value(self) -> np.ndarray:
        """Distinct cells that are neither blank nor a missing mark: bool."""
        there: np.ndarray = ~(self.blank | self.mark)
        return there

    @cached_property
    def values(self) -> pa.LargeStringArray:
        """The trimmed cells that are values."""
        return self.trimmed.filter(pa.array(self.value))

    @cached_property
    def value_rows(self) -> np.ndarray:
        """In how many rows each of `values` stands."""
        rows: np.ndarray = self.rows[self.value]
        return rows

    @cached_property
    def written(self) -> numbers.Written:
        """The values on their way to numbers."""
        return numbers.Written(self.values)

    @cached_property
    def order_votes(self) -> dict[str, int]:
        """How many values can only be day first, only month first, or either."""
        if not self.has_digits or self.written.plain.all():
            return dict.fromkeys(("dmy", "mdy", "?", "="), 0)
        return dates.order_votes(self.values)

    @cached_property
    def has_digits(self) -> bool:
        """Whether at least half of the rows with a value hold a digit; without, it is text or yes and no."""
        with_digits = _bools(pc.match_substring_regex(self.values, "[0-9]"))
        return bool(self.value_rows[with_digits].sum() * 2 >= self.value_rows.sum() > 0)


def distinct_cells(name: str, cells: pa.LargeStringArray | pa.DictionaryArray, settings: ReadSettings) -> Distinct:
    """The distinct cells of a column, encoded or not, with what is known of each."""
    encoded = cells if isinstance(cells, pa.DictionaryArray) else cells.dictionary_encode()
    distinct = encoded.dictionary
    trimmed = pc.utf8_trim(pc.utf8_trim_whitespace(distinct), _INVISIBLE)
    if pc.any(pc.starts_with(trimmed, '="')).as_py():
        trimmed = pc.replace_substring_regex(trimmed, r'^="([^"]*)"$', r"\1")
    trimmed = _plain_figures(trimmed)
    lower = pc.utf8_lower(trimmed)
    more = {mark.strip().lower() for mark in settings.missing}
    more |= {cell.lower() for column, cell in settings.no_answer or () if column == name}

    def among(words: set[str] | frozenset[str]) -> np.ndarray:
        return _bools(pc.is_in(lower, pa.array(sorted(words), lower.type)))

    rows = np.bincount(encoded.indices.to_numpy(), minlength=len(distinct))
    blank = _bools(pc.equal(trimmed, ""))
    own = among(more)
    in_text = among(marks_for_text()) | _bools(pc.is_in(trimmed, pa.array(sorted(NOT_A_NUMBER), trimmed.type))) | own
    dash = accounting_dashes(trimmed)
    zero = dash | among(DASHES) if settings.dash == "zero" else dash
    mark = among(MARKS) | own | dash
    return Distinct(name, distinct, trimmed, lower, rows, encoded.indices, blank, mark, in_text, zero & ~own)


_FIGURES = r"^[\p{Nd}\p{P}\p{Sc}\p{Sm}\s]+$"
_WIDE = str.maketrans("，．－％￥／：٫٬", ",.-%¥/:.,")


def _plain_figures(cells: pa.LargeStringArray) -> pa.LargeStringArray:
    """Cells of figures and signs alone with the figures of other scripts (１２３, ١٢٣) as 0 to 9; all others stay."""
    if pc.all(pc.string_is_ascii(cells)).as_py() is not False:
        return cells
    figures = pc.match_substring_regex(cells, _FIGURES)
    figures = pc.and_(figures, pc.invert(pc.string_is_ascii(cells)))
    if not pc.any(pc.and_(figures, pc.match_substring_regex(cells, r"[^\x00-\x7f]*\p{Nd}"))).as_py():
        return cells
    pairs = zip(cells.to_pylist(), figures.to_pylist(), strict=True)
    return pa.array([_in_ascii(cell) if alone else cell for cell, alone in pairs], pa.large_string())


def _in_ascii(cell: str) -> str:
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in cell.translate(_WIDE))


def in_brackets(column: Distinct) -> bool:
    """Whether a column has a dash alone beside amounts in brackets, (1,250.00), as accounting formats write them."""
    if not pc.any(pc.is_in(column.trimmed, pa.array(sorted(DASHES), column.trimmed.type))).as_py():
        return False
    return bool(pc.any(pc.match_substring_regex(column.trimmed, r"^\([^()]*[0-9][.,][0-9]{2}\)$")).as_py())


def accounting_dashes(cells: pa.Array) -> np.ndarray:
    """Which cells are a dash beside a currency, as accounting formats write zero: $ -, - €."""
    short = _bools(pc.less_equal(pc.utf8_length(cells), _SHORT))
    short &= _bools(pc.match_substring_regex(cells, "^[^0-9]*[-–—][^0-9]*$"))
    if short.any():
        short[short] = _bools(pc.match_substring_regex(cells.filter(pa.array(short)), _ACCOUNTING))
    return short


def _bools(mask: pa.Array) -> np.ndarray:
    flags: np.ndarray = mask.to_numpy(zero_copy_only=False).astype(bool)
    return flags
