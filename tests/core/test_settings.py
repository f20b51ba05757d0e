"""Settings refuse what is no value of theirs, in one sentence, wherever they are made."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

import segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import ColumnPrep, KSettings, PrepSettings, Settings, option
from segmentation.data.reading import ReadSettings
from segmentation.evaluation.evidence import EvidenceSettings


@dataclass(frozen=True)
class Toy(Settings):
    many: int = option(3, "How many", low=1, high=9)
    share: float = option(0.5, "Share", low=0.0, high=1.0)
    on: bool = option(True, "Switched on")
    name: str = option("a", "Name", choices={"a": "A", "b": "B"})
    least: int | None = option(None, "Least", low=2)
    names: tuple[str, ...] = option((), "Names")
    plain_number: float = 0.0


@pytest.mark.parametrize(
    ("field", "bad", "sentence"),
    [
        ("many", "3", "How many must be a whole number; it was '3'."),
        ("many", 2.5, "How many must be a whole number; it was 2.5."),
        ("many", 2.0, "How many must be a whole number; it was 2.0."),
        ("many", True, "How many must be a whole number; it was True."),
        ("many", np.True_, "How many must be a whole number; it was"),
        ("many", None, "How many must be a whole number; it was None."),
        ("many", float("nan"), "How many must be a whole number; it was nan."),
        ("many", 0, "How many must be from 1 to 9; it was 0."),
        ("many", 10, "How many must be from 1 to 9; it was 10."),
        ("share", "0.5", "Share must be a number; it was '0.5'."),
        ("share", True, "Share must be a number; it was True."),
        ("share", float("nan"), "Share must be a number; it was nan."),
        ("share", float("inf"), "Share must be a number; it was inf."),
        ("share", 1.5, "Share must be from 0.0 to 1.0; it was 1.5."),
        ("on", "no", "Switched on must be true or false; it was 'no'."),
        ("on", 1, "Switched on must be true or false; it was 1."),
        ("name", "c", "Name must be one of a, b; it was 'c'."),
        ("name", 1, "Name must be one of a, b; it was 1."),
        ("name", ["a"], "Name must be one of a, b; it was ['a']."),
        ("least", 1, "Least must be at least 2; it was 1."),
        ("least", "2", "Least must be a whole number; it was '2'."),
        ("names", "all", "Names must be a list of texts; it was 'all'."),
        ("names", (1,), "Names must be a list of texts; it was (1,)."),
        ("plain_number", "x", "Plain number must be a number; it was 'x'."),
    ],
)
def test_a_wrong_value_is_one_sentence_that_says_what_would_be_right(field: str, bad: Any, sentence: str) -> None:
    with pytest.raises(SegmentationError) as refused:
        Toy(**{field: bad})
    assert str(refused.value).startswith(sentence)
    with pytest.raises(SegmentationError):
        replace(Toy(), **{field: bad})


def test_right_values_pass_also_those_of_numpy_and_a_whole_number_where_any_number_is_asked_for() -> None:
    made = Toy(np.int64(4), 1, False, "b", None, ["x"], np.float32(2.5))
    assert (made.many, made.share, made.on, made.plain_number) == (4, 1, False, 2.5)
    assert Toy(least=2).least == 2


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        (KSettings, {"k_min": "3"}, "a whole number"),
        (KSettings, {"k_min": 2.5}, "a whole number"),
        (KSettings, {"seed": True}, "a whole number"),
        (KSettings, {"k_max": 21}, "must be from 2 to 20"),
        (KSettings, {"k_min": 5, "k_max": 4}, r"The fewest segments \(5\) must not be more than the most \(4\)"),
        (PrepSettings, {"scale": "no"}, "true or false"),
        (PrepSettings, {"correlation_limit": 7.0}, "must be from 0.5 to 1.0"),
        (ColumnPrep, {"cap": "yes"}, "Cap must be true or false"),
        (ColumnPrep, {"fill_value": "1,5"}, "Fill value must be a number"),
        (ColumnPrep, {"fill": "guess"}, "must be one of median, zero, constant, larger; it was 'guess'"),
        (ColumnPrep, {"transform": True}, "must be one of none, log1p, yeo-johnson; it was True"),
        (PrepSettings, {"columns": {"income": "log1p"}}, "column → ColumnPrep"),
        (PrepSettings, {"columns": ["income"]}, "column → ColumnPrep"),
        (EvidenceSettings, {"nulls": True}, "a whole number"),
        (ReadSettings, {"header_row": 1.0}, "a whole number"),
        (ReadSettings, {"separator": "x"}, "Separator must be one of"),
    ],
)
def test_the_settings_of_the_product_cannot_be_made_wrong(kind: Any, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(SegmentationError, match=words):
        kind(**wrong)


def test_every_class_of_settings_in_the_library_checks_itself_and_its_defaults_are_right() -> None:
    classes = set()
    for module in pkgutil.walk_packages(segmentation.__path__, "segmentation."):
        if module.name.endswith("__main__"):
            continue
        for item in vars(importlib.import_module(module.name)).values():
            if isinstance(item, type) and is_dataclass(item) and any("label" in each.metadata for each in fields(item)):
                classes.add(item)
    assert len(classes) >= 15
    assert [item.__name__ for item in classes if not issubclass(item, Settings)] == []
    for item in classes:
        item()
