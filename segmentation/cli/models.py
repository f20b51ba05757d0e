"""`models`: what is saved."""

from __future__ import annotations

import argparse
from typing import Any

from segmentation.cli.base import Outcome
from segmentation.core.text import counted, plain_text
from segmentation.store import list_models
from segmentation.store.form import plain_values

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """[{"model", "created", "k", "customers", "features", "silhouette", "personas", "problem"}…], the newest first."""
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
            }
        )
    lines = [_line(item) for item in plain] or ["No model is saved yet."]
    return Outcome(plain, "\n".join(lines))


def _line(item: dict[str, Any]) -> str:
    if item["problem"]:
        return f"{item['model']}: {plain_text(item['problem'], longest=300)}"
    names = plain_text(", ".join(item["personas"]), longest=300)
    segments = f"{counted(item['k'], 'segment')} of {counted(item['customers'], 'customer')}"
    return f"{item['model']}: {segments}. {names}".rstrip()
