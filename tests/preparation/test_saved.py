"""The file of preparation choices: everything comes back, and what is no such file is one sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from segmentation.__main__ import main
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import FILLS, PREP_PRESETS, TRANSFORMS, ColumnPrep, PrepSettings
from segmentation.preparation.saved import prep_from, prep_from_json, prep_to_json

MAYBE = some.none() | some.booleans()
COLUMNS = some.dictionaries(
    some.text(max_size=12),
    some.builds(
        ColumnPrep,
        fill=some.none() | some.sampled_from(sorted(FILLS)),
        fill_value=some.none() | some.floats(-1e300, 1e300),
        cap=MAYBE,
        transform=some.none() | some.sampled_from(sorted(TRANSFORMS)),
        keep=MAYBE,
    ),
    max_size=4,
)
WHEN = some.sampled_from(["off", "auto", "all"])


@given(cap=WHEN, log=WHEN, scale=some.booleans(), low=some.floats(0.0, 0.25), columns=COLUMNS)
def test_every_choice_comes_back(cap: str, log: str, scale: bool, low: float, columns: dict[str, ColumnPrep]) -> None:
    wanted = PrepSettings(cap=cap, log=log, scale=scale, cap_low=low, columns=columns)
    assert prep_from_json(prep_to_json(wanted)) == wanted


def test_the_file_says_what_it_is() -> None:
    plain = json.loads(prep_to_json(replace(PREP_PRESETS["recommended"], columns={"AGE": ColumnPrep(keep=False)})))
    assert (plain["kind"], plain["version"]) == ("segmentation preparation", 1)
    assert plain["columns"] == {"AGE": {"keep": False}}
    assert plain["settings"]["cap"] == "auto"


def test_what_a_file_leaves_out_is_as_in_the_plain_preparation() -> None:
    assert prep_from_json("{}") == PREP_PRESETS["plain"]
    assert prep_from_json('{"settings": {"scale": false}}') == PrepSettings(scale=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"kind": "segmentation mapping"}', "its kind is another one"),
        ('{"version": 2}', "it has version 2"),
        ('{"settings": 3}', "settings must be a group of named values"),
        ('{"settings": {"scale": "no"}}', "settings.scale must be true or false"),
        ('{"settings": {"scale": 1}}', "settings.scale must be true or false"),
        ('{"settings": {"correlated_from": true}}', "settings.correlated_from must be a whole number"),
        ('{"settings": {"cap_low": true}}', "settings.cap_low must be a number"),
        ('{"settings": {"cap_low": "0.1"}}', "settings.cap_low must be a number"),
        ('{"settings": {"cap_low": NaN}}', "settings.cap_low must be a number"),
        ('{"settings": {"correlated_from": 2.5}}', "settings.correlated_from must be a whole number"),
        ('{"settings": {"cap_low": 0.9}}', "from 0.0 to 0.25"),
        ('{"settings": {"nope": 1}}', "settings.nope is not known"),
        ('{"nope": 1}', "nope is not known"),
        ('{"columns": {"A": 3}}', "columns.A must be a group of named values"),
        ('{"columns": {"A": {"fill": "guess"}}}', "columns.A.fill must be one of median"),
        ('{"columns": {"A": {"cap": "yes"}}}', "columns.A.cap must be true or false"),
        ('{"columns": {"A": {"nope": 1}}}', "columns.A.nope is not known"),
        ("x" * 1_000_001, "too large"),
    ],
)
def test_what_is_no_file_of_choices_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(SegmentationError) as caught:
        prep_from_json(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_preparation_is_named_given_or_read(tmp_path: Path) -> None:
    assert prep_from("recommended") is PREP_PRESETS["recommended"]
    path = tmp_path / "mine.json"
    path.write_text(prep_to_json(PrepSettings(cap="all")), encoding="utf-8")
    assert prep_from(path) == PrepSettings(cap="all")
    with pytest.raises(SegmentationError, match="Cannot read the preparation"):
        prep_from(tmp_path / "none.json")


def test_the_command_line_prepares_as_the_file_says(fast: Any, tmp_path: Path, capsys: Any) -> None:
    data, prep = tmp_path / "cards.csv", tmp_path / "prep.json"
    fast.to_csv(data, index=False)
    choices = PrepSettings(scale=False, columns={"BALANCE": ColumnPrep(keep=False)})
    prep.write_text(prep_to_json(choices), encoding="utf-8")
    call = ["fit", str(data), "--k", "3", "--name", "x", "--models", str(tmp_path / "models"), "--prep", str(prep)]
    assert main([*call, "--roles", "TENURE=descriptor", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    left = {item["column"]: item["why"] for item in said["columns"]["left_out"]}
    assert left["BALANCE"] == "You left it out."
    assert left["TENURE"] == "You chose it."
    assert "CUST_ID" in left
    assert set(said["columns"]["used"]) == set(fast.columns) - set(left)
    assert main(call) == 0
    words = capsys.readouterr().out
    assert "Columns used (" in words
    assert "Left out: BALANCE (left out). You left it out." in words
    prep.write_text("{", encoding="utf-8")
    assert main(call) == 2
    assert "not JSON" in capsys.readouterr().err
