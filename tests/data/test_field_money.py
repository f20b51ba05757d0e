"""What people's files say about money and people: the cases of ../shared/data/field, each with its right value."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmentation.core.tables import FeatureTable
from segmentation.data.customers import customers_from
from segmentation.data.reading import read
from segmentation.data.sources import SavedMapping, assemble


def made(folder: Path, *names: str, source: str = "transactions", **settings: object) -> FeatureTable:
    files = {Path(name).name: read((folder / "field" / name).read_bytes(), Path(name).name) for name in names}
    return assemble(source, files, SavedMapping(source, {}, settings) if settings else None).build()


def rfm(table: FeatureTable) -> dict[str, tuple[float, float, float]]:
    return {str(name): tuple(row) for name, row in zip(table.frame.index, table.frame.to_numpy(), strict=True)}


def said(table: FeatureTable) -> str:
    return "\n".join(
        [*(f"{note.where}: {note.what}" for note in table.notes), *(problem.sentence for problem in table.problems)]
    )


def test_a_shop_export_with_the_total_on_the_first_line_and_a_status(shared_data: Path) -> None:
    table = made(shared_data, "shopify_orders.csv")
    assert rfm(table) == {
        "ada@example.org": (19, 2, 90.0),
        "dee@example.org": (11, 1, 60.0),
        "eve@example.org": (1, 1, 80.0),
    }
    assert "Financial Status: “refunded” (refunded): 2 lines worth 200.00, no purchase." in said(table)
    assert "Financial Status: “voided” (cancelled or void): 1 line worth 400.00, no purchase." in said(table)
    assert "2 customers have only lines that are no purchases: left out (bob@example.org, cyd@example.org)." in said(
        table
    )


def test_the_shop_export_before_refunds(shared_data: Path) -> None:
    table = made(shared_data, "shopify_orders.csv", refund_column="keep")
    assert table.frame["monetary"].to_dict() == {"ada@example.org": 90, "dee@example.org": 100, "eve@example.org": 80}


@pytest.mark.parametrize(
    ("returns", "spent"),
    [("gross", {"A": 500, "B": 160, "C": 300, "D": 40}), ("net", {"A": 0, "B": 160, "C": 200, "D": 40})],
)
def test_refunds_that_are_positive_rows_told_by_their_type(
    shared_data: Path, returns: str, spent: dict[str, float]
) -> None:
    table = made(shared_data, "refund_rows_positive.csv", returns=returns)
    assert table.frame["recency"].to_dict() == {"A": 60, "B": 25, "C": 47, "D": 1}
    assert table.frame["frequency"].to_dict() == {"A": 1, "B": 2, "C": 1, "D": 1}
    assert table.frame["monetary"].to_dict() == spent
    assert "“Failed” (failed or refused): 1 line worth 80.00, no purchase." in said(table)
    assert "600.00 are not taken off the orders: the refunds are lines of their own." in said(table)


def test_a_payment_providers_export_in_three_currencies(shared_data: Path) -> None:
    table = made(shared_data, "paypal_currency_column.csv")
    # The refund and what is no sale left aside: USD 1,100 + 20, JPY 15,000, EUR 50.
    assert "USD 1,120.00 (2 lines), EUR 50.00 (1 line), JPY 15,000.00 (1 line)" in said(table)
    assert "“Denied” (failed or refused): 1 line worth USD 900.00, no purchase." in said(table)
    assert "2 lines worth JPY -14,500.00 and USD 98.60, no purchase." in said(table)
    assert "“General Withdrawal” (no sale: a fee, a transfer or a conversion): 1 line" in said(table)
    assert table.descriptors["currency"].to_dict() == {
        "ada@example.org": "USD",
        "bob@example.org": "JPY",
        "dee@example.org": "EUR",
        "eve@example.org": "USD",
    }


def test_one_currency_or_rates(shared_data: Path) -> None:
    one = made(shared_data, "paypal_currency_column.csv", currencies="one", currency="USD")
    assert one.frame["monetary"].to_dict() == {"ada@example.org": 1100, "eve@example.org": 20}
    assert "2 customers have only lines in a currency that does not count" in said(one)
    rates = {"JPY": 0.007, "EUR": 1.1}
    both = made(shared_data, "paypal_currency_column.csv", currencies="rates", currency="USD", rates=rates)
    assert both.frame["monetary"].round(9).to_dict() == {
        "ada@example.org": 1100,
        "bob@example.org": 105,
        "dee@example.org": 55,
        "eve@example.org": 20,
    }


def test_currency_signs_in_the_cells(shared_data: Path) -> None:
    table = made(shared_data, "cli_says_nothing.csv")
    assert "$ 175.00 (3 lines), EUR 90.00 (1 line), GBP 15.00 (1 line)" in said(table)
    assert table.frame["monetary"].to_dict() == {"C1": 120, "C2": 90, "C3": 15, "C5": 55}


def test_currencies_that_only_the_format_of_the_cells_tells(shared_data: Path) -> None:
    table = made(shared_data, "currency_formats.xlsx")
    assert "$ 170.00 (2 lines), EUR 150.00 (2 lines), JPY 15,000.00 (1 line)" in said(table)
    assert table.descriptors["currency"].to_dict() == {"C1": "EUR", "C2": "JPY", "C3": "$", "C4": "$"}


def test_purchases_in_one_currency_give_amounts_in_it(shared_data: Path) -> None:
    lines = "customer;date;invoice;amount\n" + "".join(f"C{n % 3};2024-0{n + 1}-05;I{n};{n},50 €\n" for n in range(6))
    units = {info.name: info.unit for info in customers_from({"till.csv": lines.encode()}, "transactions").info}
    assert (units["monetary"], units["recency"]) == ("€", "days")
    both = customers_from({"till.csv": lines.replace("3,50 €", "3,50 $").encode()}, "transactions")
    assert {info.name: info.unit for info in both.info}["monetary"] == ""
    one = made(shared_data, "paypal_currency_column.csv", currencies="one", currency="USD")
    assert {info.name: info.unit for info in one.info}["monetary"] == "USD"


@pytest.mark.parametrize(
    ("returns", "spent"),
    [("gross", {"C1": 37.5, "C2": 40, "C3": 80, "C4": 15}), ("net", {"C1": 37.5, "C2": 0, "C3": 80, "C4": 15})],
)
def test_sales_below_zero_and_returns_above(shared_data: Path, returns: str, spent: dict[str, float]) -> None:
    table = made(shared_data, "sales_negative.csv", returns=returns)
    assert table.frame["monetary"].to_dict() == spent
    assert "Sales are written as negative amounts (100.0 % of them): their sign was turned." in said(table)


def test_payments_of_the_app_count_by_their_status_and_currencies_are_told(shared_data: Path) -> None:
    names = ("fintech_status/users.csv", "fintech_status/payments.csv")
    table = made(shared_data, *names, source="fintech")
    assert table.frame["transaction_amount"].to_dict() == {"U1": 100, "U2": 50, "U3": 20000, "U4": 30, "U5": 60}
    assert table.frame["transactions"].to_dict() == dict.fromkeys(("U1", "U2", "U3", "U4", "U5"), 1)
    for word, worth in (("Denied", "USD 900"), ("voided", "USD 400"), ("failed", "USD 70"), ("chargeback", "EUR 700")):
        assert f"“{word}”" in said(table)
        assert f"1 line worth {worth}.00, no purchase." in said(table)
    assert "“requires_payment_method” (not completed): 1 line worth USD 500.00, no purchase." in said(table)
    assert "USD 180.00 (3 lines), EUR 60.00 (1 line), JPY 20,000.00 (1 line)" in said(table)


def test_two_exports_that_overlap(shared_data: Path) -> None:
    table = made(shared_data, "overlapping_exports.csv")
    assert "2 lines repeat an order number and the whole line, worth 80.00: counted twice." in said(table)
    without = made(shared_data, "overlapping_exports.csv", duplicates="orders")
    assert without.frame["monetary"].to_dict() == {"C1": 110, "C2": 160, "C3": 20, "C4": 10}


def test_one_customer_in_three_spellings(shared_data: Path) -> None:
    table = made(shared_data, "same_email_other_case.csv")
    assert len(table.frame) == 5
    assert "3 ids differ only by capitals, blanks" in said(table)
    joined = made(shared_data, "same_email_other_case.csv", same_ids="join")
    assert joined.frame[["frequency", "monetary"]].T.to_dict("list") == {
        "ann@example.org": [3, 60],
        "bob@example.org": [2, 200],
        "cyd@example.org": [1, 45],
    }


def test_customers_with_nothing_but_zero_lines_are_counted_as_customers(shared_data: Path) -> None:
    table = made(shared_data, "zero_only_customers.csv")
    assert len(table.frame) == 80
    assert "20 customers have only lines worth zero: left out (00005, 00010, 00015 …)." in said(table)
    assert "20 lines have the amount zero: left out." in said(table)
    assert len(made(shared_data, "zero_only_customers.csv", zero_prices="keep").frame) == 100


def test_leading_zeros_that_one_table_lost_are_the_cause_and_one_click_joins_them(shared_data: Path) -> None:
    names = ("customers.csv", "orders.csv")
    table = made(shared_data, *names, source="related")
    assert table.frame["orders_amount_sum"].to_dict() == {"00017": 0, "00123": 0, "01450": 0, "20001": 110, "20002": 40}
    cause = "4 rows belong to nobody because leading zeros were lost: “17” here is “00017” among the customers."
    assert cause in said(table)
    joined = made(shared_data, *names, source="related", same_ids="join")
    assert joined.frame["orders_amount_sum"].to_dict() == {
        "00017": 170, "00123": 50, "01450": 35, "20001": 110, "20002": 40,
    }  # fmt: skip
    assert joined.frame.loc["00017", "orders_count"] == 2
