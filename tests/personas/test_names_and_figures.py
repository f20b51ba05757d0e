"""A hundred generated tables: what a persona's name says is so in its own figures, read by a dictionary of its own."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.methods import kmeans
from segmentation.clustering.model import build
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.final import fit
from segmentation.personas import describe, filled_values, naming, rules
from segmentation.personas.claims import make_claim, share_of_total
from segmentation.personas.column import Column
from segmentation.personas.portrait import portray
from segmentation.personas.rules import Need, Rule
from segmentation.preparation import learn

FAMILIES = {
    "cards": (
        "PURCHASES", "BALANCE", "CASH_ADVANCE", "INSTALLMENTS_PURCHASES", "ONEOFF_PURCHASES", "PURCHASES_TRX",
        "PRC_FULL_PAYMENT",
    ),
    "shop": ("recency", "frequency", "monetary"),
    "income": ("annual_income", "spending_score"),
    "app": ("active_days", "ledger_amount", "days_since_signup"),
    "answers": ("left", "has_loan", "NEWSLETTER", "visits"),
    "headings": ("Calls per month", "Days since last order", "num_logins", "Weeks as customer"),
}  # fmt: skip
# Part of a name → the column that it speaks of and the side of everyone's mean on which the persona must be ("middle":
# within a standard deviation). Read as a reader reads it, not taken from the rules.
READ = (
    (r"^high-spending$|high spenders", ("PURCHASES", "monetary", "spending_score"), "above"),
    (r"^low-spending$", ("PURCHASES", "monetary"), "below"),
    (r"on credit", ("BALANCE",), "above"),
    (r"cash-advance heavy", ("CASH_ADVANCE",), "above"),
    (r"no cash advances", ("CASH_ADVANCE",), "below"),
    (r"instalment-focused", ("INSTALLMENTS_PURCHASES",), "above"),
    (r"^one-off buyers$", ("ONEOFF_PURCHASES",), "above"),
    (r"^paying in full$|more often paying in full", ("PRC_FULL_PAYMENT",), "above"),
    (r"modest spending", ("PURCHASES",), "middle"),
    (r"low activity|frequent buyers", ("PURCHASES_TRX",), {"low": "below", "frequent": "above"}),
    (r"loyal high spenders|^recent\b", ("recency",), "below"),
    (r"long absent|at risk of leaving", ("recency",), "above"),
    (r"few purchases|rare buyers", ("frequency",), "below"),
    (r"affluent|well-off|^high-income", ("annual_income",), "above"),
    (r"small income|^low-income", ("annual_income",), "below"),
    (r"careful spending", ("spending_score",), "below"),
    (r"middle income", ("annual_income",), "middle"),
    (r"moderate spending", ("spending_score",), "middle"),
    (r"power users", ("active_days",), "above"),
    (r"^more often left", ("left",), "above"),
    (r"^less often left", ("left",), "below"),
    (r"^more often has loan", ("has_loan",), "above"),
    (r"^less often has loan", ("has_loan",), "below"),
    (r"^more often newsletter", ("NEWSLETTER",), "above"),
    (r"^less often newsletter", ("NEWSLETTER",), "below"),
    (r"calls per month", ("Calls per month",), _MANY := {"many": "above", "few": "below"}),
    (r"logins", ("num_logins",), _MANY),
    (r"^last order long ago", ("Days since last order",), "above"),
    (r"^recent order", ("Days since last order",), "below"),
    (r"^long-standing", ("Weeks as customer",), "above"),
    (r"^newer$", ("Weeks as customer",), "below"),
    (r"low engaged|^newer light", ("active_days", "days_since_signup"), {"low": "below", "newer": ""}),
)  # fmt: skip


def table_of(family: str, rng: np.random.Generator) -> FeatureTable:
    """240 customers of two to five kinds, each column of a shape of its own."""
    group = rng.integers(0, rng.integers(2, 6), 240)
    columns = {}
    for name in FAMILIES[family]:
        level = rng.permutation(6)[group]
        if family == "answers" and name != "visits":
            columns[name] = (rng.random(240) < 0.05 + 0.17 * level).astype(float)
        elif name == "PRC_FULL_PAYMENT":
            columns[name] = np.clip(rng.beta(0.6, 3, 240) + 0.15 * level * (rng.random(240) > 0.3), 0, 1)
        elif rng.random() < 0.5:
            columns[name] = np.exp(rng.normal(3 + 0.5 * level, 0.8))
        else:
            columns[name] = rng.normal(60 + 12 * level, 10).clip(0)
    frame = pd.DataFrame(columns, index=pd.Index([f"c{row}" for row in range(240)], name="customer"))
    return FeatureTable(frame, tuple(describe_column(name, frame[name], frame) for name in frame), frame[[]])


def contradictions(family: str, part: int, tables: int = 5) -> tuple[list[str], int]:
    """What names say and the figures do not, and how many statements were read at all."""
    wrong, read = [], 0
    for turn in range(tables):
        rng = np.random.default_rng([part, turn, len(family)])
        table = table_of(family, rng)
        recipe = learn(table, PREP_PRESETS["recommended"])
        made = build(table, recipe, kmeans(recipe.transform(table.frame), int(rng.integers(2, 6)), n_init=1))
        values = filled_values(made, table)
        for persona in describe(made, table):
            own, everyone, spread = values[made.labels == persona.segment].mean(), values.mean(), values.std()
            for words in persona.name.casefold().removesuffix(" customers").split(", "):
                for pattern, columns, side in READ:
                    match = re.search(pattern, words)
                    where = side if isinstance(side, str) else next(
                        (to for word, to in side.items() if match and word in words), ""
                    )  # fmt: skip
                    here = [name for name in columns if name in own.index]
                    if match is None or not where or not here:
                        continue
                    read += 1
                    apart = {name: (own[name] - everyone[name]) / spread[name] for name in here}
                    if not any(_so(where, value) for value in apart.values()):
                        wrong.append(f"{family} {part}.{turn}: {persona.name!r} says {words!r}, but {apart}")
    return wrong, read


def _so(side: str, apart: float) -> bool:
    return {"above": apart > 0, "below": apart < 0, "middle": abs(apart) < 1}[side]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_name_contradicts_the_figures_of_its_persona(family: str) -> None:
    read = 0
    for part in range(5):
        wrong, statements = contradictions(family, part)
        assert wrong == []
        read += statements
    assert read >= 10  # a test that reads nothing could not fail


def test_the_answer_of_a_yes_or_no_column_is_told_in_words() -> None:
    answers = pd.Series([0.0, 1, 0, 1])
    for info in (describe_column("has_loan", answers), describe_column("has_loan", answers.astype(bool))):
        assert (info.trait_high, info.trait_low) == ("More often has loan", "Less often has loan")
        assert (info.high, info.low) == ("more often have yes for has loan", "more often have no for has loan")
    assert describe_column("has_loan", pd.Series([0.0, 1, 2])).trait_high == "High has loan"
    # A column that means something keeps the words for it.
    assert describe_column("Spending Score", answers).trait_high == describe_column("Spending Score").trait_high


def test_a_name_with_the_wrong_answer_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    part = naming._part
    monkeypatch.setattr(naming, "_part", lambda item, *, high: part(item, high=not high))
    assert any("'more often" in line for line in contradictions("answers", 0)[0])


def test_a_rule_that_says_what_is_not_so_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    backwards = Rule("Affluent, careful spending", (Need(("annualincome",), high=-0.5),))
    monkeypatch.setattr(rules, "RULES", (backwards,))
    assert any("'affluent'" in line for part in range(5) for line in contradictions("income", part)[0])


def test_a_part_of_a_total_is_told_of_what_adds_up_and_never_of_an_average() -> None:
    values, members = np.array([30.0, 50.0, 20.0]), np.array([True, False, False])
    assert share_of_total(Column(describe_column("Total spent"), values, members, 0.5)) == pytest.approx(0.3)
    assert share_of_total(Column(describe_column("Average basket (EUR)"), values, members, 0.5)) is None
    assert share_of_total(Column(describe_column("Region"), values, members, 0.5)) is None


@pytest.mark.parametrize("seed", range(12))
def test_a_told_sentence_has_the_figures_of_the_told_table(seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], [40, 25, 15])
    frame = pd.DataFrame(
        {
            "spend": np.exp(rng.normal(3 + group * 0.4, 1)),
            "visits": rng.poisson(4 + group * 0.6).astype(float),
            "age": rng.normal(40 + 3 * group, 10),
        },
        index=[f"c{row}" for row in range(len(group))],
    )
    frame.loc[rng.random(len(group)) < 0.3, "visits"] = np.nan
    info = (
        FeatureInfo("spend", "Spend", "€", "money"),
        FeatureInfo("visits", "Visits", kind="count"),
        FeatureInfo("age", "Age", "years"),
    )
    features = FeatureTable(frame, info, frame[[]])
    seg = fit(features, PREP_PRESETS["recommended"], 3, n_init=2)
    table = portray(seg, features).exported({}).set_index(["segment", "feature"])
    for persona in describe(seg, features, smallest=10):
        for claim in persona.claims:
            row = table.loc[(persona.segment, claim.feature)]
            if claim.statistic == "mean" and not np.isnan(row["mean"]):
                assert (claim.value, claim.everyone) == (row["mean"], row["everyone_mean"]), claim.sentence
                assert (" above " in claim.sentence) <= (row["difference"] > 0), claim.sentence
                assert (" below " in claim.sentence) <= (row["difference"] < 0), claim.sentence


def test_a_told_mean_that_may_lie_on_either_side_of_everyone_is_not_called_above_or_below() -> None:
    # Means 4.454 of 13 and 4.419 of 130, told 4.4 (step 0.2) and 4.42: that would call the larger one the smaller.
    own = np.array([2.0, 3, 3, 4, 4, 4, 5, 5, 5, 5, 6, 6, 5.9])
    values = np.concatenate([own, np.tile([2.0, 3, 3, 4, 4, 4, 5, 5, 5, 5, 6, 6, 5.4], 9)])
    column = Column(FeatureInfo("visits", "Visits", kind="number"), values, np.arange(130) < 13, 0.15, 10)
    sentence = make_claim(column).claim.sentence
    assert not re.search("above|below|high|low", sentence), sentence
