"""Figures that judge a clustering, each one entry in `METRICS`, and the silhouettes of every k in one pass.

One definition everywhere: the page, the saved model, the report and the command line call these functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment import Floats, Labels
from segmentation.clustering.silhouette_sums import segment_sums
from segmentation.core.parallel import part, run_all, workers
from segmentation.core.sampling import random_rows
from segmentation.core.settings import Progress

__all__ = [
    "EXACT_ROWS",
    "METRICS",
    "Metric",
    "calinski_harabasz",
    "davies_bouldin",
    "inertia",
    "mean_silhouette",
    "sampled_rows",
    "silhouette_error",
    "silhouette_text",
    "silhouettes",
    "why_undefined",
]

EXACT_ROWS = 20_000
"""Up to so many rows every customer has a silhouette; above, a sample of customers against all of them."""

_PAIRS = 2e9
_WHOLE, _SOME = 65_536, 8_192
"""Above so many rows they are taken some at a time, which stay in fast memory."""


@dataclass(frozen=True)
class Metric:
    """One figure of a clustering.

    compute: `compute(Z, labels) -> float`, NaN where it has no meaning. better: "high", "low" or "hint" (it always
    falls with k, only its bend says something). cost: "cheap" or "costly" (grows with the square of the rows).
    """

    name: str
    label: str
    help: str
    better: str
    compute: Callable[[Floats, Labels], float]
    cost: str = "cheap"
    digits: int = 3


def why_undefined(labels: Labels) -> str:
    """Why the metrics have no meaning for these labels, in one sentence; empty when they have one."""
    segments = len(np.unique(labels))
    if segments < 2:
        return "One single segment cannot be compared with others."
    if segments >= len(labels):
        return "Every customer would be a segment of their own."
    return ""


def sampled_rows(rows: int) -> NDArray[np.intp] | None:
    """Which of `rows` customers get a silhouette: None for all, otherwise a sorted random sample, always the same."""
    if rows <= EXACT_ROWS:
        return None
    size = int(np.clip(_PAIRS / rows, 2_000, 10_000))
    return random_rows(rows, size)


def silhouettes(
    Z: Floats,
    labelings: Mapping[int, Labels],
    *,
    rows: NDArray[np.intp] | None = None,
    progress: Progress | None = None,
    cores: int | None = None,
) -> dict[int, Floats]:
    """The silhouette of every customer under every labelling, in one pass over the distances.

    `Z` is n × d, each labelling (n,) with numbers 1…k → one array per labelling, of n values, or of `len(rows)` when
    only those rows are scored (against all n). NaN throughout where the silhouette is undefined.
    s = (b − a) / max(a, b): a is the mean distance to the own segment, b to the nearest other one; a segment of one
    customer has s = 0 (Rousseeuw 1987, J. Comput. Appl. Math. 20). Agrees with scikit-learn to 1e-6 (see
    `segmentation.clustering.silhouette_sums` for how the distances are summed).
    """
    scored = len(Z) if rows is None else len(rows)
    known = {name: labels for name, labels in labelings.items() if not why_undefined(labels)}
    scores = {name: np.full(scored, np.nan) for name in labelings}
    if not known:
        return scores
    cores = cores or workers()
    sums = segment_sums(Z, list(known.values()), rows=rows, progress=part(progress, 0.0, 0.95), cores=cores)
    ends = np.cumsum([labels.max() for labels in known.values()])

    def one(position: int, tick: Progress) -> Floats:
        labels = list(known.values())[position]
        own = (labels if rows is None else labels[rows]) - 1
        end, k = ends[position], int(labels.max())
        return _from_sums(sums[:, end - k : end], own, np.bincount(labels - 1, minlength=k))

    values = run_all(one, range(len(known)), progress=part(progress, 0.95, 1.0), text="Silhouettes", cores=cores)
    scores.update(zip(known, values, strict=True))
    return scores


def silhouette_text(value: float, *, noise: bool = False) -> str:
    """A mean silhouette as a sentence, to the digits of every table; empty when it was not measured.

    noise: whether customers are in no segment, who are left out of it.
    """
    if np.isnan(value):
        return ""
    return (
        f"Mean silhouette {value:.{METRICS['silhouette'].digits}f}"
        f"{' without the customers in no segment' if noise else ''}: 1 would be groups far apart, 0 groups that touch, "
        "below 0 customers in the wrong group."
    )


def mean_silhouette(Z: Floats, labels: Labels, progress: Progress | None = None) -> float:
    """The mean silhouette (−1…1) of all customers, or of `sampled_rows` when there are very many; NaN if undefined."""
    return float(np.mean(silhouettes(Z, {0: labels}, rows=sampled_rows(len(Z)), progress=progress)[0]))


def silhouette_error(values: Floats, rows: int) -> float:
    """The standard error of a mean silhouette that was taken from a sample of `rows` customers; 0 when from all."""
    if len(values) >= rows:
        return 0.0
    return float(np.std(values, ddof=1) / np.sqrt(len(values)) * np.sqrt(1 - len(values) / rows))


def inertia(Z: Floats, labels: Labels) -> float:
    """The sum of squared distances to the own segment's mean."""
    _, centres = _centres(Z, labels)
    return float(np.sum((Z - centres[labels - 1]) ** 2))


def calinski_harabasz(Z: Floats, labels: Labels) -> float:
    """Spread between the segments over spread within them, (B / (k − 1)) / (W / (n − k)) (Caliński, Harabasz 1974)."""
    if why_undefined(labels):
        return float("nan")
    sizes, centres = _centres(Z, labels)
    within = sum(float(np.sum(squares)) for squares in _squares(Z, labels, centres))
    between = float(np.sum(sizes[:, None] * (centres - Z.mean(axis=0)) ** 2))
    if within == 0.0:
        return float("nan")
    return between / (len(sizes) - 1) / (within / (len(Z) - len(sizes)))


def davies_bouldin(Z: Floats, labels: Labels) -> float:
    """The mean over the segments of the worst (spread + spread) / distance of centres (Davies, Bouldin 1979)."""
    if why_undefined(labels):
        return float("nan")
    sizes, centres = _centres(Z, labels)
    to_own = np.sqrt(np.concatenate([np.sum(squares, axis=1) for squares in _squares(Z, labels, centres)]))
    spread = np.bincount(labels - 1, weights=to_own) / sizes
    apart = np.sqrt(np.sum((centres[:, None] - centres[None]) ** 2, axis=2))
    np.fill_diagonal(apart, np.inf)
    if not apart.min() > 0.0:
        return float("nan")
    return float(np.mean(np.max((spread[:, None] + spread[None]) / apart, axis=1)))


def _squares(Z: Floats, labels: Labels, centres: Floats) -> Iterator[Floats]:
    """The squared differences between rows and the centre of their segment, some rows at a time where they are many."""
    step = len(Z) if len(Z) <= _WHOLE else _SOME
    for start in range(0, len(Z), step):
        apart = Z[start : start + step] - centres[labels[start : start + step] - 1]
        yield np.square(apart, out=apart)


def _centres(Z: Floats, labels: Labels) -> tuple[NDArray[np.intp], Floats]:
    sizes = np.bincount(labels - 1)
    sums = np.stack([np.bincount(labels - 1, weights=column) for column in Z.T], axis=1)
    return sizes, sums / np.maximum(sizes, 1)[:, None]


def _from_sums(sums: Floats, own: NDArray[np.integer], sizes: NDArray[np.intp]) -> Floats:
    """Silhouettes from the summed distances to every segment (rows × k)."""
    row = np.arange(len(own))
    inside = sums[row, own] / np.maximum(sizes[own] - 1, 1)
    to_others = sums / np.maximum(sizes, 1)
    to_others[:, sizes == 0] = np.inf
    to_others[row, own] = np.inf
    nearest = to_others.min(axis=1)
    larger = np.maximum(inside, nearest)
    values: Floats = np.divide(nearest - inside, larger, out=np.zeros_like(larger), where=larger > 0)
    values[sizes[own] == 1] = 0.0
    return values


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "inertia",
            "Inertia",
            "How far customers are from their segment's centre, squared and summed. It falls with every further "
            "segment, so only its bend (the elbow) is a hint.",
            "hint",
            inertia,
            digits=0,
        ),
        Metric(
            "silhouette",
            "Silhouette",
            "How much closer a customer is to their own segment than to the next one: 1 is clearly inside, 0 on the "
            "border, below 0 nearer to another segment.",
            "high",
            mean_silhouette,
            "costly",
        ),
        Metric(
            "calinski_harabasz",
            "Calinski–Harabasz",
            "Spread between the segments compared with spread within them. Higher is better.",
            "high",
            calinski_harabasz,
            digits=0,
        ),
        Metric(
            "davies_bouldin",
            "Davies–Bouldin",
            "How much each segment overlaps with the one most like it. Lower is better.",
            "low",
            davies_bouldin,
        ),
    )
}
