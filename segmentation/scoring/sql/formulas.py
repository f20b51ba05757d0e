"""Columns that are made of others, in SQL: the formula of the model, value by value as `data.derived` computes it.

A value that is missing is NULL. Days are left out: how a date is written differs between warehouses, so a column made
of days must be in the table itself, which the head of the query says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from segmentation.clustering.model import Segmentation
from segmentation.core.dialects import LARGEST, Dialect
from segmentation.core.sql_steps import Column, Step
from segmentation.core.tables import Derived
from segmentation.data.derived import derived_from
from segmentation.data.derived.functions import TRUTHS, band_words
from segmentation.data.derived.grammar import Node, columns_in, nodes_in, parse
from segmentation.scoring.sql.levels import folded_cell, folded_texts

__all__ = ["Formulas", "formulas_of"]


@dataclass(frozen=True)
class Formulas:
    """steps: compute the made columns, the table first. left: made columns that the table must have itself."""

    steps: tuple[Step, ...] = ()
    left: tuple[Derived, ...] = ()


def formulas_of(made: Segmentation, dialect: Dialect, customer: str) -> Formulas:
    """The made columns that a model takes as they are computed in SQL, one step each in their order.

    customer: the identifier of the column that tells customers apart.
    """
    inputs = list(made.recipe.inputs)
    needed = _needed(derived_from(made.replay), set(inputs))
    if not needed:
        return Formulas()
    trees = {item.name: parse(item.formula) for item in needed}
    left = {item.name for item in needed if not _in_sql(trees[item.name], dict(item.kinds))}
    for item in needed:  # what is made of these cannot be computed either
        left |= {item.name} if left & set(columns_in(trees[item.name])) else set()
    computed = [item for item in needed if item.name not in left]
    kept = [dialect.column(name) for name in inputs if name not in trees or name in left]
    steps = _steps(computed, dialect, tuple(dict.fromkeys([customer, *kept])))
    return Formulas(steps, tuple(item for item in needed if item.name in left))


def _steps(computed: Sequence[Derived], dialect: Dialect, kept: tuple[str, ...]) -> tuple[Step, ...]:
    """First the columns behind all of these as what they were, then one made column after the other."""
    if not computed:
        return ()
    made = {item.name for item in computed}
    kinds = {name: kind for item in computed for name, kind in item.kinds if name not in made}
    writer = _Writer(dialect, {name: f"s{place}" for place, name in enumerate(kinds, start=1)})
    about = "The columns that others are made of: numbers, yes or no as 1 and 0, texts in small letters."
    sources = [Column(writer.known[name], writer.source(name, kind), name) for name, kind in kinds.items()]
    steps = [Step("sources", about, sources, kept)]
    for place, item in enumerate(computed, start=1):
        value = writer.whole(parse(item.formula), dict(item.kinds))
        column = Column(dialect.column(item.name), value, item.formula)
        steps.append(Step(f"made{place}", "A column made of others.", [column]))
    return tuple(steps)


def _needed(known: Sequence[Derived], wanted: set[str]) -> list[Derived]:
    """The made columns among these inputs of a model, and those that they are made of, in their order."""
    needed: list[Derived] = []
    for item in reversed(known):
        if item.name in wanted:
            needed.insert(0, item)
            wanted = wanted | set(columns_in(parse(item.formula)))
    return needed


def _in_sql(tree: Node, kinds: Mapping[str, str]) -> bool:
    """Whether a formula can be written in SQL: no days, no numbers among texts."""
    calls = [node for node in nodes_in(tree) if node.kind == "call"]
    if "date" in kinds.values() or any(node.value in _OF_DAYS and not _is_years(node) for node in calls):
        return False
    texts = [node for node in calls if any(kinds.get(str(item.value)) == "text" for item in node.items)]
    return all(node.value in ("is", "known") for node in texts)


_OF_DAYS = ("years_between", "months_between", "days_between", "year", "month")


def _is_years(node: Node) -> bool:
    """Whether a call is the difference of two years that are numbers, or of one and a day that is written out."""
    return node.value == "years_between" and not all(item.kind == "day" for item in node.items)


class _Writer:
    """Writes the parts of formulas. known: column of the file → its name once it is a number or a text."""

    def __init__(self, dialect: Dialect, known: Mapping[str, str]) -> None:
        self.dialect, self.known = dialect, known
        self.kinds: Mapping[str, str] = {}

    def whole(self, tree: Node, kinds: Mapping[str, str]) -> str:
        """A formula over columns of these kinds; a number beyond all numbers is missing."""
        self.kinds = kinds
        value = self.value(tree)
        return value if tree.kind == "call" and tree.value == "bands" else self.finite(value)

    def finite(self, value: str) -> str:
        """A number, NULL where it is infinite or none."""
        return f"CASE WHEN ABS({value}) <= {self.dialect.number(LARGEST)} THEN {value} END"

    def value(self, node: Node) -> str:
        """One part: a column, a figure that is written out, or a call."""
        if node.kind == "column":
            return self.known.get(str(node.value)) or self.dialect.column(str(node.value))
        if node.kind == "number":
            return self.dialect.number(float(node.value))
        if node.kind == "day":
            return self.dialect.number(float(str(node.value)[:4]))  # beside years a day is its year
        return self.call(str(node.value), node)

    def source(self, name: str, kind: str) -> str:
        """A column of the table as what it was when the model was made."""
        cell = self.dialect.column(name)
        if kind == "text":
            return f"NULLIF({folded_cell(self.dialect, name)}, '')"
        if kind == "number":
            return self.finite(self.dialect.number_of(cell))
        text = f"LOWER(TRIM(CAST({cell} AS {self.dialect.string})))"
        words: dict[float, list[str]] = {1.0: [], 0.0: []}
        for word, truth in {**TRUTHS, "1.0": 1.0, "0.0": 0.0}.items():
            words[truth].append(self.dialect.exactly(word))
        whens = [
            f"WHEN {text} IN ({', '.join(forms)}) THEN {self.dialect.number(truth)}" for truth, forms in words.items()
        ]
        return f"CASE {' '.join(whens)} END"

    def call(self, name: str, node: Node) -> str:
        """A function or an operator."""
        if name == "is" and any(item.kind == "text" for item in node.items):
            return self.one_of(node)
        if name == "bands":
            return self.bands(node)
        return _WRITTEN[name](self, [self.value(item) for item in node.items])

    def one_of(self, node: Node) -> str:
        """Whether a column is one of some texts that are written out; of yes and no the words of these."""
        column, *answers = node.items
        value = self.value(column)
        if self.kinds.get(str(column.value)) == "text":
            forms = [form for item in answers for form in folded_texts(str(item.value))]
            return self.truth([value], f"{value} IN ({', '.join(map(self.dialect.exactly, forms))})")
        words = [" ".join(str(item.value).casefold().split()) for item in answers if item.kind == "text"]
        known = [TRUTHS[word] for word in words if word in TRUTHS]
        known += [float(item.value) for item in answers if item.kind == "number"]
        test = f"{value} IN ({', '.join(map(self.dialect.number, known))})" if known else "1 = 0"
        return self.truth([value], test)

    def truth(self, values: Sequence[str], test: str) -> str:
        """1 or 0, missing where one of the values is."""
        one, zero = self.dialect.number(1.0), self.dialect.number(0.0)
        none = " OR ".join(f"{value} IS NULL" for value in values)
        return f"CASE WHEN {none} THEN NULL WHEN {test} THEN {one} ELSE {zero} END"

    def bands(self, node: Node) -> str:
        """The words of bands; those of codes go first, the last one before others as where it is computed."""
        value = self.value(node.items[0])
        edges = [float(item.value) for item in node.items[1:] if item.kind == "number"]
        codes = [(str(item.value), float(item.items[0].value)) for item in node.items if item.kind == "word"]
        *below, last = band_words(edges)
        whens = [f"WHEN {value} IS NULL THEN NULL"]
        whens += [
            f"WHEN {value} = {self.dialect.number(code)} THEN {self.dialect.exactly(word)}"
            for word, code in codes[::-1]
        ]
        whens += [
            f"WHEN {value} < {self.dialect.number(edge)} THEN {self.dialect.exactly(word)}"
            for edge, word in zip(edges, below, strict=True)
        ]
        return f"CASE {' '.join(whens)} ELSE {self.dialect.exactly(last)} END"

    def total(self, values: Sequence[str]) -> str:
        """Those that are there, added; missing where none is."""
        zero = self.dialect.number(0.0)
        there = " OR ".join(f"{value} IS NOT NULL" for value in values)
        return f"CASE WHEN {there} THEN {' + '.join(f'COALESCE({value}, {zero})' for value in values)} END"

    def count(self, values: Sequence[str]) -> str:
        """How many are there."""
        one, zero = self.dialect.number(1.0), self.dialect.number(0.0)
        return "(" + " + ".join(f"CASE WHEN {value} IS NULL THEN {zero} ELSE {one} END" for value in values) + ")"

    def least(self, values: Sequence[str]) -> str:
        """The smallest that is there."""
        turned = [f"COALESCE({', '.join([*values[place:], *values[:place]])})" for place in range(len(values))]
        return self.dialect.smallest(turned)


def _comparison(sign: str) -> Callable[[_Writer, Sequence[str]], str]:
    return lambda writer, values: writer.truth(values, f"{values[0]} {sign} {values[1]}")


_WRITTEN: dict[str, Callable[[_Writer, Sequence[str]], str]] = {
    "+": lambda _, values: f"({values[0]} + {values[1]})",
    "-": lambda _, values: f"({values[0]} - {values[1]})",
    "*": lambda _, values: f"({values[0]} * {values[1]})",
    "/": lambda writer, values: f"({values[0]} / NULLIF({values[1]}, {writer.dialect.number(0.0)}))",
    "negative": lambda _, values: f"(-{values[0]})",
    "sum": lambda writer, values: writer.total(values),
    "mean": lambda writer, values: f"({writer.total(values)} / NULLIF({writer.count(values)}, 0))",
    "min": lambda writer, values: writer.least(values),
    "max": lambda writer, values: f"(-{writer.least([f'(-{value})' for value in values])})",
    "years_between": lambda _, values: f"({values[1]} - {values[0]})",
    "is": lambda writer, values: writer.truth(values[:1], f"{values[0]} IN ({', '.join(values[1:])})"),
    "without": lambda _, values: f"CASE WHEN {values[0]} IN ({', '.join(values[1:])}) THEN NULL ELSE {values[0]} END",
    "known": lambda writer, values: writer.count(values),
    "<": _comparison("<"),
    "<=": _comparison("<="),
    ">": _comparison(">"),
    ">=": _comparison(">="),
    "=": _comparison("="),
    "!=": _comparison("<>"),
}
"""Function → how it is written of the values that it works on."""
