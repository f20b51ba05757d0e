"""What a subcommand is, and what it answers."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.settings import Progress
from segmentation.core.text import plain_text

__all__ = ["Command", "Outcome", "check_spared", "is_big", "on_screen"]

_BIG = 4 * 2**20
_TELL = 0.2


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

    reads: the module that reads files for it, with which a process is then made ready, "" for none; streams: whether it
    reads a big file block by block.
    """

    name: str
    help: str
    module: str
    add: Callable[[argparse.ArgumentParser], None]
    reads: str = "segmentation.data.customers"
    streams: bool = False

    def imported(self) -> Callable[[argparse.Namespace], Outcome]:
        """Its `run`, from the module that is imported now; it raises `SegmentationError` for what a user can mend."""
        run: Callable[[argparse.Namespace], Outcome] = importlib.import_module(f"segmentation.cli.{self.module}").run
        return run


def is_big(files: Sequence[Path | str]) -> bool:
    """Whether a command is given one file, of text, packed or not, or Parquet, that is worth reading block by block."""
    if len(files) != 1 or not isinstance(only := files[0], Path):
        return False
    try:
        with only.open("rb") as file:
            start = file.read(4)
        packed = start.startswith(b"\x1f\x8b")  # it is unpacked block by block or not at all
        return packed or (not start.startswith(b"PK") and only.stat().st_size >= _BIG)
    except OSError:
        return False


def on_screen() -> Progress | None:
    """A line on standard error that tells how far the work is; none where nobody looks at it."""
    if not sys.stderr.isatty():
        return None
    last = 0.0

    def tell(share: float, text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _TELL or share >= 1:
            last = time.monotonic()
            line = f"{share:4.0%}  {plain_text(text, longest=60)}"
            sys.stderr.write(f"\r{line:<68}" if share < 1 else f"\r{'':<68}\r")
            sys.stderr.flush()

    return tell


def check_spared(out: Path | None, files: Iterable[Path | str]) -> None:
    """Raise when the answer would be written over a file that is read: nobody gets that one back."""
    paths = [file for file in files if isinstance(file, Path)]
    if out is not None and out.exists() and any(file.exists() and out.samefile(file) for file in paths):
        raise SegmentationError(f"--out would write over {plain_text(out)}, which is read. Choose another file.")
