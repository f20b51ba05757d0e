"""What personas say of categories: how many have a level, against everyone; one level of each column."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from segmentation.clustering.methods import kmeans
from segmentation.core.blocks import Block, block_of
from segmentation.core.tables import FeatureInfo
from segmentation.personas import describe
from segmentation.personas.claims import counter_claims, make_claim
from segmentation.personas.column import Column
from segmentation.personas.filters import Condition, _formal, segment_filters
from segmentation.personas.levels import one_of_each, share_with
from segmentation.personas.listing import customer_list
from segmentation.personas.preview import preview
from segmentation.reports import ReportSettings, collect
from tests.small_mixed import mixed

INFO = FeatureInfo(
    "Contract: Two year", "Contract: Two year", kind="boolean", high="have “Two year” as Contract", column="Contract",
    level="Two year",
)  # fmt: skip


def column(members: int, share: float, everyone: float, effect: float) -> Column:
    own = np.zeros(members)
    own[: round(share * members)] = 1
    rest = np.zeros(1000 - members)
    rest[: round(everyone * 1000) - round(share * members)] = 1
    return Column(INFO, np.concatenate([own, rest]), np.arange(1000) < members, effect)


@pytest.mark.parametrize(
    ("share", "everyone", "effect", "sentence"),
    [
        (0.73, 0.55, 0.4, "Of them 73.0 % have “Two year” as Contract, against 55.0 % of everyone."),
        (0.6, 0.3, 0.7, "Of them 60.0 % have “Two year” as Contract, against 30.0 % of everyone (2 times as often)."),
        (0.1, 0.4, -0.6, "Of them only 10.0 % have “Two year” as Contract, against 40.0 % of everyone."),
        (0.0, 0.4, -0.8, "Of them none have “Two year” as Contract, against 40.0 % of everyone."),
        (0.41, 0.4, 0.02, "Of them about as many as of everyone have “Two year” as Contract: 41.0 %, against 40.0 %."),
    ],
)
def test_a_level_is_told_by_how_many_have_it(share: float, everyone: float, effect: float, sentence: str) -> None:
    told = make_claim(column(100, share, everyone, effect))
    assert told.claim.sentence == sentence
    assert (told.claim.value, told.claim.everyone) == pytest.approx((share, everyone))


def test_customers_of_whom_nothing_is_known_neither_have_a_level_nor_count() -> None:
    values = np.array([1.0, 1.0, 0.0, 0.4, 0.4])
    assert share_with(values) == pytest.approx(2 / 3)
    told = make_claim(Column(INFO, values, np.array([True, True, True, True, False]), 0.9))
    assert told.claim.coverage == 0.5


def test_what_speaks_against_a_claim_is_said_of_the_level() -> None:
    told = make_claim(column(200, 0.6, 0.5, 0.9))
    assert [text for _, text in counter_claims([told])] == [
        "40.0 % of them do not have “Two year” as Contract.",
        "Of all customers who have “Two year” as Contract, 76.0 % do not have this persona.",
    ]


def test_a_persona_tells_one_level_of_each_category() -> None:
    m = mixed()
    for persona in describe(m.made, m.features):
        columns = [m.made.about(claim.feature).column or claim.feature for claim in persona.claims]
        assert len(set(columns)) == len(columns)
        parts = [part.split(":")[0].strip().casefold() for part in persona.name.split(", ")]
        assert len(set(parts)) == len(parts)
    first = describe(m.made, m.features)[0]
    assert first.sentences[0].startswith("Of these customers 90.2 % have “Month-to-month” as Contract, against 43.4 %")


def test_a_preview_tells_shares_of_levels() -> None:
    m = mixed()
    traits = preview(m.features, m.recipe, kmeans(m.recipe.transform(m.features.frame), 3))["traits"]
    assert any("Contract: Month-to-month" in text and "%" in text for text in traits)


def test_rules_name_the_level() -> None:
    m = mixed()
    assert m.made.labels is not None
    rules = " ".join(segment_filters(m.features.frame.fillna(0.5), m.made.labels, m.made.info)["rule"])
    assert "Contract: " in rules
    assert ": yes" not in rules


def test_only_the_first_level_of_a_category_stays_in_a_list() -> None:
    columns = {"a1": "a", "a2": "a", "n": ""}
    assert one_of_each(["n", "a2", "a1", "b"], columns) == ["n", "a2", "b"]


def test_a_filter_asks_for_values_of_the_column_and_finds_the_customers_of_the_rule() -> None:
    m = mixed()
    assert m.made.labels is not None
    frame = m.features.frame.fillna(dict.fromkeys(m.features.names, 0.5))
    table = segment_filters(frame, m.made.labels, m.made.info, blocks=m.features.blocks)
    assert '"Contract" IN (\'' in " ".join(table["filter"])
    whole = m.frame.dropna()
    with duckdb.connect() as base:
        base.register("customers", whole)
        for row in table.to_dict("records"):
            found = base.execute(f"SELECT id FROM customers WHERE {row['filter']}").df()["id"]
            met = set(whole.loc[whole["id"].isin(found), "id"])
            assert met
            assert len(met) <= row["customers"]


@pytest.mark.parametrize(
    ("feature", "above", "text"),
    [
        ("Plan: O'Neil", True, "\"Plan\" IN ('O''Neil')"),
        ("Plan: O'Neil", False, "\"Plan\" NOT IN ('O''Neil')"),
        ("Plan: other", True, "\"Plan\" NOT IN ('O''Neil', 'b')"),
        ("Plan: other", False, "\"Plan\" IN ('O''Neil', 'b')"),
        ("Size: from M", True, "\"Size\" IN ('M', 'L')"),
        ("Size: from M", False, "\"Size\" IN ('S')"),
    ],
)
def test_a_condition_on_a_level_is_one_on_the_column(feature: str, above: bool, text: str) -> None:
    plan = Block("Plan", "Plan", "named", ("O'Neil", "b"), ("Plan: O'Neil", "Plan: b", "Plan: other"), other=True)
    size = Block("Size", "Size", "ordered", ("S", "M", "L"), ("Size: from M", "Size: from L"))
    assert _formal(Condition(feature, above, 0.5), block_of((plan, size), feature)) == text


def test_lists_hold_a_category_once_by_its_level() -> None:
    m = mixed()
    personas = describe(m.made, m.features)
    table = customer_list(m.made, m.features, personas)
    facts = collect(m.made, personas, features=m.features, settings=ReportSettings(customers=True))
    assert sorted(table.columns[3:]) == sorted(m.frame.columns.drop("id"))
    assert table["Contract"].tolist() == m.frame["Contract"].tolist()
    assert facts.customers is not None
    assert sorted(facts.customers.columns) == sorted(["segment", "persona", *m.frame.columns.drop("id")])
