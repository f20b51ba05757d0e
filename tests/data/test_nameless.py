"""Purchase lines without a header: told by what stands in the columns, and said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.core.errors import COMMAND_LINE
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


UNKNOWN_HEADINGS = {
    "codes": (
        "Wer;Wann;Wieviel\nK1;2024-01-02;10,50\nK2;2024-01-03;5,00\nK1;2024-01-09;2,25\nK3;2024-02-01;7,75\n",
        {"K1": (24, 2, 12.75), "K2": (30, 1, 5), "K3": (1, 1, 7.75)},
    ),
    "addresses, and a receipt on every line": (
        "chek,kim,qachon,narx\n901,a@x.uz,2024-01-02,10.5\n902,b@x.uz,2024-01-03,5\n903,a@x.uz,2024-01-09,2.25\n"
        "904,c@x.uz,2024-02-01,7.75\n",
        {"a@x.uz": (24, 2, 12.75), "b@x.uz": (30, 1, 5), "c@x.uz": (1, 1, 7.75)},
    ),
    "a status and a country beside": (
        "x1,x2,x3,x4,x5\nM-01,2024-01-02,10.5,paid,DE\nM-02,2024-01-03,5,paid,FR\nM-01,2024-01-09,2.25,paid,DE\n"
        "M-03,2024-02-01,7.75,paid,IT\n",
        {"M-01": (24, 2, 12.75), "M-02": (30, 1, 5), "M-03": (1, 1, 7.75)},
    ),
    "quantity and price are known": (
        "nani,lini,qty,unit price\n7001,2024-01-02,2,5.25\n7002,2024-01-03,1,5\n7001,2024-01-09,1,2.25\n"
        "7003,2024-02-01,1,7.75\n",
        {"7001": (24, 2, 12.75), "7002": (30, 1, 5), "7003": (1, 1, 7.75)},
    ),
}


@pytest.mark.parametrize("name", list(UNKNOWN_HEADINGS))
def test_purchases_whose_headings_nobody_knows_are_told_by_their_cells_and_it_is_said(name: str) -> None:
    text, wanted = UNKNOWN_HEADINGS[name]
    made = customers_from({"file.csv": text.encode()})
    assert made.source == "transactions"
    assert {str(one): tuple(row[:3]) for one, row in made.frame.iterrows()} == wanted
    assert "by contents" in {notice.kind for notice in made.notices}


def test_what_was_chosen_is_not_said_to_be_told_by_the_cells() -> None:
    text = UNKNOWN_HEADINGS["codes"][0].encode()
    roles = {"Wer": "customer", "Wann": "date", "Wieviel": "amount"}
    made = customers_from({"file.csv": text}, "transactions", roles=roles)
    assert made.frame.loc["K1"].tolist() == [24, 2, 12.75]
    assert "by contents" not in {notice.kind for notice in made.notices}


NAMES_REPEAT = "Wer,Wann,Wieviel\nAnn,2024-01-02,1.5\nBob,2024-01-03,5\nAnn,2024-01-09,2\nCleo,2024-02-01,7\n"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (NAMES_REPEAT, True),
        ("joined,city,age,income\n2024-01-02,Rom,30,9\n2024-01-03,Rom,40,5\n2024-01-09,Bari,50,2\n"
         "2024-02-01,Como,60,7\n", True),
        ("id,joined,branch,income\n1,2024-01-02,B1,9\n2,2024-01-03,B1,5\n3,2024-01-09,B2,2\n4,2024-02-01,B3,7\n",
         False),
        ("customer_id,last_payment,amount,status\nA,2024-01-02,9,paid\nB,2024-01-03,5,failed\nC,2024-01-09,2,paid\n",
         False),
        ("age,city,income\n30,Rom,9\n40,Rom,5\n50,Bari,2\n60,Como,7\n", False),
        ("joined,age,income\n2024-01-02,30,9\n2024-01-03,40,5\n2024-01-09,50,2\n", False),
    ],
)  # fmt: skip
def test_rows_that_may_be_purchases_are_asked_about_and_customers_are_not(text: str, asked: bool) -> None:
    made = customers_from({"file.csv": text.encode()})
    assert made.source == "customers"
    assert ("by row" in {notice.kind for notice in made.notices}) is asked


def test_the_command_line_says_what_to_type_for_them() -> None:
    made = customers_from({"file.csv": NAMES_REPEAT.encode()})
    told = next(notice.told(COMMAND_LINE) for notice in made.notices if notice.kind == "by row")
    assert told.endswith("(--source transactions --roles Wer=customer).")
    typed = customers_from({"file.csv": NAMES_REPEAT.encode()}, "transactions", roles={"Wer": "customer"})
    assert typed.frame.loc["Ann"].tolist() == [24, 2, 3.5]
