"""The rules of the verdict and its words, on small tables written by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import KComparison, search
from segmentation.evaluation.evidence import MAIN, VERDICTS, Evidence, EvidenceSettings, detectable, under_limits
from segmentation.evaluation.evidence.gaps import pairs
from segmentation.evaluation.evidence.power import power_table
from segmentation.evaluation.evidence.verdict import (
    Decision,
    Grouping,
    best_slices,
    beyond_chance,
    decide,
    may_be_apart,
    may_be_settled,
    smallest_group,
)
from segmentation.evaluation.evidence.words import would_have_been_found
from tests.matrices import blobs


def table(k: int, share: float, around: float = 40.0) -> pd.DataFrame:
    """All pairs of k segments; the first has `share`, the others are empty between."""
    first, second = pairs(k)
    between = np.zeros(len(first))
    between[0] = share * around
    sure = (around - between) / np.sqrt(around + between)
    columns = {"first": first + 1, "second": second + 1, "between": between, "around": around}
    return pd.DataFrame(columns | {"share": between / around, "sure": sure})


def one_column_carries(k: int) -> pd.DataFrame:
    """Without the yes-or-no column the first pair has no gap, seen on few customers; the others have."""
    bare = table(k, 0.0, 200.0)
    bare.loc[0, ["between", "around", "share", "sure"]] = [11.4, 9.8, 1.167, -0.354]
    return bare


def groups(k: int, share: float, **changes: Any) -> Grouping:
    made = table(k, share, changes.pop("around", 40.0))
    return Grouping(
        **{"method": "kmeans", "k": k, "least": 0.9, "smallest": 50, "pairs": made, "bare": made, **changes}
    )


NOBODY = {"mixture_k": None}


@pytest.mark.parametrize(
    ("found", "named", "state", "k"),
    [
        ([groups(3, 0.2)], None, "distinct", 3),
        ([groups(2, 0.1), groups(3, 0.2)], None, "distinct", 3),  # the most that are apart
        ([groups(2, 0.1), groups(3, 0.2)], 2, "distinct", 2),  # unless two witnesses name another
        ([groups(3, 0.6, around=200.0)], None, "none", None),  # surely too shallow
        ([groups(3, 0.6)], 3, "distinct", 3),  # but deep enough for two witnesses
        ([groups(3, 0.95, around=200.0)], 3, "none", None),
        ([groups(3, 0.2, least=0.79)], None, "undecided", 3),
        ([groups(3, 0.2, least=0.79)], 3, "distinct", 3),
        ([groups(3, 0.2, least=0.6)], 3, "none", None),  # segments that do not come back are nobody's groups
        ([groups(3, 0.2, smallest=5)], 3, "none", None),  # a handful of outliers
        ([groups(2, 0.45, around=20.0)], None, "undecided", 2),
        ([groups(3, 0.2, bare=table(3, 1.0, 200.0))], 3, "none", None),  # the gap of one yes-or-no column
        ([groups(3, 0.0), groups(4, 0.5, around=200.0, method="mixture")], 4, "distinct", 4),
        (
            [groups(3, 0.0), groups(4, 0.5, around=200.0, method="mixture", bare=one_column_carries(4))],
            4,
            "distinct",
            3,
        ),
        ([groups(2, 0.1, silhouette=0.5), groups(3, 0.2, silhouette=0.385)], None, "distinct", 2),  # told apart less
        ([groups(2, 0.1, silhouette=0.5), groups(3, 0.2, silhouette=0.395)], None, "distinct", 3),
        ([groups(3, 0.2, method="mixture")], 3, "distinct", 3),
        ([], 4, "none", None),
    ],
)
def test_gaps_decide(found: list[Grouping], named: int | None, state: str, k: int | None) -> None:
    decision = decide(found, {"mixture_k": named}, 1_000, 5)
    assert (decision.state, decision.k) == (state, k)


def test_a_number_at_the_end_of_what_the_mixture_tried_is_no_witness() -> None:
    found = [groups(3, 0.6)]
    assert decide(found, {"mixture_k": 3, "mixture_last": True}, 1_000, 5).state != "distinct"


def test_k_means_goes_before_the_mixture_where_both_see_the_groups() -> None:
    both = [groups(3, 0.2, method="mixture"), groups(3, 0.2)]
    assert decide(both, {"mixture_k": 3}, 1_000, 5).method == "kmeans"
    assert decide(both[:1], {"mixture_k": 3}, 1_000, 5).method == "mixture"


@pytest.mark.parametrize(("farther", "state"), [(0.3, "distinct"), (0.02, "none")])
def test_in_two_columns_a_valley_without_thinning_is_only_seen_from_the_side(farther: float, state: str) -> None:
    near = pd.DataFrame({"farther": [farther, 0.5, 0.5], "error": 0.03, "n": [30, 0, 0], "aside": 2.0})
    assert decide([groups(3, 0.3, near=near)], NOBODY, 1_000, 2).state == state
    assert decide([groups(3, 0.3, near=near.assign(aside=0.2))], NOBODY, 1_000, 2).state == "distinct"  # a neck
    doubtful = near.assign(farther=0.3, error=0.1)  # thinned, but not surely
    assert decide([groups(3, 0.3, near=doubtful.assign(aside=1.0))], NOBODY, 1_000, 2).state == "distinct"
    assert decide([groups(3, 0.3, near=doubtful.assign(aside=4.0))], NOBODY, 1_000, 2).state == "none"
    assert decide([groups(3, 0.3, near=near.assign(n=4))], NOBODY, 1_000, 2).state == "distinct"  # too few to tell
    assert decide([groups(3, 0.3, near=near)], NOBODY, 1_000, 9).state == "distinct"


@pytest.mark.parametrize(
    ("farther", "aside", "n", "state"),
    [
        (0.35, 1.5, 6, "none"),  # thinned in every pair, but together not surely by half of what such a gap would
        (0.6, 1.5, 6, "distinct"),  # surely
        (0.35, 1.3, 6, "distinct"),  # on the line: necks
        (0.35, 1.5, 3, "distinct"),  # nine customers are too few to tell
    ],
)
def test_the_shallow_valleys_of_a_ring_are_taken_together(farther: float, aside: float, n: int, state: str) -> None:
    # 0.35 are left in every valley: −log(0.35) / 2 = 0.525 further apart, half of it 0.262. The error of the mean of
    # three pairs is 0.12 / √3 = 0.069: 0.35 − 2 × 0.069 = 0.211 is less than 0.262, 0.6 − 0.139 = 0.461 is not.
    made = table(3, 0.35).assign(between=14.0, share=0.35, sure=26 / math.sqrt(54))
    near = pd.DataFrame({"farther": [0.3] * 3, "error": 0.1, "thinned": farther, "thinned_error": 0.12})
    near = near.assign(n=n, aside=aside)
    assert decide([groups(3, 0.35, pairs=made, bare=made, near=near)], NOBODY, 1_000, 2).state == state
    deep = made.assign(between=8.0, share=0.2, sure=32 / math.sqrt(48))  # no ring is so empty
    assert decide([groups(3, 0.2, pairs=deep, bare=deep, near=near)], NOBODY, 1_000, 2).state == "distinct"


def test_how_many_more_customers_would_settle_it_is_worked_by_hand() -> None:
    # 2 between and 4 around: sure = 2 / √6 = 0.816; to be 1.3 it needs (1.3 / 0.816)² = 2.535 times the customers.
    # Of the share: 0.5 − 0.4 = 0.1 against 1.64 × √2 / 4 = 0.580: (5.80)² = 33.6, but no more than 20 times.
    decision = decide([groups(2, 0.5, around=4.0)], NOBODY, 100, 5)
    assert (decision.state, decision.more) == ("undecided", 1_900)
    # 1 of 4: the share is low enough; sure = 3 / √5 = 1.342 is enough too, so only the stability is short of it.
    assert decide([groups(2, 0.25, around=4.0, least=0.75)], NOBODY, 100, 5).more == 50


@pytest.mark.parametrize(("customers", "size"), [(100, 8), (800, 8), (801, 9), (5_000, 50)])
def test_a_group_has_a_hundredth_of_the_customers(customers: int, size: int) -> None:
    assert smallest_group(customers) == size


def test_what_deserves_a_second_look() -> None:
    assert may_be_apart(0.7, table(3, 0.9))
    assert not may_be_apart(0.69, table(3, 0.1))
    assert not may_be_apart(0.9, table(3, 1.5))


@given(
    k=st.integers(2, 6),
    shares=st.lists(st.floats(0.0, 1.2), min_size=15, max_size=15),
    around=st.floats(5, 400),
    witnessed=st.booleans(),
)
def test_groups_that_cannot_be_settled_never_make_a_difference(
    k: int, shares: list[float], around: float, witnessed: bool
) -> None:
    first, second = pairs(k)
    between = around * np.array(shares[: len(first)])
    sure = (around - between) / np.sqrt(around + between)
    columns = {"first": first + 1, "second": second + 1, "between": between, "around": around}
    made = pd.DataFrame(columns | {"share": between / around, "sure": sure})
    decided = decide([groups(k, 0.0, pairs=made, bare=made)], {"mixture_k": k if witnessed else None}, 300, 5)
    assert may_be_settled(made, k) or decided.state == "none"


def test_what_may_still_be_settled() -> None:
    assert may_be_settled(table(3, 0.3), 3)
    assert may_be_settled(table(3, 0.6, around=200.0), 3)  # too shallow for one witness, not for two
    assert not may_be_settled(table(3, 0.95, around=200.0), 3)


CLEAR = {"p_copula": 0.05, "z_copula": 9.0, "p_gaussian": 0.05, "z_gaussian": 9.0}


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({}, True),
        ({"z_copula": 4.9}, False),
        ({"z_copula": 4.9, "p_copula": 1 / 60}, False),
        ({"z_gaussian": math.nan}, False),
        ({"p_gaussian": 0.1}, False),
        ({"p_gaussian": None}, False),
    ],
)
def test_an_uneven_crowd_is_clearer_than_both_kinds_of_data_without_groups(
    changes: dict[str, Any], passes: bool
) -> None:
    assert beyond_chance({**CLEAR, **changes}, 0.05) == passes


def by_k(silhouettes: dict[int, float], smallest: float = 100.0) -> pd.DataFrame:
    return pd.DataFrame({"silhouette": silhouettes, "smallest": smallest})


@pytest.mark.parametrize(
    ("facts", "best"),
    [
        ({"mixture_k": 3}, 3),
        ({"mixture_k": 5}, 2),  # the segments of K-means do not hold there
        ({"mixture_k": 3, "mixture_last": True}, 2),
        ({"mixture_k": 1, "tighter_k": 3}, 3),
        ({"mixture_k": 1, "tighter_k": 5}, 4),
        ({}, 2),
    ],
)
def test_slices_are_as_many_as_a_witness_names_and_as_hold(facts: dict[str, Any], best: int) -> None:
    back = pd.DataFrame({"jaccard_min": {2: 0.9, 3: 0.8, 4: 0.61, 5: 0.4}})
    silhouettes = by_k({2: 0.30, 3: 0.28, 4: 0.26, 5: 0.29})
    assert best_slices(silhouettes, back, facts, 10, 20) == best
    assert best_slices(silhouettes, back, facts, 10, 2) == 2
    assert best_slices(silhouettes, back, facts, 200, 20) is None


@pytest.fixture(scope="module")
def comparison() -> KComparison:
    Z, _ = blobs(200, 3, features=3, apart=8.0)
    return search(Z, KSettings(k_max=4, n_init=2))


def said(comparison: KComparison, decision: Decision, **facts: Any) -> Evidence:
    """Evidence as `assess` would put it together from these figures."""
    ks = sorted(comparison.fits)
    figures = pd.DataFrame(
        {
            "jaccard": {k: (0.9,) * k for k in ks},
            "jaccard_min": dict.fromkeys(ks, 0.9),
            "stability": dict.fromkeys(ks, 0.9),
            "separation": dict.fromkeys(ks, 0.5),
            "closest": dict.fromkeys(ks, (1, 2)),
        }
    )
    known = {"gap_k": 3, "mixture_k": 3, "mixture_last": False, "mixture_ahead": 40.0, **facts}
    tables = {k: table(k, 0.5) for k in ks}
    empty = Evidence(
        decision.state, "", (), None, figures, known, 200, 200, EvidenceSettings(), decision, tables, {}, 3
    )
    return under_limits(empty, comparison)


@pytest.mark.parametrize("state", VERDICTS)
@pytest.mark.parametrize("named", [1, 3, None])
@pytest.mark.parametrize("gap_k", [1, 3, None])
def test_the_recommendation_is_never_contradicted_by_the_sentence_beside_it(
    comparison: KComparison, state: str, named: int | None, gap_k: int | None
) -> None:
    decision = Decision(state, 3 if state in ("distinct", "undecided") else None, more=100)
    facts = {"sets_copula": 19, "p_copula": 0.05, "z_copula": 9.0} if state in ("slices", "none") else {}
    for limits in (KSettings(), KSettings(at_most=2), KSettings(min_size=150)):
        found = under_limits(said(comparison, decision, mixture_k=named, gap_k=gap_k, **facts), comparison, limits)
        words = " ".join((found.headline, *found.reasons))
        assert found.headline.startswith(VERDICTS[state])
        assert found.state == found.verdict == state
        assert len(found.reasons) >= MAIN
        assert all(reason.endswith(".") for reason in found.reasons)
        assert "continuous crowd" not in words
        if state != "distinct":
            assert "would have been found" in words
            assert "with gaps between" not in words
        if found.recommended_k is None:
            assert "sensible" not in words
            assert "No number" in words
            assert "segments are slices" not in found.headline
        elif state == "distinct" and found.recommended_k != 3:
            assert "costs something: without it, 3 would be recommended" in words


def test_the_mixture_is_recommended_where_only_its_groups_are_apart(comparison: KComparison) -> None:
    found = said(comparison, Decision("distinct", 3, "mixture", True))
    assert (found.method, found.recommended_k) == ("mixture", 3)
    assert "a Gaussian mixture sees 3 groups" in found.headline
    assert "Compare shows both" in found.headline


def test_the_largest_number_that_was_tried_comes_with_a_warning(comparison: KComparison) -> None:
    found = said(comparison, Decision("distinct", 4))
    assert any("4 is the largest number that was tried" in reason for reason in found.reasons)
    assert any("Raise the range" in reason for reason in found.reasons)
    assert "at least 4 groups" in found.headline


@pytest.mark.parametrize("method", ["kmeans", "mixture"])
@pytest.mark.parametrize(("k", "more"), [(20, True), (19, True), (14, False)])
def test_at_the_largest_number_there_is_nobody_is_told_to_raise_the_range(method: str, k: int, more: bool) -> None:
    Z, _ = blobs(200, 20, features=2, apart=12.0)
    comparison = search(Z, KSettings(k_max=20, n_init=1))
    as_clear = replace(comparison, table=comparison.table.assign(silhouette=0.6))
    found = said(as_clear, Decision("distinct", k, method))
    assert (f"at least {k} groups" in found.headline) == more
    assert any("divide the customers first" in reason for reason in found.reasons[:3]) == more
    assert not any("Raise the range" in reason for reason in found.reasons)


@pytest.mark.parametrize(("k", "mixture_last", "warned"), [(3, True, True), (3, False, False), (1, True, False)])
def test_more_groups_than_were_tried_are_thought_of(
    comparison: KComparison, k: int, mixture_last: bool, warned: bool
) -> None:
    """Where the last number is as clear as any, and a mixture asks for more clouds than were tried."""
    as_clear = replace(comparison, table=comparison.table.assign(silhouette=0.6))
    decision = Decision("distinct", k) if k > 1 else Decision("none")
    found = said(as_clear, decision, mixture_last=mixture_last)
    assert any("there may be more groups than 3" in reason for reason in found.reasons[:3]) == warned
    assert ("at least 3 groups" in found.headline) == warned
    assert not any(
        "than were tried" in reason or "as anywhere" in reason for reason in said(comparison, decision).reasons
    )


def test_a_sample_is_told(comparison: KComparison) -> None:
    found = under_limits(replace(said(comparison, Decision("none")), of=9_000), comparison)
    assert "random sample of 200 customers of 9,000" in found.reasons[-1]


def test_what_would_have_been_found_lies_between_the_sizes_that_were_tried() -> None:
    grid = power_table().pivot(index="n", columns="d", values="apart")
    n, d = int(grid.index[1]), int(grid.columns[1])
    assert detectable(n, d) == pytest.approx(grid.loc[n, d])
    between = detectable(int(np.sqrt(grid.index[1] * grid.index[2])), d)
    assert between == pytest.approx((grid.iloc[1, 1] + grid.iloc[2, 1]) / 2, abs=0.05)
    assert detectable(10**7, d) == pytest.approx(grid.iloc[-1, 1])
    assert detectable(int(grid.index[0]) - 1, d) is None
    assert detectable(n, int(grid.columns[-1]) + 1) is None
    assert (grid.diff().dropna() <= 0).all(axis=None)  # more customers never see less


@pytest.mark.parametrize(
    ("n", "distance", "nearer"),
    [  # half the distance, in standard deviations, and the share of a normal curve beyond it
        (4_000, "3.3", "5 in 100 customers"),  # 1.65: 0.0495
        (400, "3.8", "3 in 100 customers"),  # 1.9: 0.0287
        (100, "4.8", "8 in 1,000"),  # 2.4: 0.0082
    ],
)
def test_what_would_have_been_found_is_told_in_customers_too(
    comparison: KComparison, n: int, distance: str, nearer: str
) -> None:
    sentence = would_have_been_found(replace(said(comparison, Decision("none")), n_customers=n))
    assert f"at least {distance} standard deviations apart (about {nearer} lie nearer to the other group)" in sentence


def test_where_the_gap_statistic_names_one_group_it_is_said_what_it_misses(comparison: KComparison) -> None:
    for decision, misses in ((Decision("distinct", 3), True), (Decision("none"), False)):
        (sentence,) = [one for one in said(comparison, decision, gap_k=1).reasons if "gap statistic" in one]
        assert ("misses groups" in sentence) == misses


@pytest.mark.parametrize(("share", "words"), [(0.3, "every pair looks apart"), (0.8, "cannot be ruled out")])
def test_what_is_undecided_is_not_called_apart(comparison: KComparison, share: float, words: str) -> None:
    known = said(comparison, Decision("undecided", 3), mixture_k=3)
    found = under_limits(replace(known, pairs={3: table(3, share)}), comparison)
    assert words in found.reasons[0]
    assert f"between segments 1 and 2 there are {100 * share:.0f} customers for every 100" in found.reasons[0]
    assert any("names the same number: 3. That alone decides nothing." in reason for reason in found.reasons)


def test_a_segment_that_nearly_always_comes_back_is_not_rounded_up(comparison: KComparison) -> None:
    known = said(comparison, Decision("distinct", 3))
    nearly = known.table.assign(jaccard=[(0.999,) * k for k in known.table.index])
    found = under_limits(replace(known, table=nearly), comparison)
    assert any("(at least 0.99: very stable)" in reason for reason in found.reasons)


def test_too_few_customers_are_promised_nothing(comparison: KComparison) -> None:
    few = replace(said(comparison, Decision("none")), n_customers=40)
    assert "even clear ones could be missed" in would_have_been_found(few)
