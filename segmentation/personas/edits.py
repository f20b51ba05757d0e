"""What a person changed on a card survives: a reload, a new description, and a refit on the same data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.personas.cards import Persona
from segmentation.personas.profiles import segment_numbers

__all__ = ["EDITABLE", "LONGEST_NAME", "carry_over", "match_segments", "with_edits", "with_fields"]

EDITABLE = ("name", "sentences", "actions")
"""What a person may change; figures are computed and stay."""
LONGEST_NAME, LONGEST_TEXT = 60, 400
_SAME = 0.5
"""From this Jaccard overlap on, a segment of a refit counts as the same one."""


def with_edits(personas: Sequence[Persona], edits: Mapping[int, Mapping[str, object]]) -> tuple[Persona, ...]:
    """Personas with what a person changed: segment → {"name": text, "sentences": texts, "actions": texts}.

    A name that is blank or the suggested one goes back to the suggestion. Texts lose control characters and are
    shortened. Raises SegmentationError for a segment or field that cannot be edited, and when two names are equal.
    """
    known = {persona.segment for persona in personas}
    for number, fields in edits.items():
        if number not in known:
            raise SegmentationError(f"There is no segment {number} to edit. Choose one of {sorted(known)}.")
        if unknown := sorted(set(fields) - set(EDITABLE)):
            raise SegmentationError(f"{unknown[0]!r} cannot be edited. Change {', '.join(EDITABLE)} only.")
    edited = tuple(with_fields(persona, edits.get(persona.segment, {})) for persona in personas)
    names = [persona.name.casefold() for persona in edited]
    twice = next((persona.name for persona in edited if names.count(persona.name.casefold()) > 1), None)
    if twice is not None:
        raise SegmentationError(f"Two personas would be called {twice!r}. Give each a name of its own.")
    return edited


def match_segments(old: pd.Series, new: pd.Series) -> dict[int, tuple[int, float]]:
    """Segments of two fits on the same customers → new segment → (old segment, Jaccard overlap 0…1).

    old, new: segment numbers by customer id; only customers in both count. The pairs maximise the overlap over all
    one-to-one pairings (Hungarian method); a new segment left over when there are more of them is not in the result.
    """
    both = old.index.intersection(new.index)
    after, before = new[both].to_numpy(), old[both].to_numpy()
    rows_of, columns_of = segment_numbers(after), segment_numbers(before)
    inside = np.array([[((after == row) & (before == column)).sum() for column in columns_of] for row in rows_of])
    inside = inside.astype(np.float64).reshape(len(rows_of), len(columns_of))
    union = inside.sum(axis=1, keepdims=True) + inside.sum(axis=0, keepdims=True) - inside
    overlap = np.divide(inside, union, out=np.zeros_like(inside), where=union > 0)
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(-overlap)
    return {
        rows_of[row]: (columns_of[column], float(overlap[row, column]))
        for row, column in zip(rows, columns, strict=True)
    }


def carry_over(
    old: Sequence[Persona], new: Sequence[Persona], matched: Mapping[int, tuple[int, float]]
) -> tuple[Persona, ...]:
    """New personas with the edits of the old ones that they match by at least half (see `match_segments`).

    A carried name that another new persona already has is left as suggested.
    """
    before = {persona.segment: persona for persona in old}
    result = []
    taken = {persona.name.casefold() for persona in new}
    for persona in new:
        number, overlap = matched.get(persona.segment, (0, 0.0))
        source = before.get(number)
        if source is None or overlap < _SAME or not source.edited:
            result.append(persona)
            continue
        fields = {name: getattr(source, name) for name in source.edited}
        if "name" in fields and fields["name"].casefold() in taken - {persona.name.casefold()}:
            del fields["name"]
        taken.add(str(fields.get("name", persona.name)).casefold())
        result.append(with_fields(persona, fields))
    return tuple(result)


def with_fields(persona: Persona, fields: Mapping[str, object]) -> Persona:
    """One persona with new values of the editable fields; what differs from the suggestion counts as edited."""
    changes: dict[str, object] = {}
    edited = set(persona.edited)
    if "name" in fields:
        name = plain_text(fields["name"], longest=LONGEST_NAME) or persona.suggested_name
        changes["name"] = name
        edited = edited | {"name"} if name != persona.suggested_name else edited - {"name"}
    for field in ("sentences", "actions"):
        if field not in fields:
            continue
        value = fields[field]
        lines = value.splitlines() if isinstance(value, str) else list(value)  # type: ignore[call-overload]
        texts = tuple(text for line in lines if (text := plain_text(line, longest=LONGEST_TEXT)))
        if texts != getattr(persona, field):
            changes[field] = texts
            edited.add(field)
    return replace(persona, **changes, edited=tuple(name for name in EDITABLE if name in edited))  # type: ignore[arg-type]
