"""How thoroughly the evidence is gathered."""

from __future__ import annotations

from dataclasses import dataclass

from segmentation.core.settings import SEED, Settings, option

__all__ = ["EvidenceSettings"]


@dataclass(frozen=True)
class EvidenceSettings(Settings):
    """How many repetitions and artificial data sets the evidence rests on, and when a test counts as passed."""

    resamples: int = option(20, "Repetitions with customers drawn anew", low=5, high=500)
    n_init: int = option(3, "Restarts of each repetition", low=1, high=50)
    references: int = option(10, "Uniform data sets for the gap statistic", low=5, high=500)
    nulls: int = option(19, "Data sets without groups of each kind", low=19, high=999)
    level: float = option(0.05, "Share of false alarms that is accepted", low=0.001, high=0.2)
    most_rows: int = option(4_000, "Customers used at most", low=1_000, high=1_000_000)
    fewer_rows: int = option(2_000, "Customers used at most where sets are compared", low=500, high=1_000_000)
    seed: int = option(SEED, "Seed", low=0, high=2**31 - 1)
