"""A row pasted from a spreadsheet as one customer of a model."""

from __future__ import annotations

from segmentation.clustering.model import Segmentation
from segmentation.data.derived import derived_from, sources_of
from segmentation.data.pasted_row import parse_row

__all__ = ["customer_from"]


def customer_from(segmentation: Segmentation, text: str) -> dict[str, float | str]:
    """Pasted text → what `explain` takes of one customer: values by feature, or by the columns that one is made of.

    See `parse_row` for what is understood, and for what is raised.
    """
    derived, replay = derived_from(segmentation.replay), segmentation.replay
    kinds = dict(pair for item in derived for pair in item.kinds)
    sources = {name: kinds[name] for name in sources_of(derived)}
    reading = replay.get("reading", {}).get("customers", {})
    order = reading.get("date_order") or "dmy"
    return parse_row(text, segmentation.inputs, replay.get("order", ()), sources, order)
