"""What a column of a table of customers can be for."""

from __future__ import annotations

__all__ = ["ROLES"]

ROLES = {
    "identifier": "Identifier: tells customers apart, is never used to group them",
    "feature": "Feature: used to make the segments",
    "category": "Category: used to make the segments, by which of its few values a customer has",
    "descriptor": "Descriptor: kept to describe the segments, not to make them",
    "sensitive": "Sensitive: kept out of the segments, of lists and of reports; audited",
    "outcome": "Outcome: known only afterwards; kept out, then compared between the segments",
    "date": "Date: kept, not used to make the segments",
    "left out": "Left out",
}
"""Role → what it means, in words."""
