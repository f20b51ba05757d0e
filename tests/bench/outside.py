"""Data that nobody here made, where it lies beside the project (`../shared/data`); nothing where it does not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.evaluation.evidence.nulls import copula_cloud, latent_correlation

__all__ = ["BENCHMARKS", "CREDIT", "SCENARIOS", "benchmark", "credit_null", "published", "scenario"]

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SCENARIOS = {"1": 3, "2": 3, "3": 7, "4": 7, "5": 3, "6": 7}
"""Scenario of Haslbeck, Wulff (2020) → its number of groups."""
BENCHMARKS = (
    "fcps_hepta",
    "fcps_tetra",
    "fcps_lsun",
    "fcps_twodiamonds",
    "sipu_r15",
    "sipu_s1",
    "sipu_unbalance",
    "wut_mk1",
    "uci_wine",
)
CREDIT = ("permuted credit card", "copula of the credit card")
_MOST = 7_000


def scenario(name: str, seed: int) -> np.ndarray:
    """Data set `seed` of a scenario, as its authors used it: centred, not scaled."""
    return np.load(DATA / "benchmarks" / "haslbeck_wulff" / f"scenario{name}.npz")[f"seed{seed}"]


def published() -> pd.DataFrame:
    """The number that each published method named on each data set of Haslbeck and Wulff."""
    return pd.read_csv(DATA / "benchmarks" / "haslbeck_wulff" / "published_k.csv")


def benchmark(name: str) -> tuple[np.ndarray, tuple[int, ...]]:
    """A data set of Gagolewski's suite (unscaled) and the number of groups of each of its reference labellings."""
    kept = np.load(DATA / "benchmarks" / "clustering_data_v1" / f"{name}.npz")
    numbers = tuple(len(set(kept[key].tolist()) - {0}) for key in kept.files if key.startswith("labels"))
    return kept["X"][:_MOST], numbers


def credit_null(name: str, rows: int, rng: np.random.Generator) -> np.ndarray:
    """The credit-card columns put together without groups: permuted each for itself, or by a Gaussian copula."""
    values = _credit()
    values = values[rng.choice(len(values), rows, replace=False)]
    values = values[:, values.std(axis=0) > 0]
    if name == CREDIT[0]:
        return np.column_stack([rng.permutation(column) for column in values.T])
    return copula_cloud(values, latent_correlation(values, rng), rng)


@cache
def _credit() -> np.ndarray:
    frame = pd.read_csv(DATA / "credit_card" / "CC GENERAL.csv").drop(columns="CUST_ID")
    return frame.fillna(frame.median()).to_numpy(float)
