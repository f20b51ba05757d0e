"""`fit`: make segments, describe them as personas, save them as a model."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict
from typing import Any

from segmentation.cli.base import Outcome
from segmentation.cli.loading import load_features
from segmentation.cli.values import settings_of
from segmentation.clustering.model import fit
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.text import count_text, number_text, plain_text, share_text, value_text
from segmentation.evaluation.final import made_by, reproduced_text
from segmentation.personas import describe, filled_values, keep_names, recognise
from segmentation.store import load, save
from segmentation.store.folders import checked_name
from segmentation.store.form import plain_values

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"model", "method", "settings", "k", "inertia", "silhouette", "sizes", "noise", "reproduced",
    "figures", "segments": [{"segment", "name", "size", "share", "means"}…]}.

    noise: customers in no segment. reproduced: the share of the method's own labels that the rule for new customers
    gives back. figures: what the method alone can tell, such as "bic" and "aic" of a mixture.
    With --keep-names also "kept": {"model", "matched" (segment → segment of that model), "said"}.
    Means are in original units, missing values filled as preparation filled them.
    """
    checked_name(args.name)
    named = load(args.keep_names, args.models) if args.keep_names else None
    chosen = asdict(settings_of(args))
    features = load_features(args.files, args.source, args.id, args.map, args.as_of)
    made = fit(features, PREP_PRESETS[args.prep], method=args.method, **chosen)
    personas = describe(made, features)
    kept = keep_names(named.personas, personas, recognise(named.segmentation, made)) if named else None
    if kept:
        personas = kept.personas
    ref = save(made, personas, args.name, args.models)
    means = filled_values(made, features).groupby(made.labels).mean()
    segments: list[dict[str, Any]] = [
        {
            "segment": persona.segment,
            "name": persona.name,
            "size": persona.size,
            "share": persona.share,
            "means": means.loc[persona.segment].to_dict(),
        }
        for persona in personas
    ]
    plain = {
        "model": ref,
        "method": args.method,
        "settings": chosen,
        "k": made.k,
        "inertia": made.inertia,
        "silhouette": made.silhouette,
        "sizes": list(made.sizes),
        "noise": made.noise,
        "reproduced": made.metrics["reproduced"],
        "figures": made.metrics.get("figures", {}),
        "segments": segments,
    }
    if named and kept:
        plain["kept"] = {"model": named.ref, "matched": kept.matched, "said": kept.sentence(named.ref)}
    lines = [f"Saved as {ref}: {made_by(made)}. Inertia {made.inertia:,.2f}, silhouette {_figure(made.silhouette)}."]
    lines += [] if args.method == "kmeans" else [reproduced_text(made.metrics["reproduced"])]
    own = {
        name: value for name, value in plain["figures"].items() if isinstance(value, int | float) and name != "noise"
    }
    said = [f"{name.replace('_', ' ')} {number_text(value)}" for name, value in own.items()]
    lines += [f"Figures of the method: {', '.join(said)}."] if said else []
    lines += [f"{count_text(made.noise)} customers are in no segment (noise)."] if made.noise else []
    lines += [plain_text(kept.sentence(named.ref), longest=1000)] if named and kept else []
    for item in segments:
        size = f"{count_text(item['size'])} customers, {share_text(item['share'])}"
        lines += ["", f"{item['segment']}  {plain_text(item['name'])} ({size})"]
        for info in made.info:
            value = value_text(item["means"][info.name], kind=info.kind, unit=info.unit)
            lines.append(f"   {plain_text(info.label)}: {value}")
    return Outcome(plain_values(plain), "\n".join(lines))


def _figure(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "–"
