"""No regular expression of the project takes longer than in proportion to the text it is given."""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted([*ROOT.glob("segmentation/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])
SOURCES = [path for path in FILES if re.search(r"\bre\b", path.read_text(encoding="utf-8"))]
USES = ("match", "search", "sub", "findall", "fullmatch", "split", "finditer", "compile")
SMALL, LARGE = 500, 4_000
SLOWEST = 20  # linear growth is 8; quadratic growth is 64


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in USES
            ):
                yield path, node


def patterns_inside(value: Any, deep: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list) and deep:
        for item in value:
            yield from patterns_inside(item, deep - 1)
    elif isinstance(value, dict) and deep:
        yield from patterns_inside(list(value.values()), deep - 1)


def module_of(path: Path) -> Any:
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def all_patterns() -> tuple[dict[str, re.Pattern[Any]], list[str]]:
    """Every compiled pattern of a module and every pattern in a call; where one is put together out of sight."""
    found, unseen = {}, []
    for path in SOURCES:
        if "re.compile(" in path.read_text(encoding="utf-8"):
            for value in vars(module_of(path)).values():
                for pattern in patterns_inside(value):
                    found[repr(pattern.pattern)] = pattern
    for path, node in calls():
        try:  # written in full, or put together from constants of the module
            text = eval(compile(ast.Expression(node.args[0]), "pattern", "eval"), dict(vars(module_of(path))))
        except NameError:
            if node.func.attr != "compile":  # type: ignore[attr-defined]
                unseen.append(f"{path.name}:{node.lineno}")
            continue
        flags = re.MULTILINE if any("MULTILINE" in ast.unparse(more) for more in node.args[1:]) else 0
        found.setdefault(repr(text), re.compile(text, flags))
    return found, unseen


PATTERNS, UNSEEN = all_patterns()


def test_every_pattern_is_seen_here() -> None:
    assert UNSEEN == []
    assert len(PATTERNS) > 30


def attacks(pattern: re.Pattern[Any]) -> list[str]:
    """Pieces whose repetition makes a pattern try again and again: its own letters, alone and in pairs."""
    own = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    letters = sorted({*(letter for letter in own if letter.isprintable()), *'a A0.,-"<\té\n'} - {*"?*\\{}^$"})[:32]
    pairs = [first + second for first in 'a0 "<.-,' for second in 'a0 "<.-,' if first != second]
    return [*letters, *pairs, "<c ", '<c r="A', "é,", '""', "aé", "A0", "1.", " \t", "0-", ', "']


def seconds(pattern: re.Pattern[Any], text: str) -> float:
    given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    began = time.thread_time()
    pattern.search(given)
    pattern.sub(b"" if isinstance(given, bytes) else "", given)  # every match, from every place
    return time.thread_time() - began


def grows(pattern: re.Pattern[Any], piece: str) -> float:
    """How many times longer the large text takes; small times count as 0.2 milliseconds."""
    worst = 0.0
    for end in ("!", "\n"):
        small, large = (piece * (size // len(piece)) + end for size in (SMALL, LARGE))
        for _ in range(3):  # what another program took the time for does not come again
            first = max(seconds(pattern, small), 2e-4)
            times = float("inf") if first > 0.3 else seconds(pattern, large) / first
            if times <= SLOWEST:
                break
        worst = max(worst, times)
    return worst


@pytest.mark.parametrize("written", sorted(PATTERNS))
def test_the_time_of_a_pattern_grows_in_proportion(written: str) -> None:
    pattern = PATTERNS[written]
    bad = {piece: round(times) for piece in attacks(pattern) if (times := grows(pattern, piece)) > SLOWEST}
    assert not bad


def test_the_check_finds_a_quadratic_pattern() -> None:
    for slow in (re.compile(rb"[^\s,;|\"]*[\x80-\xff][^\s,;|\"]*"), re.compile(rb'<c [^>/]*?\br="([A-Z]{1,3})[0-9]+"')):
        assert any(grows(slow, piece) > SLOWEST for piece in attacks(slow))
