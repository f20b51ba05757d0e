"""Columns made of others by a formula: years between dates, sums, ratios, bands, codes that mean nothing."""

from segmentation.data.derived.columns import (
    derive,
    derive_again,
    derived_from,
    formulas_from,
    named_in,
    sources_of,
    with_derived,
)
from segmentation.data.derived.functions import FUNCTIONS
from segmentation.data.derived.grammar import written

__all__ = [
    "FUNCTIONS",
    "derive",
    "derive_again",
    "derived_from",
    "formulas_from",
    "named_in",
    "sources_of",
    "with_derived",
    "written",
]
