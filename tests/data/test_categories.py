"""Text columns of few values become categories: which levels, in which order, how many customers, what is other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.core.tables import CategoryInfo, Table
from segmentation.data.derived import derive
from segmentation.data.profiling import as_category, categories_of, category_of, suggest_roles
from segmentation.data.profiling.scales import _SCALES, in_order
from segmentation.data.reading import read
from segmentation.data.sources import build_customers


@pytest.mark.parametrize(
    "ordered",
    [
        ["Low", "Medium", "High"],
        ["very low", "LOW", "Moderate", "High", "Very high"],
        ["niedrig", "mittel", "hoch"],
        ["Faible", "Moyen", "Élevé"],
        ["bajo", "medio", "alto"],
        ["Baixo", "Médio", "Alto"],
        ["laag", "gemiddeld", "hoog"],
        ["basso", "medio", "alto"],
        ["Never", "Rarely", "Sometimes", "Often", "Always"],
        ["Nie", "Selten", "Manchmal", "Häufig", "Immer"],
        ["S", "M", "L", "XL"],
        ["Small", "Medium", "Large"],
        ["Bronze", "Silver", "Gold", "Platinum"],
        ["Free", "Basic", "Pro", "Enterprise"],
        ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"],
        ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
        ["Poor", "Fair", "Good", "Very Good", "Excellent"],
        ["Jan", "Feb", "Mar", "Dec"],
        ["Montag", "Dienstag", "Sonntag"],
        ["under 18", "18-24", "25–34", "35 to 44", "65+"],
        ["< 1,000", "1,000 - 4,999", "5,000 - 9,999", "10,000+"],
        ["<20k", "20k-50k", "50k-100k", ">100k"],
        ["unter 18", "18 bis 29", "30 bis 49", "über 50"],
        ["1 - very bad", "2 - bad", "3 - good"],
        ["1 star", "2 stars", "5 stars"],
        ["Bachelor", "Master", "PhD"],
    ],
)
def test_an_order_that_words_or_bands_have_is_found_from_any_order_of_rows(ordered: list[str]) -> None:
    shuffled = np.random.default_rng(3).permutation(ordered).tolist()
    assert in_order(shuffled) == tuple(ordered)


@pytest.mark.parametrize(
    "levels",
    [
        ["web", "shop", "phone"],
        ["low", "medium", "blue"],
        ["north", "south"],
        ["low", "gering", "high"],
        ["A1", "B2"],
        ["12", "13"],
        ["Berlin 1", "Berlin 2"],
    ],
)
def test_what_has_no_known_order_gets_none(levels: list[str]) -> None:
    assert in_order(levels) is None


def test_every_word_of_a_scale_stands_on_one_step_only() -> None:
    for scale in _SCALES:
        words = [word for step in scale for word in step.split("|")]
        assert sorted({word for word in words if words.count(word) > 1}) == []


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("Yes", "No"),
        ("Ja", "Nein"),
        ("Oui", "Non"),
        ("Sí", "No"),
        ("Sim", "Não"),
        ("ja", "nee"),
        ("Sì", "No"),
        ("tak", "nie"),
        ("Ja", "Nej"),
    ],
)
def test_yes_and_no_in_every_language_from_the_file_on(yes: str, no: str) -> None:
    cells = [yes, no, yes, "", yes]
    frame = read(
        ("id,spend,member\n" + "\n".join(f"K{n},{n},{cell}" for n, cell in enumerate(cells))).encode(), "x.csv"
    )
    assert category_of("member", frame.frame["member"]) == CategoryInfo("member", "yes/no", ("no", "yes"), (1, 3), 1)


def test_a_named_category_counts_its_levels_and_what_is_other() -> None:
    # 150 web, 48 shop, one fax and one telegram among 200: below one percent each.
    values = pd.Series(["web"] * 150 + ["shop"] * 48 + ["fax", "telegram"] + [None] * 5, dtype="str")
    info = category_of("channel", values)
    assert info == CategoryInfo("channel", "named", ("web", "shop"), (150, 48), missing=5, other=2)
    assert info.other_share == 0.01
    made = as_category(values, info)
    assert made.value_counts().to_dict() == {"web": 150, "shop": 48, "other": 2}
    assert made.isna().sum() == 5
    assert not made.cat.ordered


def test_next_months_new_value_is_other_and_the_order_stays() -> None:
    info = category_of("plan", pd.Series(["Low", "High", "Medium", "Low"], dtype="str"))
    assert info == CategoryInfo("plan", "ordered", ("Low", "Medium", "High"), (2, 1, 1))
    again = as_category(pd.Series(["High", "Low", "Low"], dtype="str"), info)
    assert list(again.cat.categories) == ["Low", "Medium", "High"]
    assert again.cat.ordered
    new = as_category(pd.Series(["High", "Mega"], dtype="str"), info)
    assert new.tolist() == ["High", "other"]


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1.0, 2.0, 1.0]),
        pd.Series(pd.to_datetime(["2024-01-01", "2024-01-02"])),
        pd.Series([f"name {n}" for n in range(200)], dtype="str"),
        pd.Series(["one"] * 9, dtype="str"),
        pd.Series([None, None], dtype="str"),
    ],
)
def test_numbers_dates_names_and_one_value_are_no_categories(values: pd.Series) -> None:
    assert category_of("x", values) is None


def test_the_table_of_customers_carries_its_categories_but_no_sensitive_one() -> None:
    rows = 30
    frame = pd.DataFrame(
        {
            "id": [f"K{n}" for n in range(rows)],
            "spend": [float(n % 11) for n in range(rows)],
            "plan": pd.Series(["Low", "High", "Medium"] * 10, dtype="str"),
            "gender": pd.Series(["m", "f", "d"] * 10, dtype="str"),
            "member": pd.array([True, False, None] * 10, dtype="boolean"),
        }
    )
    table = Table("x.csv", frame)
    roles = suggest_roles(table)
    made = build_customers(table, {role.name: role.role for role in roles})
    assert made.categories == (
        CategoryInfo("plan", "ordered", ("Low", "Medium", "High"), (10, 10, 10)),
        CategoryInfo("member", "yes/no", ("no", "yes"), (10, 10), missing=10),
    )
    reason = next(role.reason for role in roles if role.name == "plan")
    assert reason == "Text with 3 different values, in order: Low, Medium, High. It can be a category."


@given(st.lists(st.sampled_from([*"abcdefghijklmnopq", "", None]), min_size=1, max_size=400))
def test_levels_other_and_missing_are_always_all_customers(cells: list[str | None]) -> None:
    values = pd.Series(cells, dtype="str")
    for info in categories_of(pd.DataFrame({"x": values})):
        assert sum(info.counts) + info.other + info.missing == len(values)
        made = as_category(values, info)
        assert [int((made == level).sum()) for level in info.levels] == list(info.counts)
        assert int((made == "other").sum()) == info.other
        assert int(made.isna().sum()) == info.missing


def test_texts_take_part_by_themselves_where_they_are_much_of_the_file() -> None:
    rng = np.random.default_rng(0)
    texts = {f"text {number}": rng.choice(["a", "b", "c"], 60) for number in range(4)}
    numbers = {f"amount {number}": rng.normal(size=60) for number in range(9)}

    def roles(names: dict[str, np.ndarray]) -> dict[str, tuple[str, str]]:
        found = suggest_roles(Table("customers", pd.DataFrame(names)))
        return {item.name: (item.role, item.could) for item in found if item.name.startswith("text")}

    eight = dict(list(numbers.items())[:8])
    assert set(roles({**texts, **eight}).values()) == {("category", "")}
    assert set(roles({**texts, **numbers}).values()) == {("descriptor", "category")}, "few of thirteen columns"
    three = dict(list(texts.items())[:3])
    assert set(roles({**three, "amount 0": numbers["amount 0"]}).values()) == {("descriptor", "category")}, "only three"
    rare = {**three, "text 9": np.array([f"town {number % 20}" for number in range(60)])}
    assert set(roles({**rare, **eight}).values()) == {("descriptor", "category")}, "the fourth has many rare values"
    made = derive(Table("customers", pd.DataFrame({**texts, **eight})), {"band": "bands([text 0], 1)"})
    found = {item.name: item.role for item in suggest_roles(made)}
    assert (found["band"], found["text 0"], found["text 1"]) == ("category", "descriptor", "category")
