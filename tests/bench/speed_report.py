"""The speed benchmark as a document: measured parts between marks, the rest is written by hand and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["write_part", "write_report"]


def write_report(results: dict[str, dict[str, Any]], path: Path, machine: str) -> None:
    """Results by data set and task → the document at `path`; what was written by hand stays."""
    text = [
        "# Speed of the board",
        "",
        f"Written by `python -m tests.bench` ({machine}). Every line ran in a process of its own, one after the other;",
        "other work on the machine disturbs the seconds, less so the ratios. K-means for k = 2 … 12 with 10 restarts,",
        "inertia, silhouette, Calinski–Harabasz and Davies–Bouldin. *Notebook* is the loop that people write:",
        "`KMeans(k, n_init=10).fit`, then `silhouette_score`. Memory is the peak of the whole process.",
        "",
        "*Computing* adds up the time of all cores: it hardly changes when other work shares the machine.",
        "",
        "| data | what | seconds | ratio | computing (s) | ratio | memory (MB) |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, tasks in results.items():
        ours = tasks.get("board", {})
        for task, found in tasks.items():
            if task == "silhouette pass":
                continue
            if "error" in found:
                text.append(f"| {_label(name)} | {task} | did not run: {found['error'][:80]} | | | | |")
                continue
            cells = [cell for time in ("seconds", "computing") for cell in _time(found, ours, task, time)]
            text.append(f"| {_label(name)} | {task} | {' | '.join(cells)} | {found['memory']:,.0f} |")
    write_part(path, "board", [*text, "", *_agreement(results), *_pass(results)])


def write_part(path: Path, name: str, lines: list[str]) -> None:
    """Put the lines between the two marks of the part `name` of a document; the rest stays."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(f"<!-- {name}: measured -->\n")
    _, end, after = rest.partition(f"<!-- {name}: end -->\n")
    if not end:
        raise ValueError(f"{path.name} has no place for {name}.")
    path.write_text("".join([before, begin, "\n".join(lines).rstrip() + "\n\n", end, after]), encoding="utf-8")


def _agreement(results: dict[str, dict[str, Any]]) -> list[str]:
    ours, theirs = (results.get("credit", {}).get(task, {}) for task in ("board", "notebook, 1 thread"))
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
    found = results.get("credit", {}).get("silhouette pass", {})
    lines = []
    for cores in (name.split()[-1] for name in found if name.startswith("gigaflops")):
        share = found[f"gigaflops {cores}"] / found[f"matrix product {cores}"]
        lines.append(
            f"- {cores} core(s): silhouettes of all 11 k in {found[f'seconds {cores}']:.2f} s, "
            f"{found[f'gigaflops {cores}']:.0f} gigaflops, {100 * share:.0f} % of the float32 matrix product "
            f"({found[f'matrix product {cores}']:.0f})."
        )
    return ["The one pass over the distances, credit-card data:", "", *lines] if lines else []


def _time(found: dict[str, Any], ours: dict[str, Any], task: str, time: str) -> tuple[str, str]:
    ratio = f"{found[time] / ours[time]:.1f} ×" if time in ours and task != "board" else ""
    return f"{found[time]:.2f}", ratio


def _label(name: str) -> str:
    return "credit card, 8,950 × 17" if name == "credit" else f"generated, {int(name):,} × 17"
