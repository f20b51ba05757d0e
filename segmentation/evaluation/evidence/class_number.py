"""Which number of groups latent classes name where most columns are categories, and whether there are groups at all.

Columns of business files go together without any groups: charges follow services, six columns say "no internet". A
plain criterion counts that as further classes. So each number is judged as classes whose columns may go together in
pairs, in a forest that is the same in all of them; one class with such a forest is data without groups (Chow, Liu
1968; Edwards, de Abreu, Labouriau 2010, "Selecting high-dimensional mixed graphical models using minimal AIC or BIC
forests", BMC Bioinformatics 11; Meila, Jordan 2000, "Learning with mixtures of trees", JMLR 1). A free figure of a
class costs three (Bozdogan 1993; for categories Fonseca, Cardoso 2007, "Mixture-model cluster analysis using
information theoretical criteria", Intell. Data Anal. 11), one of a pair log n. Numbers are cut into bands, so that no
column makes classes by itself.

One strong trait makes classes, too. So the gain over one class must also be higher than in data without groups in which
every level keeps its frequency and one trait makes the columns go together (see `nulls.copula_of_columns`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.methods import Floats
from segmentation.core.parallel import one_thread, part, run_all, workers
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.categories import Levels, with_categories
from segmentation.evaluation.evidence.gaps import atoms
from segmentation.evaluation.evidence.nulls import copula_of_columns
from segmentation.evaluation.evidence.work import Work

__all__ = ["LARGEST", "ROWS", "NamedNumber", "against_one_trait", "counted_columns", "forest_gain", "named_number"]

ROWS, LARGEST = 1_000, 10
"""So many customers are asked at most, and so many classes."""
_COST = 3.0
_RESTARTS, _WORSE, _STILL = 4, 2, 1e-6
_BANDS, _SOME, _TINY = 5, 8.0, 1e-300
"""A number is cut into so many bands; columns exclude each other where chance gives so many customers two."""
_FAR_ABOVE = 3.0
"""So many standard deviations above the mean gain of data of one trait."""


@dataclass(frozen=True, eq=False)
class NamedNumber:
    """k: the number of classes with the lowest criterion. gains: by how much that of 1, 2, … classes, as far as they
    were tried, is below that of one class, a customer.

    smallest: customers in its smallest class, of `rows`. last: whether more classes than were tried may be better.
    """

    k: int
    gains: tuple[float, ...]
    smallest: int
    rows: int
    last: bool

    @property
    def gain(self) -> float:
        """That of the best number."""
        return self.gains[self.k - 1]


def named_number(Z: Floats, levels: Levels, *, seed: int = 0, most: int = LARGEST) -> NamedNumber:
    """Prepared rows (n × d) and their categories → the number of classes that describes them best."""
    columns, n, rng = counted_columns(Z, levels), len(Z), np.random.default_rng(seed)
    widths = [column.shape[1] for column in columns]
    together, first = np.hstack(columns), np.cumsum([0, *widths[:-1]])
    free = sum(widths) - len(widths)
    figures: list[float] = []
    smallest: list[int] = []
    with one_thread():
        for k in range(1, most + 1):
            likelihood, belongs = _best_fit(together, first, k, rng)
            cost = _COST * (k * free + k - 1)
            figures.append(cost - 2 * likelihood - forest_gain(together, first, belongs))
            smallest.append(int(np.bincount(belongs.argmax(axis=1), minlength=k).min()))
            if k - 1 - int(np.argmin(figures)) >= _WORSE:
                break
    best = int(np.argmin(figures))
    last = len(figures) == most and best == most - 1
    gains = tuple((figures[0] - figure) / n for figure in figures)
    return NamedNumber(best + 1, gains, smallest[best], n, last)


def against_one_trait(work: Work, progress: Progress | None = None) -> dict[str, Any]:
    """What latent classes say of `work`, as facts: classes_named (1 where there are no groups), and what it rests on.

    classes_gain: of the criterion over one class, a customer; classes_gains: that of each number tried; trait_gain: the
    highest of `trait_sets` data sets of one trait, which are made until one is as high. classes_smallest: customers in
    the smallest class, of all of `work`; classes_last: whether the largest number tried is the best. classes_tried: the
    number before it was held against such data. Those of a sample of at most ROWS customers.
    """
    few = work.fewer(ROWS, 0)
    own = named_number(few.Z, few.levels, seed=work.settings.seed)
    facts: dict[str, Any] = {
        "classes_named": 1,
        "classes_tried": own.k,
        "classes_gain": own.gain,
        "classes_gains": own.gains,
        "classes_smallest": round(own.smallest * len(work.Z) / own.rows),
        "classes_last": own.last,
        "trait_gain": float("nan"),
        "trait_sets": 0,
    }
    if own.k == 1:
        return facts
    draw = copula_of_columns(few.Z, few.levels, few.rng("trait"))

    def one(number: int, tick: Progress) -> float:
        tick(0.0, "Comparing with data of one trait")
        return named_number(draw(few.rng("one trait", number)), few.levels, seed=number).gain

    gains: list[float] = []
    most, step = work.settings.nulls, 2 * workers()
    while len(gains) < most and max(gains, default=0.0) < own.gain:
        more = range(len(gains), min(len(gains) + step, most))
        gains += run_all(one, more, progress=part(progress, len(gains) / most, min(1.0, (len(gains) + step) / most)))
    above = (own.gain - np.mean(gains)) / max(float(np.std(gains)), 1e-12)
    if max(gains) < own.gain and above >= _FAR_ABOVE:
        facts["classes_named"] = own.k
    return {**facts, "trait_gain": float(max(gains)), "trait_sets": len(gains)}


def _best_fit(together: Floats, first: NDArray[np.intp], k: int, rng: np.random.Generator) -> tuple[float, Floats]:
    """Columns and a number → log-likelihood of the best of a few fits, probabilities (n × k)."""
    runs = [_expectation_maximisation(together, first, k, rng) for _ in range(_RESTARTS if k > 1 else 1)]
    return max(runs, key=lambda run: run[0])


def _expectation_maximisation(
    together: Floats, first: NDArray[np.intp], k: int, rng: np.random.Generator
) -> tuple[float, Floats]:
    """Classes whose columns are independent, from chance on. first: where each column begins in `together`."""
    n, everyone = len(together), together.mean(axis=0)
    belongs, before = rng.dirichlet(np.ones(k), n), -np.inf
    while True:
        sizes = belongs.sum(axis=0) + 1e-9
        counts = belongs.T @ together + everyone  # one customer like everyone: no level is ever impossible
        whole = np.repeat(np.add.reduceat(counts, first, axis=1), np.diff([*first, together.shape[1]]), axis=1)
        logs = np.log(sizes / sizes.sum()) + together @ np.log(counts / whole).T
        top = logs.max(axis=1, keepdims=True)
        belongs = np.exp(logs - top)
        total = belongs.sum(axis=1, keepdims=True)
        belongs /= total
        likelihood = float((top + np.log(total)).sum())
        if likelihood - before < _STILL * n:
            return likelihood, belongs
        before = likelihood


def forest_gain(together: Floats, first: NDArray[np.intp], belongs: Floats) -> float:
    """Columns (n × all their levels) and classes (n × k) → what letting pairs go together takes off the criterion.

    first: where each column begins. It is the forest of pairs with the highest sum, each twice the gain in
    log-likelihood over all classes less log n a free figure; pairs that gain nothing are left out (Kruskal 1956).
    """
    n, k = belongs.shape
    gains = np.zeros((len(first), len(first)))
    for members in belongs.T:
        counts = together.T @ (together * members[:, None])
        own = np.log(np.maximum(members @ together, _TINY))
        size = np.log(max(float(members.sum()), _TINY))
        terms = counts * (np.log(np.maximum(counts, _TINY)) + size - own[:, None] - own)
        gains += 2 * np.add.reduceat(np.add.reduceat(terms, first, axis=0), first, axis=1)
    free = np.diff([*first, together.shape[1]]) - 1
    gains -= np.log(n) * k * np.outer(free, free)
    tree, total = list(range(len(first))), 0.0
    for gain, one, other in sorted(((gains[pair], *pair) for pair in combinations(range(len(first)), 2)), reverse=True):
        if gain <= 0:
            break
        if tree[one] != tree[other]:
            tree = [tree[one] if root == tree[other] else root for root in tree]
            total += float(gain)
    return total


def counted_columns(Z: Floats, levels: Levels) -> list[Floats]:
    """Prepared rows (n × d) → of each fact n × levels, how much of each level a customer has; numbers are cut in bands.

    Columns that are the levels of one thing (one-hot columns of a file, a category that stands there twice) are one
    category: their combinations are no more than their levels.
    """
    own = {label: _member(Z, columns) for label, columns in levels.items()}
    sets, blocks = _exclusive(own), with_categories(atoms(Z), levels)
    done = {label for labels in sets for label in labels}
    left = {label: columns for label, columns in levels.items() if label not in done}
    members = [_one_of([own[label] for label in labels]) for labels in sets]
    for block in blocks:
        members += _of_one_fact(_parts(Z, block, left, levels))
    used = {int(column) for block in blocks for column in block}
    members += [_bands(Z[:, column]) for column in range(Z.shape[1]) if column not in used]
    return [member for member in members if member.shape[1] > 1]


def _parts(Z: Floats, block: NDArray[np.intp], left: Levels, levels: Levels) -> list[Floats]:
    """The categories of a block that are left, and its numbers in bands."""
    inside = {int(column) for columns in levels.values() for column in columns}
    categories = [_member(Z, columns) for columns in left.values() if np.isin(columns, block).all()]
    return [*categories, *(_bands(Z[:, column]) for column in block if column not in inside)]


def _of_one_fact(parts: list[Floats]) -> list[Floats]:
    """Columns that may tell one fact → one column, where they have no more combinations than levels."""
    if len(parts) < 2:
        return parts
    codes = np.unique(np.hstack(parts), axis=0, return_inverse=True)[1].ravel()
    one = codes.max() <= sum(member.shape[1] - 1 for member in parts)
    return [np.eye(int(codes.max()) + 1)[codes]] if one else parts


def _exclusive(members: Mapping[str, Floats]) -> list[list[str]]:
    """Yes-or-no columns of which no customer has two, where chance would give some two: the levels of one thing.

    `atoms` looks at two columns at a time, of which rare ones may exclude each other by chance.
    """
    yes = {label: _yes(member) for label, member in members.items() if member.shape[1] == 2}
    sets: list[list[str]] = []
    for label in sorted(yes, key=lambda one: -yes[one].sum()):
        apart = (own for own in sets if all(float(yes[label] @ yes[other]) < 1 for other in own))
        own = next(apart, None)
        if own is None:
            sets.append([label])
        else:
            own.append(label)
    return [own for own in sets if len(own) > 1 and _both_by_chance([yes[label] for label in own]) >= _SOME]


def _yes(member: Floats) -> Floats:
    """The rarer of two levels."""
    return member[:, member.sum(axis=0).argmin()]


def _one_of(members: list[Floats]) -> Floats:
    """Columns that exclude each other → one with a level for each, and one for those who have none."""
    columns = np.column_stack([_yes(member) for member in members])
    together = np.column_stack([columns, np.maximum(1 - columns.sum(axis=1), 0.0)])
    return together[:, together.any(axis=0)]


def _both_by_chance(columns: list[Floats]) -> float:
    """How many times two of these columns would be yes together, were they independent."""
    sums = np.array([column.sum() for column in columns])
    return float((sums.sum() ** 2 - (sums**2).sum()) / 2 / len(columns[0]))


def _member(Z: Floats, columns: NDArray[np.intp]) -> Floats:
    """The prepared columns of one category → n × levels: 1 at the customer's own, the shares of all where unknown."""
    own = Z[:, columns]
    low, high = own.min(axis=0), own.max(axis=0)
    known = (np.isclose(own, low) | np.isclose(own, high)).all(axis=1)
    codes = np.unique(np.round((own - low) / np.maximum(high - low, 1e-12)), axis=0, return_inverse=True)[1].ravel()
    member = np.eye(int(codes.max()) + 1)[codes]
    if known.any():
        member[~known] = member[known].mean(axis=0)
    return member[:, member.any(axis=0)]


def _bands(values: Floats) -> Floats:
    """A number → n × bands of about equally many customers, equal values in one band."""
    ends = np.unique(np.quantile(values, np.arange(1, _BANDS) / _BANDS))
    places = np.unique(np.searchsorted(ends, values, side="left"), return_inverse=True)[1]
    return np.eye(int(places.max()) + 1)[places]
