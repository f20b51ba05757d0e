"""The speed benchmark as a document: measured parts between marks, the rest is written by hand and kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["busy_words", "write_part", "write_report"]


def write_report(results: dict[str, dict[str, Any]], path: Path, machine: str, busy: str) -> None:
    """Results by data set and task → the document at `path`; what was written by hand stays. busy: `busy_words`."""
    text = [
        "# Speed of the comparison",
        "",
        f"Written by `python -m tests.bench` ({machine}). Every line ran in a process of its own, one after the other;",
        "the fastest of up to three counts. *Comparison*: K-means for k = 2 … 12 with",
        "10 restarts, inertia, silhouette, Calinski–Harabasz, Davies–Bouldin. *Notebook* is the loop that people",
        "write: `KMeans(k, n_init=10).fit`, then `silhouette_score`; *one k* is k = 7. Above 50,000 rows its",
        "`silhouette_score` is left out, because its time grows with the square of the rows; above 200,000 all of it.",
        f"Memory is the peak of the whole process.{busy}",
        "",
        "*Computing* adds up the time of all cores: it hardly changes when other work shares the machine.",
        "",
        "| data | what | seconds | ratio | computing (s) | ratio | memory (MB) |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, tasks in results.items():
        ours = tasks.get("comparison", {})
        for task, found in tasks.items():
            if task == "silhouette pass":
                continue
            if "error" in found:
                text.append(f"| {_label(name)} | {task} | did not run: {found['error'][:80]} | | | | |")
                continue
            cells = [cell for time in ("seconds", "computing") for cell in _time(found, ours, task, time)]
            said = f"{task} ({found['versions']})" if "versions" in found else task
            text.append(f"| {_label(name)} | {said} | {' | '.join(cells)} | {found['memory']:,.0f} |")
    write_part(path, "comparison", [*text, "", *_agreement(results), *_pass(results)])


def busy_words() -> str:
    """Whether other work shares the machine at this moment, as a sentence for the document; empty when it is quiet."""
    load = os.getloadavg()[0]
    return "" if load < 1.0 else f" Other work shared the machine when this began (load {load:.1f}): upper bounds."


def write_part(path: Path, name: str, lines: list[str]) -> None:
    """Put the lines between the two marks of the part `name` of a document; the rest stays."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(f"<!-- {name}: measured -->\n")
    _, end, after = rest.partition(f"<!-- {name}: end -->\n")
    if not end:
        raise ValueError(f"{path.name} has no place for {name}.")
    path.write_text("".join([before, begin, "\n".join(lines).rstrip() + "\n\n", end, after]), encoding="utf-8")


def _agreement(results: dict[str, dict[str, Any]]) -> list[str]:
    ours, theirs = (results.get("credit", {}).get(task, {}) for task in ("comparison", "notebook, 1 thread"))
    if "inertia" not in ours or "inertia" not in theirs:
        return []
    worse = max(np.divide(ours["inertia"], theirs["inertia"]) - 1)
    apart = max(abs(np.subtract(ours["silhouette"], theirs["silhouette"])))
    return [
        f"Credit-card data, all k: inertia at most {100 * max(worse, 0):.4f} % above the notebook's, "
        f"silhouettes at most {apart:.1e} away from its.",
        "",
    ]


def _pass(results: dict[str, dict[str, Any]]) -> list[str]:
    found = results.get("credit", {}).get("silhouette pass", {}).get("cores", {})
    lines = [
        f"| {cores} | {one['seconds']:.3f} | {one['pairs'] / 1e6:,.0f} | {one['direct']:.0f} "
        f"| {100 * one['direct'] / one['product']:.0f} % | {one['done']:.0f} | {one['product']:.0f} |"
        for cores, one in found.items()
    ]
    if not lines:
        return []
    return [
        "The one pass over the distances (silhouettes of all 11 k), credit-card data. *Direct*: operations that the",
        "sums would take as one matrix product with the memberships of all segments, and how large a share that is of",
        "the machine's own float32 matrix product. *Done*: operations in the products that the pass makes instead.",
        "Square roots, one a pair, are in neither. In thousand million operations a second of computing time:",
        "",
        "| cores | seconds | million pairs a second | direct | share | done | matrix product |",
        "|---|---|---|---|---|---|---|",
        *lines,
    ]


def _time(found: dict[str, Any], ours: dict[str, Any], task: str, time: str) -> tuple[str, str]:
    ratio = f"{found[time] / ours[time]:.1f} ×" if time in ours and task != "comparison" else ""
    return f"{found[time]:.2f}", ratio


def _label(name: str) -> str:
    return "credit card, 8,950 × 17" if name == "credit" else f"generated, {int(name):,} × 17"
