"""Purchase lines without a header: told by what stands in the columns, and said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.data.customers import customers_from
from segmentation.data.sources.nameless import are_nameless, by_contents

DAYS = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-03", "2024-02-03", "2024-03-05", "2024-03-06"])


def frame(**columns: object) -> pd.DataFrame:
    made = pd.DataFrame(columns)
    return made.set_axis([f"Column {at}" for at in range(1, made.shape[1] + 1)], axis=1)


def test_customer_date_amount_and_invoice_are_told_by_their_cells() -> None:
    lines = frame(
        order=[501.0, 501, 502, 502, 503, 504],
        customer=["K1", "K1", "K2", "K2", "K1", "K2"],
        day=DAYS,
        product=["pen", "ink", "pen", "ink", "pen", "ink"],
        quantity=[1.0, 2, 3, 1, 1, 2],
        price=[2.5, 3.0, 2.5, 3.0, 2.5, 3.0],
        amount=[2.5, 6.0, 7.5, 3.0, 2.5, 6.0],
    )
    assert by_contents(lines) == {
        "customer": "Column 2",
        "date": "Column 3",
        "amount": "Column 7",
        "invoice": "Column 1",
    }


def test_without_one_date_or_without_a_repeated_customer_nothing_is_told() -> None:
    people = frame(id=["A", "B", "C", "D", "E", "F"], day=DAYS, amount=[1.5, 2.5, 3.5, 4.5, 5.5, 6.5])
    assert by_contents(people) == {}
    two_dates = frame(id=["A", "A", "B", "B", "C", "C"], day=DAYS, other=DAYS, amount=[1.5, 2.5, 3.5, 4.5, 5.5, 6.5])
    assert by_contents(two_dates) == {}
    assert are_nameless(people.columns)
    assert not are_nameless(["Column 1", "Customer"])
    assert not are_nameless([])


def test_a_headerless_file_is_a_list_of_purchases_and_it_is_said() -> None:
    text = b"K1,2024-01-01,10.50\nK1,2024-01-09,2.25\nK2,2024-01-05,4.00\nK3,2024-01-06,5.75\n"
    made = customers_from({"lines.csv": text})
    assert made.source == "transactions"
    assert made.frame.loc["K1"].tolist() == [1, 2, 12.75]
    said = [notice.text for notice in made.notices if notice.kind == "no names"]
    assert len(said) == 1
    assert "Column 1 is the customer, Column 2 is the date and Column 3 is the amount" in said[0]


def test_the_published_sample_without_a_header_needs_no_help(shared_data: Path) -> None:
    path = shared_data / "cdnow" / "CDNOW_sample.txt"
    if not path.is_file():
        pytest.skip("the CDNOW sample is not beside the project")
    made = customers_from(path)
    assert made.source == "transactions"
    assert len(made.frame) == 2_349  # 8 of the 2,357 bought for nothing
    assert made.frame.loc["00004"].tolist() == [201, 4, 100.5]


@given(order=st.permutations(["customer", "day", "amount"]))
def test_the_order_of_the_columns_does_not_matter(order: list[str]) -> None:
    cells = {
        "customer": ["A1", "A1", "B2", "B2", "A1", "B2"],
        "day": DAYS,
        "amount": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5],
    }
    found = by_contents(frame(**{name: cells[name] for name in order}))
    assert [order[int(found[key].split()[1]) - 1] for key in ("customer", "date", "amount")] == [
        "customer",
        "day",
        "amount",
    ]
