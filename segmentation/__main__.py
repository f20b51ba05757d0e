"""The command line: `segmentation COMMAND …`, the same library as the browser uses.

The answer goes to standard output, as text or with `--json` as JSON; a bad call ends with one sentence on standard
error and exit code 2. What was noticed while the files were read goes to standard error as well, one line each, and
into the JSON under "notices"; with `--strict` any of it ends with exit code 2 (but for what was done to cells of the
file that was written).
"""

from __future__ import annotations

import argparse
import atexit
import gc
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import segmentation
from segmentation.cli import COMMANDS, Command, Outcome
from segmentation.cli.base import is_big
from segmentation.core.errors import COMMAND_LINE, DataProblems, SegmentationError
from segmentation.core.notices import NOT_OF_THE_FILES
from segmentation.core.own_process import Begin, begin_reading
from segmentation.core.text import plain_text

__all__ = ["main"]

_LONGEST = 2_000


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SegmentationError(f"{message[:1].upper()}{message[1:]}. Run {self.prog} --help to see what is possible.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 2 after a sentence about what has to be mended."""
    parser = _Parser(prog="segmentation", description="Customer segments from files; `app` opens the browser.")
    parser.add_argument("--version", action="version", version=f"segmentation {segmentation.__version__}")
    below = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for command in COMMANDS:
        command.add(below.add_parser(command.name, help=command.help, description=command.help))
    try:
        args = parser.parse_args(arguments)
        chosen = next(command for command in COMMANDS if command.name == args.command)
        alone = arguments is None
        if alone:  # imports make much that stays: to look for garbage in it takes time, at the end most of all
            gc.disable()
            atexit.register(gc.freeze)
        if chosen.reads:
            _begin_to_read(chosen, args, alone=alone)
        run = chosen.imported()
        if alone:
            gc.freeze()
            gc.enable()
        outcome = run(args)
    except SegmentationError as error:
        text = error.told(COMMAND_LINE) if isinstance(error, DataProblems) else str(error)
        message = f"{text} {getattr(error, 'hint', '')}"
        print(plain_text(message, longest=_LONGEST), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. No file was written.", file=sys.stderr)
        return 130
    for notice in outcome.notices:
        print(plain_text(notice.told(COMMAND_LINE), longest=_LONGEST), file=sys.stderr)
    try:
        print(json.dumps(_plain(outcome), ensure_ascii=False, allow_nan=False) if args.json else outcome.text)
    except BrokenPipeError:
        return 0
    noticed = any(notice.kind not in NOT_OF_THE_FILES for notice in outcome.notices)
    return 2 if noticed and getattr(args, "strict", False) else 0


def _begin_to_read(chosen: Command, args: argparse.Namespace, *, alone: bool) -> None:
    """Start a process that reads, and have it look at the file while this one imports what else the command needs."""
    if chosen.streams and is_big(args.files):
        stream = "segmentation.data.reading.stream"
        begin_reading((stream,), Begin(f"{stream}.apart", "look_ahead", str(args.files[0])), alone=alone)
    else:
        begin_reading((chosen.reads,), alone=alone)


def _plain(outcome: Outcome) -> Any:
    """The plain values with what was noticed, one entry each."""
    if not isinstance(outcome.plain, Mapping):
        return outcome.plain
    notices = [
        {**notice.facts(), "what": plain_text(notice.told(COMMAND_LINE), longest=_LONGEST)}
        for notice in outcome.notices
    ]
    return {**outcome.plain, "notices": notices}


if __name__ == "__main__":
    sys.exit(main())
