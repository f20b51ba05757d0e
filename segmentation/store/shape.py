"""The kinds of values in `params.json`, and what the kinds cannot say: names that agree, lengths that fit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from segmentation.clustering.crowd import Crowd
from segmentation.clustering.refits import Refits
from segmentation.core.schema import Each, Maybe, Named, Optional

__all__ = ["SHAPE", "misfits"]

_MOST_SEGMENTS = 1_000
_MOST_FEATURES = 2_000
_NUMBERS = Each(float)
_FEATURE = {
    **dict.fromkeys(("name", "label", "unit", "kind", "about", "high", "low", "trait_high", "trait_low"), str),
    "percentiles": _NUMBERS,
    "column": Optional(str),
    "level": Optional(str),
}
_STEP = {
    "name": str,
    "label": str,
    "fill": float,
    "fill_rule": str,
    "low": Maybe(float),
    "high": Maybe(float),
    "transform": str,
    "lmbda": Maybe(float),
    "mean": float,
    "scale": float,
    "reasons": Each(str),
    "origin": float,
    "step": float,
}
_BLOCK = {
    **dict.fromkeys(("column", "label", "kind"), str),
    "levels": Each(str, 100),
    "features": Each(str, 100),
    "other": bool,
}
_DROPPED = {"name": str, "label": str, "reason": str, "stand_in": str, "correlation": Maybe(float)}
_CLAIM = {
    **dict.fromkeys(("sentence", "feature", "label", "unit", "kind", "statistic", "fits"), str),
    **dict.fromkeys(("value", "everyone", "effect", "coverage", "exclusivity"), Maybe(float)),
}
_PERSONA = {
    "segment": int,
    "name": str,
    "suggested_name": str,
    "sentences": Each(str, 20),
    "size": int,
    "share": Maybe(float),
    "claims": Optional(Each(_CLAIM, 200)),
    "against": Optional(Each(str, 200)),
    "actions": Optional(Each(str, 200)),
    "because": Optional(str),
    "stability": Optional(Maybe(float)),
    "edited": Optional(Each(str, 20)),
    "smallest": Optional(int),
}
SHAPE = {
    "schema": int,
    "created": str,
    "note": {"verdict": str, "headline": str, "recommended_k": Optional(int), "method": Optional(str)},
    "libraries": Named(str),
    "features": Each(_FEATURE, _MOST_FEATURES),
    "percents": Each(int, 101),
    "recipe": {
        "features": Each(_STEP, _MOST_FEATURES),
        "dropped": Each(_DROPPED, _MOST_FEATURES),
        "settings": dict,
        "blocks": Optional(Each(_BLOCK, _MOST_FEATURES)),
    },
    "rule": dict,
    "segments": {
        "centres": Each(_NUMBERS, _MOST_SEGMENTS),
        "sizes": Each(int, _MOST_SEGMENTS),
        "noise": int,
        "inertia": float,
        "silhouette": Maybe(float),
    },
    "colours": Optional(Each(int, _MOST_SEGMENTS)),
    "personas": Each(_PERSONA, _MOST_SEGMENTS),
    "settings": dict,
    "metrics": dict,
    "origin": {"source": str, "as_of": Maybe(str), "replay": dict, "fingerprint": str},
    "crowd": Optional(Maybe(Crowd.shape)),
    "refits": Optional(Maybe(Refits.shape)),
    "probes": Each({"values": Each(Maybe(float), _MOST_FEATURES), "segment": int}, 4 * _MOST_SEGMENTS),
}


def misfits(plain: Mapping[str, Any]) -> list[str]:
    """What the kinds of the values cannot say: names that agree, lengths that fit, percentiles that rise."""
    names = [item["name"] for item in plain["features"]]
    centres, sizes, percents = plain["segments"]["centres"], plain["segments"]["sizes"], plain["percents"]
    checks = [
        (bool(names) and len(set(names)) == len(names), "features must have different names."),
        ([item["name"] for item in plain["recipe"]["features"]] == names, "the recipe is not about the same features."),
        (
            bool(centres) and all(len(row) == len(names) for row in centres),
            "a centre does not have one value a feature.",
        ),
        (len(sizes) == len(centres) and all(size > 0 for size in sizes), "sizes do not fit the centres."),
        (plain["segments"]["noise"] >= 0, "noise cannot be negative."),
        (sum(sizes) + plain["segments"]["noise"] < 2**53, "there cannot be so many customers."),
        (
            _numbered_once(plain.get("colours"), len(centres)),
            "colours do not fit the segments.",
        ),
        (len(plain["personas"]) in (0, len(centres)), "there must be one persona a segment."),
        (len(percents) > 1 and percents[0] == 0 and percents[-1] == 100, "percents must run from 0 to 100."),
        (all(low < high for low, high in pairwise(percents)), "percents must rise."),
        (
            all(item["scale"] > 0 and item["step"] > 0 for item in plain["recipe"]["features"]),
            "every scale must be above 0, and every step.",
        ),
    ]
    for item in plain["features"]:
        seen = item["percentiles"]
        rises = len(seen) == len(percents) and all(low <= high for low, high in pairwise(seen))
        checks.append((rises, "the percentiles of a feature do not rise."))
    for probe in plain["probes"]:
        checks.append((len(probe["values"]) == len(names), "a probe point does not have one value a feature."))
    return [sentence for holds, sentence in checks if not holds]


def _numbered_once(slots: list[int] | None, k: int) -> bool:
    """Whether k segments have a place in the row of colours each, and none that of another."""
    return slots is None or (len(set(slots)) == len(slots) == k and min(slots) > 0)
