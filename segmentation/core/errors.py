"""What can go wrong, said in one plain sentence with a remedy.

Everything the library raises on purpose is a `SegmentationError`; a page or the command line
catches that one class, shows its text and stops. Anything else is a defect of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "COMMAND_LINE",
    "PAGE",
    "Cancelled",
    "DataProblems",
    "Problem",
    "SegmentationError",
    "placed",
    "raise_if_fatal",
]


PAGE, COMMAND_LINE = "page", "command line"
"""The doors at which a remedy is told."""
_ON_THE_PAGE = {
    "--read": "under “Change how it is read”",
    "--set": "under “What counts”",
    "--roles": "under “Which column is what”",
    "--source": "under “Load other data”",
}

_ASKED = ("no_answer=", "blanks_below=")  # the page asks it right below the problem


def placed(text: str, by: str, door: str) -> str:
    """A sentence that ends with a remedy → the same with where it is chosen: on the page, or by which option."""
    if not by:
        return text
    flag, option = by.split()[:2]
    where = f"({by})" if door == COMMAND_LINE else "" if option.startswith(_ASKED) else _ON_THE_PAGE[flag]
    return f"{text.rstrip('.')} {where}".rstrip() + "."


class SegmentationError(Exception):
    """One plain sentence: which thing, what is allowed, what came, how to mend it."""


class Cancelled(SegmentationError):
    """The user pressed Cancel; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("Cancelled. Nothing was changed.")

    def __reduce__(self) -> tuple[type[Cancelled], tuple[()]]:
        return type(self), ()


@dataclass(frozen=True)
class Problem:
    """One fault in the data: where it is, what it is, how to mend it, and whether work must stop.

    kind, count: the same as facts (a key of `notices.KINDS`, how many cells, rows or columns), for what travels on.
    by: the option of the command line by which the remedy is chosen, such as "--read decimal=,"; "" for none.
    """

    where: str
    what: str
    fix: str = ""
    fatal: bool = True
    kind: str = ""
    count: int = 0
    by: str = ""

    @property
    def sentence(self) -> str:
        """The problem as a reader of a page sees it: `where: what fix`."""
        return self.told(PAGE)

    def told(self, door: str) -> str:
        """The problem as it is told at a door: on a page, or on the command line with the option to type."""
        return placed(" ".join(part for part in (f"{self.where}: {self.what}", self.fix) if part), self.by, door)


class DataProblems(SegmentationError):
    """All faults found in the data, reported at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.told(PAGE))

    def told(self, door: str) -> str:
        """All of them as they are told at a door."""
        return " ".join(problem.told(door) for problem in self.problems)

    def __reduce__(self) -> tuple[type[DataProblems], tuple[tuple[Problem, ...]]]:
        """Made again from its problems where it comes out of another process."""
        return type(self), (self.problems,)


def raise_if_fatal(problems: Iterable[Problem]) -> None:
    """Raise `DataProblems` with every problem if at least one of them is fatal."""
    problems = tuple(problems)
    if any(problem.fatal for problem in problems):
        raise DataProblems(problems)
