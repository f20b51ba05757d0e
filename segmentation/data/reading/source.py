"""A file as records, whatever its kind, and the text files among them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Question
from segmentation.data.reading import layout
from segmentation.data.reading.encoding import Encoding, check_text, find_encoding
from segmentation.data.reading.guards import check_lines, check_width, refuse
from segmentation.data.reading.records import SPACED, Refused, TextFile, open_text, records
from segmentation.data.reading.settings import ReadSettings

__all__ = ["Record", "Source", "text_source"]

Record = tuple[int, list[str]]
"""(line of the file, cells as text)."""

_QUOTED = re.compile(r'"[^"]*"')
_SAMPLE_LINES = 1_000
_SAMPLE_LETTERS = 2**20


@dataclass
class Source:
    """The records of a file.

    head: the first of them. open(first line, number of cells, refused): all of them from a line on; records that are
    no records are put into `refused`. done(): the share of the file that was read so far. text: the file of text whose
    records these are, all of them.
    """

    head: list[Record]
    open: Callable[[int, int, Refused], Iterator[Record]]
    settings: ReadSettings
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    done: Callable[[], float] = lambda: 0.0
    questions: list[Question] = field(default_factory=list)
    text: TextFile | None = None


def text_source(data: bytes, name: str, settings: ReadSettings) -> Source:
    """The records of a CSV-like file; finds encoding, separator and quotation mark where they are not set."""
    letters = find_encoding(data, name) if settings.encoding is None else Encoding(settings.encoding)
    encoding, notes = letters.name, list(letters.notes)
    check_text(data, encoding, name)
    check_lines(data, name)
    lines = _first_lines(data, encoding)
    wrapped = layout.are_wrapped(lines)
    if wrapped:
        lines = [layout.unwrap(line) for line in lines]
        notes.append(Note("File", "Whole lines stand in quotation marks; they were read as the table inside them."))
    if not any(line.strip() for line in lines):
        raise refuse(name, "is empty.", "Upload a file with a header line and at least one row.")
    bare = _QUOTED.sub("", next(line for line in lines if line.strip()))
    check_width(max(bare.count(mark) + 1 for mark in ",;\t|"), name)
    dialect = layout.find_dialect(lines, separator=settings.separator, quote=settings.quote)
    if dialect.quote == SPACED:
        notes.append(Note("File", "Blanks after each separator are no part of the cells: quotation marks follow them."))
    hint = 1 if layout.has_hint(lines) else 0
    raws: list[io.BytesIO] = []

    def open_records(first: int, width: int, refused: Refused) -> Iterator[Record]:
        skip = max(first - 1, hint)
        stream, raw = open_text(data, encoding)
        raws[:] = [raw]
        lines = islice(map(layout.unwrap, stream) if wrapped else stream, skip, None)
        return records(lines, dialect, first=skip + 1, width=width, refused=refused, name=name)

    def done() -> float:
        return raws[0].tell() / len(data) if raws else 0.0

    head = list(islice(open_records(0, 0, Refused()), layout.SAMPLE_RECORDS))
    check_width(layout.typical_width([row for _, row in head]), name)
    complete = replace(settings, encoding=encoding, separator=dialect.separator, quote=dialect.quote)
    text = TextFile(data, encoding, dialect, wrapped, hint + 1)
    return Source(head, open_records, complete, notes, list(letters.problems), done, list(letters.questions), text)


def _first_lines(data: bytes, encoding: str) -> list[str]:
    lines: list[str] = []
    letters = 0
    for line in islice(open_text(data, encoding)[0], _SAMPLE_LINES):
        lines.append(line)
        letters += len(line)
        if letters > _SAMPLE_LETTERS:
            break
    return lines
