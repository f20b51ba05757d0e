"""Over generated tables of every shape, no name and no claim contradicts the figures of its own segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.methods import kmeans
from segmentation.clustering.model import build
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.data.known_columns import _KNOWN_ROWS
from segmentation.data.vocabulary import describe_column
from segmentation.personas import Claim, describe, filled_values
from segmentation.personas.claims import make_claim
from segmentation.personas.column import Column
from segmentation.personas.leads import LEADS
from segmentation.preparation import learn

SHAPES = (
    lambda rng, group: np.exp(rng.normal(3 + group, 1.3)),
    lambda rng, group: np.exp(rng.normal(3 + 0.7 * group, 2.4 - 0.9 * group)),  # the typical rises, the mean falls
    lambda rng, group: np.where(rng.random(len(group)) < 0.5 - 0.1 * group, 0, np.exp(rng.normal(4, 1.5, len(group)))),
    lambda rng, group: rng.normal(50 + 8 * group, 12),
    lambda rng, group: rng.exponential(80, len(group)) - 40 * group,
    lambda rng, group: rng.poisson(2 + 3 * group).astype(float),
    lambda rng, group: rng.beta(0.5, 2 + group),
)


@pytest.mark.parametrize("part", range(5))
def test_no_name_and_no_claim_contradicts_the_figures_of_its_segment(part: int) -> None:
    known = [row[0] for row in _KNOWN_ROWS if row[0] not in ("age", "creditscore")]
    for turn in range(20):
        rng = np.random.default_rng([part, turn])
        group = rng.integers(0, 3, 150)
        names = [*rng.choice(known, 3, replace=False), "widget size", "flux"]
        values = {str(name): SHAPES[rng.integers(len(SHAPES))](rng, rng.permutation(3)[group]) for name in names}
        values["left"] = (rng.random(150) < 0.1 + 0.3 * rng.permutation(3)[group]).astype(float)
        frame = pd.DataFrame(values).set_axis([f"c{row}" for row in range(150)])
        info = tuple(describe_column(name, frame[name], frame) for name in frame)
        table = FeatureTable(frame, info, frame[[]])
        recipe = learn(table, PREP_PRESETS["recommended"])
        made = build(table, recipe, kmeans(recipe.transform(frame), 3, n_init=1))
        filled = filled_values(made, table)
        for persona in describe(made, table):
            members = filled[made.labels == persona.segment]
            for claim in persona.claims:
                _agrees(claim, members[claim.feature], filled[claim.feature], made.about(claim.feature))
            own, every = members.mean(), filled.mean()
            for item in made.info:
                if item.trait_high == item.trait_low or persona.name == "Close to the average":
                    continue
                shown = {part.casefold() for part in persona.name.removesuffix(" customers").split(", ")}
                if item.trait_high.casefold() in shown and not _also(item.trait_high, made.info, item.name):
                    assert own[item.name] >= every[item.name], (part, turn, persona.name, item.name)
                if item.trait_low.casefold() in shown and not _also(item.trait_low, made.info, item.name):
                    assert own[item.name] <= every[item.name], (part, turn, persona.name, item.name)


def _agrees(claim: Claim, own: pd.Series, every: pd.Series, info: FeatureInfo) -> None:
    """A claim's words point where its figures do, and the median does not contradict an average."""
    if "like everyone" in claim.sentence:
        return
    difference, median = claim.value - claim.everyone, own.median() - every.median()
    if claim.statistic in ("mean", "median"):
        assert claim.value == pytest.approx(getattr(own, claim.statistic)())
        ends = [phrase for phrase in (info.high, info.low) if phrase and claim.sentence.split(":")[0].endswith(phrase)]
        if ends:  # the longer one, where one phrase ends with the other
            assert (max(ends, key=len) == info.high) == (difference > 0), claim
    else:
        assert difference > 0 or abs(difference) < 0.05, claim
        assert claim.value == pytest.approx(claim.coverage)
        if info.kind == "boolean":  # whose answer the sentence tells
            more = own.mean() > every.mean()
            assert claim.value == pytest.approx(own.mean() if more else 1 - own.mean())
            assert f"have {'yes' if more else 'no'}" in claim.sentence
    if claim.statistic == "mean":
        assert difference * median >= 0, claim


def _also(trait: str, info: tuple, name: str) -> bool:
    """Whether another feature has the same words, so that the name may be about that one."""
    return any(
        trait.casefold() in (item.trait_high.casefold(), item.trait_low.casefold())
        for item in info
        if item.name != name
    )


def test_where_mean_and_median_part_the_claim_counts_everyones_upper_quarter() -> None:
    # Four members at 10 … 13, eight others of whom three have very much. The members' mean, 11.5, is below everyone's,
    # 55.1; their median, 11.5, is above everyone's, 10.5. Above everyone's upper quartile, 34.75, is none of them.
    values = np.array([10.0, 11, 12, 13, 1, 2, 3, 4, 5, 100, 200, 300])
    members = np.arange(12) < 4
    claim = make_claim(Column(describe_column("balance"), values, members, -0.4)).claim
    assert claim.statistic == "share"
    assert (claim.value, claim.everyone, claim.coverage) == (1.0, 0.75, 1.0)
    assert claim.sentence == (
        "None of them owe a lot on their card: 100.0 % have 34.8 or less, against 75.0 % of everyone."
    )
    above = make_claim(Column(describe_column("balance"), values, ~members, 0.2)).claim
    # The others' mean, 76.9, is above everyone's and their median, 4.5, below: 3 of 8 lie above the quartile.
    assert (above.statistic, above.value, above.everyone) == ("share", 0.375, 0.25)
    assert above.sentence.startswith("Many of them owe a lot on their card: 37.5 % have more than 34.8")


def test_none_are_not_called_few_and_nothing_is_named_twice() -> None:
    # Nobody of the ten is above everyone's upper quarter (3.75), though they have a higher median.
    values = np.array([2.0] * 10 + [1.0] * 20 + [9.0] * 10)
    members = np.arange(40) < 10
    claim = make_claim(Column(describe_column("basket"), values, members, -0.4)).claim
    assert (
        claim.sentence
        == "None of them have a high value of basket: 100.0 % have 3.75 or less, against 75.0 % of everyone."
    )
    # Whatever the sentence begins with, it stays English.
    for lead, start in ((LEADS[2], "None of them have"), (LEADS[0], "None of these customers have")):
        sentence = make_claim(Column(describe_column("basket"), values, members, -0.4), lead=lead).claim.sentence
        assert sentence.startswith(start)
    # A feature without a phrase of its own is named by "value of …" already.
    low = np.array([1.0] * 10 + [9.0] * 30)
    assert make_claim(Column(describe_column("basket"), low, members, -1.5)).claim.sentence == (
        "They have a low value of basket: 1 on average, against 7 for everyone."
    )


def test_a_count_close_to_everyones_is_not_called_few_however_little_it_varies() -> None:
    # The members' median of 29 is only 13 % below everyone's 33.5, though it is far below in standard deviations.
    values = np.array([29.0, 28, 30, 29, 34, 35, 33, 36, 34, 34])
    members = np.arange(10) < 4
    near = make_claim(Column(describe_column("frequency", pd.Series(values)), values, members, -1.2)).claim
    assert near.sentence == "In frequency they lie somewhat below everyone: 29 in the middle (median), against 33.5."
    far = make_claim(Column(describe_column("frequency"), np.where(members, values - 15, values), members, -1.2)).claim
    assert far.sentence.startswith("They bought only a few times: 14 on average, against 26.2")
