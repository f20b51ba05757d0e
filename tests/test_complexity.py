"""No function has more paths than a person can hold, and no file more lines than a person reads at once.

Paths are 20 at most, counted as McCabe (1976) does, conditions included. It is the count of the tool radon, whose
grade D begins at 21. The linter's own (C901) does not see `and`, `or` and comprehensions.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST = 20
MOST_LINES = 300
FILES = sorted([*(ROOT / "segmentation").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.Assert)


def paths(function: ast.FunctionDef) -> int:
    """The ways through a function; those of a function inside it are counted for that one."""
    return 1 + sum(map(branches, function.body))


def branches(node: ast.AST) -> int:
    """The branches below a node, each further operand of `and` and `or` one of them."""
    if isinstance(node, ast.FunctionDef):
        return 0
    here = 1 if isinstance(node, BRANCHES) else 0
    if isinstance(node, ast.BoolOp):
        here = len(node.values) - 1
    elif isinstance(node, ast.comprehension):
        here = 1 + len(node.ifs)
    elif isinstance(node, ast.For | ast.While | ast.Try):
        here += bool(node.orelse)
    return here + sum(map(branches, ast.iter_child_nodes(node)))


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


def test_paths_are_counted() -> None:
    text = """
def several(rows, wanted=None):
    if wanted is None or not rows:
        return 0
    for row in rows:
        try:
            row = row if row > 0 else -row
        except TypeError:
            continue
    return sum(row for row in rows if row and row != 1)
"""
    # One for the function; if, or, for, if else, except; the comprehension, its if, and.
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert paths(function) == 9


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_has_too_many_paths(path: Path) -> None:
    assert {node.name: paths(node) for node in functions(path) if paths(node) > MOST} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES, "make two of it, with a name that says what each is"
