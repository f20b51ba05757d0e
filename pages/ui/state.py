"""What this session has: one `Studio` a browser session, changed only through `put`.

Stages follow one another. Putting one clears the stages that were made from it, cancels the jobs that were
making them (a job is keyed by the stage it makes), and remembers a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.ui import jobs
from segmentation.core.settings import PREP_PRESETS, PrepSettings

__all__ = ["CHOICES", "STAGES", "Studio", "fresh", "has", "once", "put", "studio"]

STAGES = ("tables", "features", "recipe", "ways", "comparison", "evidence", "segmentation", "personas", "saved")

CHOICES = {
    "files": "tables",
    "source": "features",
    "source_settings": "features",
    "roles": "features",
    "prep": "recipe",
}
"""What the user chose, and the first stage that was made with it."""

_RESETS = {"files": ("roles", "source_settings")}
"""Choices that belong to the old value and start anew with the new one."""

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
    "roles": "The roles of the columns",
    "prep": "The preparation",
    "tables": "The data",
    "features": "The customer table",
    "recipe": "The preparation",
    "comparison": "The comparison",
    "segmentation": "The segments",
    "personas": "The personas",
}
_CLEARED_WORDS = {"ways": "ways of grouping", "comparison": "comparison of k", "segmentation": "segments"}


@dataclass
class Studio:
    """Everything one session works on. Read it freely; change it with `put`.

    files: name → bytes as uploaded. tables: name → Table. source: key in SOURCES. roles: column → role.
    derived: results kept by `once`. memory: small things that a page keeps for itself (what it has taken, the version
    of an editor), by a name that starts with the page's.
    message: what the last change cleared, for the journey line. stale: stages that were cleared and not made again.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    source: str = "customers"
    source_settings: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    features: Any = None
    prep: PrepSettings = PREP_PRESETS["recommended"]
    recipe: Any = None
    ways: tuple[Any, ...] = ()
    comparison: Any = None
    evidence: Any = None
    segmentation: Any = None
    personas: tuple[Any, ...] = ()
    saved: str = ""
    message: str = ""
    stale: set[str] = field(default_factory=set)
    derived: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)


def studio() -> Studio:
    """The one studio of this session; made empty on the first call."""
    if "studio" not in st.session_state:
        st.session_state["studio"] = Studio()
    return st.session_state["studio"]


def fresh() -> None:
    """Start over: forget everything this session holds; saved models stay."""
    jobs.forget_all()
    st.session_state["studio"] = Studio()


def has(stage: str) -> bool:
    """Whether this session has that stage (see `STAGES`) or choice."""
    return _filled(getattr(studio(), stage))


def put(target: Studio, stage: str, value: Any) -> None:
    """Set a stage or a choice; clear what was made from the old value, and remember a sentence that says so.

    Putting an equal value again changes nothing, so a page may put what it shows on every run.
    """
    if stage not in _CLEARS and stage not in CHOICES:
        raise KeyError(f"{stage} is neither a stage nor a choice.")
    if _same(getattr(target, stage), value):
        return
    setattr(target, stage, value)
    target.stale.discard(stage)
    if stage in _CLEARED_WORDS:
        target.message = ""
    for name in _RESETS.get(stage, ()):
        setattr(target, name, getattr(Studio(), name))
    first = CHOICES.get(stage)
    _clear(target, _CLEARS[stage] if first is None else (first, *_CLEARS[first]), _WORDS.get(stage, ""))


def once(name: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`function(*args, **kwargs)`, computed again only when an argument changed; one result a name is kept."""
    kept = studio().derived.get(name)
    inputs = (function.__qualname__, args, kwargs)
    if kept is not None and _same_inputs(kept[0], inputs):
        return kept[1]
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
    words = [_CLEARED_WORDS[name] for name in cleared if name in _CLEARED_WORDS]
    if words:
        verb = "was" if words == [_CLEARED_WORDS["comparison"]] else "were"
        kept = " Saved models stay as they are." if saved else ""
        listed = ", the ".join(words[:-1]) + (" and the " if words[1:] else "") + words[-1]
        target.message = f"{cause} changed, so the {listed} {verb} cleared.{kept}"


def _filled(value: Any) -> bool:
    if value is None:
        return False
    return len(value) > 0 if isinstance(value, str | tuple | dict) else True


def _same(old: Any, new: Any) -> bool:
    """Identical, or equal where equality has a plain yes (tables of data never do)."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return list(old) == list(new) and all(_same(old[name], new[name]) for name in old)
    try:
        return bool(old == new)
    except (TypeError, ValueError):
        return False


def _same_inputs(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    if old[0] != new[0] or len(old[1]) != len(new[1]) or list(old[2]) != list(new[2]):
        return False
    pairs = [*zip(old[1], new[1], strict=True), *((old[2][name], new[2][name]) for name in new[2])]
    return all(_same(before, after) for before, after in pairs)
