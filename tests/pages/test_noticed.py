"""What was noticed of the files of a model is told on every page that uses it, as facts without a cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from segmentation.clustering.model import Segmentation
from tests.reports.small import personas_of, planted, planted_comparison

NOTICED = [
    {"kind": "refused", "where": "Rows", "count": 2},
    {"kind": "currencies", "where": "amount", "count": 3},
    {"kind": "lost", "where": "religion", "count": 4},
]


def noticing(seg: Segmentation) -> Segmentation:
    columns = {"customers": {**seg.replay.get("columns", {}).get("customers", {}), "religion": "sensitive"}}
    return replace(seg, replay={**seg.replay, "noticed": NOTICED, "columns": columns})


@pytest.mark.parametrize("page", ["segments", "score", "share"])
def test_what_was_noticed_is_told_on_the_page(app, page: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    table, seg = planted()
    made = noticing(seg)
    test = app(
        page,
        features=table,
        recipe=seg.recipe,
        comparison=planted_comparison(),
        segmentation=made,
        personas=personas_of(made),
    )
    assert not test.exception
    assert "2 things were noticed in the files these were made from" in [item.label for item in test.expander]
    text = " ".join(item.value for item in test.markdown).replace("\\", "")
    assert "Rows: 2 lines could not be read and were refused." in text
    assert "amount: its amounts are in 3 different currencies." in text
    assert "religion" not in text


def test_a_model_without_anything_noticed_says_nothing(app, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    table, seg = planted()
    test = app("score", features=table, segmentation=seg, personas=personas_of(seg))
    assert not [item.label for item in test.expander if "noticed" in item.label]
