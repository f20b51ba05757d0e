"""A row pasted from a spreadsheet as one customer of a model."""

from __future__ import annotations

from segmentation.clustering.model import Segmentation
from segmentation.data.derived import derived_from, sources_of
from segmentation.data.pasted_row import parse_row

__all__ = ["customer_from", "of_one"]


def customer_from(segmentation: Segmentation, text: str) -> dict[str, float | str]:
    """Pasted text → what `explain` takes of one customer: values by feature, or by the columns that one is made of.

    See `parse_row` for what is understood, and for what is raised.
    """
    derived, replay = derived_from(segmentation.replay), segmentation.replay
    kinds = dict(pair for item in derived for pair in item.kinds)
    sources = {name: kinds[name] for name in sources_of(derived)}
    reading = replay.get("reading", {}).get("customers", {})
    order = reading.get("date_order") or "dmy"
    return parse_row(text, segmentation.inputs, replay.get("order", ()), sources, order, of_one(segmentation))


def of_one(segmentation: Segmentation) -> set[str]:
    """The features that are plain figures from 0 to 1, so that 25 % of one is 0.25."""
    inside = {name for name, (low, high) in segmentation.seen.items() if 0 <= low < high <= 1}
    return {item.name for item in segmentation.inputs if item.kind == "number" and item.unit != "%"} & inside
