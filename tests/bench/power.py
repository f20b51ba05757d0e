"""What would have been found: the distance of two groups found in 95 of 100 data sets, by customers and features.

    python -m tests.bench.power     draws what is missing, then writes segmentation/evaluation/evidence/power.csv

Two equally large normal groups, apart in a random direction of d independent features; standardised and judged as the
product does, with 2 to 4 segments. A cell of the grid is the smallest distance (in steps of a quarter) from which on
at least 95 % of its sets are called distinct.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.core.parallel import one_thread
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence.assess import look
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.work import Work

__all__ = ["found", "pair_of_groups"]

TARGET = Path(__file__).resolve().parents[2] / "segmentation" / "evaluation" / "evidence" / "power.csv"
SIZES, FEATURES = (100, 200, 400, 1_000, 4_000), (2, 5, 10, 20, 40)
SEED = 4_000_000
COMPARISON = KSettings(k_max=4, n_init=3)
STEP, LARGEST = 0.25, 12.0


def pair_of_groups(n: int, d: int, apart: float, rng: np.random.Generator) -> np.ndarray:
    """Two equally large normal groups whose centres are `apart` standard deviations apart → (n, d), standardised."""
    way = rng.normal(size=d)
    group = np.arange(n) % 2
    X = rng.normal(size=(n, d)) + np.outer(group, apart * way / np.linalg.norm(way))
    return (X - X.mean(axis=0)) / X.std(axis=0)


def found(n: int, d: int, apart: float, number: int) -> bool:
    """Whether set `number` of this size and distance is called distinct."""
    Z = pair_of_groups(n, d, apart, np.random.default_rng([SEED, n, d, round(100 * apart), number]))
    with one_thread():
        comparison = search(Z, COMPARISON)
        return look(Work(Z, comparison.fits, EvidenceSettings())).decision.state == "distinct"


def smallest(n: int, d: int, start: float, sets: int) -> tuple[float, int]:
    """The smallest distance found in 95 % of `sets`, searched from `start` on, and the sets drawn at it."""

    def enough(apart: float) -> bool:
        missed, allowed = 0, int(0.05 * sets + 1e-9)
        for number in range(sets):
            missed += not found(n, d, apart, number)
            if missed > allowed:
                return False
        return True

    apart = start
    while not enough(apart) and apart < LARGEST:
        apart += 2 * STEP
    while apart > 2 * STEP and enough(apart - STEP):
        apart -= STEP
    return apart, sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=60, help="data sets a distance")
    chosen = parser.parse_args()
    known = pd.read_csv(TARGET) if TARGET.exists() else pd.DataFrame(columns=["n", "d", "apart", "sets"])
    for d in FEATURES:
        for n in SIZES:
            done = known[(known["n"] == n) & (known["d"] == d) & (known["sets"] >= chosen.sets)]
            if len(done):
                continue
            smaller = known[(known["n"] == n) & (known["d"] < d) & (known["sets"] > 0)]["apart"]
            apart, sets = smallest(n, d, float(smaller.max()) if len(smaller) else 3.5, chosen.sets)
            known = known[(known["n"] != n) | (known["d"] != d)]
            row = pd.DataFrame([{"n": n, "d": d, "apart": apart, "sets": sets}])
            known = pd.concat([known, row]).sort_values(["n", "d"])
            known.to_csv(TARGET, index=False, lineterminator="\n")
            print(n, d, apart, flush=True)


if __name__ == "__main__":
    main()
