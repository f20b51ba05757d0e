"""What this session has: one `Studio` a browser session, changed only through `put`.

Stages follow one another. Putting one clears the stages that were made from it, cancels the jobs that were
making them (a job is keyed by the stage it makes), and remembers a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, ParamSpec, TypeAlias, TypeVar

import streamlit as st

from pages.ui import jobs
from pages.ui.sameness import same, same_inputs
from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.core.tables import FeatureTable, Table
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.comparison import Candidate
from segmentation.evaluation.evidence import Evidence
from segmentation.personas import Persona
from segmentation.preparation.recipe import Recipe

__all__ = [
    "CHOICES",
    "PASSING",
    "STAGES",
    "Earlier",
    "Project",
    "Studio",
    "fresh",
    "has",
    "leave",
    "needed",
    "of_person",
    "once",
    "put",
    "same",
    "studio",
]

T = TypeVar("T")
P = ParamSpec("P")

STAGES = ("tables", "features", "recipe", "ways", "comparison", "evidence", "segmentation", "personas", "saved")

CHOICES = {
    "files": "tables",
    "source": "features",
    "source_settings": "features",
    "made_columns": "features",
    "roles": "features",
    "prep": "recipe",
}
"""What the user chose, and the first stage that was made with it."""

_RESETS = {
    "files": ("made_columns", "roles", "source_settings", "left_out", "earlier"),
    "comparison": ("k",),
}
"""Choices that belong to the old value and start anew with the new one, or when there is none any more."""

_CLEARS = {
    "tables": STAGES[1:],
    "features": STAGES[2:],
    "recipe": STAGES[3:],
    "ways": (),
    "comparison": STAGES[5:],
    "evidence": (),
    "segmentation": STAGES[7:],
    "personas": ("saved",),
    "saved": (),
}

_WORDS = {
    "files": "The files",
    "source": "The kind of data",
    "source_settings": "The data settings",
    "made_columns": "The columns",
    "roles": "The roles of the columns",
    "prep": "The preparation",
    "tables": "The data",
    "features": "The customer table",
    "recipe": "The preparation",
    "comparison": "The comparison",
    "segmentation": "The segments",
    "personas": "The personas",
}
_CLEARED_WORDS = {
    "ways": "ways of grouping",
    "comparison": "comparison of numbers of segments",
    "segmentation": "segments",
}


PASSING: Mapping[str, bool] = MappingProxyType({"passing": True})
"""Metadata of a field of a page's memory that is of no use after the session: it is not kept in a project."""


Earlier: TypeAlias = tuple[Segmentation | None, tuple[Persona, ...], int | None]
"""Segments, personas and k of work that was kept without its data."""


@dataclass
class Project:
    """Where this session's work is kept (see `pages.ui.projects`).

    id: of the project, empty while there is nothing to keep. version: of the snapshot that this session has; taken:
    that snapshot. live: what this server knows of the project. decided: that a step was gone back to, until it is kept.
    refused: the id in the address that could not be opened; left: the one before, while the address still shows it.
    notes: what was found on opening.
    """

    id: str = ""
    version: int = 0
    taken: Any = None
    live: Any = None
    decided: str = ""
    refused: str = ""
    left: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class Studio:
    """Everything one session works on. Read it freely; change it with `put`.

    files: name → bytes as uploaded. tables: name → Table. kind: the kind of data that the user chose, a key in SOURCES;
    empty when it is found out from the files. source: the kind in use. made_columns: name → formula of columns made
    of others. roles: column → role. ways: ways of grouping
    that were compared. k: the number of segments that Choose k shows, see `chosen_k`. saved: "name/v3".
    derived: results kept by `once`. memory: what a page keeps for itself, one dataclass a page, see `memory_of`.
    remembered: what pages kept in a project that was opened, by the name of the dataclass, until they ask for it;
    passing: the same of what is never kept in a project, from another tab of this server.
    left_out: name → sha256 and way of reading of files that a project was kept without, until they are given again.
    earlier: segments, personas and k of such a project, whose names go over to those that are made again.
    arrived: how often the work came from elsewhere (an earlier step, another tab): part of the key of an editor that
    would put its own edits over it. message: what the last change cleared, for the journey line. stale: stages that
    were cleared and not made again.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    kind: str = ""
    source: str = "customers"
    source_settings: dict[str, Any] = field(default_factory=dict)
    made_columns: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    features: FeatureTable | None = None
    prep: PrepSettings = PREP_PRESETS["recommended"]
    recipe: Recipe | None = None
    ways: tuple[Candidate, ...] = ()
    comparison: KComparison | None = None
    k: int | None = None
    evidence: Evidence | None = None
    segmentation: Segmentation | None = None
    personas: tuple[Persona, ...] = ()
    saved: str = ""
    left_out: dict[str, tuple[str, Any]] = field(default_factory=dict)
    earlier: Earlier | None = None
    message: str = ""
    stale: set[str] = field(default_factory=set)
    derived: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    memory: dict[type, Any] = field(default_factory=dict)
    remembered: dict[str, dict[str, Any]] = field(default_factory=dict)
    passing: dict[str, dict[str, Any]] = field(default_factory=dict)
    project: Project = field(default_factory=Project)
    arrived: int = 0

    @property
    def chosen_k(self) -> int:
        """The number of segments chosen on Choose k; before that the recommended one, or else the fewest compared."""
        comparison = needed(self.comparison)
        wanted = comparison.recommended_k if self.k is None else self.k
        return wanted if wanted is not None and wanted in comparison.fits else min(comparison.fits)

    def memory_of(self, kind: type[T]) -> T:
        """What a page keeps for itself (what it has taken, the version of an editor): made empty on the first call."""
        if kind not in self.memory:
            known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
            held = self.remembered.pop(kind.__name__, {}) | self.passing.pop(kind.__name__, {})
            self.memory[kind] = kind(**{name: value for name, value in held.items() if name in known})
        kept: T = self.memory[kind]
        return kept


def studio() -> Studio:
    """The one studio of this session; made empty on the first call."""
    if "studio" not in st.session_state:
        st.session_state["studio"] = Studio()
    made: Studio = st.session_state["studio"]
    return made


def needed(stage: T | None) -> T:
    """A stage where a page cannot be without it: what it draws before that is there never comes so far."""
    if stage is None:
        raise LookupError("This stage has not been made yet.")
    return stage


def fresh() -> None:
    """Start over: forget everything this session holds; saved models stay."""
    jobs.forget_all()
    st.session_state["studio"] = Studio()


def of_person(key: str) -> bool:
    """Whose session this is (empty: nobody's); what somebody else had in it is forgotten. True when that changed."""
    before = st.session_state.get("person", "")
    if before == key:
        return False
    if before:
        fresh()
    st.session_state["person"] = key
    return True


def leave() -> None:
    """Turn to other work: what this session holds stays in its project, and its jobs with the tabs that show it."""
    left = studio().project.id
    jobs.leave()
    st.session_state["studio"] = Studio(project=Project(left=left))


def has(stage: str) -> bool:
    """Whether this session has that stage (see `STAGES`) or choice."""
    return _filled(getattr(studio(), stage))


def put(target: Studio, stage: str, value: Any) -> None:
    """Set a stage or a choice; clear what was made from the old value, and remember a sentence that says so.

    Putting an equal value again changes nothing, so a page may put what it shows on every run.
    """
    if stage not in _CLEARS and stage not in CHOICES:
        raise KeyError(f"{stage} is neither a stage nor a choice.")
    if same(getattr(target, stage), value):
        return
    if stage == "files" and not any(value.get(name) == data for name, data in target.files.items()):
        jobs.leave()  # other data begin a project of their own: another tab's work on those before goes on
    setattr(target, stage, value)
    target.stale.discard(stage)
    if stage in _CLEARED_WORDS:
        target.message = ""
    _reset(target, stage)
    first = CHOICES.get(stage)
    _clear(target, _CLEARS[stage] if first is None else (first, *_CLEARS[first]), _WORDS.get(stage, ""))


def once(name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`function(*args, **kwargs)`, computed again only when an argument changed; one result a name is kept."""
    kept = studio().derived.get(name)
    inputs = (function.__qualname__, args, kwargs)
    if kept is not None and same_inputs(kept[0], inputs):
        known: T = kept[1]
        return known
    result = function(*args, **kwargs)
    studio().derived[name] = (inputs, result)
    return result


def _clear(target: Studio, later: tuple[str, ...], cause: str) -> None:
    saved = target.saved
    cleared = [name for name in later if _filled(getattr(target, name))]
    for name in later:
        jobs.forget(name)
    for name in cleared:
        target.stale.add(name)
        setattr(target, name, getattr(Studio(), name))
        _reset(target, name)
    words = [_CLEARED_WORDS[name] for name in cleared if name in _CLEARED_WORDS]
    if words:
        verb = "was" if words == [_CLEARED_WORDS["comparison"]] else "were"
        kept = " Saved models stay as they are." if saved else ""
        listed = ", the ".join(words[:-1]) + (" and the " if words[1:] else "") + words[-1]
        target.message = f"{cause} changed, so the {listed} {verb} cleared.{kept}"


def _reset(target: Studio, stage: str) -> None:
    for name in _RESETS.get(stage, ()):
        setattr(target, name, getattr(Studio(), name))


def _filled(value: Any) -> bool:
    if value is None:
        return False
    return len(value) > 0 if isinstance(value, str | tuple | dict) else True
