"""What the product says of its own samples: the planted groups are found, and none where none were planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.data.customers import customers_from
from segmentation.evaluation.choose_k import compare
from segmentation.evaluation.evidence import EvidenceSettings, gather
from segmentation.preparation import learn

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
QUICK = EvidenceSettings(references=5, resamples=8, n_init=2)


@pytest.mark.parametrize(
    ("files", "kind", "planted"),
    [
        ("income_spending.csv", "customers", 4),
        ("credit_card.csv", "customers", 4),
        ("retail_transactions.csv", "transactions", 3),
        ("fintech/*.csv", "fintech", 3),
        ("no_structure.csv", "customers", 1),
    ],
)
def test_the_planted_number_of_groups_is_found(files: str, kind: str, planted: int) -> None:
    features = customers_from(sorted(SAMPLES.glob(files)), kind)
    recipe = learn(features, PREP_PRESETS["recommended"])
    comparison = compare(features, recipe, KSettings(k_max=5, n_init=5))
    evidence = gather(features, recipe, comparison, QUICK)
    assert evidence.recommended_k == planted
    assert (evidence.verdict == "none") == (planted == 1)
