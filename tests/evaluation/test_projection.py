"""The picture by principal components: axes as scikit-learn finds them, published shares, fixed signs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from segmentation.core.errors import SegmentationError
from segmentation.evaluation.projection import project


def cloud(rows: int = 300) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, 4)) @ np.diag([4.0, 3.0, 2.0, 1.0]) + 7


def test_the_axes_are_those_of_scikit_learn_up_to_sign() -> None:
    Z = cloud()
    picture = project(Z, np.ones(300, dtype=int), Z[:1], list("abcd"), dimensions=3)
    peer = PCA(3).fit(Z)
    np.testing.assert_allclose(picture.shares, peer.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(np.abs(picture.points[["x", "y", "z"]]), np.abs(peer.transform(Z)), atol=1e-9)
    np.testing.assert_allclose(np.abs(picture.loadings.to_numpy()), np.abs(peer.components_.T), atol=1e-9)


def test_the_sign_is_fixed_and_the_order_of_rows_does_not_matter() -> None:
    Z = cloud()
    labels = np.arange(300) % 2 + 1
    shuffled = np.random.default_rng(2).permutation(300)
    first = project(Z, labels, Z[:2], list("abcd"))
    second = project(Z[shuffled], labels[shuffled], Z[:2], list("abcd"), index=pd.RangeIndex(300)[shuffled])
    np.testing.assert_allclose(second.points.sort_index()[["x", "y"]], first.points[["x", "y"]], atol=1e-9)
    largest = first.loadings.abs().to_numpy().argmax(axis=0)
    assert (first.loadings.to_numpy()[largest, [0, 1]] > 0).all()


def test_a_centre_lies_where_a_customer_with_its_values_lies() -> None:
    Z = cloud()
    picture = project(Z, np.ones(300, dtype=int), Z[[5, 9]], list("abcd"))
    np.testing.assert_allclose(picture.centres[["x", "y"]], picture.points[["x", "y"]].iloc[[5, 9]], atol=1e-9)
    assert picture.centres.index.tolist() == [1, 2]


def test_at_most_the_sample_is_drawn_and_the_sentence_says_so() -> None:
    Z = cloud(50)
    picture = project(Z, np.ones(50, dtype=int), Z[:1], list("abcd"), sample=20)
    assert (len(picture.points), picture.shown, picture.total) == (20, 20, 50)
    assert "20 of 50 customers" in picture.sentence
    assert "not the model" in picture.sentence
    again = project(Z, np.ones(50, dtype=int), Z[:1], list("abcd"), sample=20)
    pd.testing.assert_frame_equal(picture.points, again.points)
    assert "drawn at random" not in project(Z, np.ones(50, dtype=int), Z[:1], list("abcd")).sentence


def test_rows_that_are_all_equal_give_a_picture_without_variance() -> None:
    picture = project(np.ones((5, 2)), np.ones(5, dtype=int), np.ones((1, 2)), ["a", "b"])
    assert picture.shares == (0.0, 0.0)
    assert (picture.points[["x", "y"]] == 0).all(axis=None)


@pytest.mark.parametrize(
    ("dimensions", "columns", "message"), [(4, 5, "2 or 3 dimensions"), (3, 2, "at least 3 features; there are 2")]
)
def test_impossible_pictures_are_refused_in_one_sentence(dimensions: int, columns: int, message: str) -> None:
    Z = np.ones((4, columns))
    with pytest.raises(SegmentationError, match=message):
        project(Z, np.ones(4, dtype=int), Z[:1], [str(i) for i in range(columns)], dimensions=dimensions)


def test_the_published_variance_shares_of_the_credit_card_data_come_out(shared_data: Path) -> None:
    frame = pd.read_csv(shared_data / "credit_card" / "CC GENERAL.csv", index_col="CUST_ID")
    filled = frame.fillna(frame.median())
    Z = ((filled - filled.mean()) / filled.std(ddof=0)).to_numpy()
    picture = project(Z, np.ones(len(Z), dtype=int), Z[:1], list(frame.columns), index=frame.index)
    assert [round(100 * share, 2) for share in picture.shares] == [27.30, 20.31]
    assert picture.shown == 5_000
