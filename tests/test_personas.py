"""Personas are plain values that survive JSON."""

from __future__ import annotations

import json

import pytest

from segmentation.errors import SegmentationError
from segmentation.personas import Claim, Persona

CLAIM = Claim(
    sentence="They take 3,917 in cash advances on average; everyone takes 979.",
    feature="CASH_ADVANCE",
    label="Cash advances",
    unit="",
    kind="money",
    statistic="mean",
    value=3917.25,
    everyone=978.87,
    effect=1.4,
    fits="more than 979",
    coverage=0.9,
    exclusivity=0.6,
)
PERSONA = Persona(
    segment=2,
    name="Cash users",
    suggested_name="Cash-advance heavy",
    sentences=("One.", "Two."),
    size=1561,
    share=0.174,
    claims=(CLAIM,),
    against=("10 % of them take no cash.",),
    actions=("Watch the risk.",),
    because="Because.",
    stability=0.91,
    edited=("name",),
)


def test_a_persona_survives_json_unchanged() -> None:
    assert Persona.from_dict(json.loads(json.dumps(PERSONA.to_dict()))) == PERSONA


def test_a_stored_persona_with_a_missing_or_unknown_entry_is_refused_in_one_sentence() -> None:
    values = PERSONA.to_dict()
    with pytest.raises(SegmentationError, match="persona has no name"):
        Persona.from_dict({key: value for key, value in values.items() if key != "name"})
    with pytest.raises(SegmentationError, match="unknown entries: code"):
        Persona.from_dict({**values, "code": "x"})
    with pytest.raises(SegmentationError, match="claim has no feature"):
        Persona.from_dict({**values, "claims": [{k: v for k, v in CLAIM.to_dict().items() if k != "feature"}]})
