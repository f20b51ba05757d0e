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
_UNTESTED = (
    "Whether there are groups at all was not asked (--fast): the number below has the highest silhouette, which every "
    "crowd has at some number. Without --fast it may be another one, or none."
)
_FACTS = ("gap_k", "mixture_k", "classes_named", "p_copula", "p_gaussian")
_EVIDENCE = tuple(name for measure in MEASURES.values() for name in measure.shown if name != "jaccard")


def run(args: argparse.Namespace) -> Outcome:
    """{"rows": [{"k", "inertia", …, "sizes"}…], "elbow", "recommended_k", "reasons", "columns"}; undefined is null.

    Rows have every metric, the error of a sampled silhouette and the smallest segment. Unless --fast, they also have
    gap, gap_se, stability, jaccard (a figure a segment), jaccard_min, separation and bic, and "verdict" ("distinct",
    "undecided", "classes", "slices" or "none"), "headline", "method" ("kmeans", "mixture" or "classes"), "gap_k",
    "mixture_k", "classes_k" (null where latent classes are not recommended), "classes_named" (how many they name, 1 for
    no groups; null where fewer than half of the columns are categories), "p_copula" and "p_gaussian" (null where not
    needed) say whether there are groups (recommended_k 1: none found). With --fast the first reason warns that this was
    not asked. columns: those used, and those left out with the reason.
    """
    features = features_of(args)
    recipe = prepare(features, args.prep)
    limits = {name: getattr(args, name) for name in ("at_most", "min_share", "min_size")}
    choice = choose_k(features, recipe, args.k, fast=args.fast, n_init=args.n_init, seed=args.seed, **limits)
    figures = _FIGURES if args.fast else (*_FIGURES, *_EVIDENCE)
    rows = [_row(int(k), choice.table.loc[k], figures, jaccard=not args.fast) for k in choice.table.index]
    plain: dict[str, Any] = {"rows": rows, "elbow": choice.comparison.elbow}
    plain |= {"recommended_k": choice.recommended_k, "reasons": list(choice.reasons)}
    if choice.evidence is not None:
        plain |= {"verdict": choice.verdict(), "headline": choice.headline}
        plain |= {"method": choice.evidence.method, "classes_k": choice.evidence.classes_k}
        plain |= {name: choice.evidence.facts.get(name) for name in _FACTS}
    else:
        plain["reasons"] = [_UNTESTED, *plain["reasons"]]
    plain["columns"] = columns_plain(features, recipe)
    text = "\n".join([_table(rows, figures), "", *_said(choice), *columns_lines(plain["columns"])])
    return Outcome(plain, text, features.notices)


def _table(rows: list[dict[str, Any]], figures: tuple[str, ...]) -> str:
    lists = {"sizes": [" ".join(map(str, row["sizes"])) for row in rows]}
    shown = pd.DataFrame(rows).drop(columns="jaccard", errors="ignore").assign(**lists)
    formats = dict.fromkeys(figures, "{:,.4f}".format) | {"inertia": "{:,.2f}".format}
    return shown.to_string(index=False, formatters=formats, na_rep="–")


def _said(choice: KChoice) -> list[str]:
    if choice.evidence is None:
        return [_UNTESTED, *choice.reasons]
    k = choice.evidence.classes_k
    how = [f"They are made by: fit FILE --method classes --set k={k} --name NAME"] if k else []
    return [choice.headline, *choice.reasons, *how]


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
