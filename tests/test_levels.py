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
    return imported(path.read_text(encoding="utf-8"), path.name)


def imported(text: str, file: str = "a module") -> list[str]:
    """The modules that a text imports, in a statement or by name while it runs; `segmentation` is the front door.

    A name made while it runs counts as far as it is written: `segmentation.cli.` of f"segmentation.cli.{name}".
    """
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [item.name for item in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: write imports in full"
            module = node.module or ""
            names += [module] if module != "segmentation" else [f"segmentation.{item.name}" for item in node.names]
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
            names.append(written(node.args[0]))
    return ["segmentation.__init__" if name == "segmentation" else name for name in names]


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def written(name: ast.expr) -> str:
    """What is written of a name: all of a text, the beginning of one with parts to fill in, nothing of a variable."""
    first = name.values[0] if isinstance(name, ast.JoinedStr) else name
    return str(first.value) if isinstance(first, ast.Constant) else ""


def test_imports_are_seen_however_they_are_written() -> None:
    text = """
import segmentation as seg
import segmentation.cli.base
from segmentation import api
from segmentation.store.form import SCHEMA
def later(name):
    import_module("segmentation.reports")
    importlib.import_module(f"segmentation.cli.{name}")
    __import__("streamlit")
    import_module(name)
"""
    assert imported(text) == [
        "segmentation.__init__",
        "segmentation.cli.base",
        "segmentation.api",
        "segmentation.store.form",
        "segmentation.reports",
        "segmentation.cli.",
        "streamlit",
        "",
    ]


@pytest.mark.parametrize("path", library_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_lower_floors(path: Path) -> None:
    package = package_of(path)
    assert package in FLOOR, f"give {package} a floor"
    for name in imports_of(path):
        if name.startswith("segmentation."):
            other = name.split(".")[1]
            assert other in FLOOR, f"{path.name}: import the module that has {other}, not the front door"
            above = FLOOR[other] < FLOOR[package] or (package, other) == ("__main__", "__init__")
            assert other == package or above, f"{package} must not import {other}"


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
        if (path.name, name) == ("projects.py", "pages.parts."):
            continue  # what pages keep in a project is collected from all of them, by name
        assert not name.startswith("pages.parts")
        assert not name.startswith("pages.") or name.startswith("pages.ui")


def test_only_two_places_import_what_is_not_written() -> None:
    """What names a package has, when they are first used, and a process of its own (what its work asks for)."""
    unwritten = {str(path.relative_to(ROOT)) for path in library_files() if "" in imports_of(path)}
    assert unwritten == {"segmentation/core/lazy.py", "segmentation/core/worker.py"}
