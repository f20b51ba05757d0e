"""What every way of grouping takes and gives, and the checks that all of them share."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment import Floats, Labels, Rule
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.text import agree, count_text, listed

__all__ = [
    "Fit",
    "Floats",
    "Labels",
    "Method",
    "check_matrix",
    "distinct_rows",
    "number_by_size",
    "refuse_too_few_rows",
    "too_few_rows",
]

_LARGEST_VALUE = 1e100
"""Beyond this the squares of distances overflow."""


@dataclass(frozen=True, repr=False)
class Fit:
    """One clustering of n rows into k segments.

    labels: (n,) whole numbers 1…k, 1 the largest segment, 0 for rows in none (noise).
    centres: (k, d), the middles; row i belongs to segment i + 1.
    inertia: sum of squared distances to the own centre. n_iter: rounds until the best restart stood still.
    """

    k: int
    labels: Labels
    centres: Floats
    inertia: float
    n_iter: int
    estimated: bool = False
    """True when it started from a sample of the rows (`polish`), so more restarts on all rows may do better."""
    rule: Rule | None = None
    """How it places customers; None stands for the nearest centre."""
    rows: NDArray[np.intp] | None = None
    """Positions of the sampled rows that were fitted (the rule places the others); None when all were."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """What this method alone can tell, as plain values: the BIC of a mixture, the loss of an autoencoder."""

    def __repr__(self) -> str:
        return f"Fit({self.k} segments of {len(self.labels):,} rows, inertia {self.inertia:.6g})"

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of rows in segments 1…k."""
        return tuple(np.bincount(self.labels, minlength=self.k + 1)[1:].tolist())


def absent_text(labels: Sequence[str], extra: str) -> str:
    """That methods of one extra are not installed here, and how they are added."""
    what, it = agree(len(labels), "is an extra that is", "are extras that are"), agree(len(labels), "it", "them")
    return (
        f"{listed(labels)} {what} not installed here. Whoever looks after this program adds {it} with: "
        f"pip install -r {extra}"
    )


@dataclass(frozen=True)
class Method:
    """One way to make segments; menus, sliders, the comparison, the command line and the tests are made from it.

    settings: a frozen dataclass whose fields carry label, help and range (`settings.option`); a field `k` is the
    number of segments, and a method without one finds the number itself.
    fit: `fit(Z, settings, progress) -> Fit`. assignment: how a new customer is placed, to end "A customer belongs
    to …".
    most_rows: beyond so many customers it is refused in a sentence. sample_rows: beyond so many it is fitted to a
    sample, and its rule places the others. needs: a package that must be installed first, `extra`: the file of
    requirements that has it.
    """

    name: str
    label: str
    help: str
    settings: type[Any]
    fit: Callable[[Floats, Any, Progress | None], Fit]
    assignment: str
    most_rows: int | None = None
    sample_rows: int | None = None
    needs: str = ""
    extra: str = ""

    @property
    def finds_k(self) -> bool:
        """Whether it finds the number of segments itself."""
        return all(item.name != "k" for item in fields(self.settings))

    @property
    def is_absent(self) -> bool:
        """Whether it is an extra that is not installed here."""
        return bool(self.needs) and importlib.util.find_spec(self.needs) is None

    def refusal(self, rows: int) -> str:
        """Why it cannot group so many customers here, with a remedy, in one sentence or two; empty when it can."""
        if self.is_absent:
            return absent_text([self.label], self.extra)
        if self.most_rows is not None and rows > self.most_rows:
            return (
                f"{self.label} compares every customer with every other one and would need too much memory for "
                f"{count_text(rows)} customers; it works for up to {count_text(self.most_rows)}. "
                "Choose another method, such as K-means."
            )
        return ""

    def choose(self, values: Mapping[str, Any]) -> Any:
        """Values by name → the settings of this method; one sentence for an unknown name or a value out of range."""
        known = [item.name for item in fields(self.settings)]
        unknown = [name for name in values if name not in known]
        if unknown:
            raise SegmentationError(
                f"{self.label} has no setting {unknown[0]!r}. Its settings are {', '.join(known) or 'none'}."
            )
        return self.settings(**values)

    def run(self, Z: Floats, settings: Any, progress: Progress | None = None) -> Fit:
        """Fit the prepared rows, after saying in a sentence what would not work."""
        Z = check_matrix(Z)
        reason = self.refusal(len(Z))
        if reason:
            raise SegmentationError(reason)
        return self.fit(Z, settings, progress)


def number_by_size(raw: NDArray[np.integer], centres: Floats) -> tuple[Labels, Floats, NDArray[np.intp]]:
    """Raw cluster numbers 0…k-1 → our numbers 1…k, the largest first; the centres in that order; the order itself.

    Number i + 1 is the raw cluster order[i]. Equal sizes are ordered by their centres, coordinate by coordinate, so
    the numbers never depend on chance.
    """
    sizes = np.bincount(raw, minlength=len(centres))
    order = np.lexsort((*centres.T[::-1], -sizes))
    new = np.empty(len(order), dtype=np.int32)
    new[order] = np.arange(1, len(order) + 1, dtype=np.int32)
    return new[raw], np.ascontiguousarray(centres[order]), order


def check_matrix(Z: Floats) -> Floats:
    """The prepared rows as a C-ordered float64 matrix, or one sentence about what is wrong with them."""
    Z = np.ascontiguousarray(Z, dtype=np.float64)
    if Z.ndim != 2 or Z.shape[0] < 1 or Z.shape[1] < 1:
        raise SegmentationError(
            "There is nothing to group: at least one customer and one feature are needed. Choose features on the "
            "Data page."
        )
    largest = max(abs(float(Z.max())), abs(float(Z.min())))
    if not np.isfinite(largest):
        raise SegmentationError(
            "Some prepared values are missing or infinite. Fill missing values on the Prepare page first."
        )
    if largest > _LARGEST_VALUE:
        raise SegmentationError(
            f"Some prepared values are too large to compute with ({largest:.3g}). Bring all columns to one scale or "
            "cap extreme values on the Prepare page."
        )
    return Z


def distinct_rows(Z: Floats, *, stop: int) -> int:
    """How many different rows `Z` has, counted only up to `stop`."""
    count = 0
    for rows in (Z[:1000], Z):
        count = 0
        while len(rows) and count < stop:
            rows = rows[(rows != rows[0]).any(axis=1)]
            count += 1
        if count >= stop:
            return count
    return count


def refuse_too_few_rows(distinct: int, k: int) -> None:
    if distinct < k:
        raise too_few_rows(k, distinct)


def too_few_rows(k: int, distinct: int | None = None) -> SegmentationError:
    only = "too few" if distinct is None else f"only {distinct}"
    return SegmentationError(
        f"{k} segments need at least {k} customers that differ from each other; the data has {only}. "
        "Choose fewer segments or more features."
    )
