"""Columns that are sensitive by name: every word of the rules, several languages, and words that only look alike."""

from __future__ import annotations

import pandas as pd
import pytest

from segmentation.core.tables import FeatureTable, Table
from segmentation.data.profiling import SENSITIVE_KINDS, sensitive_kind
from segmentation.data.profiling.sensitive import _RULES
from segmentation.data.reading import read
from segmentation.data.sources import assemble, build_customers, rebuild
from tests.data.test_fintech import FILES


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.kind)
def test_every_word_of_a_rule_means_what_the_rule_says(rule) -> None:
    answers = pd.Series(rule.answers.split()[:4]) if rule.answers else None
    for name in [*rule.words.split(), *rule.names.split()]:
        assert sensitive_kind(name, answers) == rule.kind, name
        assert sensitive_kind(name.upper(), answers) == rule.kind, name
        assert sensitive_kind(f"x{name}") == ""
    for word in rule.unless.split():
        assert sensitive_kind(f"{rule.words.split()[0]} {word}") != rule.kind, word


@pytest.mark.parametrize(
    "name",
    [
        *("race_tickets", "marathon_race", "religion_books", "citizen_watch", "birthday_orders", "health_beauty"),
        *("zip_hoodies", "gender_neutral_items", "orientation_changes", "cheese_age", "chronic_late_payer", "pet_age"),
    ],
)
def test_what_is_bought_or_done_says_nothing_personal(name: str) -> None:
    assert sensitive_kind(name) == ""


def test_every_kind_has_a_rule() -> None:
    assert set(SENSITIVE_KINDS) == {rule.kind for rule in _RULES}
    assert "" not in SENSITIVE_KINDS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Gender", "gender"),
        ("customerSex", "gender"),
        ("Geschlecht", "gender"),
        ("is_male", "gender"),
        ("AGE", "age"),
        ("age (years)", "age"),
        ("Age_Group", "age"),
        ("CustomerAge", "age"),
        ("Âge du client", "age"),
        ("Alter", "age"),
        ("Year_Birth", "birth"),
        ("dob", "birth"),
        ("Geburtsdatum", "birth"),
        ("date de naissance", "birth"),
        ("Staatsangehörigkeit", "nationality"),
        ("NATIONALITÉ", "nationality"),
        ("country_of_birth", "nationality"),
        ("Marital_Status", "marital status"),
        ("État civil", "marital status"),
        ("Familienstand", "marital status"),
        ("ethnicity", "ethnic origin"),
        ("Religionszugehörigkeit", "religion"),
        ("disability_flag", "health or disability"),
        ("health condition", "health or disability"),
        ("sexual_orientation", "sexual orientation"),
        ("trade union", "politics or union membership"),
        ("criminal_record", "criminal record"),
        ("zip code", "postcode"),
        ("PLZ", "postcode"),
        ("postal_code", "postcode"),
        ("Code postal", "postcode"),
    ],
)
def test_names_in_several_spellings_and_languages_are_recognised(name: str, kind: str) -> None:
    assert sensitive_kind(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        "average", "avg_order", "message", "messages_sent", "package", "sextant", "stage", "usage", "page_views",
        "manager", "mileage", "percentage", "coverage", "language", "image", "mortgage", "postage", "agent", "agency",
        "Essex_store", "unisex_items", "trace", "terrace", "zipper", "unzip", "borne", "newborn_items", "genres",
        "account_age_days", "vehicle age", "AgeOfAccount", "age_of_oldest_debt", "days_age", "race_time",
        "customer_health_score", "battery health", "screen_orientation", "account_disabled", "birthday_coupon_used",
        "good_faith", "general", "engagement", "heritage", "title_count", "BALANCE", "TENURE", "", "42", "#VALUE!",
    ],
)  # fmt: skip
def test_names_that_only_look_alike_are_not(name: str) -> None:
    assert sensitive_kind(name) == ""


def test_a_name_with_two_meanings_is_decided_by_its_values() -> None:
    assert sensitive_kind("Genre", pd.Series(["Male", "Female", None])) == "gender"
    assert sensitive_kind("Genre", pd.Series(["Jazz", "Male"])) == ""
    assert sensitive_kind("Title", pd.Series(["Mr.", "Mrs", "Frau"])) == "gender"
    assert sensitive_kind("Title", pd.Series(["Manager", "Mr"])) == ""
    assert sensitive_kind("Genre") == ""


ROLES_NOW = {"id": "identifier", "spend": "feature", "age": "sensitive", "team": "sensitive", "city": "descriptor"}


def month(shift: int) -> Table:
    rows = range(6)
    frame = pd.DataFrame(
        {
            "id": [f"c{row}" for row in rows],
            "spend": [float(row + shift) for row in rows],
            "age": [20.0 + row for row in rows],
            "team": ["a", "b"] * 3,
            "city": ["x"] * 6,
        }
    )
    return Table("customers", frame)


def test_the_mark_travels_with_the_features_and_with_next_months_file() -> None:
    made = build_customers(month(0), ROLES_NOW)
    assert made.names == ("spend",)
    assert made.sensitive == ("age", "team")
    assert list(made.listed) == ["id", "city"]
    assert made.replay["columns"]["customers"] == ROLES_NOW
    later = rebuild({"customers": month(1)}, made.replay)
    assert later.sensitive == ("age", "team")


def test_unmarking_makes_it_a_descriptor_again_and_any_column_can_be_marked() -> None:
    made = build_customers(month(0), {**ROLES_NOW, "age": "descriptor", "city": "sensitive"})
    assert made.sensitive == ("team", "city")
    assert "age" in made.listed


def test_only_a_descriptor_can_be_sensitive() -> None:
    made = build_customers(month(0), ROLES_NOW)
    with pytest.raises(Exception, match="among the descriptors"):
        FeatureTable(made.frame, made.info, made.descriptors, sensitive=("spend",))


def test_a_personal_column_of_the_users_of_an_app_is_sensitive_by_its_name() -> None:
    first, *rest = FILES["dim_users.csv"].strip().splitlines()
    lines = [f"{first},gender", *(f"{line},{'fm'[at % 2]}" for at, line in enumerate(rest))]
    users = read("\n".join(lines).encode(), "dim_users.csv")
    made = assemble("fintech", {"dim_users.csv": users}).build()
    assert made.sensitive == ("gender",)
    assert "gender" not in made.names
