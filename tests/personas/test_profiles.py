"""Tables about the segments: hand-worked figures, published figures, and what must always hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from segmentation.core.disclosure import told_mean
from segmentation.core.tables import FeatureInfo
from segmentation.personas.distances import centre_distances, spread
from segmentation.personas.profiles import (
    box_figures,
    exported_profile,
    partition_features,
    profile,
    profile_writers,
    standard_differences,
    told_differences,
    wide_profile,
)

# Six customers by hand. Segment 1: a, b, c, d; segment 2: e, f.
FRAME = pd.DataFrame({"spend": [0.0, 2.0, 4.0, np.nan, 10.0, 20.0], "age": [1.0] * 6}, index=list("abcdef"))
LABELS = np.array([1, 1, 1, 1, 2, 2])


def test_a_profile_by_hand_leaves_missing_values_out() -> None:
    table = profile(FRAME, LABELS, features=["spend"])
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "feature": ["spend", "spend"],
            "size": [4, 2],
            "missing": [1, 0],
            "mean": [2.0, 15.0],
            "median": [2.0, 15.0],
            "everyone_mean": [7.2, 7.2],  # 36 / 5
            "everyone_median": [4.0, 4.0],
            "difference": [-5.2, 7.8],
            "difference_share": [-5.2 / 7.2, 7.8 / 7.2],
        }
    )
    pd.testing.assert_frame_equal(table, expected)


def test_a_profile_with_filled_values_counts_customers_as_they_were_grouped() -> None:
    table = profile(FRAME, LABELS, fill={"spend": 4.0}, features=["spend"])
    assert table["mean"].tolist() == [2.5, 15.0]  # (0 + 2 + 4 + 4) / 4
    assert table["missing"].tolist() == [1, 0]


def test_a_difference_from_an_average_of_zero_has_no_percentage() -> None:
    table = profile(pd.DataFrame({"x": [-1.0, 1.0]}), [1, 2])
    assert table["difference_share"].isna().all()


def test_customers_without_a_segment_count_for_everyone_only() -> None:
    table = profile(pd.DataFrame({"x": [1.0, 3.0, 8.0]}), [1, 1, 0])
    assert table[["segment", "mean", "everyone_mean"]].values.tolist() == [[1, 2.0, 4.0]]


def test_the_wide_profile_has_a_column_a_segment_and_everyone() -> None:
    wide = wide_profile(profile(FRAME, LABELS))
    assert list(wide.columns) == [1, 2, "everyone"]
    assert list(wide.index) == ["spend", "age"]
    assert wide.loc["spend"].tolist() == [2.0, 15.0, 7.2]
    assert "everyone" not in wide_profile(profile(FRAME, LABELS), figure="difference")


def test_a_profile_reads_in_the_units_of_each_feature() -> None:
    info = [
        FeatureInfo("spend", "Spend", kind="money"),
        FeatureInfo("rate", "Rate", kind="share"),
        FeatureInfo("visits", "Visits", "visits", "count"),
        FeatureInfo("gap", "Gap", "days", "days"),
        FeatureInfo("loan", "Loan", kind="boolean"),
    ]
    frame = pd.DataFrame(
        {"spend": [1000.0, 3000], "rate": [0.2, 0.4], "visits": [2.0, np.nan], "gap": [-1.0, 1.0], "loan": [1.0, 0.0]},
        dtype=np.float64,
    )
    table = profile(frame, [1, 2])

    def texts(name: str, figure: str = "mean") -> list[str]:
        row = [item.name for item in info].index(name)
        write = profile_writers(info, figure=figure)[row]
        return [write(value) for value in wide_profile(table, figure=figure).loc[name]]

    assert texts("spend") == ["1,000", "3,000", "2,000"]
    assert texts("rate") == ["20.0 %", "40.0 %", "30.0 %"]
    assert texts("visits") == ["2", "missing", "2"]
    assert texts("gap") == ["-1 days", "1 day", "0 days"]
    # Of yes and no it is told how many say yes, of everyone as of those who all do; the median is an answer.
    assert texts("loan") == ["100.0 %", "0.0 %", "50.0 %"]
    assert texts("loan", "difference") == ["+50.0 %", "−50.0 %"]
    assert texts("loan", "median") == ["yes", "no", "50.0 %"]
    assert texts("spend", "difference") == ["−1,000", "+1,000"]
    assert texts("spend", "difference_share") == ["−50 %", "+50 %"]


def test_standard_differences_by_hand() -> None:
    # Mean 4, standard deviation sqrt(((−4)² + (−2)² + 0² + 6²) / 4) = sqrt(14).
    Z = np.array([[0.0, 5.0], [2.0, 5.0], [4.0, 5.0], [10.0, 5.0]])
    table = standard_differences(Z, [1, 1, 1, 2], ["x", "constant"])
    assert table.loc[1].tolist() == [pytest.approx(-2 / np.sqrt(14)), 0.0]
    assert table.loc[2, "x"] == pytest.approx(6 / np.sqrt(14))


def test_what_differs_by_rounding_alone_has_no_spread() -> None:
    Z = np.array([[0.1 + 0.2], [0.3], [0.3], [0.3]])
    assert Z.std() > 0
    for table in (standard_differences, told_differences):
        assert table(Z, [1, 2, 2, 2], ["x"]).to_numpy().tolist() == [[0.0], [0.0]]
    assert partition_features(Z, [1, 2, 2, 2], ["x"])["eta2"].tolist() == [0.0]


@given(st.integers(0, 2**32 - 1), st.integers(10, 60), st.integers(10, 400))
def test_a_told_difference_never_points_the_other_way(seed: int, size: int, others: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "amount": np.exp(rng.normal(0, 1.5, size + others)),
            "count": rng.poisson(0.5, size + others).astype(float),
            "yes": rng.integers(0, 2, size + others).astype(float),
        }
    )
    labels = np.repeat([1, 2], [size, others])
    told, exact = (profile(frame, labels, exact=which)["difference"].to_numpy() for which in (False, True))
    assert (told * exact >= 0).all(), (told, exact)


def test_a_difference_that_is_clear_is_told_as_that_of_the_told_means() -> None:
    frame = pd.DataFrame({"x": [*np.arange(100.0), *np.arange(100.0) + 300]})
    table = profile(frame, np.repeat([1, 2], 100), exact=False)
    # deviation 28.9, step 1; everyone's 153, step 2
    assert table["difference"].tolist() == [50.0 - 200.0, 350.0 - 200.0]


def test_box_figures_have_everyone_first_in_feature_order() -> None:
    table = box_figures(FRAME, LABELS)
    assert table["feature"].tolist() == ["spend"] * 3 + ["age"] * 3
    assert table["segment"].tolist() == [0, 1, 2, 0, 1, 2]
    first = table.iloc[0]
    assert (first["size"], first["q25"], first["median"], first["q75"]) == (5, 2.0, 4.0, 10.0)


def test_distances_by_hand() -> None:
    centres = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])
    assert centre_distances(centres).loc[1].tolist() == [0.0, 5.0, 2.0]
    Z = np.array([[1.0, 0.0], [-3.0, 0.0], [3.0, 4.0], [0.0, 2.0]])
    table = spread(Z, [1, 1, 2, 3], centres)
    assert table["within"].tolist() == [2.0, 0.0, 0.0]
    assert table["nearest"].tolist() == [3, 3, 1]
    assert table.loc[1, "separation"] == 1.0
    assert np.isnan(table.loc[2, "separation"])


def test_the_features_that_make_the_partition_come_in_order() -> None:
    Z = np.array([[-3.0, 1.0], [-3.0, -1.0], [3.0, 1.0], [3.0, -1.0]])
    table = partition_features(Z, [1, 1, 2, 2], ["second", "first"])
    assert table["feature"].tolist() == ["second", "first"]
    assert table["eta2"].tolist() == [1.0, 0.0]
    assert table["share"].tolist() == [1.0, 0.0]


def test_figures_of_segments_that_are_too_small_are_not_exported() -> None:
    table = exported_profile(FRAME, LABELS, smallest=3)
    assert table.loc[table["segment"] == 2].drop(columns=["segment", "feature"]).isna().all(axis=None)
    assert table.loc[table["segment"] == 1, "mean"].notna().all()
    assert table["segment"].tolist() == [1, 1, 2, 2]
    own = FRAME[np.asarray(LABELS) == 1]
    assert table["everyone_mean"].tolist()[:2] == [told_mean(own[name].dropna()) for name in FRAME]
    whole = exported_profile(FRAME, LABELS, smallest=1)
    pd.testing.assert_frame_equal(whole, profile(FRAME, LABELS, exact=False), check_dtype=False)


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 3)), min_size=3, max_size=40),
)
def test_tables_agree_with_independent_routines(rows: list[tuple[int, int, int]]) -> None:
    data = np.array(rows, dtype=np.float64)
    Z, labels = data[:, :2], data[:, 2].astype(int)
    labels = np.unique(labels, return_inverse=True)[1] + 1
    frame = pd.DataFrame(Z, columns=["a", "b"])
    table = profile(frame, labels)
    wide = wide_profile(table)
    expected = frame.groupby(labels).mean().T
    np.testing.assert_allclose(wide[expected.columns].to_numpy(), expected.to_numpy(), atol=1e-9)
    # Sizes times differences from everyone cancel out.
    sums = (table["size"] * table["difference"]).groupby(table["feature"]).sum()
    np.testing.assert_allclose(sums, 0, atol=1e-7)
    centres = frame.groupby(labels).mean().to_numpy()
    np.testing.assert_allclose(centre_distances(centres), cdist(centres, centres), atol=1e-6)
    within = spread(Z, labels, centres)["within"]
    for number in within.index:
        own = Z[labels == number]
        assert within[number] == pytest.approx(cdist(own, centres[[number - 1]]).mean(), abs=1e-6)
    shares = partition_features(Z, labels, ["a", "b"])
    assert shares["eta2"].between(-1e-12, 1 + 1e-12).all()


def credit_card(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "credit_card" / "CC GENERAL.csv", index_col="CUST_ID").astype(np.float64)


def test_the_published_means_of_three_credit_card_segments_come_out_to_the_cent(shared_data: Path) -> None:
    frame = credit_card(shared_data)
    fill = frame.median()
    filled = frame.fillna(fill)
    Z = ((filled - filled.mean()) / filled.std(ddof=0)).to_numpy()
    raw = KMeans(3, n_init=10, random_state=42).fit(Z)
    order = np.argsort(-np.bincount(raw.labels_))
    labels = np.empty(3, dtype=int)
    labels[order] = [1, 2, 3]
    labels = labels[raw.labels_]
    means = wide_profile(profile(frame, labels, fill=fill.to_dict()))
    wanted = ["BALANCE", "PURCHASES", "CASH_ADVANCE", "CREDIT_LIMIT"]
    published = {
        1: [807.72, 496.06, 339.00, 3267.02],
        2: [4023.79, 389.05, 3917.25, 6729.47],
        3: [2182.35, 4187.02, 449.75, 7642.78],
    }
    for segment, figures in published.items():
        assert means.loc[wanted, segment].round(2).tolist() == figures
