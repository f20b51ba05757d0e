"""`choose-k`: the comparison of every number of segments, and the recommendation."""

from __future__ import annotations

import argparse
import math
from typing import Any

import pandas as pd

from segmentation.cli.base import Outcome
from segmentation.cli.loading import load_features
from segmentation.clustering.metrics import METRICS
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import MEASURES, assess, whole_comparison
from segmentation.preparation import learn

__all__ = ["run"]

_FIGURES = (*METRICS, "silhouette_error", "smallest")
_EVIDENCE = tuple(name for measure in MEASURES.values() for name in measure.shown if name != "jaccard")


def run(args: argparse.Namespace) -> Outcome:
    """{"rows": [{"k", "inertia", …, "sizes"}…], "elbow", "recommended_k", "reasons"}; undefined figures are null.

    Rows have every index, the error of a sampled silhouette and the smallest segment. Unless --fast, they also have
    gap, gap_se, stability, jaccard (a figure a segment), jaccard_min, seeds and separation, and "verdict", "headline",
    "gap_k", "p_copula" and "p_gaussian" say whether there is structure (recommended_k 1: none).
    """
    features = load_features(args.files, args.source, args.id, args.map, args.as_of)
    recipe = learn(features, PREP_PRESETS[args.prep])
    settings = KSettings(k_min=args.k[0], k_max=args.k[1], n_init=args.n_init, seed=args.seed)
    prepared = recipe.transform(features.frame)
    comparison = search(prepared, settings)
    evidence = None if args.fast else assess(prepared, comparison)
    table = whole_comparison(comparison, evidence)
    figures = _FIGURES if evidence is None else (*_FIGURES, *_EVIDENCE)
    rows = [_row(int(k), table.loc[k], figures, jaccard=evidence is not None) for k in table.index]
    plain: dict[str, Any] = {"rows": rows, "elbow": comparison.elbow}
    plain |= {"recommended_k": comparison.recommended_k, "reasons": list(comparison.reasons)}
    if evidence is not None:
        plain |= {"recommended_k": evidence.recommended_k, "reasons": list(evidence.reasons)}
        plain |= {"verdict": evidence.verdict, "headline": evidence.headline}
        plain |= {name: evidence.facts[name] for name in ("gap_k", "p_copula", "p_gaussian")}
    lists = {name: [" ".join(map(str, row[name])) for row in rows] for name in ("sizes",)}
    shown = pd.DataFrame(rows).drop(columns="jaccard", errors="ignore").assign(**lists)
    formats = dict.fromkeys(figures, "{:,.4f}".format) | {"inertia": "{:,.2f}".format}
    said = [*([evidence.headline] if evidence is not None else []), *plain["reasons"]]
    return Outcome(plain, "\n".join([shown.to_string(index=False, formatters=formats, na_rep="–"), "", *said]))


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
