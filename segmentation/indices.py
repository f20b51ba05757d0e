"""Figures that judge a clustering, each one entry in `INDICES`, and the silhouettes of every k in one pass.

One definition everywhere: the page, the saved model, the report and the command line call these functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.methods import Floats, Labels
from segmentation.parallel import run_all, workers
from segmentation.settings import SEED, Progress

__all__ = [
    "EXACT_ROWS",
    "INDICES",
    "Index",
    "calinski_harabasz",
    "davies_bouldin",
    "inertia",
    "mean_silhouette",
    "sampled_rows",
    "silhouette_error",
    "silhouettes",
    "why_undefined",
]

EXACT_ROWS = 20_000
"""Up to so many rows every customer has a silhouette; above, a sample of customers against all of them."""

_PAIRS = 2e9
_BLOCK = 512


@dataclass(frozen=True)
class Index:
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
    """Why the indices have no meaning for these labels, in one sentence; empty when they have one."""
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
    return np.sort(np.random.default_rng(SEED).choice(rows, size, replace=False))


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
    customer has s = 0 (Rousseeuw 1987, J. Comput. Appl. Math. 20). Distances are computed in float64 and summed per
    segment by a matrix product in float32 blocks with float64 totals; agrees with scikit-learn to 1e-6.
    """
    scored = len(Z) if rows is None else len(rows)
    known = {name: labels for name, labels in labelings.items() if not why_undefined(labels)}
    found = {name: np.full(scored, np.nan) for name in labelings}
    if not known:
        return found
    counts = [int(labels.max()) for labels in known.values()]
    starts = np.concatenate(([0], np.cumsum(counts)))
    columns = np.stack(
        [labels.astype(np.int64) - 1 + start for labels, start in zip(known.values(), starts, strict=False)]
    )
    members = np.zeros((len(Z), starts[-1]), dtype=np.float32)
    members[np.arange(len(Z)), columns] = 1.0
    sums = _distance_sums(np.asarray(Z, dtype=np.float64), members, rows, progress, cores or workers())
    for position, (name, labels) in enumerate(known.items()):
        sizes = np.bincount(labels - 1, minlength=counts[position])
        own = (labels if rows is None else labels[rows]) - 1
        found[name] = _from_sums(sums[:, starts[position] : starts[position + 1]], own, sizes)
    return found


def mean_silhouette(Z: Floats, labels: Labels) -> float:
    """The mean silhouette (−1…1) of all customers, or of `sampled_rows` when there are very many; NaN if undefined."""
    return float(np.mean(silhouettes(Z, {0: labels}, rows=sampled_rows(len(Z)))[0]))


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
    within = float(np.sum((Z - centres[labels - 1]) ** 2))
    between = float(np.sum(sizes[:, None] * (centres - Z.mean(axis=0)) ** 2))
    if within == 0.0:
        return float("nan")
    return between / (len(sizes) - 1) / (within / (len(Z) - len(sizes)))


def davies_bouldin(Z: Floats, labels: Labels) -> float:
    """The mean over the segments of the worst (spread + spread) / distance of centres (Davies, Bouldin 1979)."""
    if why_undefined(labels):
        return float("nan")
    sizes, centres = _centres(Z, labels)
    to_own = np.sqrt(np.sum((Z - centres[labels - 1]) ** 2, axis=1))
    spread = np.bincount(labels - 1, weights=to_own) / sizes
    apart = np.sqrt(np.sum((centres[:, None] - centres[None]) ** 2, axis=2))
    np.fill_diagonal(apart, np.inf)
    if not apart.min() > 0.0:
        return float("nan")
    return float(np.mean(np.max((spread[:, None] + spread[None]) / apart, axis=1)))


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
    values = np.divide(nearest - inside, larger, out=np.zeros_like(larger), where=larger > 0)
    values[sizes[own] == 1] = 0.0
    return values


def _distance_sums(
    Z: Floats, members: NDArray[np.float32], rows: NDArray[np.intp] | None, progress: Progress | None, cores: int
) -> Floats:
    """The sum of distances from each scored row to the members of each segment, block by block → (rows, segments)."""
    squares = np.einsum("ij,ij->i", Z, Z)[:, None]
    ones = np.ones_like(squares)
    # |x − y|² = −2 x·y + |x|² + |y|² as one product of rows with two more columns.
    right = np.ascontiguousarray(np.hstack([Z, ones, squares]).T)
    left = np.hstack([-2.0 * Z, squares, ones])
    blocks = [slice(start, min(start + _BLOCK, len(Z))) for start in range(0, len(Z), _BLOCK)]
    mirrored = rows is None
    left_blocks = blocks
    if rows is not None:
        left = left[rows]
        left_blocks = [slice(start, min(start + _BLOCK, len(rows))) for start in range(0, len(rows), _BLOCK)]

    def some(share: list[int], tick: Progress) -> Floats:
        sums = np.zeros((len(left), members.shape[1]))
        squared = np.empty(_BLOCK * _BLOCK)
        rooted = np.empty(_BLOCK * _BLOCK, dtype=np.float32)
        for step, number in enumerate(share):
            tick(step / len(share), "")
            here = left_blocks[number]
            for there in blocks[number if mirrored else 0 :]:
                shape = (here.stop - here.start, there.stop - there.start)
                square = squared[: shape[0] * shape[1]].reshape(shape)
                distance = rooted[: shape[0] * shape[1]].reshape(shape)
                np.matmul(left[here], right[:, there], out=square)
                np.maximum(square, 0.0, out=square)
                np.sqrt(square, out=distance, casting="same_kind")
                if mirrored and here == there:
                    np.fill_diagonal(distance, 0.0)
                sums[here] += distance @ members[there]
                if mirrored and here != there:
                    sums[there] += distance.T @ members[here]
        return sums

    count = max(1, min(cores, len(left_blocks)))
    shares = [_even_share(len(left_blocks), count, number) for number in range(count)]
    sums, *others = run_all(some, shares, progress=progress, text="Silhouettes", cores=cores)
    for other in others:
        sums += other
    return sums


def _even_share(blocks: int, workers: int, number: int) -> list[int]:
    """Block rows for one worker; a long one (early) goes with a short one (late), so that all finish together."""
    return [block for block in range(blocks) if block % (2 * workers) in (number, 2 * workers - 1 - number)]


INDICES: dict[str, Index] = {
    index.name: index
    for index in (
        Index(
            "inertia",
            "Inertia",
            "How far customers are from their segment's centre, squared and summed. It falls with every further "
            "segment, so only its bend (the elbow) is a hint.",
            "hint",
            inertia,
            digits=0,
        ),
        Index(
            "silhouette",
            "Silhouette",
            "How much closer a customer is to their own segment than to the next one: 1 is clearly inside, 0 on the "
            "border, below 0 nearer to another segment.",
            "high",
            mean_silhouette,
            "costly",
        ),
        Index(
            "calinski_harabasz",
            "Calinski–Harabasz",
            "Spread between the segments compared with spread within them. Higher is better.",
            "high",
            calinski_harabasz,
            digits=0,
        ),
        Index(
            "davies_bouldin",
            "Davies–Bouldin",
            "How much each segment overlaps with the one most like it. Lower is better.",
            "low",
            davies_bouldin,
        ),
    )
}
