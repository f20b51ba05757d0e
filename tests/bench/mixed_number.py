"""Which number the board names where columns are categories: `python -m tests.bench.mixed_number [--shares 4 6 8]`.

The customers of `mixed`, 600 a set, twelve sets a share. The board (K-means and its evidence) names a number of
segments, or none; latent classes name one by the Bayesian information criterion. Beside each number stands the adjusted
Rand index of what is then made. Writes `results/mixed_number.csv` and its part of `docs/kinds.md`; a share takes two
to five minutes, and shares that are left out keep their figures.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

import segmentation as seg
from segmentation.clustering.methods import Fit
from segmentation.clustering.methods.classes import CLASSES, ClassesSettings
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import KSettings, PrepSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import assess
from segmentation.evaluation.evidence.categories import levels_of
from segmentation.preparation import learn
from tests.bench.mixed import Planted, plant
from tests.bench.mixed_report import DOCUMENT
from tests.bench.speed_report import write_part

RESULTS = Path(__file__).parent / "results" / "mixed_number.csv"
_SETS, _ROWS, _MOST = 12, 600, 8


def table_of(data: Planted) -> pd.DataFrame:
    """The planted customers as a file would have them."""
    numbers = {f"n{column}": data.numbers[:, column] for column in range(data.numbers.shape[1])}
    levels = np.char.add("L", data.codes.astype(str)).astype(object)
    levels[data.codes < 0] = None
    codes = {f"k{column}": levels[:, column] for column in range(levels.shape[1])}
    return pd.DataFrame({"id": [f"c{row}" for row in range(len(data.group))], **numbers, **codes})


def classes(Z: np.ndarray, k: int) -> Fit | None:
    """Latent classes, or None where some of them would have nobody."""
    try:
        return CLASSES.fit(Z, ClassesSettings(k=k), None)
    except SegmentationError:
        return None


def one(share: int, number: int) -> dict[str, object]:
    """One data set: the numbers that are named, and how far the groups are found with them."""
    data = plant(share, np.random.default_rng([share, number]), _ROWS)
    frame = table_of(data)
    features = seg.features(frame, roles={name: "category" for name in frame if name.startswith("k")})
    recipe = learn(features, PrepSettings())
    Z = recipe.transform(features.frame)
    comparison = search(Z, KSettings(k_min=2, k_max=_MOST))
    evidence = assess(Z, comparison, levels=levels_of(recipe), names=recipe.names)
    fits = {k: fit for k in range(1, _MOST + 1) if (fit := classes(Z, k)) is not None}
    named, board = min(fits, key=lambda k: fits[k].figures["bic"]), evidence.recommended_k or 1
    agreement = lambda fit: 0.0 if fit is None else adjusted_rand_score(data.group, fit.labels)  # noqa: E731
    return {
        "share": share,
        "set": number,
        "k": data.k,
        "state": evidence.state,
        "board": board,
        "kmeans": round(agreement(comparison.fits.get(board)), 4),
        "classes": round(agreement(fits.get(board)), 4),
        "bic": named,
        "classes_bic": round(agreement(fits[named]), 4),
    }


def write(figures: pd.DataFrame) -> None:
    """The rows of the study → its part of the document."""
    lines = [
        f"{_SETS} data sets a line. *Right*: the planted number. Behind it the mean adjusted Rand index.",
        "",
        "| categories | board: no gaps | board: right | K-means | latent classes | BIC: right | latent classes |",
        "|---|---|---|---|---|---|---|",
    ]
    for share, own in figures.groupby("share"):
        right = [(own[name] == own["k"]).mean() for name in ("board", "bic")]
        lines.append(
            f"| {share} of 8 | {(own['state'] == 'none').mean():.0%} | {right[0]:.0%} | {own['kmeans'].mean():.3f} "
            f"| {own['classes'].mean():.3f} | {right[1]:.0%} | {own['classes_bic'].mean():.3f} |".replace("%", " %")
        )
    more = int((figures["bic"] > figures["k"]).sum())
    lines += ["", f"Of {len(figures)} data sets the criterion names more than the planted number in {more}."]
    write_part(DOCUMENT, "number", lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shares", nargs="*", type=int, default=[4, 6, 8], help="of eight columns so many categories")
    shares = parser.parse_args().shares
    known = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame({"share": []})
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for share in shares:
            rows += [one(share, number) for number in range(_SETS)]
            print(share, flush=True)
    figures = pd.concat([known[~known["share"].isin(shares)], pd.DataFrame(rows)]).sort_values(["share", "set"])
    figures.to_csv(RESULTS, index=False)
    write(figures)


if __name__ == "__main__":
    main()
