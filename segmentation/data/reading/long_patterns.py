"""A quick look before a long pattern: Arrow prepares a pattern anew with each call, which takes milliseconds each.

Most cells hold none of the hundred words of a pattern, and for few different cells Python sees that sooner.
"""

from __future__ import annotations

import re

import pyarrow as pa

__all__ = ["NOTHING", "any_of", "may_hold"]

NOTHING = r"[^\s\S]"
"""A pattern that no text matches."""
_FEW = 100


def any_of(words: str) -> re.Pattern[str]:
    """Words, or patterns of them without classes in capitals, as `may_hold` takes them."""
    return re.compile(words.casefold())


def may_hold(cells: pa.Array, words: re.Pattern[str]) -> bool:
    """Whether one of the words may stand in one of the cells, in capitals or not; of many cells it is not asked."""
    return len(cells) > _FEW or any(words.search(cell.casefold()) for cell in cells.to_pylist() if cell)
