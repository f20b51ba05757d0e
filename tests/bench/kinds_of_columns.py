"""What categories cost on the board: 100,000 customers of 30 columns, numbers alone and half of them categories.

python -m tests.bench.kinds_of_columns [--rows 100000]     written to docs/speed.md

Each table in a process of its own: the features and their preparation, every number of segments, the evidence.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

import segmentation as seg
from segmentation.core.parallel import workers
from segmentation.core.settings import PrepSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import assess
from segmentation.evaluation.evidence.categories import levels_of
from segmentation.preparation import learn
from tests.bench.processes import ROOT
from tests.bench.speed_report import busy_words, write_part
from tests.bench.tasks import peak

TABLES = {"30 numbers": 0, "15 numbers, 15 categories": 15}
"""What a table is called → how many of its 30 columns are categories."""
_COLUMNS, _GROUPS, _TELLS = 30, (0.4, 0.3, 0.2, 0.1), 3


@dataclass(frozen=True)
class Board:
    """Seconds on the clock and of computing until the recommendation with its evidence; the width; megabytes."""

    seconds: float
    computing: float
    width: int
    memory: float


def customers(rows: int, categories: int, rng: np.random.Generator) -> pd.DataFrame:
    """Four groups, told apart by every third column; categories have two to seven levels."""
    group = rng.choice(len(_GROUPS), rows, p=_GROUPS)
    columns: dict[str, object] = {"id": [f"c{number:07}" for number in range(rows)]}
    for number in range(_COLUMNS - categories):
        centres = 2 * rng.normal(size=len(_GROUPS)) * (number % _TELLS == 0)
        columns[f"number {number}"] = (rng.normal(size=rows) + centres[group]).round(3)
    for number in range(categories):
        levels = int(rng.integers(2, 8))
        profiles = rng.dirichlet(np.full(levels, 2.0), size=len(_GROUPS))
        chances = (profiles if number % _TELLS == 0 else profiles[:1].repeat(len(_GROUPS), axis=0)).cumsum(axis=1)
        place = (rng.random(rows)[:, None] > chances[group]).sum(axis=1).clip(0, levels - 1)
        columns[f"category {number}"] = np.array([f"level {letter}" for letter in "ABCDEFG"])[place]
    return pd.DataFrame(columns)


def board(rows: int, categories: int) -> Board:
    """One table, from the typed columns to the recommendation and its evidence."""
    frame = customers(rows, categories, np.random.default_rng(0))
    roles = {name: "category" for name in frame.columns if name.startswith("category")}
    features = seg.features(frame, roles=roles)
    began, computed = time.perf_counter(), time.process_time()
    recipe = learn(features, PrepSettings())
    Z = recipe.transform(features.frame)
    comparison = search(Z)
    assess(Z, comparison, levels=levels_of(recipe), names=recipe.names)
    return Board(time.perf_counter() - began, time.process_time() - computed, Z.shape[1], peak())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one is not None:
        print(json.dumps(vars(board(chosen.rows, chosen.one))))
        return
    busy, lines, numbers = busy_words(), [], None
    for name, categories in TABLES.items():
        command = [sys.executable, "-m", "tests.bench.kinds_of_columns", "--rows", str(chosen.rows)]
        done = subprocess.run(
            [*command, "--one", str(categories)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        result = Board(**json.loads(done.stdout))
        numbers = numbers or result
        lines.append(
            f"| {name} | {result.width} | {result.seconds:.1f} | {result.seconds / numbers.seconds:.1f} × "
            f"| {result.computing:.1f} | {result.computing / numbers.computing:.1f} × | {result.memory:,.0f} |"
        )
        print(lines[-1], flush=True)
    write_part(
        ROOT / "docs" / "speed.md",
        "kinds",
        [
            "## Numbers and categories",
            "",
            f"Written by `python -m tests.bench.kinds_of_columns` ({workers()} cores): {chosen.rows:,} customers of",
            f"{_COLUMNS} columns; preparation, every number of segments from 2 to 12, and the evidence. Categories",
            f"have two to seven levels. *Width*: columns once prepared, a level each.{busy}",
            "",
            "| columns | width | seconds | ratio | computing (s) | ratio | memory (MB) |",
            "|---|---|---|---|---|---|---|",
            *lines,
        ],
    )


if __name__ == "__main__":
    main()
