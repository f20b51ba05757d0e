"""`score`: place the customers of a file in the segments of a saved model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.commands.base import Outcome
from segmentation.commands.loading import read_files
from segmentation.errors import SegmentationError
from segmentation.intake import take_in
from segmentation.scoring import BORDER, assign, tally
from segmentation.store import SavedModel, load
from segmentation.text import count_text, formula_safe, plain_text, share_text

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"model", "rows", "scored", "on_the_border", "segments": [{"segment", "name", "size", "share"}…], "features"}.

    features: how many values of each were filled, capped, or outside the training range. `--out` gets one line a row:
    id, segment (0: could not be scored), persona, distance, margin, reason.
    """
    model = load(args.model, args.models)
    intake = take_in(model.segmentation, read_files(args.files), id_column=args.id)
    ids, frame = intake.ids, intake.frame
    scored = assign(model.segmentation, frame)
    names = {persona.segment: persona.name for persona in model.personas}
    names = {number: names.get(number, f"Segment {number}") for number in model.segmentation.segments}
    if args.out is not None:
        _write(args.out, ids, scored, names)
    plain = _summary(model, frame, scored, names)
    return Outcome(plain, _text(plain, args.out))


def _write(path: Path, ids: pd.Series, scored: pd.DataFrame, names: dict[int, str]) -> None:
    lines = pd.DataFrame(
        {
            "id": ids.map(formula_safe),
            "segment": scored["segment"],
            "persona": scored["segment"].map(names).map(formula_safe),
            "distance": scored["distance"],
            "margin": scored["margin"],
            "reason": scored["reason"].map(formula_safe),
        }
    )
    try:
        lines.to_csv(path, index=False, encoding="utf-8")
    except OSError as error:
        raise SegmentationError(f"Cannot write {plain_text(path)}: {error.strerror}. Choose another file.") from error


def _summary(model: SavedModel, frame: pd.DataFrame, scored: pd.DataFrame, names: dict[int, str]) -> dict[str, Any]:
    placed = scored[scored["segment"] > 0]
    sizes = placed["segment"].value_counts()
    total = max(len(placed), 1)
    segments = [
        {"segment": number, "name": name, "size": int(sizes.get(number, 0)), "share": int(sizes.get(number, 0)) / total}
        for number, name in names.items()
    ]
    return {
        "model": model.ref,
        "rows": len(scored),
        "scored": len(placed),
        "on_the_border": int((placed["margin"] < BORDER).sum()),
        "segments": segments,
        "features": tally(model.segmentation, frame).drop(columns="label").to_dict("records"),
    }


def _text(plain: dict[str, Any], out: Path | None) -> str:
    lines = [f"{plain['model']}: {count_text(plain['scored'])} of {count_text(plain['rows'])} customers scored."]
    for item in plain["segments"]:
        size = f"{count_text(item['size'])} customers, {share_text(item['share'])}"
        lines.append(f"{item['segment']}  {plain_text(item['name'])}: {size}")
    lines.append(f"On the border between two: {count_text(plain['on_the_border'])}.")
    if out is not None:
        lines.append(f"Written to {plain_text(out)}.")
    return "\n".join(lines)
