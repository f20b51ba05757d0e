"""How often a scored file raises an alarm, and what is seen: `python -m tests.bench.drift [--quick]`.

Every column of the made-up crowd is skewed, whole, zero-heavy, yes-or-no or normal, and all go together. Error rates
are measured on files of the same crowd; power on files that were changed.
Writes `results/drift.csv` and `docs/drift.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.evaluation.final import fit
from segmentation.personas.descriptors import wilson
from segmentation.scoring.batch import score_batch

RESULTS = Path(__file__).parent / "results" / "drift.csv"
DOCUMENT = Path(__file__).parents[2] / "docs" / "drift.md"
SAME = [(3, 2000, 100), (17, 2000, 100), (60, 2000, 100), (17, 120, 100), (60, 120, 100), (17, 120, 2000),
        (17, 9000, 1000), (17, 9000, 9000), (60, 2000, 5000)]  # fmt: skip
SIZES = (100, 1000, 10_000)
_MODELS = 5

Change = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


def crowd(rng: np.random.Generator, rows: int, columns: int) -> pd.DataFrame:
    """rows × columns: five kinds of columns in turn, correlated 0.36, with one value in a hundred missing."""
    base = 0.8 * rng.normal(size=(rows, columns)) + 0.6 * rng.normal(size=(rows, 1))
    kinds = (
        lambda x: x,
        lambda x: np.exp(1.2 * x + 4),
        lambda x: np.floor(np.exp(x)),
        lambda x: np.maximum(x, 0) ** 2 * 50,
        lambda x: (x > 0.8).astype(float),
    )
    frame = pd.DataFrame({f"x{place}": kinds[place % 5](base[:, place]) for place in range(columns)})
    return frame.mask(rng.random(frame.shape) < 0.01)


def _shuffled(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return frame.apply(lambda column: rng.permutation(column.to_numpy()))


def _times(share: float, *names: str) -> Change:
    return lambda frame, rng: frame.assign(**{name: share * frame[name] for name in names})


def _plus(by: float, *names: str) -> Change:
    return lambda frame, rng: frame.assign(**{name: frame[name] + by for name in names})


CHANGES: dict[str, Change] = {
    "0.1 sd more in one feature": _plus(0.1, "x0"),
    "0.2 sd more in three features": _plus(0.2, "x0", "x5", "x10"),
    "0.5 sd more in one feature": _plus(0.5, "x0"),
    "all money × 1.2": _times(1.2, "x1", "x6", "x11"),
    "one column ÷ 100": _times(0.01, "x1"),
    "a tenth of one column missing": lambda frame, rng: frame.assign(x1=frame["x1"].mask(rng.random(len(frame)) < 0.1)),
    "every column shuffled": _shuffled,
}


def model(seed: int, rows: int, columns: int) -> Segmentation:
    frame = crowd(np.random.default_rng([seed, rows, columns]), rows, columns)
    named = frame.set_axis([f"c{row}" for row in range(rows)])
    table = FeatureTable(named, tuple(FeatureInfo(name) for name in named), named[[]])
    return fit(table, PREP_PRESETS["recommended"], 4, n_init=2)


def verdicts(case: str, columns: int, training: int, rows: int, files: int, change: Change | None) -> dict[str, object]:
    """How many files of one case get each verdict; a new model every so many files."""
    found = {"keep": 0, "watch": 0, "refit": 0}
    for turn in range(files):
        if turn % max(files // _MODELS, 1) == 0:
            made = model(turn, training, columns)
        rng = np.random.default_rng([turn, columns, training, rows])
        frame = crowd(rng, rows, columns)
        frame = frame if change is None else change(frame, rng)
        found[score_batch(made, {}, pd.Series(range(rows)), frame).verdict.verdict] += 1
    return {"case": case, "columns": columns, "training": training, "rows": rows, "files": files, **found}


def document(results: pd.DataFrame) -> str:
    """The results as a page of the documentation."""
    same, changed = results[results["case"] == "same crowd"], results[results["case"] != "same crowd"]
    low, high = wilson((same["watch"] + same["refit"]).sum(), same["files"].sum())
    lines = [
        "# When a scored file raises an alarm",
        "",
        "Every scored file of 100 customers or more gets one verdict: keep, watch or refit. What is tested: every",
        "feature (Pearson's χ² over the deciles of training, Fisher's exact test of missing values), how features go",
        "together (the same along the first and last principal axes, learned from one half of the training customers",
        "and counted on the other), the mix of personas and the share far from all of them. The levels (Bonferroni",
        "2 %, 1.5 %, 0.5 %, 0.5 %) add up to less than 5 % a file. Only what is no chance counts; its size, the",
        "population stability index beyond what chance makes of it, decides: below 0.02 it changes nothing,",
        "above 0.25 it is a shift. Refit: more than a quarter of the features shifted, one of them above 1 (another",
        "unit?), the mix or a main axis shifted, or one customer in ten far from every persona.",
        "",
        "A model holds counts and axes for this, no customer. One saved before they were kept is judged by its",
        "percentiles alone, and does not claim that how features go together was tested.",
        "",
        "`python -m tests.bench.drift` writes this page.",
        "",
        "## Files of the same crowd",
        "",
        f"Alarms in {share(low)} to {share(high)} of all {same['files'].sum():,} files (95 % interval).",
        "",
        "| columns | training customers | customers in the file | files | watch | refit |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row.columns} | {row.training:,} | {row.rows:,} | {row.files} | {row.watch} | {row.refit} |"
            for row in same.itertuples()
        ),
        "",
        "## What is seen",
        "",
        "17 columns, 2,000 training customers. Share of files with watch / refit.",
        "",
        "| change | " + " | ".join(f"{size:,} customers" for size in SIZES) + " |",
        "|---|" + "---|" * len(SIZES),
    ]
    for case, part in changed.groupby("case", sort=False):
        cells = [f"{share(row.watch / row.files)} / {share(row.refit / row.files)}" for row in part.itertuples()]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def share(value: float) -> str:
    return f"{100 * float(value):.0f} %" if value in (0, 1) else f"{100 * float(value):.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 files a case, nothing is written")
    args = parser.parse_args()
    rows = []
    for columns, training, size in SAME:
        rows.append(verdicts("same crowd", columns, training, size, 20 if args.quick else 100, None))
        print(rows[-1], flush=True)
    for case, change in CHANGES.items():
        for size in SIZES:
            rows.append(verdicts(case, 17, 2000, size, 10 if args.quick else 30, change))
            print(rows[-1], flush=True)
    results = pd.DataFrame(rows)
    if not args.quick:
        results.to_csv(RESULTS, index=False)
        DOCUMENT.write_text(document(results), encoding="utf-8")


if __name__ == "__main__":
    main()
