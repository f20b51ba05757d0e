"""Which encoding a text file has, found without decoding it into memory as a whole."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Question
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading.guards import refuse
from segmentation.data.reading.letters import SURE, Guess, rank_encodings
from segmentation.data.reading.settings import ENCODINGS

__all__ = ["Encoding", "check_text", "find_encoding"]

_BLOCK = 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CP1252_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MOST_WORDS = 200
_LONGEST_WORD = 400
_BETWEEN = re.compile(rb"[\s,;\"]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file of text: its name, what is said of it, and the question where two read alike well."""

    name: str
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()


def find_encoding(data: bytes, name: str) -> Encoding:
    """The encoding of a file of text, with the words that show whether it is the right one.

    A byte order mark decides; then UTF-16 by its zero bytes; then UTF-8 where it fits; then UTF-8 with a few
    damaged letters; then what the letters say (`letters.rank_encodings`), and where they hardly tell two encodings
    apart, the better one with a question (Latin-1 where a byte has no meaning in cp1252).
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            if encoding == "utf-32":
                raise refuse(name, "is encoded as UTF-32, which is not read.", "Save it as CSV (UTF-8).")
            return Encoding(encoding)
    if encoding := _utf16_without_mark(data):
        note = Note("File", f"Read as UTF-16 without a mark at the start ({encoding}).")
        return Encoding(encoding, (note,))
    damaged = _damaged_utf8(data)
    if not damaged:
        return Encoding("utf-8")
    letters = _count_multibyte(data)
    if letters >= 10 * len(damaged):
        lines = sorted({data.count(b"\n", 0, position) + 1 for position in damaged[:20]})
        where = ", ".join(count_text(line) for line in lines[:5])
        what = f"{count_text(len(damaged))} damaged letters were replaced by \N{REPLACEMENT CHARACTER} (line {where})."
        fix = "Correct them in the file if they matter."
        return Encoding("utf-8", (), (Problem("File", what, fix, False, "letters", len(damaged)),))
    words = _words(data)
    best, *others = rank_encodings(words)
    encoding = "latin-1" if best.encoding == "cp1252" and _CP1252_HOLES.search(data) else best.encoding
    pairs = zip(words, best.words, strict=True)
    shown = tuple((plain_text(word.decode("utf-8", "replace")), plain_text(read)) for word, read in pairs)[:3]
    what = f"Its letters are written as {ENCODINGS[encoding]}, not as UTF-8."
    note = Note("File", what, len(damaged), shown)
    mixed = _mixed(words, encoding) if letters * 20 > len(damaged) else []
    close = [other for other in others if best.doubtful or best.score - other.score < SURE]
    if not close:
        return Encoding(encoding, (note,), tuple(mixed))
    problem, question = _ask(best, close)
    return Encoding(encoding, (note,), (problem, *mixed), (question,))


def _ask(best: Guess, close: list[Guess]) -> tuple[Problem, Question]:
    """The question which of two or three encodings is right, with a word as it reads in each."""
    at = next((at for at, word in enumerate(best.words) if word != close[0].words[at]), 0)
    shown = [(item.encoding, plain_text(item.words[at], longest=30)) for item in (best, *close[:2])]
    listed = " or ".join(f"“{word}” ({ENCODINGS[name]})" for name, word in shown)
    what = f"its letters can be read in several ways: {listed}; the first was taken."
    by = " or ".join(f"--read encoding={name}" for name, _ in shown)
    problem = Problem("File", what, "Choose the encoding.", False, "letters", len(shown), by)
    choices = tuple((name, f"{word}: {ENCODINGS[name]}") for name, word in shown)
    return problem, Question("encoding", "Which of these is written correctly?", choices, best.encoding)


def _mixed(words: list[bytes], encoding: str) -> list[Problem]:
    """A warning when whole words of a file that is not UTF-8 are UTF-8 all the same."""
    strange = [word for word in words if _count_multibyte(word) and not _damaged_utf8(word)]
    if not strange or len(strange) == len(words):
        return []
    before, after = plain_text(strange[0].decode(encoding, "replace")), plain_text(strange[0].decode("utf-8"))
    what = f"it mixes two encodings, so some words are read wrongly: “{before}” should be “{after}”."
    return [Problem("File", what, "Save all of it as UTF-8, or correct the words if they matter.", False, "letters")]


def check_text(data: bytes, encoding: str, name: str) -> None:
    """Raise when the file holds NUL bytes or so many control characters that it is no text."""
    if encoding.startswith("utf-16"):
        return
    position = data.find(b"\x00")
    if position >= 0:
        line = data.count(b"\n", 0, position) + 1
        raise refuse(
            name,
            f"holds bytes that are no text (NUL, first on line {count_text(line)}), so it is damaged or no CSV file.",
            "Export it again as CSV (UTF-8).",
        )
    sample = data[: 2**16]
    if len(_CONTROL.findall(sample)) > max(4, len(sample) // 100):
        raise refuse(name, "is not a file of text.", "Upload a CSV, Excel (.xlsx) or Parquet file.")


def _utf16_without_mark(data: bytes) -> str:
    sample = data[: 2**16]
    half = len(sample) // 2
    if half < 4:
        return ""
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _damaged_utf8(data: bytes) -> list[int]:
    """Positions at which the file is not UTF-8, at most 1,000 of them; decodes block by block."""
    if data.isascii():
        return []
    lines: list[int] = []
    position = 0
    while position < len(data) and len(lines) < 1000:
        block = data[position : position + _BLOCK]
        try:
            block.decode("utf-8")
            position += len(block)
        except UnicodeDecodeError as error:
            split_letter = (
                error.end == len(block) and position + len(block) < len(data) and error.start > len(block) - 4
            )
            if split_letter and "unexpected end" in error.reason:
                position += error.start
                continue
            lines.append(position + error.start)
            position += error.end
    return lines


def _count_multibyte(data: bytes) -> int:
    return len(
        re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", data[: 2**22])
    )


def _words(data: bytes) -> list[bytes]:
    """Up to 200 different words that hold a letter beyond ASCII; "|" may be half of a letter and parts no words."""
    words: dict[bytes, None] = {}
    for line in data[: 2**22].splitlines():
        if line.isascii():
            continue
        for word in _BETWEEN.split(line):
            if not word.isascii() and len(word) <= _LONGEST_WORD:
                words[word] = None
        if len(words) >= _MOST_WORDS:
            break
    return list(words)[:_MOST_WORDS]
