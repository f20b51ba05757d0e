"""The calibration study as a document: tables with Wilson intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from segmentation.evidence import EvidenceSettings
from segmentation.settings import KSettings
from tests.bench.families import APART, NULLS

__all__ = ["wilson", "write_report"]


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): never outside 0…1, sensible at 0 and at 1."""
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def write_report(rows: list[dict[str, Any]], path: Path, evidence: EvidenceSettings, board: KSettings) -> None:
    """The results of the study → the document at `path`."""
    if not rows:
        return
    frame = pd.DataFrame(rows)
    frame["ours"] = frame["verdict"] != "none"
    frame["distinct"] = frame["verdict"] == "distinct"
    frame["hopkins"] = frame["hopkins"] > 0.7
    frame["weak"] = frame["silhouette"] > 0.25
    frame["stable"] = frame["stability"] > 0.8
    nulls, groups = frame[frame["family"] != ""], frame[frame["family"] == ""]
    text = _HEAD.format(
        count=f"{len(frame):,}",
        nulls=f"{len(nulls):,}",
        groups=f"{len(groups):,}",
        k_max=board.k_max,
        references=evidence.references,
        sets=evidence.nulls,
        bootstraps=evidence.bootstraps,
        minutes=f"{frame['seconds'].sum() / 60:.0f}",
    )
    for size, part in nulls.groupby("rows"):
        text += f"\n### No groups, {size:,} customers\n\n{_nulls(part)}"
    for size, part in groups.groupby("rows"):
        text += f"\n### Planted groups, {size:,} customers\n\n{_power(part)}\n{_planted_k(part)}"
    path.write_text(text + _TAIL, encoding="utf-8")


def _share(values: pd.Series) -> str:
    low, high = wilson(int(values.sum()), len(values))
    return f"{100 * values.mean():.0f} % ({100 * low:.0f}–{100 * high:.0f})"


def _nulls(frame: pd.DataFrame) -> str:
    lines = [
        "| family | data sets | **structure claimed by us** | of these *distinct* | Hopkins > 0.7 | silhouette > 0.25 "
        "| stability > 0.8 |",
        "|---|---|---|---|---|---|---|",
    ]
    for family in [name for name in NULLS if name in set(frame["family"])]:
        part = frame[frame["family"] == family]
        cells = [_share(part[name]) for name in ("ours", "distinct", "hopkins", "weak", "stable")]
        lines.append(f"| {family} | {len(part)} | {' | '.join(cells)} |")
    cells = [_share(frame[name]) for name in ("ours", "distinct", "hopkins", "weak", "stable")]
    lines.append(f"| **all** | {len(frame)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _power(frame: pd.DataFrame) -> str:
    lines = [
        "| closest centres | data sets | **structure found by us** | of these *distinct* | Hopkins > 0.7 "
        "| silhouette > 0.25 |",
        "|---|---|---|---|---|---|",
    ]
    for apart, distance in APART.items():
        part = frame[frame["apart"] == apart]
        if len(part):
            cells = [_share(part[name]) for name in ("ours", "distinct", "hopkins", "weak")]
            lines.append(f"| {apart} ({distance:g} sd) | {len(part)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _planted_k(frame: pd.DataFrame) -> str:
    lines = [
        "| closest centres | sizes | **planted k recommended by us** | gap statistic alone | highest silhouette "
        "| elbow |",
        "|---|---|---|---|---|---|",
    ]
    for apart, distance in APART.items():
        for equal, words in ((True, "equal"), (False, "unequal")):
            part = frame[(frame["apart"] == apart) & (frame["equal"] == equal)]
            if len(part):
                names = ("recommended", "gap_k", "silhouette_k", "elbow_k")
                cells = [_share(part[name] == part["k"]) for name in names]
                lines.append(f"| {apart} ({distance:g} sd) | {words} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


_HEAD = """# Calibration of the evidence

How often does the product see structure where there is none, and find it where it is? {count} generated data sets:
{nulls} without any groups and {groups} with 2 to 6 planted groups. Written by `python -m tests.bench.calibrate`,
which goes on where it was stopped; every data set has its own seed.

This run used a fast setting: k = 2 … {k_max}, {sets} artificial data sets a test, {references} reference sets for the
gap statistic, customers drawn anew {bootstraps} times ({minutes} minutes of computing). The product itself uses 19,
20 and 20.

A false alarm is any verdict but *no structure found*. Wanted: at most 5 % in every family without groups, at least
95 % found where groups are clearly apart. Intervals in brackets are 95 % (Wilson). The others are read as they usually
are: Hopkins above 0.7 "has clusters", a silhouette above 0.25 "has structure" (Kaufman, Rousseeuw 1990), bootstrap
agreement above 0.8 "is stable"; the elbow is that of kneed, or its rule without smoothing where it is not installed.
"""

_TAIL = """
## How to read it

*RFM, counts and ties* has many customers with the same few values; *t(3)* has customers that are extreme in all
columns at once; *with a 0/1 column* has one yes-or-no column beside a cloud. Planted groups are round normal clouds in
five features; the distance is that of the two closest centres, in standard deviations of a group. "Unequal" sizes fall
like 1, 1/2, 1/3 …
"""
