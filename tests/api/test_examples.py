"""Every name of the front door is documented, and the examples in its documentation run and say what they say."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path
from typing import Any

import pytest

import segmentation
import segmentation.api

VERBS = [name for name in segmentation.__all__ if inspect.isfunction(getattr(segmentation, name))]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples run in an empty folder, as a reader would, and save into one that is thrown away."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.parametrize("name", VERBS)
def test_the_example_of_every_verb_runs(name: str) -> None:
    verb: Any = getattr(segmentation, name)
    (found,) = doctest.DocTestFinder(recurse=False).find(verb, name, globs={})
    assert found.examples
    said: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(found, out=said.append)
    assert outcome.failed == 0, "".join(said)


@pytest.mark.parametrize("name", [name for name in segmentation.__all__ if not name.startswith("__")])
def test_every_name_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(segmentation, name))


@pytest.mark.parametrize("name", VERBS)
def test_every_parameter_stands_in_the_documentation(name: str) -> None:
    verb: Any = getattr(segmentation, name)
    said = inspect.getdoc(verb) or ""
    for parameter in inspect.signature(verb).parameters.values():
        stars = "**" if parameter.kind is inspect.Parameter.VAR_KEYWORD else ""
        assert f"{stars}{parameter.name}" in said.partition("Parameters\n---")[2].partition("Returns\n---")[0]
    assert inspect.signature(verb).return_annotation is not inspect.Signature.empty


def test_there_are_about_a_dozen_verbs_and_all_come_from_one_package() -> None:
    assert 10 <= len(VERBS) <= 14
    assert set(VERBS) <= set(segmentation.api.__all__) <= set(segmentation.__all__)
