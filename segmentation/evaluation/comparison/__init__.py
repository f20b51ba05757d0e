"""Several ways of grouping the same customers, side by side: judged alike, compared with each other, in words."""

from segmentation.evaluation.comparison.agreement import (
    AGREEMENTS,
    Agreement,
    agreement_table,
    agreement_words,
    flows,
    signed,
)
from segmentation.evaluation.comparison.candidate import Candidate, Tried, Wanted, candidate_of, key_of, try_out, usual
from segmentation.evaluation.comparison.nearby import MANY, between, nearest_rows, together
from segmentation.evaluation.comparison.pictures import Plane, plane, scattered
from segmentation.evaluation.comparison.stability import DRAWS, seconds_needed, stabilities, stability
from segmentation.evaluation.comparison.table import compare, titles
from segmentation.evaluation.comparison.words import answer, remarks

__all__ = [
    "AGREEMENTS",
    "DRAWS",
    "MANY",
    "Agreement",
    "Candidate",
    "Plane",
    "Tried",
    "Wanted",
    "agreement_table",
    "agreement_words",
    "answer",
    "between",
    "candidate_of",
    "compare",
    "flows",
    "key_of",
    "nearest_rows",
    "plane",
    "remarks",
    "scattered",
    "seconds_needed",
    "signed",
    "stabilities",
    "stability",
    "titles",
    "together",
    "try_out",
    "usual",
]
