"""`fit`: make segments, describe them as personas, save them as a model, and write files for others."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict, replace
from typing import Any

from segmentation.api import Personas, Segments, choose_k, describe, fit, load, prepare, report, save
from segmentation.cli.base import Outcome
from segmentation.cli.columns import columns_lines, columns_plain, features_of
from segmentation.cli.values import settings_of
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, counted, number_text, plain_text, share_text, value_text
from segmentation.evaluation.evidence import Finding, finding_of, state_text
from segmentation.evaluation.final import made_by, reproduced_text
from segmentation.personas import filled_values, keep_names, recognise
from segmentation.reports import format_of
from segmentation.store.form import plain_values
from segmentation.store.names import checked_name

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"model", "method", "settings", "k", "inertia", "silhouette", "sizes", "noise", "reproduced",
    "figures", "segments": [{"segment", "name", "size", "share", "means"}…], "evidence", "columns", "reports"}.

    noise: customers in no segment. reproduced: the share of the method's own labels that the rule for new customers
    gives back. figures: what the method alone can tell, such as "bic" and "aic" of a mixture. columns: those used, and
    those left out with the reason. reports: the files written. evidence: {"verdict", "said"}; the verdict is null
    without --evidence.
    With --keep-names also "kept": {"model", "matched" (segment → segment of that model), "said"}.
    Means are in original units, missing values filled as preparation filled them.
    """
    checked_name(args.name)
    for path in args.report:  # before anything is fitted or saved
        format_of(path)
        if not path.parent.is_dir():
            raise SegmentationError(f"There is no folder {plain_text(path.parent)}. Make it, or name another.")
    named = load(args.keep_names, args.models) if args.keep_names else None
    chosen = asdict(settings_of(args))
    features = features_of(args)
    recipe = prepare(features, args.prep)
    made = fit(features, recipe, method=args.method, **chosen)
    personas = describe(made, features)
    kept = keep_names(named.personas, personas, recognise(named.segmentation, made), made) if named else None
    if named and kept:
        personas = Personas(kept.personas)
        made = replace(made, slots=kept.slots(named.segmentation.slots, made.slots))
    choice = choose_k(features, recipe) if args.evidence else None
    ref = save(made, personas, args.name, args.models, features=features, choice=choice, keep_ids=args.keep_ids)
    title = {} if args.title is None else {"title": args.title}
    written = [str(report(made, personas, features, path, choice=choice, **title)) for path in args.report]
    finding = finding_of(made.k, None if choice is None else choice.evidence, made=args.method)
    plain = {"model": ref, "method": args.method, "settings": chosen, **_figures(made)}
    plain["segments"] = _segments(made, personas, features)
    plain["evidence"] = {"verdict": finding.state or None, "said": _evidence_text(finding)}
    plain |= {"columns": columns_plain(features, recipe), "reports": written}
    lines = [*_summary(ref, made, plain), _evidence_text(finding)]
    if named and kept:
        plain["kept"] = {"model": named.ref, "matched": kept.matched, "said": kept.sentence(named.ref)}
        lines += [plain_text(kept.sentence(named.ref), longest=1000)]
    lines += [*_described(made, plain["segments"]), "", *columns_lines(plain["columns"])]
    lines += [f"Written to {plain_text(path)}." for path in written]
    return Outcome(plain_values(plain), "\n".join(lines), features.notices)


def _figures(made: Segments) -> dict[str, Any]:
    return {
        "k": made.k,
        "inertia": made.inertia,
        "silhouette": made.silhouette,
        "sizes": list(made.sizes),
        "noise": made.noise,
        "reproduced": made.metrics["reproduced"],
        "figures": made.metrics.get("figures", {}),
    }


def _segments(made: Segments, personas: Personas, features: FeatureTable) -> list[dict[str, Any]]:
    means = filled_values(made, features).groupby(made.labels).mean()
    return [
        {
            "segment": persona.segment,
            "name": persona.name,
            "size": persona.size,
            "share": persona.share,
            "means": means.loc[persona.segment].to_dict(),
        }
        for persona in personas
    ]


def _summary(ref: str, made: Segments, plain: dict[str, Any]) -> list[str]:
    lines = [f"Saved as {ref}: {made_by(made)}. Inertia {made.inertia:,.2f}, silhouette {_figure(made.silhouette)}."]
    lines += [] if plain["method"] == "kmeans" else [reproduced_text(plain["reproduced"])]
    own = {
        name: value for name, value in plain["figures"].items() if isinstance(value, int | float) and name != "noise"
    }
    figures = [f"{name.replace('_', ' ')} {number_text(value)}" for name, value in own.items()]
    lines += [f"Figures of the method: {', '.join(figures)}."] if figures else []
    lines += [f"{count_text(made.noise)} customers are in no segment (noise)."] if made.noise else []
    return lines


def _evidence_text(finding: Finding) -> str:
    return state_text(finding) + ("" if finding.tested else " Ask with --evidence, or with choose-k.")


def _described(made: Segments, segments: list[dict[str, Any]]) -> list[str]:
    lines = []
    for item in segments:
        size = f"{counted(item['size'], 'customer')}, {share_text(item['share'])}"
        lines += ["", f"{item['segment']}  {plain_text(item['name'])} ({size})"]
        for info in made.info:
            kind = "share" if info.level else info.kind  # a level that nobody has is 0 %, not "no"
            value = value_text(item["means"][info.name], kind=kind, unit=info.unit)
            lines.append(f"   {plain_text(info.label)}: {value}")
    return lines


def _figure(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "–"
