"""What a heading counts or dates is said as a person would say it; everything else stays high or low."""

from __future__ import annotations

import pandas as pd
import pytest

from segmentation.data.heading_phrases import is_average
from segmentation.data.vocabulary import describe_column

COUNTED, DATED = [0.0, 2.0, 7.0], [3.0, 40.0, 400.0]


@pytest.mark.parametrize(
    ("heading", "values", "high", "low", "many", "few"),
    [
        ("Days since last visit", DATED, "had their last visit long ago", "had their last visit recently",
         "Last visit long ago", "Recent visit"),
        ("weeks_since_first_login", DATED, "had their first login long ago", "had their first login recently",
         "First login long ago", "Recent first login"),
        ("monthsSinceRegistration", DATED, "had their registration long ago", "had their registration recently",
         "Registration long ago", "Recent registration"),
        ("days_since_last", DATED, "have many days since last", "have few days since last",
         "Many days since last", "Few days since last"),  # the last what is not said
        ("Weeks as customer", DATED, "have been customers for long", "are newer customers", "Long-standing", "Newer"),
        ("Visits per month", [0.5, 2.0], "have many visits per month", "have few visits per month",
         "Many visits per month", "Few visits per month"),
        ("NumWebPurchases", COUNTED, "have many web purchases", "have few web purchases",
         "Many web purchases", "Few web purchases"),
        ("number_of_logins", COUNTED, "have many logins", "have few logins", "Many logins", "Few logins"),
        ("Support tickets", COUNTED, "have many support tickets", "have few support tickets",
         "Many support tickets", "Few support tickets"),
    ],
)  # fmt: skip
def test_a_heading_that_counts_or_dates_has_its_own_words(
    heading: str, values: list[float], high: str, low: str, many: str, few: str
) -> None:
    info = describe_column(heading, pd.Series(values))
    assert (info.high, info.low, info.trait_high, info.trait_low) == (high, low, many, few)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Support tickets", [0.5, 2.0, 7.0]),  # parts of a ticket: no count
        ("Support tickets", [-1.0, 2.0, 7.0]),
        ("Status", COUNTED),
        ("Business", COUNTED),
        ("MntWines", COUNTED),
        ("Total charges", COUNTED),
        ("Sales per month", COUNTED),
        ("Minutes per calls", COUNTED),
        ("Average orders", COUNTED),
        ("Basket", COUNTED),
    ],
)
def test_amounts_measures_and_what_is_no_plural_are_high_or_low(heading: str, values: list[float]) -> None:
    info = describe_column(heading, pd.Series(values))
    assert info.trait_high.startswith("High ")
    assert info.high.startswith("have a high value of ")


def test_a_plural_of_yes_and_no_is_an_answer() -> None:
    assert describe_column("Logins", pd.Series([0.0, 1.0])).trait_high == "More often logins"


def test_averages_and_rates_do_not_add_up() -> None:
    assert [is_average(label) for label in ("Average order value", "Spend per visit", "Avg. basket")] == [True] * 3
    assert [is_average(label) for label in ("Total spent", "Balance", "Payments")] == [False] * 3
