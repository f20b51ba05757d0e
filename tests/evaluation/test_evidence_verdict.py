"""The rules of the verdict, on small tables written by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.verdict import (
    VERDICTS,
    best_k,
    cost_of_limits,
    headline,
    not_one_more,
    passed_over,
    reasons,
    verdict,
)

SETTINGS = EvidenceSettings()
CLEAR = {
    "p_copula": 0.05,
    "lead_copula": 2.0,
    "beaten_copula": 19,
    "sets_copula": 19,
    "p_gaussian": 0.05,
    "beaten_gaussian": 19,
    "sets_gaussian": 19,
    "gap_k": 3,
    "tighter_k": 3,
}


def comparison(silhouettes: dict[int, float], smallest: int = 100) -> pd.DataFrame:
    return pd.DataFrame({"silhouette": silhouettes, "smallest": float(smallest)})


def evidence(rows: dict[int, tuple[float, float]]) -> pd.DataFrame:
    """k → (Jaccard of the least stable segment, separation of the closest pair); every other segment is perfect."""
    return pd.DataFrame(
        {
            k: {
                "jaccard_min": weakest,
                "jaccard": (*[1.0] * (k - 1), weakest),
                "separation": valley,
                "closest": (1, 2),
                "stability": weakest,
                "seeds": 1.0,
            }
            for k, (weakest, valley) in rows.items()
        }
    ).T.astype({"jaccard_min": float, "separation": float, "stability": float, "seeds": float})


TABLE = evidence({2: (1.0, 0.9), 3: (1.0, 0.8), 4: (0.7, 0.0)})


@pytest.mark.parametrize(
    ("facts", "k", "answer"),
    [
        (CLEAR, 3, "distinct"),
        (CLEAR, 4, "slices"),  # a segment that does not come back, and no valley
        ({**CLEAR, "gap_k": 1}, 3, "slices"),
        ({**CLEAR, "gap_k": None}, 3, "distinct"),
        ({**CLEAR, "p_copula": 0.1}, 3, "none"),
        ({**CLEAR, "p_gaussian": 0.1}, 3, "none"),
        ({**CLEAR, "lead_copula": 0.4}, 3, "none"),  # the best of all sets, but by a hair
        ({**CLEAR, "lead_copula": 0.4, "p_copula": 1 / 60}, 3, "distinct"),  # and then of 60
        (CLEAR, None, "slices"),
    ],
)
def test_the_verdict_needs_every_test(facts: dict[str, Any], k: int | None, answer: str) -> None:
    assert verdict(TABLE, facts, k, SETTINGS) == answer


def says(gap_k: int | None, tighter_k: int | None) -> dict[str, Any]:
    return {"gap_k": gap_k, "tighter_k": tighter_k}


def test_the_most_groups_that_are_apart_are_recommended() -> None:
    assert best_k(comparison({2: 0.50, 3: 0.45, 4: 0.44}), TABLE, says(5, 4), 10, 20) == 3


def test_groups_with_a_much_lower_silhouette_are_not() -> None:
    assert best_k(comparison({2: 0.50, 3: 0.39, 4: 0.30}), TABLE, says(4, 3), 10, 20) == 2


def test_without_a_number_from_the_gap_the_highest_silhouette_without_a_doubtful_segment_is() -> None:
    table = evidence({2: (0.9, 0.0), 3: (0.5, 0.0), 4: (0.62, 0.0)})
    assert best_k(comparison({2: 0.20, 3: 0.30, 4: 0.21}), table, says(None, 4), 10, 20) == 4
    assert best_k(comparison({2: 0.25, 3: 0.30, 4: 0.24}), table, says(None, 4), 10, 20) == 2
    all_doubtful = evidence({2: (0.4, 0.0), 3: (0.5, 0.0)})
    assert best_k(comparison({2: 0.20, 3: 0.30}), all_doubtful, says(3, 3), 10, 20) == 3


@pytest.mark.parametrize(
    ("gap_k", "tighter_k", "best"),
    [
        (4, 4, 4),  # the most that come back and are tighter than without groups
        (6, 5, 4),  # five have a doubtful segment
        (1, 3, 3),
        (4, 2, 2),
        (None, 4, 2),  # the gap statistic keeps rising: the clearest
        (4, None, 2),
    ],
)
def test_overlapping_segments_are_recommended_as_far_as_they_are_tighter_than_without_groups(
    gap_k: int | None, tighter_k: int | None, best: int
) -> None:
    table = evidence({2: (0.9, 0.0), 3: (0.8, 0.1), 4: (0.61, 0.0), 5: (0.59, 0.0)})
    assert best_k(comparison({2: 0.30, 3: 0.28, 4: 0.26, 5: 0.29}), table, says(gap_k, tighter_k), 10, 20) == best


@pytest.mark.parametrize(("gap_k", "tighter_k", "best"), [(4, 4, 4), (5, 4, 2), (4, 5, 2), (3, 3, 3)])
def test_groups_that_are_apart_are_split_further_only_where_both_gap_statistics_agree(
    gap_k: int, tighter_k: int, best: int
) -> None:
    table = evidence({2: (1.0, 0.9), 3: (0.8, 0.1), 4: (0.8, 0.1), 5: (0.8, 0.1)})
    assert best_k(comparison({2: 0.30, 3: 0.28, 4: 0.26, 5: 0.29}), table, says(gap_k, tighter_k), 10, 20) == best


def test_limits_come_before_everything() -> None:
    assert best_k(comparison({2: 0.50, 3: 0.45}), TABLE, says(3, 3), 10, 2) == 2
    assert best_k(comparison({2: 0.50, 3: 0.45}, smallest=5), TABLE, says(3, 3), 10, 20) is None


@pytest.mark.parametrize(
    ("silhouettes", "k", "at_most", "words"),
    [
        ({2: 0.5, 3: 0.4}, 2, 20, None),
        ({2: 0.4, 3: 0.5}, 2, 2, "your limit is 2"),
        ({3: 0.4, 4: 0.5}, 3, 20, "the largest number at which every segment is stable"),
    ],
)
def test_a_higher_silhouette_that_is_passed_over_is_explained(
    silhouettes: dict[int, float], k: int, at_most: int, words: str | None
) -> None:
    said = passed_over(comparison(silhouettes), TABLE, k, 10, at_most)
    assert (said == ()) if words is None else (words in said[0])


@pytest.mark.parametrize(
    ("smallest", "k", "needed", "at_most", "words"),
    [
        (100, 2, 10, 2, "Your limit of 2 segments costs something: without it, 3 segments would be recommended"),
        (40, 2, 50, 20, "The limit of 50 customers a segment (one would have only 40) costs something: without it, 3"),
        (100, 3, 10, 20, None),
    ],
)
def test_what_the_limits_cost_is_told(smallest: float, k: int, needed: int, at_most: int, words: str | None) -> None:
    compared = comparison({2: 0.50, 3: 0.45, 4: 0.20})
    compared.loc[3, "smallest"] = smallest
    assert best_k(compared, TABLE, says(3, 3), needed, at_most) == k
    said = cost_of_limits(compared, TABLE, says(3, 3), k, needed, at_most)
    if words is None:
        assert said == ()
    else:
        assert words in said[0]
        assert "(silhouette 0.450 instead of 0.500, least stable segment" in said[0]


def test_a_cost_that_is_told_already_is_not_told_twice() -> None:
    compared = comparison({2: 0.40, 3: 0.50, 4: 0.20})
    assert "your limit is 2" in passed_over(compared, TABLE, 2, 10, 2)[0]
    assert cost_of_limits(compared, TABLE, says(3, 3), 2, 10, 2) == ()


def test_a_tiny_or_doubtful_segment_is_named_as_the_reason() -> None:
    small = comparison({2: 0.9, 3: 0.4})
    small.loc[2, "smallest"] = 4.0
    assert "only 4 customers (the limit is 10)" in passed_over(small, TABLE, 3, 10, 20)[0]
    table = evidence({2: (0.55, 0.0), 3: (0.9, 0.0)})
    assert (
        "hardly comes back with customers drawn anew (0.55: doubtful)"
        in passed_over(comparison({2: 0.9, 3: 0.4}), table, 3, 10, 20)[0]
    )


@pytest.mark.parametrize(
    ("rows", "silhouettes", "tighter_k", "words"),
    [
        ({3: (1.0, 0.8), 4: (0.55, 0.0)}, {3: 0.5, 4: 0.4}, 5, "hardly comes back (0.55: doubtful)"),
        ({3: (1.0, 0.8), 4: (0.7, 0.0)}, {3: 0.5, 4: 0.4}, 3, "no more than it does in the same columns"),
        ({3: (1.0, 0.8), 4: (0.7, 0.0)}, {3: 0.5, 4: 0.4}, 5, "run into one another"),
        ({3: (1.0, 0.1), 4: (0.7, 0.0)}, {3: 0.5, 4: 0.4}, 5, "less clearly (silhouette 0.400 instead of 0.500)"),
        ({3: (1.0, 0.1), 4: (0.7, 0.0)}, {3: 0.5, 4: 0.4}, 2, "less clearly"),  # the third gained no more, either
        ({3: (1.0, 0.1)}, {3: 0.5}, 5, None),
    ],
)
def test_why_not_one_more_names_what_it_would_break(
    rows: dict[int, tuple[float, float]], silhouettes: dict[int, float], tighter_k: int, words: str | None
) -> None:
    said = not_one_more(comparison(silhouettes), evidence(rows), says(3, tighter_k), 3)
    assert (said == ()) if words is None else (said[0].startswith("Why 3 and not 4:") and words in said[0])


def test_a_higher_silhouette_is_passed_over_for_more_segments_that_are_tighter() -> None:
    table = evidence({2: (0.9, 0.0), 3: (0.8, 0.1)})
    said = passed_over(comparison({2: 0.30, 3: 0.28}), table, 3, 10, 20)
    assert "tighter than the same columns give without groups" in said[0]
    limited = passed_over(comparison({2: 0.30, 3: 0.28, 4: 0.27}), table, 3, 10, 3)
    assert "3 is the largest number within the limits at which" in limited[0]
    assert "within the limits" not in said[0]


@pytest.mark.parametrize(("tighter_k", "words"), [(4, "up to 4, not beyond"), (None, "with every further one")])
def test_how_far_segments_are_tighter_than_without_groups_is_a_sentence(tighter_k: int | None, words: str) -> None:
    facts = {**CLEAR, "tighter_k": tighter_k}
    assert any(words in said for said in reasons("slices", TABLE, facts, 3, SETTINGS))
    assert not any(words in said for said in reasons("none", TABLE, facts, 3, SETTINGS))


@pytest.mark.parametrize("found", VERDICTS)
def test_every_verdict_says_what_it_means(found: str) -> None:
    assert headline(found, 3).startswith(VERDICTS[found])
    assert headline(found, None).startswith(VERDICTS[found])
    assert any("legitimate for marketing" in said for said in reasons(found, TABLE, CLEAR, 3, SETTINGS)) == (
        found == "slices"
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "clearer than in all 19"),
        ({"p_copula": 0.4, "beaten_copula": 12}, "appear in 7 of 19"),
        ({"p_copula": 0.1, "beaten_copula": 19}, "may be chance"),
        ({"lead_copula": 0.4}, "may be chance"),
    ],
)
def test_each_comparison_is_a_sentence(facts: dict[str, Any], words: str) -> None:
    assert words in reasons("none", TABLE, {**CLEAR, **facts}, 3, SETTINGS)[0]


@pytest.mark.parametrize(
    ("gap_k", "words"), [(1, "stops at one group"), (4, "stops at 4 groups"), (None, "keeps rising")]
)
def test_the_gap_is_a_sentence(gap_k: int | None, words: str) -> None:
    assert words in " ".join(reasons("slices", TABLE, {**CLEAR, "gap_k": gap_k}, 3, SETTINGS))


def test_the_least_stable_segment_and_the_closest_pair_are_named() -> None:
    said = " ".join(reasons("slices", TABLE, CLEAR, 4, SETTINGS))
    assert "the least stable is segment 4 (0.70: a pattern whose border moves)" in said
    assert "segments 1 and 2 are least apart" in said
