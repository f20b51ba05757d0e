"""Which way of grouping numbers and categories together finds planted groups: `python -m tests.bench.mixed [--quick]`.

Eight columns carry two to six groups of unequal sizes, from none to all of them categories; four more, two of either
kind, carry nothing. Some levels are rare and one cell in twenty is missing. Every way is told the planted number and
is asked for that many groups; what counts is the adjusted Rand index. Writes `results/mixed.csv` and `docs/kinds.md`.
The rivals `kmodes` and `stepmix` are needed by this study alone and by nothing else.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods.classes import CLASSES, ClassesSettings
from tests.bench.mixed_report import write_document

RESULTS = Path(__file__).parent / "results" / "mixed.csv"
SHARES = (0, 2, 4, 6, 8)
"""How many of the eight telling columns are categories."""
_TELLING, _NOISE, _MISSING, _RARE = 8, 2, 0.05, 0.004


@dataclass(frozen=True)
class Planted:
    """Customers in groups: numbers (n × p, NaN missing), codes of categories (n × q, -1 missing), group of each."""

    numbers: np.ndarray
    codes: np.ndarray
    group: np.ndarray
    k: int


def plant(categories: int, rng: np.random.Generator, rows: int) -> Planted:
    """Groups told by 8 - `categories` numbers and so many categories, with two columns of noise of either kind."""
    k = int(rng.integers(2, 7))
    shares = 0.6 / k + 0.4 * rng.dirichlet(np.full(k, 2.0))
    group = rng.choice(k, rows, p=shares)
    numbers = rng.normal(size=(rows, _TELLING - categories + _NOISE))
    numbers[:, : _TELLING - categories] += 1.3 * rng.normal(size=(k, _TELLING - categories))[group]
    codes = np.empty((rows, categories + _NOISE), dtype=int)
    for column in range(categories + _NOISE):
        levels = int(rng.integers(2, 7))
        tells = column < categories
        profiles = rng.dirichlet(np.full(levels, 0.5 if tells else 3.0), size=k if tells else 1)
        profile = 0.05 / levels + 0.95 * profiles[group if tells else np.zeros(rows, dtype=int)]
        drawn = (rng.random(rows)[:, None] > profile.cumsum(axis=1)).sum(axis=1)
        codes[:, column] = np.where(rng.random(rows) < _RARE, levels + rng.integers(0, 3, rows), drawn)
    numbers[rng.random(numbers.shape) < _MISSING] = np.nan
    codes[rng.random(codes.shape) < _MISSING] = -1
    return Planted(numbers, codes, group, k)


def scaled(numbers: np.ndarray) -> np.ndarray:
    """Numbers filled with the middle value, mean 0 and standard deviation 1."""
    if not numbers.shape[1]:
        return numbers
    filled = np.where(np.isnan(numbers), np.nanmedian(numbers, axis=0), numbers)
    return (filled - filled.mean(axis=0)) / filled.std(axis=0)


def indicators(codes: np.ndarray, least: float = 0.01) -> list[np.ndarray]:
    """One block a category: a 0/1 column for each level of at least 1 %, the rest and what is missing at the mean."""
    blocks = []
    for column in codes.T:
        known = column >= 0
        levels = [level for level in np.unique(column[known]) if (column[known] == level).mean() >= least]
        block = (column[:, None] == np.array(levels)).astype(float)
        inside = block.sum(axis=1) > 0
        block[~inside] = block[inside].mean(axis=0)
        blocks.append(block)
    return blocks


def _means(Z: np.ndarray, k: int, seed: int) -> np.ndarray:
    return KMeans(k, n_init=10, random_state=seed).fit_predict(Z)


def _together(data: Planted, weigh: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    return np.hstack([scaled(data.numbers), *(weigh(block) for block in indicators(data.codes))])


def _weighted(weight: float) -> Callable[[np.ndarray], np.ndarray]:
    """A block centred, its variances adding up to the square of the weight."""
    return lambda block: weight * (block - block.mean(axis=0)) / np.sqrt(block.var(axis=0).sum())


def _one_number(data: Planted, seed: int) -> np.ndarray:
    return _means(_together(data, _weighted(1.0)), data.k, seed)


def _half(data: Planted, seed: int) -> np.ndarray:
    return _means(_together(data, _weighted(np.sqrt(0.5))), data.k, seed)


def _double(data: Planted, seed: int) -> np.ndarray:
    return _means(_together(data, _weighted(np.sqrt(2.0))), data.k, seed)


def _levels(data: Planted, seed: int) -> np.ndarray:
    weigh = lambda block: _weighted(np.sqrt(max(1, block.shape[1] - 1)))(block)  # noqa: E731
    return _means(_together(data, weigh), data.k, seed)


def _one_hot(data: Planted, seed: int) -> np.ndarray:
    return _means(_together(data, lambda block: block), data.k, seed)


def _one_hot_scaled(data: Planted, seed: int) -> np.ndarray:
    return _means(_together(data, lambda block: (block - block.mean(axis=0)) / block.std(axis=0)), data.k, seed)


def _famd(data: Planted, seed: int) -> np.ndarray:
    """Factor analysis of mixed data (Pages 2004): indicators over the root of their share, five main axes, K-means."""
    Z = _together(data, lambda block: (block - block.mean(axis=0)) / np.sqrt(block.mean(axis=0)))
    left, size, _ = np.linalg.svd(Z - Z.mean(axis=0), full_matrices=False)
    return _means((left * size)[:, :5], data.k, seed)


def _five_axes(data: Planted, seed: int) -> np.ndarray:
    """The blocks that weigh as one number, but only the five main axes of all columns."""
    Z = _together(data, _weighted(1.0))
    left, size, _ = np.linalg.svd(Z - Z.mean(axis=0), full_matrices=False)
    return _means((left * size)[:, :5], data.k, seed)


def _prototypes(data: Planted, seed: int) -> np.ndarray:
    """K-prototypes (Huang 1998), a missing cell as a level of its own."""
    from kmodes.kmodes import KModes
    from kmodes.kprototypes import KPrototypes

    Z = scaled(data.numbers)
    if not Z.shape[1]:
        return KModes(data.k, n_init=3, random_state=seed).fit_predict(data.codes)
    both = np.hstack([Z, data.codes.astype(float)])
    columns = list(range(Z.shape[1], both.shape[1]))
    return KPrototypes(data.k, n_init=2, max_iter=30, random_state=seed).fit_predict(both, categorical=columns)


def _latent(data: Planted, seed: int) -> np.ndarray:
    """Latent classes with independent columns (stepmix): normal numbers, categories by their shares, gaps left open."""
    from stepmix.stepmix import StepMix

    p = data.numbers.shape[1]
    middle, spread = np.nanmean(data.numbers, axis=0), np.nanstd(data.numbers, axis=0)
    numbers = pd.DataFrame((data.numbers - middle) / spread).add_prefix("n")
    codes = np.where(data.codes >= 0, data.codes, np.nan)
    table = pd.concat([numbers, pd.DataFrame(codes).add_prefix("c")], axis=1)
    parts = {"c": {"model": "categorical_nan", "n_columns": codes.shape[1]}}
    if p:
        parts = {"n": {"model": "gaussian_diag_nan", "n_columns": p}, **parts}
    model = StepMix(data.k, measurement=parts, n_init=5, random_state=seed, verbose=0, progress_bar=0, max_iter=300)
    return np.asarray(model.fit(table).predict(table))


def _own_classes(data: Planted, seed: int) -> np.ndarray:
    """The latent classes of this program, on the columns as it prepares them."""
    return CLASSES.run(_together(data, _weighted(1.0)), ClassesSettings(k=data.k, seed=seed)).labels


def _medoids(data: Planted, seed: int) -> np.ndarray:
    """Gower's (1971) distance and k-medoids by alternation (Park, Jun 2009), the best of ten starts."""
    n = len(data.group)
    total, weight = np.zeros((n, n)), np.zeros((n, n))
    for column in data.numbers.T:
        both = ~np.isnan(column)[:, None] & ~np.isnan(column)[None]
        total += np.where(
            both, np.abs(column[:, None] - column[None]) / np.nanmax(np.ptp(column[~np.isnan(column)])), 0
        )
        weight += both
    for code in data.codes.T:
        both = (code >= 0)[:, None] & (code >= 0)[None]
        total += both & (code[:, None] != code[None])
        weight += both
    distance, rng, best = total / np.maximum(weight, 1), np.random.default_rng(seed), (np.inf, np.zeros(n, dtype=int))
    for _ in range(10):
        medoids = rng.choice(n, data.k, replace=False)
        for _ in range(50):
            labels = distance[:, medoids].argmin(axis=1)
            moved = np.array([
                members[distance[np.ix_(members, members)].sum(axis=1).argmin()] if len(members) else medoids[place]
                for place in range(data.k)
                for members in [np.flatnonzero(labels == place)]
            ])  # fmt: skip
            if (moved == medoids).all():
                break
            medoids = moved
        cost = float(distance[:, medoids].min(axis=1).sum())
        best = min(best, (cost, labels), key=lambda one: one[0])
    return best[1]


WAYS: dict[str, Callable[[Planted, int], np.ndarray]] = {
    "Indicators, a block weighs as one number": _one_number,
    "Indicators, a block weighs half a number": _half,
    "Indicators, a block weighs two numbers": _double,
    "Indicators, a block weighs its levels less one": _levels,
    "Plain one-hot (0 and 1 beside scaled numbers)": _one_hot,
    "One-hot, then each column to one scale": _one_hot_scaled,
    "FAMD, five axes": _famd,
    "A block weighs as one number, five axes": _five_axes,
    "K-prototypes (kmodes)": _prototypes,
    "Latent classes (stepmix)": _latent,
    "Latent classes (this program)": _own_classes,
    "Gower distance, medoids": _medoids,
}


def study(sets: int, rows: int) -> pd.DataFrame:
    """`sets` planted data sets for every number of categories → a row each set and way: agreement and seconds."""
    lines = []
    for categories in SHARES:
        for number in range(sets):
            data = plant(categories, np.random.default_rng([16, categories, number]), rows)
            for name, way in WAYS.items():
                began = time.process_time()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    agreement = adjusted_rand_score(data.group, way(data, number))
                seconds = time.process_time() - began
                lines.append((name, categories, number, data.k, round(agreement, 4), round(seconds, 3)))
            print(categories, number, flush=True)
    return pd.DataFrame(lines, columns=["way", "categories", "set", "k", "agreement", "seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two sets of each, nothing is written")
    parser.add_argument("--words", action="store_true", help="only write the document again from the figures")
    asked = parser.parse_args()
    if asked.quick:
        print(study(2, 200).groupby("way", sort=False)["agreement"].mean())
        return
    if not asked.words:
        study(30, 600).to_csv(RESULTS, index=False)
    write_document(pd.read_csv(RESULTS))


if __name__ == "__main__":
    main()
