"""`choose-k`: the comparison of every number of segments, and the recommendation."""

from __future__ import annotations

import argparse
import math
from typing import Any

import pandas as pd

from segmentation.api import KChoice, choose_k, prepare
from segmentation.cli.base import Outcome
from segmentation.cli.columns import columns_lines, columns_plain, features_of
from segmentation.clustering.metrics import METRICS
from segmentation.evaluation.evidence import MEASURES

__all__ = ["run"]

_FIGURES = (*METRICS, "silhouette_error", "smallest")
_EVIDENCE = tuple(name for measure in MEASURES.values() for name in measure.shown if name != "jaccard")


def run(args: argparse.Namespace) -> Outcome:
    """{"rows": [{"k", "inertia", …, "sizes"}…], "elbow", "recommended_k", "reasons", "columns"}; undefined is null.

    Rows have every index, the error of a sampled silhouette and the smallest segment. Unless --fast, they also have
    gap, gap_se, stability, jaccard (a figure a segment), jaccard_min, seeds and separation, and "verdict", "headline",
    "gap_k", "p_copula" and "p_gaussian" say whether there is structure (recommended_k 1: none). columns: those used,
    and those left out with the reason.
    """
    features = features_of(args)
    recipe = prepare(features, args.prep)
    found = choose_k(features, recipe, args.k, fast=args.fast, n_init=args.n_init, seed=args.seed)
    figures = _FIGURES if args.fast else (*_FIGURES, *_EVIDENCE)
    rows = [_row(int(k), found.table.loc[k], figures, jaccard=not args.fast) for k in found.table.index]
    plain: dict[str, Any] = {"rows": rows, "elbow": found.comparison.elbow}
    plain |= {"recommended_k": found.recommended_k, "reasons": list(found.reasons)}
    if found.evidence is not None:
        plain |= {"verdict": found.verdict(), "headline": found.headline}
        plain |= {name: found.evidence.facts[name] for name in ("gap_k", "p_copula", "p_gaussian")}
    plain["columns"] = columns_plain(features, recipe)
    return Outcome(plain, "\n".join([_table(rows, figures), "", *_said(found), *columns_lines(plain["columns"])]))


def _table(rows: list[dict[str, Any]], figures: tuple[str, ...]) -> str:
    lists = {"sizes": [" ".join(map(str, row["sizes"])) for row in rows]}
    shown = pd.DataFrame(rows).drop(columns="jaccard", errors="ignore").assign(**lists)
    formats = dict.fromkeys(figures, "{:,.4f}".format) | {"inertia": "{:,.2f}".format}
    return shown.to_string(index=False, formatters=formats, na_rep="–")


def _said(found: KChoice) -> list[str]:
    return [*([found.headline] if found.evidence is not None else []), *found.reasons]


def _row(k: int, row: pd.Series, names: tuple[str, ...], *, jaccard: bool) -> dict[str, Any]:
    figures = {name: float(row[name]) for name in names}
    sizes = row["sizes"] if isinstance(row["sizes"], tuple) else ()
    each = row["jaccard"] if isinstance(row["jaccard"], tuple) else ()
    return {
        "k": k,
        **{name: value if math.isfinite(value) else None for name, value in figures.items()},
        **({"jaccard": [value if math.isfinite(value) else None for value in each]} if jaccard else {}),
        "sizes": [int(size) for size in sizes],
    }
