"""`segmentation models`: compare, rename, note, look up, delete and bring back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from segmentation import store
from segmentation.__main__ import main
from tests.reports.small import personas_of, planted


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """cards/v1 with hashed ids, cards/v2 with another name for a persona."""
    monkeypatch.setenv("SEGMENTATION_KEY", str(tmp_path / "id.key"))
    _, made = planted()
    store.save(made, personas_of(made, ("A", "B", "C")), "cards", tmp_path, who="hashed")
    store.save(made, personas_of(made, ("A", "Bees", "C")), "cards", tmp_path)
    return tmp_path


def told(capsys: Any, models: Path, *arguments: str) -> str:
    assert main(["models", *arguments, "--models", str(models)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def answer(capsys: Any, models: Path, *arguments: str) -> Any:
    plain = json.loads(told(capsys, models, *arguments, "--json"))
    return {name: value for name, value in plain.items() if name != "notices"} if isinstance(plain, dict) else plain


def test_two_versions_are_compared(models: Path, capsys: Any) -> None:
    found = answer(capsys, models, "compare", "cards/v1", "cards/v2")
    assert found["changes"] == ["“B” is called “Bees”."]
    assert [row["second"] for row in found["segments"]] == ["A", "Bees", "C"]
    text = told(capsys, models, "compare", "cards/v1", "cards")
    assert text.startswith("From cards/v1 to cards/v2:\n- “B” is called “Bees”.\n")
    assert "Number of personas: 3\n" in text


def test_a_model_is_renamed_noted_deleted_and_brought_back(models: Path, capsys: Any) -> None:
    assert told(capsys, models, "rename", "cards", "clients") == "cards is called clients now, with all its versions.\n"
    assert answer(capsys, models, "note", "clients/v1", "the first") == {"model": "clients/v1", "note": "the first"}
    assert told(capsys, models, "delete", "clients/v2").startswith("Deleted clients/v2. Within a day, ")
    assert "clients/v1 (the first): 3 segments of 135 customers." in told(capsys, models)
    assert answer(capsys, models, "restore", "clients/v2") == {"model": "clients/v2"}
    assert told(capsys, models, "note", "clients/v1") == "clients/v1 has no note any more.\n"
    assert [(item["model"], item["note"], item["ids"]) for item in answer(capsys, models)] == [
        ("clients/v2", "", ""),
        ("clients/v1", "", "hashed"),
    ]


def test_a_customer_is_found_by_the_id_that_was_kept(models: Path, capsys: Any) -> None:
    _, made = planted()
    id, segment = str(made.labels.index[0]), int(made.labels.iloc[0])
    found = answer(capsys, models, "find", "cards/v1", id)
    assert found == {"model": "cards/v1", "id": id, "segment": segment, "persona": "ABC"[segment - 1]}
    assert told(capsys, models, "find", "cards/v1", "=1+1") == "There was no customer =1+1 when cards/v1 was saved.\n"
    assert told(capsys, models, "forget-ids", "cards/v1") == "No id is kept with cards/v1 any more.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rename", "cards"], "models rename needs 2 values"),
        (["burn", "cards"], "not 'burn'"),
        (["delete", "cards"], "Say which version"),
        (["delete", "cards/v9"], "no saved model"),
        (["find", "cards/v2", "x"], "No ids are kept with cards/v2"),
        (["restore", "cards/v1"], "gone for good"),
        (["compare", "cards/v1", "nobody"], "no saved model"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(models: Path, capsys: Any, arguments: list[str], said: str) -> None:
    assert main(["models", *arguments, "--models", str(models)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert len(store.saved_refs(models)) == 2
