"""A method and its settings in words, as every page and file calls a way of grouping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from segmentation.clustering.methods.base import Method
from segmentation.core.text import counted, number_text, plain_text, share_text

__all__ = ["settings_text", "way_text"]


def way_text(method: Method, settings: Mapping[str, Any], k: int) -> str:
    """A way of grouping with its number of segments: `K-means, 3 segments`, `DBSCAN (eps 2.5), 1 segment`.

    settings: values by name; unknown names are left out. What differs from the default stands in the brackets,
    choices always, each under the technical term that ends its label where there is one.
    """
    settled = settings_text(method, settings)
    return f"{method.label}{f' ({settled})' if settled else ''}, {counted(k, 'segment')}"


def settings_text(method: Method, settings: Mapping[str, Any]) -> str:
    """The choices of a method and whatever differs from its defaults, without the number of segments."""
    known = [item for item in fields(method.settings) if item.name != "k" and item.name in settings]
    return ", ".join(filter(None, (_said(item, settings[item.name]) for item in known)))


def _said(item: Field[Any], value: Any) -> str:
    about = item.metadata
    label = _short(about.get("label", item.name))
    choices = about.get("choices")
    if choices is not None:
        return _short(choices.get(value, value))
    if item.default is not MISSING and value == item.default:
        return ""
    if isinstance(value, bool):
        return label if value else f"no {label}"
    if isinstance(value, int | float):
        settings_text = (
            share_text(value) if about.get("percent") else str(value) if isinstance(value, int) else number_text(value)
        )
        return f"{label} {settings_text}"
    return f"{label} {plain_text(value)}"


def _short(label: str) -> str:
    """The technical term that ends a label in brackets, else the label as it goes on in a sentence."""
    term = re.search(r"\(([^()]+)\)$", label)
    return plain_text(term[1] if term else label[:1].lower() + label[1:])
