"""Which number the board names where columns are categories: `python -m tests.bench.mixed_number [--shares 4 6 8]`.

The customers of `mixed`, 600 a set, twelve sets a share. The board (K-means, latent classes and the evidence) names a
number of segments, or none; latent classes alone name one by the Bayesian information criterion. Beside each number
stands the adjusted Rand index of what is then made. `--none 12`: so many sets of each kind of data without groups
instead. Writes `results/mixed_number.csv` or `mixed_none.csv` and its part of `docs/kinds.md`; a share takes two to
five minutes, and shares that are left out keep their figures.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

import segmentation as seg
from segmentation.clustering.methods import Fit
from segmentation.clustering.methods.classes import CLASSES, ClassesSettings
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import KSettings, PrepSettings
from segmentation.evaluation.choose_k import KComparison, search
from segmentation.evaluation.evidence import Evidence, assess
from segmentation.evaluation.evidence.categories import levels_of
from segmentation.preparation import learn
from tests.bench.mixed import Planted, plant
from tests.bench.mixed_report import DOCUMENT
from tests.bench.speed_report import write_part

RESULTS = Path(__file__).parent / "results" / "mixed_number.csv"
WITHOUT = RESULTS.with_name("mixed_none.csv")
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


def judged(frame: pd.DataFrame) -> tuple[np.ndarray, KComparison, Evidence]:
    """A table whose categories are called k… → its prepared rows, their comparison and the evidence."""
    features = seg.features(frame, roles={name: "category" for name in frame if name.startswith("k")})
    recipe = learn(features, PrepSettings())
    Z = recipe.transform(features.frame)
    comparison = search(Z, KSettings(k_min=2, k_max=_MOST))
    return Z, comparison, assess(Z, comparison, levels=levels_of(recipe), names=recipe.names)


def one(share: int, number: int) -> dict[str, object]:
    """One data set: the numbers that are named, and how far the groups are found with them."""
    data = plant(share, np.random.default_rng([share, number]), _ROWS)
    Z, comparison, evidence = judged(table_of(data))
    fits = {k: fit for k in range(1, _MOST + 1) if (fit := classes(Z, k)) is not None}
    named, board = min(fits, key=lambda k: fits[k].figures["bic"]), evidence.recommended_k or 1
    agreement = lambda fit: 0.0 if fit is None else adjusted_rand_score(data.group, fit.labels)  # noqa: E731
    kmeans, own = comparison.fits.get(board), fits.get(board)
    return {
        "share": share,
        "set": number,
        "k": data.k,
        "state": evidence.state,
        "board": board,
        "kmeans": round(agreement(kmeans), 4),
        "recommended": round(agreement(own if evidence.classes_k else kmeans), 4),
        "bic": named,
        "classes_bic": round(agreement(fits[named]), 4),
    }


def none(kind: str, number: int) -> dict[str, object]:
    """One data set without groups: what is said of it, and what latent classes name."""
    rng = np.random.default_rng([16, number, *kind.encode()])
    _, _, evidence = judged(NONE[kind](rng, int(rng.choice([400, 800, 1_500])), int(rng.integers(6, 13))))
    facts = evidence.facts
    return {
        "kind": kind,
        "set": number,
        "rows": evidence.of,
        "state": evidence.state,
        "named": facts["classes_named"],
        "tried": facts["classes_tried"],
    }


def drawn(rng: np.random.Generator, n: int, q: int) -> list[np.ndarray]:
    """q independent categories of two to six levels, n customers."""
    return [
        (rng.random(n)[:, None] > rng.dirichlet(np.full(levels, 1.5)).cumsum()).sum(axis=1).clip(0, levels - 1)
        for levels in rng.integers(2, 7, q)
    ]


def _frame(codes: list[np.ndarray], numbers: list[np.ndarray]) -> pd.DataFrame:
    columns = {f"n{place}": values for place, values in enumerate(numbers)}
    columns |= {f"k{place}": np.char.add("L", values.astype(str)).astype(object) for place, values in enumerate(codes)}
    return pd.DataFrame({"id": [f"c{row}" for row in range(len(codes[0]))], **columns})


def _independent(rng: np.random.Generator, n: int, q: int) -> pd.DataFrame:
    return _frame(drawn(rng, n, q), [])


def _with_numbers(rng: np.random.Generator, n: int, q: int) -> pd.DataFrame:
    shapes = [rng.normal(size=n), rng.lognormal(size=n), rng.random(n), *rng.normal(size=(q, n))]
    return _frame(drawn(rng, n, q // 2 + 1), shapes[: q // 2])


def _one_hot(rng: np.random.Generator, n: int, q: int) -> pd.DataFrame:
    level = rng.integers(0, q, n)
    return _frame([(level == own).astype(int) for own in range(q)] + drawn(rng, n, 2), [])


def _pairs(rng: np.random.Generator, n: int, q: int) -> pd.DataFrame:
    codes = drawn(rng, n, q)
    for first, second in ((0, 1), (2, 3)):
        codes[second] = np.where(rng.random(n) < 0.85, codes[first], codes[second])
    return _frame(codes, [])


def _traits(rng: np.random.Generator, n: int, q: int, traits: int) -> pd.DataFrame:
    trait, codes = rng.normal(size=(traits, n)), []
    for place in range(q):
        values = trait[place % traits] * rng.uniform(0.5, 1.5) + rng.normal(size=n)
        levels = int(rng.integers(2, 6))
        cut = np.digitize(values, np.quantile(values, np.sort(rng.uniform(0.1, 0.9, levels - 1))))
        codes.append(rng.permutation(levels)[cut])
    return _frame(codes, [trait[place % traits] + rng.normal(size=n) for place in range(q // 3)])


NONE: dict[str, Callable[[np.random.Generator, int, int], pd.DataFrame]] = {
    "Independent categories": _independent,
    "Independent categories and numbers": _with_numbers,
    "One-hot columns of random levels": _one_hot,
    "Two pairs of columns that go together": _pairs,
    "One trait behind all columns": partial(_traits, traits=1),
    "Two traits, each behind half of them": partial(_traits, traits=2),
}
"""Data without groups: name → random numbers, customers and categories → a table."""


def write(figures: pd.DataFrame) -> None:
    """The rows of the study → its part of the document."""
    lines = [
        f"{_SETS} data sets a line. *Right*: the planted number. Behind it the mean adjusted Rand index.",
        "",
        "| categories | none named | by latent classes | right | K-means | as recommended | BIC: right | its classes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for share, own in figures.groupby("share"):
        right = [(own[name] == own["k"]).mean() for name in ("board", "bic")]
        lines.append(
            f"| {share} of 8 | {(own['state'] == 'none').mean():.0%} | {(own['state'] == 'classes').mean():.0%} "
            f"| {right[0]:.0%} | {own['kmeans'].mean():.3f} | {own['recommended'].mean():.3f} | {right[1]:.0%} "
            f"| {own['classes_bic'].mean():.3f} |".replace("%", " %")
        )
    more = int((figures["board"] > figures["k"]).sum())
    lines += ["", f"Of {len(figures)} data sets the board names more than the planted number in {more}."]
    write_part(DOCUMENT, "number", lines)


def write_none(figures: pd.DataFrame) -> None:
    """The rows about data without groups → their part of the document."""
    lines = [
        "| data without groups | sets | distinct, or may be so | groups by categories | the same, one trait aside |",
        "|---|---|---|---|---|",
    ]
    for kind, own in figures.groupby("kind", sort=False):
        counts = [own["state"].isin(["distinct", "undecided"]), own["state"] == "classes", own["tried"] > 1]
        lines.append(f"| {kind} | {len(own)} | {' | '.join(str(int(count.sum())) for count in counts)} |")
    write_part(DOCUMENT, "none", lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shares", nargs="*", type=int, default=[4, 6, 8], help="of eight columns so many categories")
    parser.add_argument("--none", type=int, default=0, help="so many sets of each kind without groups instead")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    if asked.none:
        table = pd.DataFrame([none(kind, number) for kind in NONE for number in range(asked.none)])
        table.to_csv(WITHOUT, index=False)
        write_none(table)
        return
    known = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame({"share": []})
    rows = []
    for share in asked.shares:
        rows += [one(share, number) for number in range(_SETS)]
        print(share, flush=True)
    figures = pd.concat([known[~known["share"].isin(asked.shares)], pd.DataFrame(rows)]).sort_values(["share", "set"])
    figures.to_csv(RESULTS, index=False)
    write(figures)


if __name__ == "__main__":
    main()
