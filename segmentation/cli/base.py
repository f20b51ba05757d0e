"""What a subcommand is, and what it answers."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.text import plain_text

__all__ = ["Command", "Outcome", "check_spared"]


@dataclass(frozen=True)
class Outcome:
    """What a command found: plain values for `--json`, and the same as text for a person.

    notices: what reading and building noticed of the files; said on standard error, and in `plain` under "notices".
    """

    plain: Mapping[str, Any] | list[Any]
    text: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Command:
    """One subcommand: its name, its help, the module beside this one that runs it, and what adds its arguments.

    reads: whether it reads files, for which a process is then made ready.
    """

    name: str
    help: str
    module: str
    add: Callable[[argparse.ArgumentParser], None]
    reads: bool = True

    def run(self, args: argparse.Namespace) -> Outcome:
        """Import the module and run it; raises `SegmentationError` for everything that a user can mend."""
        outcome: Outcome = importlib.import_module(f"segmentation.cli.{self.module}").run(args)
        return outcome


def check_spared(out: Path | None, files: Iterable[Path]) -> None:
    """Raise when the answer would be written over a file that is read: nobody gets that one back."""
    if out is not None and out.exists() and any(file.exists() and out.samefile(file) for file in files):
        raise SegmentationError(f"--out would write over {plain_text(out)}, which is read. Choose another file.")
