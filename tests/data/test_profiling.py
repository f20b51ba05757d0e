"""Column statistics against figures worked out by hand, and a role with a reason for every kind of column."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st

from segmentation.core.roles import ROLES
from segmentation.core.tables import Table
from segmentation.data.profiling import PROFILE_COLUMNS, column_kind, profile, skewness, suggest_roles, tukey_fences


def roles_of(frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return {item.name: (item.role, item.reason) for item in suggest_roles(Table("t", frame))}


def role_of(values: list, name: str = "amount", beside: dict | None = None) -> tuple[str, str]:
    return roles_of(pd.DataFrame({name: values} | (beside or {})))[name]


def test_the_statistics_of_a_small_column_are_those_worked_out_by_hand() -> None:
    # 0 1 2 3 4 100 and one missing: mean 110/6; quartiles at positions 1.25 and 3.75 → 1.25 and 3.75;
    # fences 1.25 - 3.75 = -2.5 and 3.75 + 3.75 = 7.5 → one outlier (100).
    row = profile(pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 100, np.nan]})).iloc[0]
    assert list(row.index) == list(PROFILE_COLUMNS)
    assert (row["rows"], row["missing"], row["distinct"]) == (7, 1, 6)
    assert row["missing_share"] == pytest.approx(1 / 7)
    assert row["mean"] == pytest.approx(110 / 6)
    assert (row["min"], row["q25"], row["median"], row["q75"], row["max"]) == (0, 1.25, 2.5, 3.75, 100)
    assert (row["zeros"], row["negative"], row["outliers"]) == (1, 0, 1)
    # sum of squares 10030, minus 110²/6 = 8013.33…, over 5, root.
    assert row["std"] == pytest.approx(math.sqrt(8013.3333333333 / 5))


def test_every_kind_of_column_is_told_apart() -> None:
    frame = pd.DataFrame(
        {
            "n": [1.0, np.nan],
            "b": pd.array([True, None], dtype="boolean"),
            "d": pd.to_datetime(["2024-01-01", None]),
            "t": ["a", None],
            "e": [np.nan, np.nan],
        }
    )
    assert [column_kind(frame[name]) for name in frame] == ["number", "boolean", "date", "text", "empty"]
    about = profile(frame).set_index("column")
    assert about["kind"].tolist() == ["number", "boolean", "date", "text", "empty"]
    assert about.loc[["d", "t", "e"], "mean"].isna().all()
    assert about.loc["b", "mean"] == 1


def test_outliers_are_undefined_where_the_fences_have_no_width() -> None:
    assert math.isnan(profile(pd.DataFrame({"x": [5.0] * 9 + [80.0]})).loc[0, "outliers"])
    assert all(map(math.isnan, tukey_fences(3, 3)))
    assert tukey_fences(1, 3) == (-2, 6)


def test_two_columns_of_one_name_are_both_described() -> None:
    frame = pd.DataFrame([[1.0, "a"], [2.0, "b"]], columns=["x", "x"])
    assert profile(frame)["kind"].tolist() == ["number", "text"]


def test_infinite_values_do_not_spoil_the_statistics() -> None:
    row = profile(pd.DataFrame({"x": [1.0, 2, 3, np.inf]})).iloc[0]
    assert (row["mean"], row["max"]) == (2, 3)


def test_a_table_without_rows_has_a_profile() -> None:
    about = profile(pd.DataFrame({"x": pd.Series([], dtype="float64")}))
    assert about.loc[0, "kind"] == "empty"
    assert list(profile(pd.DataFrame()).columns) == list(PROFILE_COLUMNS)


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=3, max_size=60))
def test_skewness_is_that_of_scipy_and_turns_with_the_sign(values: list[float]) -> None:
    numbers = np.round(np.array(values), 3)
    ours = skewness(numbers)
    assume(np.ptp(numbers) >= 1e-9 * max(1.0, np.abs(numbers).max()))
    assert ours == pytest.approx(float(scipy.stats.skew(numbers, bias=False)), rel=1e-6, abs=1e-6)
    assert skewness(-numbers) == pytest.approx(-ours, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [7.0] * 5, [1e9, 1e9, 1e9 + 1e-7]])
def test_skewness_without_a_meaning_is_undefined(values: list[float]) -> None:
    assert math.isnan(skewness(np.array(values)))


N = 40
NUMBERS = [float(n * n % 37) for n in range(N)]


@pytest.mark.parametrize(
    ("name", "values", "role", "words"),
    [
        ("CUST_ID", [f"C{n}" for n in range(N)], "identifier", "every value appears once"),
        ("customerId", [float(9000 - 7 * n) for n in range(N)], "identifier", "Its name says so and every"),
        ("email", [f"a{n}@b.c" for n in range(N)], "identifier", "Every value appears once"),
        ("member", [f"{n:05d}" for n in range(N)], "identifier", "name hints"),
        ("handle", [f"x{n}" for n in range(N)], "identifier", "Every value appears once."),
        ("CustomerID", [float(n // 10) + 17850 for n in range(N)], "identifier", "10 times on average"),
        ("Recnum", [float(n + 1) for n in range(N)], "left out", "numbers the rows, 1 to 40"),
        ("rank", [float(N - n) for n in range(N)], "left out", "numbers the rows, 1 to 40"),
        ("TESTING", [np.nan] * N, "left out", "Every cell is empty"),
        ("plan", ["gold"] * N, "left out", "the same value (gold)"),
        ("tax", [0.19] * N, "left out", "the same value (0.19)"),
        ("#VALUE!", NUMBERS, "left out", "spreadsheet error"),
        ("fax", [1.0, *[np.nan] * (N - 2), 2.0], "left out", "95.0 % of its cells are missing"),
        ("comment", [f"word {n} {n * n}" * 3 for n in range(N)], "left out", "Almost every customer"),
        ("weight", [*map(str, range(N - 1)), "heavy"], "left out", "Numbers but for one cell “heavy”"),
        ("joined", pd.date_range("2024-01-01", periods=N), "date", "2024-01-01 to 2024-02-09"),
        ("Gender", ["f", "m"] * (N // 2), "sensitive", "Personal (gender): kept out, but audited."),
        ("sex_code", [0.0, 1.0] * (N // 2), "sensitive", "Personal (gender): kept out, but audited."),
        ("Date of birth", pd.date_range("1970-01-01", periods=N), "sensitive", "Personal (birth)"),
        ("cluster", [0.0, 1.0, 2.0, 3.0] * (N // 4), "descriptor", "earlier grouping"),
        ("zip_code", [float(10_000 + n % 7) for n in range(N)], "sensitive", "where one lives"),
        ("branch_code", [float(10_000 + n % 7) for n in range(N)], "descriptor", "a code"),
        ("region", ["north", "south"] * (N // 2), "descriptor", "2 different values"),
        ("branch text", ["0042", "0017"] * (N // 2), "descriptor", "Numbers kept as text, 2"),
        ("age", NUMBERS, "sensitive", "Personal (age)"),
        ("visits", NUMBERS, "feature", "A number for every customer"),
        ("income", [np.nan, *NUMBERS[1:]], "feature", "1 is missing"),
        ("opted_in", pd.array([True, False] * (N // 2), dtype="boolean"), "feature", "Yes or no"),
        ("paid", [0.5 * n for n in range(N)], "feature", "A number"),
    ],
)
def test_each_kind_of_column_gets_its_role_and_reason(name: str, values: list, role: str, words: str) -> None:
    found, reason = role_of(values, name)
    assert (found, words in reason) == (role, True), (found, reason)
    assert reason.endswith(".")
    assert found in ROLES


def test_nearly_constant_columns_are_left_out() -> None:
    role, reason = role_of([0.0] * 399 + [1.0], "flag")
    assert role == "left out"
    assert "99.8 %" in reason


def test_a_copy_of_a_column_is_left_out_and_names_the_original() -> None:
    found = roles_of(pd.DataFrame({"first": NUMBERS, "second": NUMBERS}))
    assert found["second"] == ("left out", "It is the same as first in every row.")
    assert found["first"][0] == "feature"


def test_only_one_column_is_the_identifier_and_the_best_one_is() -> None:
    frame = pd.DataFrame(
        {
            "order_id": [float(3 * n) for n in range(N)],
            "cust_id": [f"C{n}" for n in range(N)],
            "phone": [f"0{n}17" for n in range(N)],
        }
    )
    found = roles_of(frame)
    assert {name: role for name, (role, _) in found.items()} == {
        "order_id": "left out",
        "cust_id": "identifier",
        "phone": "left out",
    }
    assert found["phone"][1] == "Another identifier; cust_id is used."
    assert roles_of(frame[frame.columns[::-1]]) == found


def test_a_numbered_id_column_alone_is_the_identifier() -> None:
    assert role_of([float(n + 1) for n in range(N)], "CustomerID", {"x": NUMBERS})[0] == "identifier"
    assert role_of([float(n + 1) for n in range(N)], "customer", {"x": NUMBERS})[0] == "identifier"
    assert role_of([float(n + 1) for n in range(N)], "customer age", {"x": NUMBERS})[0] == "left out"


@pytest.mark.parametrize(
    ("file", "odd", "words"),
    [
        ("mishtert_recnum_first.csv", "Recnum", "It only numbers the rows, 1 to 8,950."),
        ("kevintirta_empty_column.csv", "TESTING", "Every cell is empty."),
        ("anshul05_formula_errors.csv", "#VALUE!", "Its name is a spreadsheet error (#VALUE!)"),
    ],
)
def test_the_files_that_people_pass_on_lose_only_their_odd_column(shared_data, file, odd, words) -> None:
    found = roles_of(pd.read_csv(shared_data / "credit_card" / "variants" / file))
    assert found[odd][0] == "left out"
    assert words in found[odd][1]
    assert found["CUST_ID"][0] == "identifier"
    assert [role for role, _ in found.values()].count("feature") == 17


def test_the_credit_card_file_has_one_identifier_and_seventeen_features(shared_data) -> None:
    frame = pd.read_csv(shared_data / "credit_card" / "CC GENERAL.csv")
    roles = [role for role, _ in roles_of(frame).values()]
    assert roles == ["identifier", *["feature"] * 17]
    about = profile(frame).set_index("column")
    assert about.loc["MINIMUM_PAYMENTS", "missing"] == 313
    assert about.loc["MINIMUM_PAYMENTS", "median"] == pytest.approx(312.343947)


@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from([0.0, 1.0, 2.5, -3.0, np.nan, np.inf]), min_size=1, max_size=30),
)
def test_any_table_gets_a_role_for_every_column_and_at_most_one_identifier(names: list, values: list) -> None:
    frame = pd.DataFrame({name: np.roll(values, shift) for shift, name in enumerate(names)})
    found = suggest_roles(Table("t", frame))
    assert [item.name for item in found] == names
    assert sum(item.role == "identifier" for item in found) <= 1
