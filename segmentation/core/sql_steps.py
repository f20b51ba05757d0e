"""A query as steps: each a named SELECT over the one before, with a comment on what it does and on every column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from segmentation.core.dialects import Dialect
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = ["Column", "Step", "added", "lines_of", "query_text"]


@dataclass(frozen=True)
class Column:
    """One column of a step: its name, how it is computed, and what a reader should know (from data: hostile)."""

    name: str
    sql: str
    remark: str = ""


@dataclass(frozen=True)
class Step:
    """One SELECT. about: its comment. keeps: the columns of the step before that it hands on, or "*" for all.

    ending: what follows the table: a join, conditions, groups.
    """

    name: str
    about: str
    columns: Sequence[Column]
    keeps: Sequence[str] = field(default=("*",))
    ending: str = ""

    def select(self, dialect: Dialect, source: str, *, last: bool = False) -> str:
        """The SELECT of this step from a table or a step before."""
        written = [*((name, "") for name in self.keeps), *((_named(item), item.remark) for item in self.columns)]
        lines = [f"  -- {dialect.remark(self.about)}" if len(self.about) <= 80 else _comment(self.about), "  SELECT"]
        for index, (sql, remark) in enumerate(written):
            comma = "," if index < len(written) - 1 else ""
            lines.append(f"    {sql}{comma}{f'  -- {dialect.remark(remark)}' if remark else ''}")
        lines.append(f"  FROM {source}{self.ending}")
        if dialect.fence and not last:
            lines.append(f"  {dialect.fence}")
        return "\n".join(lines)


def query_text(
    dialect: Dialect, source: str, steps: Sequence[Step], *, before: Iterable[str] = (), closing: str = ""
) -> str:
    """The steps as one SELECT: all but the last as common table expressions, each reading the one before.

    before: further common table expressions, written out, that stand in front. closing: another SELECT in the end,
    so that the last step is an expression too. Raises `SegmentationError` for a table that is called as a step is.
    """
    if source.strip('"`[]').casefold() in {step.name for step in steps}:
        raise SegmentationError(
            f"The SELECT has a step called {plain_text(source)}, so the table needs its schema. Write SCHEMA.TABLE."
        )
    written, table = list(before), source
    for step in steps if closing else steps[:-1]:
        written.append(f"{step.name} AS {dialect.barrier}(\n{step.select(dialect, table)}\n)")
        table = step.name
    lines = closing or steps[-1].select(dialect, table, last=True)
    last = "\n".join(line.removeprefix("  ") for line in lines.split("\n"))
    return "WITH " + ",\n".join(written) + f"\n{last}"


def added(terms: Sequence[str]) -> str:
    """Terms added from the left to the right, as the library adds them."""
    return lines_of(terms, "+")


def lines_of(items: Sequence[str], operator: str) -> str:
    """Several expressions with an operator between them, each on a line of its own."""
    return f"\n      {operator} ".join(items)


def _named(item: Column) -> str:
    return item.sql if item.sql == item.name else f"{item.sql} AS {item.name}"


def _comment(text: str) -> str:
    """A comment of ours (no text from data), broken at 100 letters."""
    lines, line = [], "  --"
    for word in text.split():
        if len(line) + len(word) > 100:
            lines.append(line)
            line = "  --"
        line += f" {word}"
    return "\n".join([*lines, line])
