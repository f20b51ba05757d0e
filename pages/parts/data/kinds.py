"""How each kind of data becomes customers on the Data page: one `Kind` for each entry of `SOURCES` that has a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pages.parts.data import roles, source_panel
from pages.ui.state import Studio
from segmentation.core.tables import FeatureTable

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True)
class Kind:
    """The form of one kind of data.

    customers: draws what has to be chosen, puts the features into the studio and returns them; None while they cannot
    be made (it has shown why). tab, draw: title and content of a first tab beside the exploration, where it needs one.
    """

    customers: Callable[[Studio], FeatureTable | None]
    tab: str = ""
    draw: Callable[[Studio], None] | None = None


KINDS: dict[str, Kind] = {
    "customers": Kind(roles.customers, "Columns", roles.editor),
    "transactions": Kind(source_panel.customers, "Columns and choices", source_panel.draw),
    "fintech": Kind(source_panel.customers, "Columns and choices", source_panel.draw),
    "related": Kind(source_panel.customers, "Tables and joins", source_panel.draw),
}
