"""What a user decided between two states, in words: the history of a project.

A state here is the mapping that a project keeps (`files`, `roles`, `prep`, `k`, `segmentation`, `personas` …). What was
computed, or is only looked at, is no decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from segmentation.core.roles import ROLES
from segmentation.core.settings import ColumnPrep, PrepSettings
from segmentation.core.text import count_text, plain_text

__all__ = ["decisions"]

State = Mapping[str, Any]
_ROLES = {role: text.split(":")[0].lower() for role, text in ROLES.items()}
_MOST = 3
_LONGEST = 160


def decisions(before: State, after: State) -> str:
    """What was decided from one state to the next as one line; empty when nothing was."""
    changes = [line for kind in _KINDS for line in kind(before, after)]
    sentence = "; ".join(changes[:_MOST]) + (f"; and {len(changes) - _MOST} more" if len(changes) > _MOST else "")
    return plain_text(sentence[:1].upper() + sentence[1:], longest=_LONGEST)


def _data(before: State, after: State) -> list[str]:
    old, new = set(before.get("files", ())), list(after.get("files", ()))
    fresh = [_quoted(name) for name in new if name not in old]
    if fresh:
        return [f"loaded {', '.join(fresh)}"]
    one, other = before.get("tables", {}), after.get("tables", {})
    again = [_quoted(name) for name in other if name in one and other[name] is not one[name]]
    same = before.get("files", {}) == after.get("files", {})
    return [f"read {', '.join(again)} in another way"] if again and same else []


def _source(before: State, after: State) -> list[str]:
    if not before.get("tables"):
        return []
    if before.get("source") != after.get("source"):
        return ["another kind of data"]
    return ["what counts in the data"] if before.get("source_settings") != after.get("source_settings") else []


def _roles(before: State, after: State) -> list[str]:
    old, new = before.get("roles", {}), after.get("roles", {})
    if not old or set(old) != set(new):
        return []
    return [f"role of {_quoted(name)}: {_ROLES[new[name]]}" for name in new if new[name] != old[name]]


def _made(before: State, after: State) -> list[str]:
    old, new = before.get("made_columns", {}), after.get("made_columns", {})
    added = [f"column made: {_quoted(name)}" for name in new if old.get(name) != new[name]]
    return added + [f"made column removed: {_quoted(name)}" for name in old if name not in new]


def _prep(before: State, after: State) -> list[str]:
    old, new = before.get("prep"), after.get("prep")
    if not isinstance(old, PrepSettings) or not isinstance(new, PrepSettings) or old == new:
        return []
    changes = []
    for item in fields(PrepSettings):
        if item.metadata and getattr(old, item.name) != getattr(new, item.name):
            value = getattr(new, item.name)
            choices = item.metadata["choices"]
            words = choices[value] if choices else {True: "yes", False: "no"}.get(value, value)
            changes.append(f"preparation, {item.metadata['label'].lower()}: {str(words).lower()}")
    if len(changes) > 1:
        changes = ["another preparation"]
    none = ColumnPrep()
    for name in dict.fromkeys((*old.columns, *new.columns)):
        if old.columns.get(name, none) != new.columns.get(name, none):
            changes.append(f"preparation of {_quoted(name)}")
    return changes


def _k(before: State, after: State) -> list[str]:
    k = after.get("k")
    compared = after.get("comparison")
    if k is None or k == before.get("k") or before.get("comparison") is not compared:
        return []
    if before.get("k") is None and compared is not None and compared.recommended_k == k:
        return []  # what the page shows at first is no choice yet
    return [f"{count_text(k)} segments chosen"]


def _segments(before: State, after: State) -> list[str]:
    old, new = before.get("segmentation"), after.get("segmentation")
    if new is None or new is old:
        return []
    if old is not None and dict(old.settings) == dict(new.settings) and old.recipe is new.recipe:
        return []
    method, compared = new.settings.get("method", "kmeans"), after.get("comparison")
    if compared is not None and method == "kmeans" and _is_chosen(new, compared, after.get("k")):
        return []  # the segments of the number that was chosen: the Segments page makes them by itself
    by = "" if method == "kmeans" else f" by {method}"
    return [f"{count_text(new.k)} segments made{by}"]


def _is_chosen(made: Any, compared: Any, k: int | None) -> bool:
    """Whether K-means segments are the ones that were compared, at the number that was chosen."""
    return made.k == (k or compared.recommended_k) and all(
        made.settings.get(name) == getattr(compared.settings, name) for name in ("n_init", "seed")
    )


def _names(before: State, after: State) -> list[str]:
    if before.get("segmentation") is not after.get("segmentation"):
        return []
    old = {persona.segment: persona for persona in before.get("personas", ())}
    changes = []
    for persona in after.get("personas", ()):
        was = old.get(persona.segment)
        if was is None:
            continue
        if was.name != persona.name:
            changes.append(f"{_quoted(was.name)} is called {_quoted(persona.name)}")
        elif (was.sentences, was.actions) != (persona.sentences, persona.actions):
            changes.append(f"texts of {_quoted(persona.name)}")
    return changes


def _saved(before: State, after: State) -> list[str]:
    saved = after.get("saved", "")
    return [f"saved as model {_quoted(saved)}"] if saved and saved != before.get("saved") else []


def _quoted(name: str) -> str:
    return f"“{plain_text(name, longest=40)}”"


_KINDS: tuple[Callable[[State, State], list[str]], ...] = (
    *(_data, _source, _made, _roles, _prep, _k, _segments, _names, _saved),
)
"""Every kind of decision; a new kind is one function here."""
