"""Outcomes, numbers that are no amounts, and ids by name and form: each kind by several of its spellings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.core.tables import Table
from segmentation.data.profiling import sensitive_kind, suggest_roles
from segmentation.data.profiling.meanings import identifier_form, identifier_name, never_code, no_amount, outcome_kind
from segmentation.data.sources.customers import build_customers

RNG = np.random.default_rng(7)
ROWS = 200


def role_of(name: str, values: object) -> str:
    frame = pd.DataFrame({name: values, "spend": RNG.exponential(50, ROWS)})
    return next(item.role for item in suggest_roles(Table("t", frame)) if item.name == name)


@pytest.mark.parametrize(
    "name",
    ["Churn", "Exited", "y", "Response", "target", "Attrition_Flag", "is_churned", "Default", "isFraud", "Kuendigung",
     "resilie", "abbandono", "Converted", "Reagiert", "a_repondu", "Left?", "Revenue", "has_purchased", "renewed"],
)  # fmt: skip
def test_what_is_known_only_afterwards_is_an_outcome(name: str) -> None:
    assert role_of(name, RNG.integers(0, 2, ROWS).astype(float)) == "outcome"
    assert role_of(name, RNG.choice(["Yes", "No"], ROWS)) == "outcome"


@pytest.mark.parametrize("name", ["churn_score", "propensity_to_buy", "predicted_ltv", "Naive_Bayes_Classifier_1"])
def test_a_models_guess_is_an_outcome(name: str) -> None:
    assert role_of(name, RNG.random(ROWS)) == "outcome"


@pytest.mark.parametrize(
    "name",
    [
        "credit_score",
        "spending_score",
        "days_since_exit",
        "churn_date_count",
        "year_income",
        "yield",
        "labels_n",
        "left",
        "revenue",
    ],
)
def test_other_columns_are_no_outcome(name: str) -> None:
    assert outcome_kind(name, 200) == ""
    assert role_of(name, RNG.normal(500, 80, ROWS)) == "feature"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("signup_month", RNG.integers(1, 13, ROWS)),
        ("Monat", RNG.integers(1, 13, ROWS)),
        ("weekday", RNG.integers(0, 7, ROWS)),
        ("latitude", RNG.uniform(-80, 80, ROWS)),
        ("store_lng", RNG.uniform(-170, 170, ROWS)),
        ("last_SKU", RNG.integers(100, 999, ROWS)),
        ("colour_code", RNG.choice([255, 65_280, 16_711_680, 16_777_215], ROWS)),
        ("Region", RNG.integers(1, 4, ROWS)),
        ("Channel", RNG.integers(1, 5, ROWS)),
        ("pdays", np.where(RNG.random(ROWS) < 0.6, -1, RNG.integers(0, 400, ROWS))),
    ],
)
def test_numbers_that_are_no_amounts_are_asked_about(name: str, values: np.ndarray) -> None:
    frame = pd.DataFrame({name: values.astype(float), "spend": RNG.exponential(50, ROWS)})
    item = suggest_roles(Table("t", frame))[0]
    assert item.role == "descriptor"
    assert "make it a feature" in item.reason


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("months", [6.0, 24.0, 60.0]),
        ("month", [6.0, 24.0, 60.0]),
        ("orders_per_month", [1.5, 0.2, 3.0]),
        ("store_visits_count", [1.0, 2.0, 3.0]),
        ("balance", [-1.0, -5.0, 3.0]),
        ("amplitude", [1.25, 2.5, 3.75]),
    ],
)
def test_amounts_stay_amounts(name: str, values: list[float]) -> None:
    column = pd.Series(values * 50)
    assert no_amount(name, column) == ""
    assert never_code(column) == ""


@pytest.mark.parametrize(
    "name",
    ["CLIENTNUM", "KUNNR", "MEMBERNO", "msisdn", "Kunden-Nr", "numéro client", "código cliente", "codice_cliente",
     "klantnummer", "Nr klienta", "customerNumber", "id_socio", "Account No"],
)  # fmt: skip
def test_ids_are_known_by_name_in_eight_languages(name: str) -> None:
    assert identifier_name(name)
    assert role_of(name, 700_000 + RNG.permutation(9 * ROWS)[:ROWS].astype(float)) == "identifier"


@pytest.mark.parametrize("name", ["num_orders", "customer_age", "account_balance", "number of visits", "card_limit"])
def test_amounts_of_customers_are_no_ids(name: str) -> None:
    assert not identifier_name(name)


def test_ids_are_known_by_form() -> None:
    long = pd.Series(4_000_000 + RNG.permutation(10 * ROWS)[:ROWS].astype(float))
    assert identifier_form(long) == 7
    assert role_of("whatever", long) == "identifier"
    assert identifier_form(long / 7) == 0
    assert identifier_form(long % 100_000) == 0
    assert identifier_form(pd.concat([long, long])) == 0


@pytest.mark.parametrize("name", ["Equipment age", "handset_age", "eqp_age"])
def test_the_age_of_a_thing_is_not_personal(name: str) -> None:
    assert sensitive_kind(name) == ""


def test_outcomes_are_kept_out_of_the_features_and_named() -> None:
    frame = pd.DataFrame({"spend": [1.0, 2.0, 3.0], "Churn": [0.0, 1.0, 0.0]})
    table = build_customers(Table("t", frame), {"spend": "feature", "Churn": "outcome"})
    assert table.names == ("spend",)
    assert table.outcomes == ("Churn",)
    assert list(table.descriptors.columns) == ["Churn"]


def test_columns_that_differ_by_the_currency_alone_keep_their_own_names() -> None:
    frame = pd.DataFrame({"Spend (EUR)": [1.0, 2, 3], "Spend (USD)": [3.0, 2, 1], "Visits (number)": [1.0, 2, 2]})
    info = build_customers(Table("t", frame), dict.fromkeys(frame, "feature")).info
    assert [(item.label, item.unit) for item in info][:2] == [("Spend (EUR)", "EUR"), ("Spend (USD)", "USD")]
    assert (
        info[2].label
        == build_customers(Table("t", frame[["Visits (number)"]]), {"Visits (number)": "feature"}).info[0].label
    )
