"""A package imports only from floors below its own, and the library never imports Streamlit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FLOORS = (
    ("core",),
    ("data", "preparation"),
    ("clustering",),
    ("evaluation", "scoring"),
    ("personas", "charts"),
    ("reports", "store"),
    ("api",),
    ("cli",),
    ("__main__", "__init__"),
)
"""From the bottom to the top: a package imports only from floors below its own."""
FLOOR = {package: number for number, packages in enumerate(FLOORS) for package in packages}


def library_files() -> list[Path]:
    return sorted((ROOT / "segmentation").rglob("*.py"))


def package_of(path: Path) -> str:
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
def test_a_module_imports_only_from_lower_floors(path: Path) -> None:
    package = package_of(path)
    assert package in FLOOR, f"give {package} a floor"
    for name in imports_of(path):
        if name.startswith("segmentation."):
            other = name.split(".")[1]
            assert other == package or FLOOR[other] < FLOOR[package], f"{package} must not import {other}"


def test_every_package_has_a_floor_and_nothing_else_stands_at_the_top_of_the_library() -> None:
    there = {path.stem for path in (ROOT / "segmentation").iterdir() if path.name not in {"__pycache__", "py.typed"}}
    assert there == set(FLOOR)
    assert len([name for name in there if not name.startswith("__")]) <= 12


@pytest.mark.parametrize("path", library_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_has_never_heard_of_the_browser(path: Path) -> None:
    for name in imports_of(path):
        assert name.split(".")[0] not in {"streamlit", "pages", "app"}


@pytest.mark.parametrize("path", sorted((ROOT / "pages/ui").glob("*.py")), ids=lambda path: path.name)
def test_the_kit_knows_no_page(path: Path) -> None:
    for name in imports_of(path):
        assert not name.startswith("pages.parts")
        assert not name.startswith("pages.") or name.startswith("pages.ui")
