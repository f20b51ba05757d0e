"""`choose-k`: the board of every number of segments, and the recommendation."""

from __future__ import annotations

import argparse
import math
from typing import Any

import pandas as pd

from segmentation.commands.base import Outcome
from segmentation.commands.loading import load_features
from segmentation.ksearch import search
from segmentation.recipe import learn
from segmentation.settings import PREP_PRESETS, KSettings

__all__ = ["run"]

_FIGURES = ("inertia", "silhouette", "calinski_harabasz", "davies_bouldin")


def run(args: argparse.Namespace) -> Outcome:
    """{"rows": [{"k", "inertia", …, "sizes"}…], "recommended_k", "reasons"}; undefined figures are null."""
    features = load_features(args.files, args.source, args.id, args.map, args.as_of)
    recipe = learn(features, PREP_PRESETS[args.prep])
    settings = KSettings(k_min=args.k[0], k_max=args.k[1], n_init=args.n_init, seed=args.seed)
    board = search(recipe.apply(features.frame), settings)
    rows = [_row(int(k), board.table.loc[k]) for k in board.table.index]
    plain = {"rows": rows, "recommended_k": board.recommended_k, "reasons": list(board.reasons)}
    shown = pd.DataFrame(rows).assign(sizes=[" ".join(map(str, row["sizes"])) for row in rows])
    formats = dict.fromkeys(_FIGURES, "{:,.4f}".format) | {"inertia": "{:,.2f}".format}
    text = "\n".join([shown.to_string(index=False, formatters=formats, na_rep="–"), "", *board.reasons])
    return Outcome(plain, text)


def _row(k: int, row: pd.Series) -> dict[str, Any]:
    figures = {name: float(row[name]) for name in _FIGURES}
    sizes = row["sizes"] if isinstance(row["sizes"], tuple) else ()
    return {
        "k": k,
        **{name: value if math.isfinite(value) else None for name, value in figures.items()},
        "sizes": [int(size) for size in sizes],
    }
