"""`audit`: whether a log of who did what is whole, and its newest lines."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from segmentation.cli.base import Outcome
from segmentation.core.errors import SegmentationError
from segmentation.core.text import counted, plain_text
from segmentation.store.audit import verify

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"log", "entries", "chain", "last": [{"number", "at", "who", "what", "model", "chain"}…]}.

    A log whose chain does not hold, or that has not the chain noted elsewhere, ends with the reason and exit code 2.
    """
    verdict = verify(args.log, args.noted)
    name = plain_text(args.log)
    if verdict.problem:
        raise SegmentationError(
            f"{name} is not as it was written. {verdict.problem} {counted(verdict.entries, 'line')} before it hold."
        )
    if verdict.holds is False:
        raise SegmentationError(
            f"{name} is whole in itself, but the chain noted elsewhere is not in it: it was cut short or written anew."
        )
    plain: dict[str, Any] = {"log": str(args.log), "entries": verdict.entries, "chain": verdict.chain}
    plain["last"] = [asdict(entry) for entry in verdict.last]
    lines = [f"{name}: {counted(verdict.entries, 'line')}, none changed, taken out or moved."]
    lines += [f"{entry.at}  {entry.who}  {entry.what} {entry.model}".rstrip() for entry in verdict.last]
    lines += [f"Chain of the last line, to be noted elsewhere: {verdict.chain}"]
    return Outcome(plain, "\n".join(lines))
