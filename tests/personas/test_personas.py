"""Personas from a segmentation: what the cards say, and that every figure on them is in the data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.core.text import value_text
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation import final
from segmentation.personas import Claim, Persona, describe, filled_values, segment_labels
from segmentation.personas.claims import WeighedClaim, make_claim
from segmentation.personas.column import Column

CLAIM = Claim(
    sentence="They take a lot of cash in advance: 3,917 on average, against 979 for everyone.",
    feature="CASH_ADVANCE",
    label="Cash advances",
    unit="",
    kind="money",
    statistic="mean",
    value=3917.25,
    everyone=978.87,
    effect=1.4,
    fits="more than 2,448",
    coverage=0.64,
    exclusivity=0.82,
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


def features_of(frame: pd.DataFrame) -> FeatureTable:
    frame = frame.astype(np.float64)
    info = tuple(describe_column(name, frame[name]) for name in frame)
    return FeatureTable(frame, info, pd.DataFrame(index=frame.index))


@pytest.fixture(scope="module")
def cards(shared_data: Path) -> FeatureTable:
    return features_of(pd.read_csv(shared_data / "credit_card" / "CC GENERAL.csv", index_col="CUST_ID"))


@pytest.fixture(scope="module")
def four(cards: FeatureTable) -> Segmentation:
    return final.fit(cards, PREP_PRESETS["plain"], 4)


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


def test_the_four_credit_card_segments_are_called_what_their_figures_say(
    cards: FeatureTable, four: Segmentation
) -> None:
    personas = describe(four, cards)
    assert [(persona.name, persona.size) for persona in personas] == [
        ("Low activity", 3977),
        ("Instalment-focused and active", 3367),
        ("Cash-advance heavy", 1197),
        ("High-spending, more often paying in full", 409),
    ]
    assert personas[2].sentences == (
        "These customers take a lot of cash in advance: 4,522 on average, against 979 for everyone.",
        "They owe a lot on their card: 4,602 on average, against 1,564 for everyone.",
        "They are 13.4 % of customers and account for 61.8 % of all cash advances.",
    )
    assert personas[3].sentences[2] == "They are 4.6 % of customers and account for 35.0 % of all purchases."
    # The name promises paying in full; the card shows that most of them do not.
    assert any("months paid in full" in text for text in personas[3].against)


def test_the_three_credit_card_segments_are_called_what_their_figures_say(cards: FeatureTable) -> None:
    personas = describe(final.fit(cards, PREP_PRESETS["plain"], 3), cards)
    assert [persona.name for persona in personas] == [
        "Low activity",
        "Cash-advance heavy",
        "High-spending, more often paying in full",
    ]
    assert personas[1].sentences[0] == (
        "These customers take a lot of cash in advance: 3,917 on average, against 979 for everyone."
    )


def test_every_figure_of_a_claim_is_in_the_data(cards: FeatureTable, four: Segmentation) -> None:
    values, labels = filled_values(four, cards), segment_labels(four, cards)
    for persona in describe(four, cards):
        members = labels == persona.segment
        assert persona.size == members.sum()
        assert persona.share == pytest.approx(members.mean())
        for claim in persona.claims:
            column = values[claim.feature].to_numpy()
            if claim.statistic == "share":
                fits = column > 0 if claim.fits == "yes" else column <= 0
                own, everyone = fits[members].mean(), fits.mean()
            else:
                of = {"mean": np.mean, "median": np.median}[claim.statistic]
                own, everyone = of(column[members]), of(column)
                middle = (own + everyone) / 2
                fits = column > middle if own > everyone else column < middle
            assert (claim.value, claim.everyone) == pytest.approx((own, everyone))
            assert claim.coverage == pytest.approx((fits & members).sum() / members.sum())
            assert claim.exclusivity == pytest.approx((fits & members).sum() / fits.sum())
            if claim.statistic != "share":
                unit = "" if claim.kind == "count" else claim.unit
                assert value_text(claim.value, kind=claim.kind, unit=unit) in claim.sentence
                assert value_text(claim.everyone, kind=claim.kind, unit=unit) in claim.sentence


def test_every_figure_of_a_sentence_belongs_to_a_claim_or_to_the_part_of_a_total(
    cards: FeatureTable, four: Segmentation
) -> None:
    values, labels = filled_values(four, cards), segment_labels(four, cards)
    totals = {item.label.lower(): item.name for item in four.info}
    for persona in describe(four, cards):
        own = [sentence for sentence in persona.sentences if sentence not in {c.sentence for c in persona.claims}]
        assert len(own) <= 1
        for sentence in own:
            found = re.fullmatch(
                r"They are ([\d.]+) % of customers and account for (?:only )?([\d.]+) % of (?:all|total) (.+)\.",
                sentence,
            )
            assert found is not None
            column = values[totals[found[3]]]
            part = column[labels == persona.segment].sum() / column.sum()
            assert float(found[1]) == round(100 * persona.share, 1)
            assert float(found[2]) == pytest.approx(100 * part, abs=0.051)


def test_an_unstable_segment_gets_cautious_words(cards: FeatureTable, four: Segmentation) -> None:
    sure = describe(four, cards, {1: 0.95, 2: 0.7, 3: 0.4, 4: 0.9})
    assert sure[0].stability == 0.95
    assert not any("resampled" in text for text in sure[0].against)
    assert any("comes back only in part (Jaccard 0.70)" in text for text in sure[1].against)
    assert any("often does not come back (Jaccard 0.40)" in text for text in sure[2].against)
    assert sure[2].sentences[0] == (
        "In cash advances these customers lie somewhat above everyone: 4,522 on average, against 979."
    )


def test_names_do_not_depend_on_the_order_of_columns_or_rows(cards: FeatureTable, four: Segmentation) -> None:
    shuffled = features_of(cards.frame.sample(frac=1, random_state=3)[list(reversed(cards.names))])
    again = final.fit(shuffled, PREP_PRESETS["plain"], 4)
    names = {persona.size: persona.name for persona in describe(again, shuffled)}
    for persona in describe(four, cards):
        near = min(names, key=lambda size: abs(size - persona.size))
        assert names[near] == persona.name


def test_customers_that_the_model_has_never_seen_are_described_by_scoring_them(
    cards: FeatureTable, four: Segmentation
) -> None:
    part = cards.frame.sample(2_000, random_state=1)
    personas = describe(four, features_of(part))
    assert sum(persona.size for persona in personas) == 2_000


def test_a_segment_in_the_middle_is_told_what_it_shares_with_everyone() -> None:
    rng = np.random.default_rng(4)
    kind = np.repeat([0, 1, 2], 100)
    frame = pd.DataFrame(
        {
            "recency": np.array([90.0, 45, 20])[kind] + rng.normal(0, 5, 300),
            "frequency": np.array([2.0, 5, 8.3])[kind] + rng.normal(0, 0.3, 300),
            "monetary": np.array([200.0, 600, 1000])[kind] + rng.normal(0, 20, 300),
        }
    )
    personas = describe(final.fit(features_of(frame), PREP_PRESETS["plain"], 3), features_of(frame))
    names = {persona.name: persona for persona in personas}
    assert set(names) == {"At risk of leaving", "Potential loyal customers", "Loyal high spenders"}
    middle = names["Potential loyal customers"]
    assert any("like everyone" in sentence for sentence in middle.sentences)
    alike = next(claim for claim in middle.claims if "like everyone" in claim.sentence)
    low, high = frame[alike.feature].quantile([0.25, 0.75])
    inside = frame[alike.feature].between(low, high).to_numpy()
    assert alike.coverage == inside[kind == 1].mean()
    assert alike.exclusivity == inside[kind == 1].sum() / inside.sum()


def test_a_feature_that_says_nothing_makes_no_claim_and_hostile_labels_stay_text() -> None:
    rng = np.random.default_rng(0)
    kind = np.repeat([0, 1], 100)
    frame = pd.DataFrame({"![x](http://h/)": 10.0 * kind + rng.normal(size=200), "<b>noise": rng.normal(size=200)})
    personas = describe(final.fit(features_of(frame), PREP_PRESETS["plain"], 2), features_of(frame))
    names = [persona.name for persona in personas]
    assert len(set(names)) == 2
    assert all(claim.feature == "![x](http://h/)" for persona in personas for claim in persona.claims[:1])


def test_two_segments_of_one_yes_or_no_column_are_told_by_shares() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"loan": np.repeat([0.0, 1.0], [60, 40]), "noise": rng.normal(size=100) * 0.01})
    personas = describe(final.fit(features_of(frame), PREP_PRESETS["plain"], 2), features_of(frame))
    claim = next(claim for persona in personas for claim in persona.claims if claim.feature == "loan")
    assert (claim.statistic, claim.value) == ("share", 1.0)
    assert "100.0 % of them, against" in claim.sentence


# Eight customers, the first three members. Everyone's values of "wait": 0 1 2 3 4 5 6 7; the members have 5, 6 and 7.
MEMBERS = np.array([True, True, True, False, False, False, False, False])


def told_of(info: FeatureInfo, values: list[float], effect: float) -> WeighedClaim:
    return make_claim(Column(info, np.array(values, dtype=float), MEMBERS, effect))


def test_words_are_made_from_figures_whatever_stands_in_a_unit_or_a_label() -> None:
    """The unit and the label hold the very words that say more, less and within."""
    info = FeatureInfo("wait", "Wait less than usual", unit="more than hours", kind="number")
    more = told_of(info, [5, 6, 7, 0, 1, 2, 3, 4], 1.5)
    # Means: members 6, everyone 3.5; the middle between them is 4.75.
    assert more.claim.fits == "more than 4.75 more than hours"
    assert more.fitting.customers == "above 4.75 more than hours in wait less than usual"
    assert more.fitting.others("10.0 %") == (
        "In wait less than usual 10.0 % of them stay at 4.75 more than hours or less."
    )
    like = told_of(info, [3, 4, 2, 0, 1, 5, 6, 7], 0.0)
    # Quartiles of 0 … 7: 1.75 and 5.25.
    assert like.fitting.others("12.5 %") == (
        "In wait less than usual 12.5 % of them are not within 1.75 more than hours to 5.25 more than hours."
    )
    assert (like.claim.coverage, like.claim.exclusivity) == (1.0, 3 / 4)


@pytest.mark.parametrize(
    ("kind", "values", "effect", "fits", "customers", "others"),
    [
        ("boolean", [1, 1, 1, 0, 0, 0, 0, 1], 1.0, "yes", "with yes for loan", "For loan 5 % of them have no."),
        ("boolean", [0, 0, 0, 1, 1, 1, 1, 0], -1.0, "no", "with no for loan", "For loan 5 % of them have yes."),
        ("money", [0, 0, 0, 5, 6, 7, 8, 9], -1.0, "none", "with no loan", "In loan 5 % of them are above zero."),
        ("money", [5, 6, 4, 90, 99, 80, 85, 70], -1.0, "less than 29.9", "below 29.9 in loan",
         "In loan 5 % of them reach 29.9 or more."),
    ],
    ids=["yes", "no", "none of it", "less"],
)  # fmt: skip
def test_whom_a_claim_fits_is_said_in_three_ways_that_agree(kind, values, effect, fits, customers, others) -> None:
    told = told_of(FeatureInfo("loan", "Loan", kind=kind), values, effect)
    assert (told.claim.fits, told.fitting.customers, told.fitting.others("5 %")) == (fits, customers, others)
    assert told.fitting.of(np.array(values, dtype=float))[MEMBERS].mean() == told.claim.coverage
