"""The personas in a sentence, the evidence of a claim in a line, and the customers as a list."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

import segmentation as sg
from segmentation.core.settings import PrepSettings
from segmentation.core.tables import FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation import final
from segmentation.evaluation.evidence import Finding
from segmentation.personas import Claim, Persona, customer_list, describe, evidence_sentence, headline, portray

PERSONAS = (Persona(1, "Quiet", "Quiet", (), 6, 0.6), Persona(2, "Busy", "Busy", (), 4, 0.4))


def features() -> FeatureTable:
    frame = pd.DataFrame({"segment": [1.0, 2, 1, 9, 8, np.nan]}, index=pd.Index(list("abcdef"), name="id"))
    words = pd.DataFrame({"note": list("uvwxyz")}, index=frame.index)
    info = tuple(describe_column(name) for name in frame)
    return FeatureTable(frame, info, words, replay={"order": ["id", "note", "segment"]})


def test_the_headline_names_all_personas_the_largest_first() -> None:
    assert headline(PERSONAS) == (
        "Your 10 customers are divided into 2 personas: most are Quiet (60.0 %), the others Busy (40.0 %)."
    )
    assert headline([replace(PERSONAS[0], share=1.0)]) == "All 6 customers are one persona: Quiet."
    small = tuple(replace(persona, share=share) for persona, share in zip(PERSONAS, (0.4, 0.3), strict=True))
    assert "the largest is Quiet (40.0 %), the others Busy" in headline(small)


def test_the_headline_says_how_many_are_in_no_persona() -> None:
    assert headline(PERSONAS[:1]) == "6 of 10 customers are one persona: Quiet."
    left_out = [replace(persona, share=persona.size / 20) for persona in PERSONAS]
    assert headline(left_out).startswith(
        "10 of 20 customers are divided into 2 personas: the largest is Quiet (30.0 %)"
    )


def test_the_evidence_of_a_claim_is_one_line() -> None:
    claim = Claim("…", "TRX", "Number of purchases", "purchases", "count", "mean", 8.48, 14.71, -0.25, "less than 11.6",
                  0.692, 0.76)  # fmt: skip
    assert evidence_sentence(claim) == (
        "Number of purchases: average 8.48, everyone 14.7 (−0.2 standard deviations). 69.2 % of them have less than "
        "11.6. Of all customers of whom this is true, 76.0 % have this persona."
    )
    none = replace(claim, statistic="share", value=0.67, everyone=0.25, fits="none")
    assert evidence_sentence(none).startswith("Number of purchases: share 67.0 %, everyone 25.0 %")


def test_the_customer_list_keeps_the_order_of_the_file_and_its_own_segment_column() -> None:
    data = features()
    seg = final.fit(data, PrepSettings(), 2)
    personas = describe(seg, data)
    table = customer_list(seg, data, personas)
    assert list(table.columns) == ["id", "segment", "persona", "note", "segment (data)"]
    assert table["id"].tolist() == list("abcdef")
    assert table["note"].tolist() == list("uvwxyz")
    assert table["segment (data)"].isna().tolist() == [False] * 5 + [True]
    assert table["segment"].tolist() == seg.labels.tolist()
    names = {persona.segment: persona.name for persona in personas}
    assert table["persona"].tolist() == [names[number] for number in seg.labels]


def test_what_a_file_said_in_words_is_words_in_the_list_and_numbers_stay_numbers() -> None:
    file = b"id,spend,loan,left,phone\na,1,Y,1,yes\nb,2,N,0,no\nc,50,Y,0,\nd,60,N,1,yes\n"
    data = sg.features(file, roles={"phone": "descriptor", "loan": "feature", "left": "feature"})
    seg = final.fit(data, PrepSettings(), 2)
    table = customer_list(seg, data, describe(seg, data))
    assert table["loan"].tolist() == ["yes", "no", "yes", "no"]
    assert table["left"].tolist() == [1, 0, 0, 1]
    assert table["phone"].fillna("").tolist() == ["yes", "no", "", "yes"]


def test_a_portrait_holds_the_tables_of_all_pictures() -> None:
    data = features()
    seg = final.fit(data, PrepSettings(), 2)
    look = portray(seg, data)
    assert look.sizes["size"].tolist() == list(seg.sizes)
    assert look.strongest == ["segment"]
    assert look.feature_labels == {"segment": data.info[0].label}
    assert look.values.isna().sum().sum() == 0
    assert look.profile["missing"].sum() == 1
    assert look.about("segment") == data.info[0]


def test_cuts_through_a_crowd_are_not_called_groups_that_customers_fall_into() -> None:
    assert headline(PERSONAS, Finding(2, "none", "No gaps found.", 1)).startswith(
        "Your 10 customers are divided into 2 personas: most are Quiet (60.0 %)"
    )
    assert headline(PERSONAS, Finding(2, "distinct", "Distinct groups.", 2, "kmeans")).startswith(
        "Your 10 customers fall into 2 personas: most are Quiet (60.0 %)"
    )
    # Nothing was tested, so nothing was found.
    assert headline(PERSONAS).startswith("Your 10 customers are divided into 2 personas")
