"""The study of mixed columns as a document."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tests.bench.speed_report import write_part

__all__ = ["DOCUMENT", "interval", "write_document"]

DOCUMENT = Path(__file__).parents[2] / "docs" / "kinds.md"
_DRAWN = 4_000


def write_document(figures: pd.DataFrame) -> None:
    """Rows of the study (way, categories, set, k, agreement, seconds) → the measured part of `docs/kinds.md`."""
    shares = sorted(figures["categories"].unique())
    sets = figures["set"].nunique()
    lines = [
        f"Mean adjusted Rand index with its 95 % interval (bootstrap over the data sets), {sets} data sets a column.",
        "",
        "| way | " + " | ".join(f"{share} of 8 categories" for share in shares) + " | all | seconds |",
        "|---|" + "---|" * (len(shares) + 2),
    ]
    for name, own in figures.groupby("way", sort=False):
        cells = [interval(own.loc[own["categories"] == share, "agreement"].to_numpy()) for share in shares]
        seconds = own["seconds"].median()
        lines.append(f"| {name} | {' | '.join(cells)} | {interval(own['agreement'].to_numpy())} | {seconds:.2f} |")
    wide = figures.pivot(index=["categories", "set"], columns="way", values="agreement")
    first, *others = list(figures["way"].drop_duplicates())
    lines += ["", f"The first line less each of the others, on the same data sets ({len(wide)}):", ""]
    lines += [f"- {name}: {interval((wide[first] - wide[name]).to_numpy())}" for name in others]
    write_part(DOCUMENT, "mixed", lines)


def interval(values: np.ndarray) -> str:
    """A mean and its 95 % interval, by bootstrap over the data sets."""
    rng = np.random.default_rng(0)
    means = rng.choice(values, (_DRAWN, len(values))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():.3f} ({low:.3f} to {high:.3f})"
