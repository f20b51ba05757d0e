"""How far two ways of grouping agree, and which customers move from which segment to which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from segmentation.clustering.methods import Labels

__all__ = ["AGREEMENTS", "Agreement", "agreement_table", "agreement_words", "flows", "signed"]

_BANDS = (
    (0.9, "nearly the same customers together"),
    (0.65, "mostly the same customers together"),
    (0.3, "partly the same customers together"),
    (-np.inf, "few of the same customers together"),
)


@dataclass(frozen=True)
class Agreement:
    """One measure of how far two groupings of the same customers agree; customers in no segment are a group of their
    own. `compute(first, second) -> float`, 1 for the same grouping."""

    name: str
    label: str
    help: str
    compute: Callable[[Labels, Labels], float]


def agreement_words(value: float) -> str:
    """An adjusted Rand index in words that follow "it puts"; empty when it is missing."""
    return next((words for low, words in _BANDS if value >= low), "")


def signed(value: float) -> str:
    """An agreement as it is written: two decimals, a proper minus, never −0.00."""
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "\u2212")


def agreement_table(labelings: Mapping[str, Labels], measure: str = "adjusted_rand") -> pd.DataFrame:
    """Title → labels of the same customers (0 = in no segment) → square table of agreements, titles on both sides."""
    compute, names = AGREEMENTS[measure].compute, list(labelings)
    table = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            table.at[first, second] = table.at[second, first] = compute(labelings[first], labelings[second])
    return table


def flows(first: Labels, second: Labels) -> pd.DataFrame:
    """Two labellings of the same customers → who goes from which segment to which, one row a pair that occurs.

    Columns: source and target (segment numbers, 0 = in no segment), customers, share_source (of the customers of
    source) and share_target (of the customers of target). Ordered by source, then target, 0 last.
    """
    counts = np.zeros((int(first.max(initial=0)) + 1, int(second.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(counts, (first, second), 1)
    sources, targets = np.nonzero(counts)
    sizes = counts[sources, targets]
    table = pd.DataFrame(
        {
            "source": sources,
            "target": targets,
            "customers": sizes,
            "share_source": sizes / counts.sum(axis=1)[sources],
            "share_target": sizes / counts.sum(axis=0)[targets],
        }
    )
    order = np.lexsort((_last(targets), _last(sources)))
    return table.iloc[order].reset_index(drop=True)


def _last(numbers: np.ndarray) -> np.ndarray:
    """Numbers to sort by, with 0 at the end."""
    return np.where(numbers == 0, np.iinfo(np.int64).max, numbers)


AGREEMENTS: dict[str, Agreement] = {
    measure.name: measure
    for measure in (
        Agreement(
            "adjusted_rand",
            "Adjusted Rand",
            "Of all pairs of customers, how many are together or apart in both: 1 the same groups, 0 what chance gives "
            "(Hubert, Arabie 1985).",
            lambda first, second: float(adjusted_rand_score(first, second)),
        ),
        Agreement(
            "mutual_information",
            "Mutual information",
            "How much knowing one group tells about the other: 1 everything, 0 nothing (normalised by the mean of both "
            "entropies; Vinh, Epps, Bailey 2010). It is lenient where there are many groups.",
            lambda first, second: float(normalized_mutual_info_score(first, second)),
        ),
    )
}
