"""Whether what a person handed in is of the kind that is needed, said in one sentence where it is not."""

from __future__ import annotations

from typing import TypeVar

from segmentation.core.errors import SegmentationError

__all__ = ["check_kind", "kind_text"]

Value = TypeVar("Value")


def kind_text(value: object) -> str:
    """What a value is, as it stands in a sentence: `None`, `a DataFrame`, `an int`."""
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"


def check_kind(value: Value, kinds: type | tuple[type, ...], what: str, remedy: str) -> Value:
    """The value, if it is one of these kinds.

    Else raises `SegmentationError`: what (`The name of a model`) cannot be what it is, and what to give instead.
    """
    if not isinstance(value, kinds):
        raise SegmentationError(f"{what} cannot be {kind_text(value)}. {remedy}")
    return value
