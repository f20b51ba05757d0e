"""Codes that a formula names are no question any more: whether −1 is an answer is told by `bands(x, 7, never=-1)`."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from segmentation.core.errors import Problem
from segmentation.core.tables import Table
from segmentation.core.text import plain_text
from segmentation.data.derived.grammar import Node, nodes_in
from segmentation.data.reading.no_answer import question_of
from segmentation.data.reading.numbers import parse_numbers

__all__ = ["without_named_codes"]

_NAMING = ("bands", "without", "is", "=", "!=")
"""Functions whose written numbers are single values of the column before them."""


def without_named_codes(table: Table, tree: Node) -> Table:
    """The table without the questions, and what is said beside them, about codes that the formula names itself."""
    named = {pair for node in nodes_in(tree) for pair in _codes_in(node)}
    question = next((item for item in table.questions if item.setting == "no_answer"), None)
    if question is None or not named:
        return table
    answered = getattr(table.settings, "no_answer", None) or ()
    mark = getattr(table.settings, "decimal", None) or "."
    open_codes = [pair for pair in question.choices[0][0] if pair not in answered]
    left = [(column, cell) for column, cell in open_codes if (column, _value(cell, mark)) not in named]
    again = [question_of(tuple((*pair, pair[1]) for pair in left), answered)] if left else []
    others = [item for item in table.questions if item is not question]
    problems = _problems(table, [column for column, _ in left])
    return replace(table, questions=(*others, *again), problems=problems)


def _problems(table: Table, asked: list[str]) -> tuple[Problem, ...]:
    """What is still said of the table where codes of these columns are asked about."""
    shown = {plain_text(column, longest=60) for column in asked}
    return tuple(item for item in table.problems if item.kind != "no answer" or item.where in shown)


def _codes_in(node: Node) -> list[tuple[str, float]]:
    """(column, number) for every code that one part of a formula names."""
    if node.kind != "call" or node.value not in _NAMING or not node.items:
        return []
    columns = [str(item.value) for item in node.items if item.kind == "column"]
    words = [item.items[0] for item in node.items if item.kind == "word"]
    codes = words if node.value == "bands" else node.items
    return [(column, float(code.value)) for column in columns[:1] for code in codes if code.kind == "number"]


def _value(cell: str, mark: str) -> float:
    return float(parse_numbers(pa.array([cell], pa.large_string()), mark)[0])
