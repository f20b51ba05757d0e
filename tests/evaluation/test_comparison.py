"""Ways of grouping side by side: figures worked by hand, sentences for what they say, nothing lost when cancelled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.charts import comparison as charts
from segmentation.clustering.methods import METHODS, Method
from segmentation.core.errors import Cancelled
from segmentation.evaluation.comparison import (
    AGREEMENTS,
    Candidate,
    Wanted,
    agreement_table,
    agreement_words,
    answer,
    between,
    compare,
    flows,
    nearest_rows,
    plane,
    remarks,
    scattered,
    stabilities,
    stability,
    titles,
    together,
    try_out,
    usual,
)
from tests.matrices import blobs

HABITS = Path(__file__).resolve().parents[2] / "sample_data/app_habits.csv"
FIRST = np.array([1, 1, 1, 2, 2, 2], dtype=np.int32)
SECOND = np.array([1, 1, 2, 2, 2, 2], dtype=np.int32)
NEAR = np.array([[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]])


def kmeans(k: int) -> Wanted:
    return Wanted("kmeans", {"k": k})


@pytest.fixture(scope="module")
def groups() -> np.ndarray:
    return blobs(120, 3)[0]


@pytest.fixture(scope="module")
def two(groups: np.ndarray) -> tuple[Candidate, ...]:
    return try_out(groups, [kmeans(3), Wanted("agglomerative", {"k": 2, "linkage": "average"})]).candidates


def test_agreements_are_those_worked_by_hand() -> None:
    # Together in both: C(2,2) + C(3,2) = 4 pairs of 15; in the first 6, in the second 7, so 6·7/15 = 2.8 by chance:
    # (4 − 2.8) / ((6 + 7)/2 − 2.8) = 1.2 / 3.7.
    assert AGREEMENTS["adjusted_rand"].compute(FIRST, SECOND) == pytest.approx(1.2 / 3.7)
    # Mutual information ⅓ ln 2 + ⅙ ln ½ + ½ ln 1.5 over the mean of ln 2 and ⅓ ln 3 + ⅔ ln 1.5.
    assert AGREEMENTS["mutual_information"].compute(FIRST, SECOND) == pytest.approx(0.318257 / 0.664831, abs=1e-5)
    table = agreement_table({"a": FIRST, "b": SECOND, "c": FIRST})
    assert table.at["a", "c"] == 1
    assert table.equals(table.T)
    assert agreement_words(0.36) == "partly the same customers together"


def test_flows_count_who_goes_where_with_nobody_lost() -> None:
    table = flows(np.array([1, 1, 2, 0]), np.array([2, 2, 1, 1]))
    expected = pd.DataFrame(
        {
            "source": [1, 2, 0],
            "target": [2, 1, 1],
            "customers": [2, 1, 1],
            "share_source": [1.0, 1.0, 1.0],
            "share_target": [1.0, 0.5, 0.5],
        }
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
    names = {1: "Segment 1", 2: "Segment 2", 0: "In no segment"}
    assert charts.flow_caption(table, names, names).startswith("Segment 1: 100.0 % (2) go to Segment 2; ")


def test_neighbours_together_and_between_are_those_worked_by_hand() -> None:
    assert (together(FIRST, NEAR), between(FIRST, NEAR)) == (1.0, 0.0)
    # Pairs 1→1: 2, 1→2: 2, 2→1: 2, 2→2: 6 of 12; chance 1/9 + 4/9: (2/3 − 5/9) / (4/9). Rows 0 to 2 lie between.
    assert together(SECOND, NEAR) == pytest.approx(0.25)
    assert between(SECOND, NEAR) == 0.5
    assert between(np.array([1, 2, 0, 2, 2, 2], dtype=np.int32), NEAR) == 0.5
    assert np.isnan(together(np.ones(6, dtype=np.int32), NEAR))
    assert np.isnan(between(np.ones(6, dtype=np.int32), NEAR))


def test_nobody_is_a_neighbour_of_themselves_even_among_equals() -> None:
    near = nearest_rows(np.vstack([np.zeros((15, 2)), np.ones((3, 2))]))
    assert near.shape == (18, 10)
    assert (near != np.arange(18)[:, None]).all()
    assert nearest_rows(np.zeros((1, 2))).shape == (1, 0)


def test_each_way_is_one_row_with_the_same_figures(two: tuple[Candidate, ...]) -> None:
    table = compare(two)
    assert table["title"].tolist() == ["K-means, 3 segments", "Hierarchical (average), 2 segments"]
    assert table["sizes"].tolist() == [(40, 40, 40), (80, 40)]
    assert table["smallest_share"].tolist() == [1 / 3, 1 / 3]
    assert table[["noise", "noise_share"]].eq(0).all(axis=None)
    figures = ["silhouette", "calinski_harabasz", "davies_bouldin", "together", "between", "seconds", "reproduced"]
    assert table[figures].notna().all(axis=None)
    assert table["silhouette"].iloc[0] > table["silhouette"].iloc[1]
    assert table["stability"].isna().all()
    assert titles([two[0], two[0]]) == ["K-means, 3 segments (no. 1)", "K-means, 3 segments (no. 2)"]


def test_the_answer_names_the_better_one_and_how_far_they_agree(two: tuple[Candidate, ...]) -> None:
    table = compare(two)
    agreements = agreement_table({item.key: item.labels for item in two})
    value = adjusted_rand_score(two[0].labels, two[1].labels)
    said = answer(table, agreements, two[0].key)
    assert "K-means, 3 segments, in use now, separates the customers with a silhouette of" in said
    assert "the other way is not clearly better." in said
    assert f"(agreement {value:.2f})" in said
    assert answer(table, agreements, two[1].key).startswith("K-means, 3 segments separates the customers better")
    assert answer(table.iloc[:1], agreements, two[0].key) == ""


def test_rows_whose_figures_mislead_are_named(groups: np.ndarray) -> None:
    far = np.vstack([groups, groups[:2] + 500])
    ways = [kmeans(2), Wanted("dbscan", {"eps": 60.0}), Wanted("dbscan", {"eps": 1.2, "min_samples": 12})]
    table = compare(try_out(far, ways).candidates)
    said = remarks(table)
    assert "has a segment of only 2 customers (1.6 %)" in said[0]
    assert "one segment only, so there is nothing to separate" in said[1]
    assert "of the customers out; its figures speak only for those it kept" in said[2]


def test_where_kmeans_is_wrong_the_answer_says_which_method_sees_the_groups() -> None:
    frame = pd.read_csv(HABITS)[["weeks_as_customer", "sessions_per_week", "average_basket"]]
    Z = ((frame - frame.mean()) / frame.std(ddof=0)).to_numpy()
    found = try_out(Z, [kmeans(3), Wanted("dbscan", {"eps": 0.3, "min_samples": 8})]).candidates
    table, agreements = compare(found), agreement_table({item.key: item.labels for item in found})
    assert table["silhouette"].iloc[0] > table["silhouette"].iloc[1]
    said = answer(table, agreements, found[0].key)
    assert said.startswith(f"{table['title'].iloc[1]} finds groups with empty space around them")
    assert "separates the customers better" not in said
    assert f"{table['title'].iloc[0]} cuts through such groups" in said


def test_what_cannot_work_is_a_sentence_and_the_others_are_kept(groups: np.ndarray) -> None:
    tried = try_out(groups, [kmeans(200), Wanted("nonsense", {}), kmeans(2)])
    assert [item.k for item in tried.candidates] == [2]
    assert tried.refused[0].startswith("K-means: Number of segments must be from 1 to 50; it was 200.")
    assert "There is no method 'nonsense'" in tried.refused[1]


def test_a_cancelled_comparison_keeps_what_was_ready(groups: np.ndarray) -> None:
    def stop_at(word: str):
        def progress(share: float, text: str = "") -> None:
            if word in text:
                raise Cancelled()

        return progress

    tried = try_out(groups, [kmeans(2), Wanted("spectral", {"k": 3})], progress=stop_at("Spectral"))
    assert [item.method for item in tried.candidates] == ["kmeans"]
    assert tried.refused == ("Cancelled at Spectral; what was ready before is kept.",)
    with pytest.raises(Cancelled):
        try_out(groups, [kmeans(2)], progress=stop_at("K-means"))


def test_cancel_is_heard_while_the_segments_are_judged(groups: np.ndarray) -> None:
    way, seen = kmeans(2), [""]

    def progress(share: float, text: str = "") -> None:
        if "judging" in seen[-1]:
            raise Cancelled()
        seen.append(text)

    with pytest.raises(Cancelled):
        try_out(groups, [way], progress=progress)


def test_progress_begins_at_nothing_also_when_the_neighbours_are_known(groups) -> None:
    near = try_out(groups, [kmeans(2)]).near
    seen: list[float] = []
    try_out(groups, [kmeans(3)], near, progress=lambda share, text="": seen.append(share))
    assert seen[0] == 0
    assert seen == sorted(seen)


def test_the_usual_ones_are_all_methods_that_can_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "spectral", replace(METHODS["spectral"], most_rows=50))
    wanted, refused = usual(5, 60)
    assert {way.method for way in wanted} | {"spectral"} == {
        name for name in METHODS if name == "spectral" or not METHODS[name].refusal(60)
    }
    assert all(way.settings["k"] == 5 for way in wanted if "k" in way.settings)
    assert any("Spectral" in line and "up to 50" in line for line in refused)


def test_the_methods_of_an_extra_that_is_not_installed_are_named_in_one_sentence(monkeypatch) -> None:
    monkeypatch.setattr(Method, "is_absent", property(lambda method: bool(method.needs)))
    wanted, refused = usual(3, 60)
    assert not {"autoencoder", "contrastive"} & {way.method for way in wanted}
    assert refused == (
        "Autoencoder and Contrastive embedding are extras that are not installed here. Whoever looks after this "
        "program adds them with: pip install -r requirements-embedding.txt",
    )


def test_stability_is_one_for_clear_groups_and_missing_for_one_group(two, groups: np.ndarray) -> None:
    assert stability(groups, two[0]) == 1.0
    assert np.isnan(stability(groups, replace(two[0], labels=np.ones(120, dtype=np.int32))))
    noise = np.random.default_rng(0).normal(size=(200, 6))
    assert stability(noise, try_out(noise, [kmeans(6)]).candidates[0]) < 0.8
    calls = []

    def progress(share: float, text: str = "") -> None:
        calls.append(text)
        if "Hierarchical" in text:
            raise Cancelled()

    assert stabilities(groups, {item.key: item for item in two}, progress=progress) == {two[0].key: 1.0}


def test_pictures_say_what_they_keep_and_show_the_same_customers(two, groups: np.ndarray) -> None:
    flat, near = plane(groups), scattered(groups)
    assert len(flat.rows) == len(near.rows) == 120
    assert "A picture, not the model" in flat.caption
    assert "it shows clumps even where there are none" in near.caption
    figure = charts.planes(near, {item.title: item.labels for item in two}, "Side by side")
    assert len(figure.data) == 5  # three and two segments
    assert sum(len(trace.x) for trace in figure.data) == 240
    table = agreement_table({item.title: item.labels for item in two})
    assert charts.agreement_heatmap(table, "Agreement").data[0].z.shape == (2, 2)
    assert charts.agreement_caption(table, "adjusted Rand").count("K-means") == 1


def test_where_all_ways_agree_alike_none_is_the_closest() -> None:
    table = pd.DataFrame(np.ones((3, 3)), index=list("abc"), columns=list("abc"))
    assert charts.closest_pairs(table) == "Every two of them agree alike (1.00)."
    table.loc["a", "c"] = table.loc["c", "a"] = 0.5
    assert charts.closest_pairs(table) == "Closest: a and b (1.00); farthest: a and c (0.50)."


def judged(keys: str, **changes: dict[str, object]) -> pd.DataFrame:
    """A comparison by hand: ways named by one letter, all with three groups of useful sizes and the same figures."""
    row = {"k": 3, "sizes": (40, 30, 30), "smallest_share": 0.3, "noise": 0, "noise_share": 0.0, "silhouette": 0.4}
    rows = {
        key: {"title": f"Way {key}", **row, "between": 0.2, "stability": 0.9, **changes.get(key, {})} for key in keys
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def agreeing(keys: str, **values: float) -> pd.DataFrame:
    """Agreements by pair ("ab" → 0.9); pairs that are not named agree by 0.1."""
    table = pd.DataFrame(0.1, index=list(keys), columns=list(keys))
    for key in keys:
        table.at[key, key] = 1.0
    for (first, second), value in values.items():
        table.at[first, second] = table.at[second, first] = value
    return table


def test_the_headline_is_what_most_ways_say_and_then_who_differs_and_why() -> None:
    table = judged("abcd", d={"noise_share": 0.52})
    said = answer(table, agreeing("abcd", ab=0.95, ac=0.7, bc=0.7), "a")
    assert said.startswith(
        "2 of the 3 other ways put mostly the same customers together as Way a, in use now (agreement 0.70 to 0.95), "
        "so these 3 groups are not the work of one method. Another result comes from Way d (52.0 % of the customers in "
        "no group)."
    )


def test_where_most_ways_agree_with_each_other_but_not_with_the_one_in_use_that_is_the_headline() -> None:
    said = answer(judged("abcd", a={"k": 2, "sizes": (50, 50)}), agreeing("abcd", bc=0.9, bd=0.8, cd=0.85), "a")
    assert said.startswith(
        "All 3 other ways agree with each other (agreement 0.80 to 0.90), but not with Way a, in use now (agreement "
        "0.10). Another result comes from Way a (another number of groups)."
    )


def test_little_agreement_is_the_headline() -> None:
    said = answer(judged("abcd", c={"k": 5}), agreeing("abcd", ab=0.47, ad=0.02), "a", called="chosen before")
    assert said.startswith(
        "The ways of grouping do not agree: beside Way a, chosen before, the agreement is 0.02 to 0.47 (1 is the "
        "same groups, 0 what chance gives). Which groups you get depends on the method, so choose by what you need "
        "them for. Other groups come from Way b (the same number, cut elsewhere), Way c (another number of groups) and "
        "Way d (the same number, cut elsewhere)."
    )
