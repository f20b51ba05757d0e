"""Which frozen classes may stand in a project: a closed list, by name. Nothing else is ever made from a file.

The list names the stages of the work and what fields annotated `Any` or `Rule` hold; the classes that their other
fields hold follow from the annotations.

A class that a later version gives another field keeps reading old projects when the field has a default. One that
loses a field, or means something else by it, gets a new name here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

from segmentation.clustering.assignment import RULES
from segmentation.clustering.methods import METHODS
from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PrepSettings
from segmentation.core.tables import FeatureTable, Table
from segmentation.data.reading import ReadSettings
from segmentation.data.sources import SOURCES, Figures, Join
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.comparison import Candidate
from segmentation.evaluation.evidence import Evidence
from segmentation.evaluation.learned_features import Learned, Outcome
from segmentation.personas import Kept, Persona
from segmentation.preparation import Recipe

__all__ = ["KINDS", "with_kinds"]

_CLASSES: tuple[type, ...] = (
    *(Table, ReadSettings, FeatureTable, Join, Figures, PrepSettings, Recipe),
    *(source.settings for source in SOURCES.values() if source.settings is not None),
    *(KComparison, Evidence, Candidate, Learned, Outcome, Segmentation, Persona, Kept),
    *(method.settings for method in METHODS.values()),
    *RULES.values(),
)


def with_kinds(classes: Iterable[type]) -> dict[str, type]:
    """`KINDS`, further classes, and those that their fields hold, by name; `ValueError` when two would share one."""
    return _by_name((*KINDS.values(), *classes))


def _by_name(classes: Iterable[type]) -> dict[str, type]:
    made: dict[str, type] = {}
    waiting = list(classes)
    while waiting:
        kind = waiting.pop()
        known = made.setdefault(kind.__name__, kind)
        if known is not kind:
            raise ValueError(f"two classes of a project are called {kind.__name__}")
        held = {inner for hint in get_type_hints(kind).values() for inner in _classes_in(hint)}
        waiting += [inner for inner in held if made.get(inner.__name__) is not inner]
    return made


def _classes_in(hint: Any) -> Iterator[type]:
    """The dataclasses in the annotation of a field, however deep."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _classes_in(inner)


KINDS: Mapping[str, type] = _by_name(_CLASSES)
"""Name → class."""
