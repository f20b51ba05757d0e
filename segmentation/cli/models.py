"""`models`: what is saved."""

from __future__ import annotations

import argparse
from typing import Any

from segmentation.cli.base import Outcome
from segmentation.core.notices import Notice
from segmentation.core.text import counted, plain_text
from segmentation.store import SavedModel, list_models
from segmentation.store.form import plain_values

__all__ = ["run", "seal_notices"]

_SEALS = {"changed": "Changed since it was saved. ", "elsewhere": "Not saved on this machine. "}


def run(args: argparse.Namespace) -> Outcome:
    """[{"model", "created", "k", "customers", "features", "silhouette", "personas", "problem",
    "seal"}…], the newest first. seal: whole, changed (since it was saved) or elsewhere (not saved on this machine)."""
    table = list_models(args.models)
    plain: list[dict[str, Any]] = []
    for row in table.to_dict("records"):
        usable = not row["problem"]
        figures = {name: row[name] for name in ("k", "customers", "features", "silhouette")} if usable else {}
        plain.append(
            {
                "model": row["ref"],
                "created": row["created"].isoformat() if usable else None,
                **{name: plain_values(figures.get(name)) for name in ("k", "customers", "features", "silhouette")},
                "personas": row["personas"],
                "problem": row["problem"],
                "seal": row["seal"],
            }
        )
    lines = [_line(item) for item in plain] or ["No model is saved yet."]
    return Outcome(plain, "\n".join(lines))


def _line(item: dict[str, Any]) -> str:
    if item["problem"]:
        return f"{item['model']}: {plain_text(item['problem'], longest=300)}"
    names = plain_text(", ".join(item["personas"]), longest=300)
    segments = f"{counted(item['k'], 'segment')} of {counted(item['customers'], 'customer')}"
    return f"{item['model']}: {segments}. {_SEALS.get(item['seal'], '')}{names}".rstrip()


def seal_notices(saved: SavedModel) -> tuple[Notice, ...]:
    """What the seal of a model in use says, to be told once; nothing when it is as it was saved."""
    sentence = saved.seal.sentence(saved.ref)
    return (Notice("seal", saved.ref, 0, sentence),) if sentence else ()
