"""The sample of a marketing campaign: columns made of its own let the planted groups be recommended and found."""

from __future__ import annotations

from pathlib import Path

from sklearn.metrics import adjusted_rand_score

import segmentation as seg
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.evaluation.choose_k import compare
from segmentation.evaluation.evidence import EvidenceSettings, gather
from segmentation.preparation import learn
from tests.data.test_samples import generator

FILE = Path(__file__).resolve().parents[2] / "sample_data" / "marketing_campaign.csv"
GOODS = ("Wines", "Fruits", "MeatProducts", "FishProducts", "SweetProducts", "GoldProds")
DERIVE = {
    "Spent": f"sum({', '.join(f'Mnt{name}' for name in GOODS)})",
    "Age": "years_between(Year_Birth, 2014-12-31)",
    "Children": "Kidhome + Teenhome",
}


def test_the_planted_groups_are_recommended_and_found() -> None:
    features = seg.features(FILE, derive=DERIVE, roles={"Age": "feature"})
    recipe = learn(features, PREP_PRESETS["recommended"])
    comparison = compare(features, recipe, KSettings(k_max=5, n_init=5))
    evidence = gather(features, recipe, comparison, EvidenceSettings(references=5, resamples=8, n_init=2))
    assert (evidence.verdict, evidence.recommended_k) == ("distinct", 4)
    planted = generator.truth("marketing").loc[features.frame.index]
    assert adjusted_rand_score(planted, comparison.fits[4].labels) >= 0.95


def test_every_column_that_is_not_used_is_named_with_its_reason() -> None:
    features = seg.features(FILE)
    unused = {item.name: (item.role, item.reason) for item in features.roles if item.role != "feature"}
    assert unused == {
        "ID": ("identifier", "Its name says so and every value appears once."),
        "Year_Birth": ("sensitive", "Personal (birth): kept out, but audited."),
        "Education": ("descriptor", "Text with 5 different values. It can be a category."),
        "Marital_Status": ("sensitive", "Personal (marital status): kept out, but audited."),
        "Dt_Customer": ("date", "It holds dates from 2012-07-30 to 2014-06-29."),
        "Z_CostContact": ("left out", "Every customer has the same value (3), so it cannot tell them apart."),
        "Z_Revenue": ("left out", "Every customer has the same value (11), so it cannot tell them apart."),
        "Response": ("outcome", "Known only afterwards: kept out, then compared between segments."),
    }
    assert features.outcomes == ("Response",)
