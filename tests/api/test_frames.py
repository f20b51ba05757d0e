"""Tables as notebooks have them: columns that are no texts, levels, repeated names, features in the index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import segmentation as seg

Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def people() -> pd.DataFrame:
    random = np.random.default_rng(3)
    low, high = random.normal((10, 3, 500), (1, 0.3, 9), (30, 3)), random.normal((50, 9, 700), (1, 0.3, 9), (30, 3))
    return pd.DataFrame(np.vstack([low, high]), columns=["spent", "visits", "limit"])


CHANGES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "numbers": (lambda frame: frame.set_axis([0, 1, 2], axis=1), ("0", "1", "2")),
    "levels": (
        lambda frame: frame.set_axis(
            pd.MultiIndex.from_tuples([("spent", "sum"), ("spent", "mean"), ("limit", "")]), axis=1
        ),
        ("spent sum", "spent mean", "limit"),
    ),
    "none": (lambda frame: frame.set_axis([None, "", "limit"], axis=1), ("Column 1", "Column 2", "limit")),
    "repeated": (lambda frame: frame.set_axis(["spent", "spent", "limit"], axis=1), ("spent", "spent (2)", "limit")),
    "lines": (lambda frame: frame.rename(columns={"spent": "spent\n in euro"}), ("spent in euro", "visits", "limit")),
    "index": (lambda frame: frame.set_index("spent"), ("spent", "visits", "limit")),
    "twice": (lambda frame: frame.set_index("spent", drop=False), ("spent", "visits", "limit")),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_the_frame_that_segments_were_made_from_is_placed_whatever_its_columns_are_called(
    people: pd.DataFrame, kind: str
) -> None:
    change, names = CHANGES[kind]
    frame = change(people)
    customers = seg.features(frame, roles=dict.fromkeys(names, "feature"))
    assert customers.names == names
    segments = seg.fit(customers, "plain", k=2)
    assert segments.predict(frame).tolist() == [1] * 30 + [2] * 30
    assigned = segments.assign(frame)
    assert assigned.index.equals(frame.index)
    assert (assigned["filled"] == 0).all()
    assert segments.explain(frame.iloc[[59]]).segment == 2
    assert not segments.explain(frame.iloc[[59]]).warnings
    if kind != "index":
        assert segments.explain(frame.iloc[59]).segment == 2
        assert not segments.explain(frame.iloc[59]).warnings


def test_everything_that_holds_customers_can_be_explained(people: pd.DataFrame) -> None:
    customers = seg.features(people)
    segments = seg.fit(customers, "plain", k=2)
    for given in (people.head(1), seg.read(people.head(1)), people.iloc[0], people.iloc[0].to_dict()):
        assert segments.explain(given).segment == 1
    assert len(segments.explain({}).warnings) == 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda frame, segments: seg.features(None), "A table cannot be read from None"),  # type: ignore[arg-type]
        (lambda frame, segments: seg.features(frame["spent"]), "A table cannot be read from a Series"),
        (lambda frame, segments: seg.features({}), "No file was given"),
        (lambda frame, segments: segments.predict("cards.csv"), "A table of customers cannot be a str"),
        (lambda frame, segments: segments.explain("cards"), "A table of customers cannot be a str"),
        (lambda frame, segments: segments.explain(frame.iloc[:0]), "no customer in the table"),
        (lambda frame, segments: seg.prepare(frame, columns={"spnt": {}}), 'no feature "spnt". The features are spent'),
        (lambda frame, segments: seg.prepare(frame, columns={"spent": {"log": 1}}), "with fill, .*transform"),
        (lambda frame, segments: seg.prepare(frame, columns={"spent": 5}), "with fill, .*transform"),
        (lambda frame, segments: seg.prepare(frame, columns=5), "with fill, .*transform"),
        (lambda frame, segments: seg.choose_k(frame, k=3), "two numbers, such as"),  # type: ignore[arg-type]
        (lambda frame, segments: seg.choose_k(frame, k=range(2, 5)), "two numbers, such as"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_used_is_one_sentence(people: pd.DataFrame, call: Callable[..., Any], words: str) -> None:
    segments = seg.fit(people, "plain", k=2)
    with pytest.raises(seg.SegmentationError, match=words):
        call(people, segments)


def test_customers_without_a_date_are_shown_without_one(people: pd.DataFrame) -> None:
    assert "<strong>60 customers</strong>" in seg.features(people)._repr_html_()


@pytest.mark.parametrize("day", ["2024-01-31", date(2024, 1, 31), pd.Timestamp("2024-01-31 10:00")])
def test_the_day_to_count_to_is_a_date_or_its_text(day: object) -> None:
    orders = pd.DataFrame({"customer": ["ann", "bob"], "date": ["2024-01-01", "2024-01-30"], "amount": [1.0, 2.0]})
    made = seg.features(orders, "transactions", as_of=day)  # type: ignore[arg-type]
    assert made.as_of == "2024-01-31"
    assert made.frame["recency"].to_dict() == {"ann": 30.0, "bob": 1.0}


@pytest.mark.parametrize("customer", ["identifier", "customer"])
def test_columns_of_purchases_are_named_by_their_roles(customer: str) -> None:
    orders = pd.DataFrame(
        {"a": ["ann", "ann", "bob"], "b": ["2024-01-01", "2024-01-07", "2024-01-05"], "c": [10, 15, 20]}
    )
    made = seg.features(orders, source="transactions", roles={"a": customer, "b": "date", "c": "amount"})
    assert made.frame.loc["ann"].to_dict() == {"recency": 1.0, "frequency": 2.0, "monetary": 25.0}
    with pytest.raises(seg.SegmentationError, match="cannot be 'feature'"):
        seg.features(orders, source="transactions", roles={"c": "feature"})
    guessed = seg.features(orders, roles={"a": customer, "b": "date", "c": "amount"})
    assert guessed.source == "transactions"
    assert guessed.frame.equals(made.frame)
