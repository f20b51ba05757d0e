"""Calibration: how often the verdict is wrong where nothing is there, and right where groups are.

    python -m tests.bench.calibrate              run what is missing, then write docs/calibration.md
    python -m tests.bench.calibrate --report     only write the document from what has been run
    python -m tests.bench.calibrate --minutes 60 stop after so long; the next call goes on

Every data set has its own seed, so the results do not depend on the order or on where a run was stopped.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from segmentation.evidence import EvidenceSettings, assess
from segmentation.ksearch import search
from segmentation.settings import KSettings
from tests.bench.calibration_report import write_report
from tests.bench.families import APART, NULLS, planted
from tests.bench.peers import elbow_of, hopkins

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / ".bench" / "calibration.jsonl"
REPORT = ROOT / "docs" / "calibration.md"

BOARD = KSettings(k_max=7, n_init=5)
EVIDENCE = EvidenceSettings(references=10, bootstraps=5, seeds=1)
SIZES = {"nulls": {400: 100, 2_000: 20, 20_000: 1}, "planted": {400: 3, 2_000: 2, 20_000: 0}}
"""Rows → data sets a family (nulls), or data sets for each distance, k and kind of sizes (planted)."""


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
        rng = np.random.default_rng([20_000 + self.number, self.rows, self.k, *self.key.encode()])
        if self.family:
            Z = NULLS[self.family](self.rows, rng)
        else:
            Z, _ = planted(self.rows, self.k, APART[self.apart], rng, equal=self.equal)
        return (Z - Z.mean(axis=0)) / Z.std(axis=0)


def cases() -> Iterator[Case]:
    """Every data set of the study, small ones first, families in turn."""
    for rows in SIZES["nulls"]:
        most = max(SIZES["nulls"][rows], SIZES["planted"][rows])
        for number in range(most):
            if number < SIZES["nulls"][rows]:
                yield from (Case(family, rows, 1, "", True, number) for family in NULLS)
            if number < SIZES["planted"][rows]:
                for apart in APART:
                    for k in range(2, 7):
                        for equal in (True, False):
                            yield Case("", rows, k, apart, equal, number)


def run(case: Case) -> dict[str, object]:
    """What we and the others say of one data set."""
    Z = case.draw()
    start = time.perf_counter()
    board = search(Z, BOARD)
    evidence = assess(Z, board, EVIDENCE)
    seconds = time.perf_counter() - start
    silhouette = board.table["silhouette"]
    return {
        **asdict(case),
        "key": case.key,
        "verdict": evidence.verdict,
        "recommended": evidence.recommended_k,
        "gap_k": evidence.facts["gap_k"],
        "p_copula": evidence.facts["p_copula"],
        "p_gaussian": evidence.facts["p_gaussian"],
        "silhouette": round(float(silhouette.max()), 4),
        "silhouette_k": int(silhouette.index[int(silhouette.to_numpy().argmax())]),
        "elbow_k": elbow_of(board.table["inertia"]),
        "hopkins": round(hopkins(Z, case.number), 4),
        "stability": round(float(evidence.table["stability"].max()), 4),
        "seconds": round(seconds, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", action="store_true", help="only write the document")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long")
    chosen = parser.parse_args()
    STORE.parent.mkdir(exist_ok=True)
    done = {}
    if STORE.exists():
        done = {row["key"]: row for row in map(json.loads, STORE.read_text(encoding="utf-8").splitlines())}
    if not chosen.report:
        end = time.monotonic() + 60 * chosen.minutes
        with STORE.open("a", encoding="utf-8") as out:
            for case in cases():
                if case.key in done:
                    continue
                if time.monotonic() > end:
                    break
                done[case.key] = run(case)
                out.write(json.dumps(done[case.key]) + "\n")
                out.flush()
    write_report(list(done.values()), REPORT, EVIDENCE, BOARD)
    print(f"{len(done)} data sets; {REPORT.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
