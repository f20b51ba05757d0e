"""A module imports only from levels below its own, and the library never imports Streamlit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LEVELS = {
    "errors": 0,
    "settings": 1,
    "text": 1,
    "shapes": 1,
    "tables": 2,
    "exports": 2,
    "parallel": 2,
    "reading": 3,
    "vocabulary": 3,
    "distances": 3,
    "geometry": 3,
    "scanning": 3,
    "placing": 3,
    "methods": 4,
    "indices": 4,
    "profiling": 4,
    "pasting": 4,
    "exploration": 5,
    "findings": 6,
    "sources": 5,
    "recipe": 5,
    "model": 6,
    "ksearch": 6,
    "evidence": 7,
    "final": 7,
    "scoring": 7,
    "profiles": 7,
    "projection": 7,
    "borders": 7,
    "descriptors": 8,
    "moves": 8,
    "personas": 8,
    "comparison": 8,
    "learned": 9,
    "fairness": 9,
    "preview": 9,
    "store": 9,
    "charts": 9,
    "drift": 9,
    "intake": 9,
    "aids": 10,
    "card": 10,
    "batch": 10,
    "report": 10,
    "commands": 11,
    "__main__": 12,
}


def library_files() -> list[Path]:
    return sorted((ROOT / "segmentation").rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "segmentation").with_suffix("").parts
    return parts[0]


def imports_of(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [item.name for item in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full"
            module = node.module or ""
            found += [module] if module != "segmentation" else [f"segmentation.{item.name}" for item in node.names]
    return found


@pytest.mark.parametrize("path", library_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_lower_levels(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    assert room in LEVELS, f"give {room} a level"
    for name in imports_of(path):
        if name.startswith("segmentation."):
            other = name.split(".")[1]
            assert other == room or LEVELS[other] < LEVELS[room], f"{room} must not import {other}"


@pytest.mark.parametrize("path", library_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_has_never_heard_of_the_browser(path: Path) -> None:
    for name in imports_of(path):
        assert name.split(".")[0] not in {"streamlit", "pages", "app"}


@pytest.mark.parametrize("path", sorted((ROOT / "pages/ui").glob("*.py")), ids=lambda path: path.name)
def test_the_kit_knows_no_page(path: Path) -> None:
    for name in imports_of(path):
        assert not name.startswith("pages.parts")
        assert not name.startswith("pages.") or name.startswith("pages.ui")
