"""Calibration: how often the verdict is wrong where nothing is there, and right where groups are.

    python -m tests.bench.calibrate              run what is missing, then write docs/calibration.md
    python -m tests.bench.calibrate --report     only write the document from what has been run
    python -m tests.bench.calibrate --minutes 60 stop after so long; the next call goes on

Every data set has its own seed, so the results do not depend on the order or on where a run was stopped. They are kept
in tests/bench/results, one line a data set, with the version of the rule that gave them.
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
from segmentation.evaluation.choose_k import KComparison, search, smallest_allowed
from segmentation.evaluation.evidence.assess import MEASURES
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.verdict import best_k, beyond_chance, verdict
from segmentation.evaluation.evidence.work import Finding, Work
from tests.bench.calibration_report import write_report
from tests.bench.families import APART, NULLS, planted
from tests.bench.peers import elbow_of, hopkins

__all__ = ["Case", "cases", "judge"]

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / "tests" / "bench" / "results" / "calibration.csv"
REPORT = ROOT / "docs" / "calibration.md"

RULE = 4
"""Raise it when the verdict or the recommendation changes: results of an older rule are then run again."""

SEED = 2_000_000
"""Data sets of this study; the rules were chosen on others."""

COMPARISON = KSettings()
EVIDENCE = EvidenceSettings()
SIZES = {
    "nulls": {200: 44, 400: 42, 1_000: 10, 2_000: 6},
    "planted": {200: 2, 400: 2, 1_000: 1, 2_000: 1},
}
"""Rows → data sets a family (nulls), or data sets for each distance, k and kind of sizes (planted)."""
_CLEAR = 2
"""So many more of the smallest size where groups are clearly apart, for a narrower interval."""
LARGE = 20_000
_LARGE = ((6, "clearly apart", False), (3, "overlapping", True))
_LARGE_NULLS = ("correlated Gaussian", "t(3)", "RFM, counts and ties")
_OURS = ("verdict", "recommended", "gap_k", "tighter_k", "p_copula", "p_gaussian", "lead_copula")
_OTHERS = ("silhouette", "silhouette_k", "elbow_k", "hopkins", "seconds")
FIELDS = ["rule", "family", "rows", "k", "apart", "equal", "number", *_OURS, *_OTHERS]


@dataclass(frozen=True)
class Case:
    """One data set: its family ("" when groups are planted), size, planted k and distance, and its number."""

    family: str
    rows: int
    k: int
    apart: str
    equal: bool
    number: int

    @property
    def key(self) -> str:
        """A name for this data set that never changes."""
        return f"{self.family}|{self.rows}|{self.k}|{self.apart}|{self.equal}|{self.number}"

    def draw(self) -> np.ndarray:
        """The data set, standardised."""
        rng = np.random.default_rng([SEED + self.number, self.rows, self.k, *self.key.encode()])
        if self.family:
            Z = NULLS[self.family](self.rows, rng)
        else:
            Z, _ = planted(self.rows, self.k, APART[self.apart], rng, equal=self.equal)
        return (Z - Z.mean(axis=0)) / Z.std(axis=0)


def cases() -> Iterator[Case]:
    """Every data set of the study; wherever it is stopped, each family and distance has had its share.

    Data sets without groups run a little ahead: they are quicker, and more of them are wanted.
    """
    every: list[tuple[float, Case]] = []
    for rows, count in SIZES["nulls"].items():
        for number in range(count):
            place = 0.7 * (number + 0.5) / count
            every += [(place, Case(family, rows, 1, "", True, number)) for family in NULLS]
    for rows, count in SIZES["planted"].items():
        for apart in APART:
            sets = count + (_CLEAR if apart == "clearly apart" and rows == min(SIZES["planted"]) else 0)
            for number in range(sets):
                for k in range(2, 7):
                    every += [
                        ((number + 0.5) / sets, Case("", rows, k, apart, equal, number)) for equal in (True, False)
                    ]
    every += [(0.4, Case("", LARGE, k, apart, equal, 0)) for k, apart, equal in _LARGE]
    every += [(0.3, Case(family, LARGE, 1, "", True, 0)) for family in _LARGE_NULLS]
    yield from (case for _, case in sorted(every, key=lambda item: item[0]))


def judge(Z: np.ndarray, comparison: KComparison, evidence: EvidenceSettings, *, whole: bool) -> dict[str, Any]:
    """Verdict and recommended k as `assess` gives them, without the work that cannot change them.

    Where one artificial data set has higher silhouettes at every k, its test is lost and the verdict is *none*. Without
    `whole` the gap statistic is then not asked either. Stability is measured where the rule looks at it.
    """
    work = Work(Z, comparison.fits, evidence, comparison.settings.n_init, comparison.settings.seed)
    found: dict[str, Any] = dict.fromkeys(_OURS)
    if all(_passes(name, work, found) for name in ("gaussian", "copula")) and beyond_chance(found, evidence):
        found |= _measured("gap", work).facts
        separation = _measured("separation", work).columns
        needed = smallest_allowed(len(Z), comparison.settings)
        silhouette = comparison.table["silhouette"][comparison.table["smallest"] >= needed]
        near = [k for k in work.ks if k in silhouette.index and silhouette[k] >= 0.8 * silhouette.max()]
        for ks in (near, work.ks):
            some = Work(Z, {k: comparison.fits[k] for k in ks}, evidence, work.comparison_n_init, work.comparison_seed)
            table = pd.concat([separation, _measured("stability", some).columns], axis=1)
            k = best_k(comparison.table, table, found, needed, comparison.settings.at_most)
            if k is None or table["jaccard_min"].get(k, 0.0) >= 0.6:
                break
        return found | {"verdict": verdict(table, found, k, evidence), "recommended": k}
    if whole:
        found |= _measured("gap", work).facts
    return found | {"verdict": "none", "recommended": 1}


def _passes(name: str, work: Work, found: dict[str, Any]) -> bool:
    """Compare with data without groups, put the facts into `found`; False as soon as the test is lost for certain."""
    results: list[pd.DataFrame] = []
    for piece in MEASURES[name].pieces(work):
        results.append(piece(_silent))
        if len(results) > 1 and (results[-1]["silhouette"] >= results[0]["silhouette"]).all():
            return False
    results += [piece(_silent) for piece in MEASURES[name].more(work, list(results))]
    found |= MEASURES[name].collect(work, results).facts
    return bool(found[f"p_{name}"] <= work.settings.level + 1e-9)


def _measured(name: str, work: Work) -> Finding:
    return MEASURES[name].collect(work, [piece(_silent) for piece in MEASURES[name].pieces(work)])


def _silent(share: float, text: str) -> None:
    """Nobody looks at the progress."""


def run(case: Case) -> dict[str, object]:
    """What we and the others say of one data set."""
    Z = case.draw()
    start = time.process_time()
    with one_thread():
        comparison = search(Z, COMPARISON)
        found = judge(Z, comparison, EVIDENCE, whole=not case.family)
    seconds = time.process_time() - start
    silhouette = comparison.table["silhouette"]
    said = asdict(case) | {name: found[name] for name in _OURS}
    if said["lead_copula"] is not None:
        said["lead_copula"] = round(said["lead_copula"], 2)
    return said | {
        "rule": RULE,
        "silhouette": round(float(silhouette.max()), 3),
        "silhouette_k": int(silhouette.idxmax()),
        "elbow_k": elbow_of(comparison.table["inertia"]),
        "hopkins": round(hopkins(Z, case.number), 3),
        "seconds": round(seconds, 1),
    }


def stored() -> pd.DataFrame:
    """The results so far under the present rule; a figure that was not needed is NaN."""
    if not STORE.exists():
        return pd.DataFrame(columns=FIELDS)
    table = pd.read_csv(STORE, keep_default_na=False, na_values={name: [""] for name in (*_OURS, *_OTHERS)})
    return table[table["rule"] == RULE]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", action="store_true", help="only write the document")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long")
    chosen = parser.parse_args()
    if not chosen.report:
        _go_on(time.monotonic() + 60 * chosen.minutes)
    results = stored()
    write_report(results, REPORT, EVIDENCE, COMPARISON)
    print(f"{len(results)} data sets; {REPORT.relative_to(ROOT)} written")


def _go_on(end: float) -> None:
    names = list(Case.__dataclass_fields__)
    done = {Case(**row).key for row in stored()[names].to_dict("records")}
    STORE.parent.mkdir(exist_ok=True)
    fresh = not STORE.exists()
    with STORE.open("a", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
        if fresh:
            writer.writeheader()
        for case in cases():
            if time.monotonic() > end:
                break
            if case.key not in done:
                writer.writerow(run(case))
                out.flush()


if __name__ == "__main__":
    main()
