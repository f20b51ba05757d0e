"""Calibration: how often the verdict is wrong where nothing is there, and right where groups are.

    python -m tests.bench.calibrate              a smoke run of minutes: one data set of each kind, then the document
    python -m tests.bench.calibrate --full       hours: all that is missing, then docs/calibration.md
    python -m tests.bench.calibrate --report     only write the document from what has been run
    python -m tests.bench.calibrate --minutes 60 stop after so long; the next call goes on

Every data set has its own seed, so the results do not depend on the order or on where a run was stopped. They are kept
in tests/bench/results, one line a data set, with the version of the rule that gave them. Data from outside is used
where it lies beside the project.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.parallel import one_thread
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import Evidence, EvidenceSettings, assess
from tests.bench import outside
from tests.bench.calibration_report import write_report
from tests.bench.families import APART, NULLS, planted
from tests.bench.kinds import KINDS
from tests.bench.peers import elbow_of, hopkins
from tests.bench.prepared import as_prepared

__all__ = ["FIELDS", "Case", "cases", "run", "smoke", "stored"]

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / "tests" / "bench" / "results" / "calibration.csv"
REPORT = ROOT / "docs" / "calibration.md"

RULE = 11
"""Raise it when the verdict or the recommendation changes: results of an older rule are then run again."""

SEED = 5_000_000
"""Data sets of this study; the rules were chosen on others."""

COMPARISON = KSettings()
EVIDENCE = EvidenceSettings()
NULL_SETS = {200: 44, 400: 42, 1_000: 12, 2_000: 6}
"""Rows → data sets a family without groups."""
PLANTED_SETS = {200: 2, 400: 2, 1_000: 1}
"""Rows → data sets a distance, number of groups and kind of sizes."""
KIND_SETS = {200: 10, 400: 10, 1_000: 10}
PREPARED_SETS = {200: 4, 400: 4, 1_000: 2}
"""Rows → data sets of each family without groups and of each kind, as the product prepares them."""
SCENARIO_SEEDS = 50
_AHEAD = 0.4
FLIPS = 3
"""Of every so many data sets one is judged again without a tenth of its customers."""
_SAID = ("state", "method", "recommended", "more", "again_state", "again_k")
_OTHERS = ("gap_k", "mixture_k", "silhouette_k", "elbow_k", "silhouette", "hopkins", "seconds")
FIELDS = ["rule", "group", "name", "rows", "k", "number", *_SAID, *_OTHERS]


@dataclass(frozen=True)
class Case:
    """One data set: what it belongs to ("null", "planted", "kind", "scenario" or "benchmark"), its size and number.

    Those of "prepared null" and "prepared kind" are made like those of "null" and "kind", and then prepared as the
    product does. k: how many groups it has; 0 where a file says it.
    """

    group: str
    name: str
    rows: int
    k: int
    number: int

    @property
    def key(self) -> str:
        """A name for this data set that never changes."""
        return f"{self.group}|{self.name}|{self.rows}|{self.k}|{self.number}"

    def draw(self) -> np.ndarray:
        """The data set, standardised (a scenario as it was published: centred), or as the product prepares it."""
        if self.group == "scenario":
            return outside.scenario(self.name, self.number)
        rng = np.random.default_rng([SEED + self.number, self.rows, self.k, *self.key.encode()])
        if self.group == "benchmark":
            Z = outside.benchmark(self.name)[0]
        elif self.name in outside.CREDIT:
            Z = outside.credit_null(self.name, self.rows, rng)
        elif self.name in NULLS:
            Z = NULLS[self.name](self.rows, rng)
        elif self.name in KINDS:
            Z = KINDS[self.name][1](self.rows, rng)
        else:
            apart, sizes = self.name.split(", ")
            Z, _ = planted(self.rows, self.k, APART[apart], rng, equal=sizes == "equal")
        if self.group.startswith("prepared"):
            return as_prepared(Z)
        spread = Z.std(axis=0)
        Z = Z[:, spread > 0]
        return (Z - Z.mean(axis=0)) / Z.std(axis=0)


def cases() -> Iterator[Case]:
    """Every data set of the study; wherever it is stopped, each family and distance has had its share.

    Data sets with groups run ahead: fewer of them are needed to tell something.
    """
    every: list[tuple[float, Case]] = []
    nulls = [*NULLS, *(outside.CREDIT if outside.DATA.exists() else ())]
    for rows, count in NULL_SETS.items():
        for number in range(count):
            every += [((number + 0.5) / count, Case("null", family, rows, 1, number)) for family in nulls]
    for rows, count in PLANTED_SETS.items():
        for number in range(count):
            for apart in APART:
                for sizes in ("equal", "unequal"):
                    every += [
                        (_AHEAD * (number + k / 10) / count, Case("planted", f"{apart}, {sizes}", rows, k, number))
                        for k in range(2, 7)
                    ]
    for rows, count in KIND_SETS.items():
        for number in range(count):
            every += [
                (_AHEAD * (number + 0.4) / count, Case("kind", name, rows, k, number)) for name, (k, _) in KINDS.items()
            ]
    for rows, count in PREPARED_SETS.items():
        for number in range(count):
            share = _AHEAD * (number + 0.5) / count
            every += [(share, Case("prepared null", family, rows, 1, number)) for family in nulls]
            every += [(share, Case("prepared kind", name, rows, k, number)) for name, (k, _) in KINDS.items()]
    if outside.DATA.exists():
        for seed in range(1, SCENARIO_SEEDS + 1):
            every += [
                (_AHEAD * seed / SCENARIO_SEEDS, Case("scenario", name, 50 * k, k, seed))
                for name, k in outside.SCENARIOS.items()
            ]
        every += [(0.01, Case("benchmark", name, 0, 0, 0)) for name in outside.BENCHMARKS]
    yield from (case for _, case in sorted(every, key=lambda item: item[0]))


def smoke() -> Iterator[Case]:
    """One small data set of each family, distance, kind, scenario and benchmark."""
    seen: set[tuple[str, str]] = set()
    for case in cases():
        if (case.group, case.name) not in seen and case.rows <= 400:
            seen.add((case.group, case.name))
            yield case


def run(case: Case) -> dict[str, object]:
    """What we and the others say of one data set."""
    Z = case.draw()
    start = time.process_time()
    with one_thread():
        comparison = search(Z, COMPARISON)
        evidence = assess(Z, comparison, EVIDENCE)
    seconds = time.process_time() - start
    silhouette = comparison.table["silhouette"]
    said: dict[str, Any] = asdict(case) | {
        "rule": RULE,
        "state": evidence.state,
        "method": evidence.method,
        "recommended": evidence.decision.k if evidence.state == "distinct" else evidence.recommended_k,
        "more": evidence.decision.more,
        "gap_k": evidence.facts["gap_k"],
        "mixture_k": int(evidence.table["bic"].idxmin()),
        "silhouette_k": int(silhouette.idxmax()),
        "elbow_k": elbow_of(comparison.table["inertia"]),
        "silhouette": round(float(silhouette.max()), 3),
        "hopkins": round(hopkins(Z, case.number), 3),
        "seconds": round(seconds, 1),
    }
    if case.group == "benchmark":
        said["rows"], said["k"] = len(Z), " ".join(map(str, outside.benchmark(case.name)[1]))
    asked_again = case.number % FLIPS == 0 and case.group in ("null", "planted", "kind", "scenario")
    if asked_again and evidence.state in ("distinct", "slices"):
        again = _without_a_tenth(Z, case)
        said |= {"again_state": again.state, "again_k": again.decision.k}
    return said


def _without_a_tenth(Z: np.ndarray, case: Case) -> Evidence:
    kept = np.random.default_rng([SEED, *case.key.encode()]).permutation(len(Z))[: round(0.9 * len(Z))]
    Z = Z[np.sort(kept)]
    Z = Z[:, Z.std(axis=0) > 0]
    if case.group != "scenario":
        Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    with one_thread():
        return assess(Z, search(Z, COMPARISON), EVIDENCE)


def stored() -> pd.DataFrame:
    """The results so far under the present rule; a figure that was not needed is NaN."""
    if not STORE.exists():
        return pd.DataFrame(columns=FIELDS)
    table = pd.read_csv(
        STORE,
        keep_default_na=False,
        na_values={name: [""] for name in (*_SAID, *_OTHERS)},
        dtype={"k": str, "name": str},
    )
    return table[table["rule"] == RULE]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="all data sets of the study: hours")
    parser.add_argument("--report", action="store_true", help="only write the document")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--part", type=int, nargs=2, default=(0, 1), metavar=("N", "OF"), help="every OFth, from N on")
    parser.add_argument("--group", help="only the data sets of one group, such as scenario")
    parser.add_argument("--store", type=Path, default=STORE, help="where the results are kept")
    chosen = parser.parse_args()
    if not chosen.report:
        todo = [case for case in (cases() if chosen.full else smoke()) if chosen.group in (None, case.group)]
        todo = todo[chosen.part[0] :: chosen.part[1]]
        _go_on(todo, chosen.store, time.monotonic() + 60 * chosen.minutes)
    if chosen.store == STORE:
        results = stored()
        write_report(results, REPORT)
        print(f"{len(results)} data sets; {REPORT.relative_to(ROOT)} written")


def _go_on(todo: list[Case], store: Path, end: float) -> None:
    done = set()
    if store.exists():
        kept = pd.read_csv(store, dtype=str, keep_default_na=False)
        kept = kept[kept["rule"] == str(RULE)]
        done = set(kept["group"] + "|" + kept["name"] + "|" + kept["number"] + "|" + kept["rows"] + "|" + kept["k"])
    store.parent.mkdir(exist_ok=True)
    fresh = not store.exists()
    with store.open("a", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
        if fresh:
            writer.writeheader()
        for case in todo:
            if time.monotonic() > end:
                break
            name = f"{case.group}|{case.name}|{case.number}|{case.rows}|{case.k}"
            benchmark_done = case.group == "benchmark" and any(
                key.startswith(f"benchmark|{case.name}|") for key in done
            )
            if name not in done and not benchmark_done:
                writer.writerow(run(case))
                out.flush()


if __name__ == "__main__":
    main()
