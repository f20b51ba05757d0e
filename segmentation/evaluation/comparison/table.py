"""The comparison as a table: one row a way of grouping, the same figures for each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from segmentation.clustering.metrics import METRICS
from segmentation.evaluation.comparison.candidate import Candidate

__all__ = ["compare", "titles"]


def compare(candidates: Sequence[Candidate]) -> pd.DataFrame:
    """Ways of grouping the same customers → one row each, index = their key.

    Columns: title, k, sizes (tuple, largest first), smallest_share (of all customers; NaN without a segment), noise
    (customers in no segment), noise_share, one column for each index (over the customers in segments), together and
    between (see `nearby`), stability (NaN until measured), seconds (NaN when made elsewhere), assignment (words),
    reproduced. Undefined is NaN.
    """
    rows = {}
    for candidate, title in zip(candidates, titles(candidates), strict=True):
        customers, sizes = len(candidate.labels), candidate.sizes
        rows[candidate.key] = {
            "title": title,
            "k": candidate.k,
            "sizes": sizes,
            "smallest_share": min(sizes) / customers if sizes else float("nan"),
            "noise": candidate.noise,
            "noise_share": candidate.noise / customers,
            **candidate.figures,
            "stability": candidate.stability,
            "seconds": candidate.seconds,
            "assignment": candidate.assignment,
            "reproduced": candidate.reproduced,
        }
    metrics = [name for name, metric in METRICS.items() if metric.better != "hint"]
    columns = ["title", "k", "sizes", "smallest_share", "noise", "noise_share", *metrics, "together", "between"]
    columns += ["stability", "seconds", "assignment", "reproduced"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("key")


def titles(candidates: Sequence[Candidate]) -> list[str]:
    """Different titles for all of them: where two would be called the same, their number tells them apart."""
    given = [candidate.title for candidate in candidates]
    seen: dict[str, int] = {}
    columns = []
    for title in given:
        seen[title] = seen.get(title, 0) + 1
        columns.append(f"{title} (no. {seen[title]})" if given.count(title) > 1 else title)
    return columns
