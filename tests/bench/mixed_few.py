"""Whether columns of few values shall make segments by themselves: `python -m tests.bench.mixed_few [--words]`.

For several mixes of numbers and categories that tell the groups and that do not: the same K-means with the categories
left out, and with every category weighing as one number. Writes `results/mixed_few.csv` and a part of `docs/kinds.md`.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from tests.bench.mixed import Planted, indicators, scaled
from tests.bench.mixed_report import DOCUMENT, interval
from tests.bench.speed_report import write_part

RESULTS = Path(__file__).parent / "results" / "mixed_few.csv"
MIXES = (
    *((3, 0, 1), (3, 1, 0), (2, 0, 2), (2, 2, 0), (4, 0, 4), (4, 1, 3), (4, 2, 2), (4, 4, 0)),
    *((8, 0, 4), (8, 1, 3), (6, 2, 4), (8, 4, 0), (3, 5, 5)),
)
"""Numbers that tell the groups, categories that do, categories that tell nothing."""


def plant(telling: int, categories: int, noise: int, rng: np.random.Generator, rows: int = 600) -> Planted:
    """Groups of unequal sizes; the fewer columns tell them, the farther apart they are in each number."""
    k = int(rng.integers(2, 7))
    group = rng.choice(k, rows, p=0.6 / k + 0.4 * rng.dirichlet(np.full(k, 2.0)))
    apart = 1.3 * np.sqrt(8 / (telling + categories))
    numbers = rng.normal(size=(rows, telling)) + apart * rng.normal(size=(k, telling))[group]
    codes = np.empty((rows, categories + noise), dtype=int)
    for column in range(categories + noise):
        levels, tells = int(rng.integers(2, 7)), column < categories
        profiles = rng.dirichlet(np.full(levels, 0.5 if tells else 3.0), size=k if tells else 1)
        profile = 0.05 / levels + 0.95 * profiles[group if tells else np.zeros(rows, dtype=int)]
        codes[:, column] = (rng.random(rows)[:, None] > profile.cumsum(axis=1)).sum(axis=1).clip(0, levels - 1)
    return Planted(numbers, codes, group, k)


def study(sets: int) -> pd.DataFrame:
    """`sets` data sets for every mix → a row each: agreement without and with the categories."""
    lines = []
    for mix in MIXES:
        for number in range(sets):
            data = plant(*mix, np.random.default_rng([17, *mix, number]))
            Z = scaled(data.numbers)
            blocks = [
                (block - block.mean(axis=0)) / np.sqrt(block.var(axis=0).sum()) for block in indicators(data.codes)
            ]
            found = [
                KMeans(data.k, n_init=10, random_state=number).fit_predict(X) for X in (Z, np.hstack([Z, *blocks]))
            ]
            lines.append((*mix, number, *(round(adjusted_rand_score(data.group, labels), 4) for labels in found)))
        print(mix, flush=True)
    return pd.DataFrame(lines, columns=["numbers", "telling", "noise", "set", "without", "with"])


def write(figures: pd.DataFrame) -> None:
    """The rows of the study → its part of the document."""
    lines = [
        f"Mean adjusted Rand index, {figures['set'].nunique()} data sets a line; the gain with its 95 % interval.",
        "",
        "| numbers that tell | categories that tell | that tell nothing | numbers alone | with the categories | gain |",
        "|---|---|---|---|---|---|",
    ]
    for mix, own in figures.groupby(["numbers", "telling", "noise"], sort=False):
        gain = interval((own["with"] - own["without"]).to_numpy())
        means = f"{own['without'].mean():.3f} | {own['with'].mean():.3f}"
        lines.append(f"| {' | '.join(map(str, mix))} | {means} | {gain} |")
    write_part(DOCUMENT, "few", lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", action="store_true", help="only write the document again from the figures")
    if not parser.parse_args().words:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            study(40).to_csv(RESULTS, index=False)
    write(pd.read_csv(RESULTS))


if __name__ == "__main__":
    main()
