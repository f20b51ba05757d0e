"""The looks of segments are decided in one place, and everybody who draws personas hands them on."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import segmentation.charts
from segmentation.charts.palette import EVERYONE, IN_ORDER, SEGMENT_COLOURS, Palette

ROOT = Path(__file__).parents[2]
SWAPPED = Palette((2, 1))


def test_a_segment_has_the_looks_of_its_slot() -> None:
    assert (SWAPPED.colour(1), SWAPPED.colour(2)) == ("#E69F00", "#0072B2")
    assert (SWAPPED.symbol(1), SWAPPED.mark(2)) == ("diamond", "●")
    assert (IN_ORDER.colour(1), IN_ORDER.symbol(1), IN_ORDER.mark(1)) == ("#0072B2", "circle", "●")


def test_a_segment_without_a_slot_has_its_own_and_nobody_is_grey() -> None:
    assert SWAPPED.colour(3) == SEGMENT_COLOURS[2]
    assert SWAPPED.colour(0) == EVERYONE
    assert Palette((11,)).colour(1) == SEGMENT_COLOURS[0]


def _drawing() -> dict[str, str]:
    """Function that draws personas → the argument that has their looks."""
    named = {}
    for found in pkgutil.walk_packages(segmentation.charts.__path__, "segmentation.charts."):
        for name, function in vars(importlib.import_module(found.name)).items():
            if inspect.isfunction(function) and function.__module__ == found.name and not name.startswith("_"):
                arguments = inspect.signature(function).parameters
                for looks in ("palette", "palettes"):
                    if looks in arguments:
                        named[name] = looks
    return named


def test_every_page_hands_on_the_colours_of_the_personas() -> None:
    drawing = _drawing()
    assert {"sizes_bar", "snake", "mix_bars", "distance_bars", "borders_graph", "silhouette_plot"} <= set(drawing)
    forgotten = []
    for file in (ROOT / "pages").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if name in drawing and drawing[name] not in {item.arg for item in call.keywords}:
                    forgotten.append(f"{file.name}:{call.lineno} {name}")
    assert not forgotten
