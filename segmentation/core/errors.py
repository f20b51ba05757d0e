"""What can go wrong, said in one plain sentence with a remedy.

Everything the library raises on purpose is a `SegmentationError`; a page or the command line
catches that one class, shows its text and stops. Anything else is a defect of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Cancelled", "DataProblems", "Problem", "SegmentationError", "raise_if_fatal"]


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
    """

    where: str
    what: str
    fix: str = ""
    fatal: bool = True
    kind: str = ""
    count: int = 0

    @property
    def sentence(self) -> str:
        """The problem as a reader sees it: `where: what fix`."""
        return " ".join(part for part in (f"{self.where}: {self.what}", self.fix) if part)


class DataProblems(SegmentationError):
    """All faults found in the data, reported at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.sentence for problem in self.problems))

    def __reduce__(self) -> tuple[type[DataProblems], tuple[tuple[Problem, ...]]]:
        """Made again from its problems where it comes out of another process."""
        return type(self), (self.problems,)


def raise_if_fatal(problems: Iterable[Problem]) -> None:
    """Raise `DataProblems` with every problem if at least one of them is fatal."""
    problems = tuple(problems)
    if any(problem.fatal for problem in problems):
        raise DataProblems(problems)
