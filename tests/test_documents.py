"""What the documents say of the tree is what the tree is: packages, paths, links, commands and the pins."""

from __future__ import annotations

import argparse
import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

import segmentation
from segmentation.cli import COMMANDS
from segmentation.clustering.methods import METHODS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample_data/README.md")]
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))
PINNED = ("requirements.txt", "requirements-sign-in.txt", "requirements-dev.txt", "requirements-spark.txt")
PIN = re.compile(
    r"^([\w.-]+)==(\S+)(?: ;[^\\\n]*)? \\\n(?:    --hash=sha256:[0-9a-f]{64} \\\n)*    --hash=sha256:[0-9a-f]{64}$",
    re.MULTILINE,
)


def table_below(path: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, as cells."""
    text = (ROOT / path).read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def floors() -> list[set[str]]:
    """The list that the test of levels keeps."""
    tree = ast.parse((ROOT / "tests/test_levels.py").read_text(encoding="utf-8"))
    value = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "FLOORS"
    )
    return [set(packages) for packages in ast.literal_eval(value)]


def test_the_table_of_rooms_is_the_list_of_floors() -> None:
    rows = table_below("CONTRIBUTING.md", "Where a line of code belongs")
    named = [set(re.findall(r"`(\w+)`", cells[0])) for cells in rows]
    assert named == [floor for floor in reversed(floors()) if "__init__" not in floor]


def test_the_table_of_rooms_names_what_is_in_each_package() -> None:
    for packages, contents in table_below("CONTRIBUTING.md", "Where a line of code belongs"):
        rooms = [ROOT / "segmentation" / package for package in re.findall(r"`(\w+)`", packages)]
        there = {path.stem for room in rooms if room.is_dir() for path in room.iterdir()}
        assert set(re.findall(r"`(\w+)`", contents)) <= there


def test_the_table_of_where_to_begin_names_functions_that_are_there() -> None:
    rows = table_below("CONTRIBUTING.md", "Where to begin reading")
    pairs = [pair for _, where in rows for pair in re.findall(r"`(\w+)` in `([\w/]+\.py)`", where)]
    assert len(pairs) == 12
    for name, path in pairs:
        defined = re.compile(rf"^ *(?:def|class) {name}\b|^{name}\b.* =", re.MULTILINE)
        assert defined.search((ROOT / path).read_text(encoding="utf-8")), f"{name} is not in {path}"


def test_the_readme_names_every_folder_of_the_project() -> None:
    rows = table_below("README.md", "Where things are")
    named = set(re.findall(r"`([\w./]+?)/?`", " ".join(cells[0] for cells in rows)))
    there = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert there - {"build", "node_modules", "__pycache__"} - {".venv"} <= named
    assert all((ROOT / name).exists() for name in named)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_every_path_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if "://" not in target:
            assert (document.parent / target).exists(), target
    for path in re.findall(r"`((?:segmentation|pages|tests|docs|sample_data|\.ci)/[\w./-]*)`", prose):
        if path not in ("tests/e2e/shots/",):
            assert (ROOT / path).exists(), path


def test_the_readme_names_every_command_and_only_options_that_there_are() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        parser = argparse.ArgumentParser()
        command.add(parser)
        lines = re.findall(rf"^segmentation {command.name}\b.*", text, re.MULTILINE)
        assert lines, command.name
        known = set(re.findall(r"--[a-z-]+", parser.format_help()))
        for line in lines:
            assert set(re.findall(r"--[a-z-]+", line)) <= known, line


@pytest.mark.parametrize("document", ["README.md", "docs/library.md", "docs/notebook.py", "segmentation/__init__.py"])
def test_every_verb_that_a_document_calls_is_one_of_the_front_door(document: str) -> None:
    called = set(re.findall(r"\bseg\.(\w+)", (ROOT / document).read_text(encoding="utf-8")))
    assert len(called) >= 6
    assert called <= set(segmentation.__all__)


def test_the_readme_names_every_way_of_grouping() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    start = text.index("`--method` is one of")
    sentence = text[start : text.index("; `--set`", start)]
    assert sorted(re.findall(r"`([a-z]+)`", sentence)) == sorted(METHODS)


def test_the_pages_of_reference_have_every_package_from_the_bottom_to_the_top() -> None:
    named = re.findall(r"^## (\w+)$", (ROOT / "docs/packages.md").read_text(encoding="utf-8"), re.MULTILINE)
    expected = [floor for floor in floors() if "__init__" not in floor]
    places = [next(place for place, floor in enumerate(expected) if name in floor) for name in named]
    assert places == sorted(places)
    assert set(named) == set().union(*expected)


def test_every_dependency_is_pinned_with_its_hashes_and_no_address_is_in_the_files() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [re.match(r"[\w-]+", text).group().casefold() for text in project["project"]["dependencies"]]  # type: ignore[union-attr]
    pinned = []
    for name in PINNED:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        pins = PIN.findall(text)
        assert len(pins) == text.count("=="), "a pin without hashes"
        assert len(pins) == len({pin[0] for pin in pins}), "more than one version of a package"
        assert set(needed) <= {pin[0] for pin in pins}
        pinned.append(set(pins))
    assert pinned[0] <= pinned[1] <= pinned[2]
    assert {name for name, _ in pinned[3] - pinned[0]} == {"py4j", "pyspark"}


def test_every_package_that_is_imported_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    declared = {re.match(r"[\w-]+", text).group().casefold() for text in (*project["dependencies"], *extras)}  # type: ignore[union-attr]
    known = importlib.metadata.packages_distributions()
    files = [ROOT / "app.py", *(ROOT / "segmentation").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    names: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {item.name.split(".")[0] for item in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    others = names - set(sys.stdlib_module_names) - {"segmentation", "pages", "app"}
    assert len(others) > 15
    for name in others:
        assert {text.casefold() for text in known.get(name, [name])} & declared, name


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "segmentation/core/version.py"
    released = segmentation.__version__.partition(".dev")[0]
    assert re.search(rf"^## {re.escape(released)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
