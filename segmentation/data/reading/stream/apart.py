"""A big file block by block, read in a process of its own with limits, as every file is; only its rows come over."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from segmentation.core.own_process import run_limited, stream_limited
from segmentation.core.tables import Table
from segmentation.core.warm_processes import Ended, Limits
from segmentation.core.worker import limit
from segmentation.data.reading.apart import ended_problems, limits, one_door
from segmentation.data.reading.stream.blocks import BLOCK, Blocks, NotPlain
from segmentation.data.reading.stream.conclude import conclude
from segmentation.data.reading.stream.facts import FileFacts
from segmentation.data.reading.stream.head import Head, find_head
from segmentation.data.reading.stream.parquet import is_parquet, parquet_head, parquet_pieces
from segmentation.data.reading.stream.pieces import Piece, piece_of

__all__ = ["Ending", "Part", "first_lines", "head_of", "look_ahead", "parts_of"]

_LOOKED_AT: dict[tuple[Path, int, int, int], Head] = {}
"""In a process that reads: the layout of the file that it began with."""


@dataclass(frozen=True)
class Part:
    """The next rows of a file, with the wanted columns only. before: rows above them; done: share of the file."""

    piece: Piece
    before: int
    done: float


@dataclass(frozen=True)
class Ending:
    """What comes after the last row. fraction_later: whether a column that began with whole numbers did not stay so."""

    table: Table
    rows: int
    fraction_later: bool


def first_lines(path: Path, block: int) -> bytes:
    """The first lines of a file of text, as it is, about so many bytes; raises alike."""
    try:
        return run_limited(_first_lines, path, block, limits=_limits(path))
    except Ended as error:
        raise ended_problems(error, path.name) from None


def head_of(path: Path, block: int) -> Head:
    """A file of text or a Parquet file → its layout from the first block.

    Raises `NotPlain` where it has to be read as a whole, `DataProblems` where it cannot be read.
    """
    try:
        return run_limited(_head_of, path, block, limits=_limits(path))
    except Ended as error:
        raise ended_problems(error, path.name) from None


def parts_of(
    path: Path, head: Head, numbers: list[str], cells: list[str], block: int
) -> Generator[Part | Ending, None, None]:
    """The rows of a file with these columns, as numbers or as text, then what is known of the whole; raises alike."""
    try:
        with closing(stream_limited(_parts_of, path, head, numbers, cells, block, limits=_limits(path))) as parts:
            yield from parts
    except Ended as error:
        raise ended_problems(error, path.name) from None


def look_ahead(name: str) -> None:
    """Find the layout of a file in this process, within limits, before it is asked for."""
    path = Path(name)
    within = _limits(path)
    limit(within.memory, within.computing)
    _LOOKED_AT[_as_it_is(path, BLOCK)] = _head_of(path, BLOCK)


def _as_it_is(path: Path, block: int) -> tuple[Path, int, int, int]:
    """The file as it is now, and in what blocks it is read."""
    status = path.stat()
    return path, status.st_size, status.st_mtime_ns, block


def _limits(path: Path) -> Limits:
    """As for the whole of the file, but that memory does not grow with it."""
    return replace(limits(path.stat().st_size), memory=limits(0).memory)


def _first_lines(path: Path, block: int) -> bytes:
    with one_door(path.name, NotPlain):
        for first in Blocks(path, block, unpack=False):
            return first
        raise NotPlain


def _head_of(path: Path, block: int) -> Head:
    with one_door(path.name, NotPlain):
        if _LOOKED_AT and (known := _LOOKED_AT.pop(_as_it_is(path, block), None)) is not None:
            return known
        if is_parquet(path):
            return parquet_head(path)
        for first in Blocks(path, block):
            return find_head(first, path.name)
        raise NotPlain


def _parts_of(path: Path, head: Head, numbers: list[str], cells: list[str], block: int) -> Iterator[Part | Ending]:
    facts = FileFacts()
    with one_door(path.name, NotPlain):
        for piece, done in (parquet_pieces if is_parquet(path) else _text_pieces)(path, head, block):
            before = facts.rows
            piece.add_to(facts, head)
            yield Part(piece.only(numbers, cells), before, done)
        yield Ending(conclude(head, facts), facts.rows, facts.fraction_later(head.whole))


def _text_pieces(path: Path, head: Head, block: int) -> Iterator[tuple[Piece, float]]:
    blocks, line = Blocks(path, block), 2
    for data in blocks:
        piece = piece_of(data[head.skip :] if line == 2 else data, head, line)
        line += piece.lines
        yield piece, blocks.done
