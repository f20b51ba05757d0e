"""Which frozen classes may stand in a project: a closed list, by name. Nothing else is ever made from a file.

A class that a later version gives another field keeps reading old projects when the field has a default. One that
loses a field, or means something else by it, gets a new name here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segmentation.clustering.assignment import RULES
from segmentation.clustering.assignment.encoder import Encoder, Layer
from segmentation.clustering.methods import METHODS
from segmentation.clustering.methods.base import Fit
from segmentation.clustering.methods.embedding.network import Trained
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import Problem
from segmentation.core.settings import ColumnPrep, KSettings, PrepSettings
from segmentation.core.tables import ColumnRole, FeatureInfo, FeatureTable, Note, Table
from segmentation.data.reading import ReadSettings
from segmentation.data.sources import SOURCES, Join
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.comparison import Candidate
from segmentation.evaluation.evidence import Evidence
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.learned_features import Learned, Outcome
from segmentation.personas import Claim, Kept, Persona
from segmentation.preparation import Recipe
from segmentation.preparation.recipe import Dropped, FeatureRecipe

__all__ = ["KINDS", "with_kinds"]

_CLASSES: tuple[type, ...] = (
    *(Table, Note, Problem, ReadSettings, FeatureTable, FeatureInfo, ColumnRole, Join),
    *(source.settings for source in SOURCES.values() if source.settings is not None),
    *(PrepSettings, ColumnPrep, Recipe, FeatureRecipe, Dropped),
    *(KSettings, KComparison, Fit, Evidence, EvidenceSettings, Candidate, Learned, Outcome, Trained),
    *(method.settings for method in METHODS.values()),
    *RULES.values(),
    *(Encoder, Layer, Segmentation, Persona, Claim, Kept),
)


def with_kinds(classes: Iterable[type]) -> dict[str, type]:
    """`KINDS` and further classes by their names; `ValueError` when two would share one."""
    return _by_name((*KINDS.values(), *classes))


def _by_name(classes: Iterable[type]) -> dict[str, type]:
    made: dict[str, type] = {}
    for kind in classes:
        if made.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(f"two classes of a project are called {kind.__name__}")
    return made


KINDS: Mapping[str, type] = _by_name(_CLASSES)
"""Name → class."""
