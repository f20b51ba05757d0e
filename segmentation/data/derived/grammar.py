"""A formula over columns as a tree: read by a small grammar of our own, so that no text is ever run as code.

    formula     sum [("<" | "<=" | ">" | ">=" | "=" | "!=") sum]
    sum         product {("+" | "-") product}
    product     sign {("*" | "/") sign}
    sign        ["-"] value
    value       number | 2026-11-28 | 'text' | column | [any column] | call | "(" formula ")"
    call        function "(" formula {"," formula} ")"

A name that is not followed by a bracket is a column; `[…]` takes any name, with `]]` for a bracket in it. A day is one
thing, never two subtractions. Inside `bands` a word may be given to a code: `never=-1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = ["Node", "columns_in", "nodes_in", "parse", "written"]

_LONGEST, _DEEPEST, _MOST_TOKENS = 2_000, 40, 400
_COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
_WORD = re.compile(r"[^\W\d]\w*")
_CLOSED_BY = {"[": "]", "'": "'"}
_TOKEN = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))"
    r"|(?P<number>[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<mark><=|>=|!=|[-+*/(),<>=])"
)


@dataclass(frozen=True)
class Node:
    """One part of a formula.

    kind: number | day | text | column | call | word (a code that gets a word, in `bands`). value: the number, the day
    as ISO text, the text, the name of the column, the function or operator, or the word. items: what a call works on.
    start, end: where it stands in the formula.
    """

    kind: str
    value: str | float
    items: tuple[Node, ...] = ()
    start: int = 0
    end: int = 0


def parse(formula: str) -> Node:
    """The text of a formula → its tree; one sentence for what cannot be read, and where."""
    if len(formula) > _LONGEST:
        raise SegmentationError(f"A formula has at most {_LONGEST:,} letters. Make two columns of it.")
    reader = _Reader(formula, list(_tokens(formula)))
    if len(reader.tokens) > _MOST_TOKENS:
        raise SegmentationError(f"A formula has at most {_MOST_TOKENS} words and signs. Make two columns of it.")
    tree = reader.formula()
    if reader.at < len(reader.tokens):
        raise reader.unexpected()
    return tree


def nodes_in(tree: Node) -> Iterator[Node]:
    """All parts of a formula, the whole first."""
    yield tree
    for item in tree.items:
        yield from nodes_in(item)


def columns_in(tree: Node) -> tuple[str, ...]:
    """The columns that a formula works on, each once, in their order."""
    return tuple(dict.fromkeys(str(node.value) for node in nodes_in(tree) if node.kind == "column"))


def written(column: str) -> str:
    """A column as it stands in a formula: its name, in brackets where that is not one word."""
    return column if _WORD.fullmatch(column) else f"[{column.replace(']', ']]')}]"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _tokens(formula: str) -> Iterator[_Token]:
    at = 0
    while at < len(formula):
        if formula[at].isspace():
            at += 1
            continue
        if end := _closed(formula, at):
            yield _Token("bracketed" if formula[at] == "[" else "text", formula[at:end], at)
            at = end
            continue
        match = _TOKEN.match(formula, at)
        if match is None:
            shown, hint = plain_text(formula[at : at + 12]), ""
            if formula[at] in '"`[':
                hint = " A column of any name stands in square brackets, as in [Monthly charges]."
            if formula[at] == "'":
                hint = " A text ends with the mark that it begins with, as in 'Yes'."
            raise SegmentationError(f"It cannot be read at “{shown}”.{hint or ' Take that out.'}")
        yield _Token(str(match.lastgroup), match.group(), at)
        at = match.end()


def _closed(formula: str, at: int) -> int:
    """Where a text or a column in brackets that begins here ends; 0 for neither. A closing mark in it is doubled."""
    mark = _CLOSED_BY.get(formula[at])
    if mark is None:
        return 0
    end = formula.find(mark, at + 1)
    while end >= 0 and formula[end + 1 : end + 2] == mark:
        end = formula.find(mark, end + 2)
    return end + 1


@dataclass
class _Reader:
    """Reads a formula from the left; `at` is the next token."""

    text: str
    tokens: list[_Token]
    at: int = 0
    depth: int = 0

    def unexpected(self) -> SegmentationError:
        """What stands where something else should."""
        if self.at >= len(self.tokens):
            return SegmentationError("It ends too early: a value or a bracket is missing at its end.")
        token = self.tokens[self.at]
        return SegmentationError(
            f"“{plain_text(token.text, longest=30)}” is not expected at letter {token.start + 1}. A column whose name "
            "is not one word stands in square brackets."
        )

    def mark(self, *marks: str) -> str:
        """The next token, taken, if it is one of these; else ""."""
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "mark" and self.tokens[self.at].text in marks:
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def formula(self) -> Node:
        """A comparison, or a sum."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise SegmentationError("Its brackets are nested too deeply. Make two columns of it.")
        left = self.sum()
        if mark := self.mark(*_COMPARISONS):
            left = self.joined(mark, left, self.sum())
        self.depth -= 1
        return left

    def sum(self) -> Node:
        """Products, added and subtracted from the left."""
        left = self.product()
        while mark := self.mark("+", "-"):
            left = self.joined(mark, left, self.product())
        return left

    def product(self) -> Node:
        """Values, multiplied and divided from the left."""
        left = self.sign()
        while mark := self.mark("*", "/"):
            left = self.joined(mark, left, self.sign())
        return left

    def sign(self) -> Node:
        """A value, or its negative: of a number the negative number."""
        start = self.tokens[self.at].start if self.at < len(self.tokens) else 0
        if not self.mark("-"):
            return self.value()
        item = self.value()
        if item.kind == "number":
            return Node("number", -float(item.value), start=start, end=item.end)
        return Node("call", "negative", (item,), start, item.end)

    def value(self) -> Node:
        """A number, a day, a text, a column, a call, or a formula in brackets."""
        if self.at >= len(self.tokens):
            raise self.unexpected()
        token = self.tokens[self.at]
        if self.mark("("):
            inside = self.formula()
            if not self.mark(")"):
                raise self.unexpected()
            return inside
        if token.kind == "mark":
            raise self.unexpected()
        self.at += 1
        if token.kind == "name" and self.mark("("):
            return self.call(token)
        return _single(token)

    def call(self, name: _Token) -> Node:
        """What stands in the brackets behind the name of a function."""
        items: list[Node] = []
        while not self.mark(")"):
            if items and not self.mark(","):
                raise self.unexpected()
            items.append(self.word() if name.text == "bands" else self.formula())
        return Node("call", name.text, tuple(items), name.start, self.tokens[self.at - 1].end)

    def word(self) -> Node:
        """`never=-1`: a code that gets a word; any other formula is what it is."""
        ahead = self.tokens[self.at : self.at + 2]
        if len(ahead) < 2 or ahead[0].kind not in ("name", "text") or ahead[1].text != "=":
            return self.formula()
        self.at += 2
        code = self.sign()
        word = ahead[0].text if ahead[0].kind == "name" else str(_single(ahead[0]).value)
        return Node("word", word, (code,), ahead[0].start, code.end)

    @staticmethod
    def joined(mark: str, left: Node, right: Node) -> Node:
        """Two values and what stands between them."""
        return Node("call", mark, (left, right), left.start, right.end)


def _single(token: _Token) -> Node:
    kind, value = token.kind, token.text
    if kind == "number":
        return Node("number", float(value), start=token.start, end=token.end)
    if kind == "day":
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise SegmentationError(f"There is no day {value}. Write year, month and day: 2026-11-28.") from error
        return Node("day", value, start=token.start, end=token.end)
    if kind == "text":
        return Node("text", value[1:-1].replace("''", "'"), start=token.start, end=token.end)
    name = value[1:-1].replace("]]", "]") if kind == "bracketed" else value
    return Node("column", name, start=token.start, end=token.end)
