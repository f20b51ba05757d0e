"""Latent classes: every segment has its own middle and width of each number, and its own shares of each category.

A mixture whose columns are independent within a class (Lazarsfeld and Henry 1968; with numbers, Hunt and Jorgensen
1999), fitted by expectation and maximisation. In prepared values the logarithm of a class is a square of each number
and a straight line of each level. With one width for all classes a Gaussian is such a line, too, so that the rule is a
diagonal mixture: `_line` turns the shares of levels into middles that give every customer the same probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from segmentation.clustering.assignment import Mixture
from segmentation.clustering.methods.base import Fit, Floats, Method, distinct_rows, refuse_too_few_rows
from segmentation.clustering.methods.k_means import kmeans
from segmentation.clustering.methods.level_columns import Levels, level_columns
from segmentation.clustering.methods.to_fit import MOST_SEGMENTS, as_fit
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import one_thread
from segmentation.core.settings import SEED, Progress, Settings, option

__all__ = ["CLASSES", "ClassesSettings"]

_NARROWEST = 0.01
"""The smallest variance of a number within a class, as a share of that of all customers."""
_PRIOR = 1.0
"""So many customers with the shares of everyone are added to each class: no level is ever impossible."""
_NEVER = 1e-6
"""The same of a level that nobody has: two equal columns look like a category with one."""
_MOST_ROUNDS, _STILL = 500, 1e-7
_LEAST_LOG = -600.0


@dataclass(frozen=True)
class ClassesSettings(Settings):
    """How the classes are fitted."""

    k: int = option(4, "Number of segments", low=1, high=MOST_SEGMENTS)
    n_init: int = option(5, "Restarts", "More restarts find a better fit more surely.", low=1, high=100)
    seed: int = option(SEED, "Seed", "The same seed gives the same segments.", low=0, high=2**31 - 1)


@dataclass(frozen=True)
class _Classes:
    """k classes: their shares, middles and variances of the numbers (k × p), logarithms of the shares of levels."""

    weights: Floats
    means: Floats
    variances: Floats
    levels: tuple[Floats, ...]
    likelihood: float = -np.inf
    rounds: int = 0

    def logarithms(self, numbers: Floats, blocks: list[Levels]) -> Floats:
        """n × k logarithms of weight × density."""
        total = np.log(self.weights) - 0.5 * np.log(2 * np.pi * self.variances).sum(axis=1)
        logs = np.tile(total, (len(numbers), 1))
        for place in range(numbers.shape[1]):
            logs -= 0.5 * (numbers[:, [place]] - self.means[:, place]) ** 2 / self.variances[:, place]
        for block, shares in zip(blocks, self.levels, strict=True):
            logs += block.member @ shares.T
        return logs


def _fit(Z: Floats, settings: ClassesSettings, progress: Progress | None) -> Fit:
    refuse_too_few_rows(distinct_rows(Z, stop=settings.k), settings.k)
    if len(Z) < 2:
        raise SegmentationError("Latent classes need at least two customers; the data has 1. Choose K-means.")
    blocks, places = level_columns(Z)
    numbers, rng = np.ascontiguousarray(Z[:, places]), np.random.default_rng(settings.seed)
    best: _Classes | None = None
    with one_thread():
        for run in range(settings.n_init):
            if progress is not None:
                progress(run / settings.n_init, f"{settings.k} segments: restart {run + 1} of {settings.n_init}")
            start = kmeans(Z, settings.k, n_init=1, seed=settings.seed).labels - 1 if run == 0 else None
            made = _restart(numbers, blocks, settings.k, start, rng, progress, run / settings.n_init)
            best = made if best is None or made.likelihood > best.likelihood else best
        assert best is not None
        rule = _rule(best, Z.shape[1], blocks, places)
        raw = rule.place(Z).segment.astype(np.intp) - 1
    if len(np.unique(raw)) < settings.k:
        raise SegmentationError(
            f"Only {len(np.unique(raw))} of {settings.k} classes have a customer who most probably belongs to them. "
            "Choose fewer segments, another seed, or K-means."
        )
    free = settings.k * (2 * len(places) + sum(block.member.shape[1] - 1 for block in blocks)) + settings.k - 1
    figures = {
        "bic": float(np.log(len(Z)) * free - 2 * best.likelihood),
        "log_likelihood": float(best.likelihood / len(Z)),
        "categories": len(blocks),
    }
    return as_fit(Z, raw, rule=rule.renumbered, n_iter=best.rounds, figures=figures)


def _restart(
    numbers: Floats,
    blocks: list[Levels],
    k: int,
    start: np.ndarray | None,
    rng: np.random.Generator,
    progress: Progress | None,
    done: float,
) -> _Classes:
    """Expectation and maximisation until the likelihood stands still; from these labels, else from chance."""
    n = len(numbers)
    belongs = rng.dirichlet(np.ones(k), n) if start is None else 0.1 / k + 0.9 * np.eye(k)[start]
    floor = _NARROWEST * np.maximum(numbers.var(axis=0), 1e-12)
    made, before = _maximised(belongs, numbers, blocks, floor), -np.inf
    for turn in range(_MOST_ROUNDS):
        if progress is not None and turn % 10 == 9:
            progress(done, f"{k} segments: round {turn + 1}")
        logs = made.logarithms(numbers, blocks)
        top = logs.max(axis=1, keepdims=True)
        belongs = np.exp(logs - top)
        total = belongs.sum(axis=1, keepdims=True)
        belongs /= total
        likelihood = float((top + np.log(total)).sum())
        made = replace(_maximised(belongs, numbers, blocks, floor), likelihood=likelihood, rounds=turn + 1)
        if likelihood - before < _STILL * n:
            break
        before = likelihood
    return made


def _maximised(belongs: Floats, numbers: Floats, blocks: list[Levels], floor: Floats) -> _Classes:
    """How much of every customer belongs to each class (n × k) → the classes that make this most probable."""
    sizes = belongs.sum(axis=0) + 1e-9
    means = (belongs.T @ numbers) / sizes[:, None]
    squares = np.empty_like(means)
    for place in range(numbers.shape[1]):
        squares[:, place] = (belongs * (numbers[:, [place]] - means[:, place]) ** 2).sum(axis=0)
    levels = []
    for block in blocks:
        counts = belongs.T @ block.member + _PRIOR * block.member.mean(axis=0) + _NEVER
        levels.append(np.log(counts / counts.sum(axis=1, keepdims=True)))
    variances = np.maximum(squares / sizes[:, None], floor)
    return _Classes(sizes / sizes.sum(), means, variances, tuple(levels))


def _rule(made: _Classes, width: int, blocks: list[Levels], places: np.ndarray) -> Mixture:
    """The classes as a mixture of diagonal Gaussians that gives the same probabilities."""
    k = len(made.weights)
    means, roots, logs = np.zeros((k, width)), np.ones((k, width)), np.log(made.weights)
    means[:, places], roots[:, places] = made.means, 1 / np.sqrt(made.variances)
    for block, shares in zip(blocks, made.levels, strict=True):
        slopes, constants = block.slopes(shares)
        logs = logs + constants
        middles = _middles(block, shares)
        for column, slope, middle in zip(block.columns, slopes.T, middles.T, strict=True):
            means[:, column], roots[:, column], more = _line(slope, middle, made.weights)
            logs = logs + more
    logs -= logs.max()
    if logs.min() < _LEAST_LOG:
        raise SegmentationError(
            "The categories tell the classes apart so sharply that it cannot be written as probabilities. Choose fewer "
            "segments, or give rare categories a smaller weight on the Prepare page."
        )
    weights = np.exp(logs)
    return Mixture(weights / weights.sum(), means, roots)


def _middles(block: Levels, shares: Floats) -> Floats:
    """Logarithms of the shares of levels (k × levels) → the mean prepared value of each column in each class."""
    own = np.exp(shares)
    indicators = 1 - np.cumsum(own, axis=1)[:, :-1] if block.ordered else own
    middles: Floats = block.low + block.step * indicators
    return middles


def _line(slope: Floats, middle: Floats, weights: Floats) -> tuple[Floats, float, Floats]:
    """Slopes of a straight line a class → middles, one root of a precision, and what each class must be given back.

    With a precision p for all classes −p (z − m)² / 2 is p m z − p m² / 2 and a part that is the same for all. So
    m = (slope − c) / p for any c; p is chosen so that the middles lie near those of the customers.
    """
    about = slope - weights @ slope
    spread = middle - weights @ middle
    together, size = float(weights @ (about * spread)), float(weights @ spread**2)
    precision = together / size if together > 0 and size > 1e-12 else 1.0
    centre = float(weights @ middle)
    means = centre + about / precision
    root = float(np.sqrt(precision))
    # −p (z − m)² / 2 = p m z − p m² / 2 + …; the line wants `slope · z`, which differs by a part without a class.
    return means, root, 0.5 * precision * means**2


CLASSES = Method(
    name="classes",
    label="Latent classes",
    help="Numbers and categories, each told apart in its own way; says how probably a customer belongs to each.",
    settings=ClassesSettings,
    fit=_fit,
    assignment="the segment that it most probably comes from",
)
