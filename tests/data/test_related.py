"""Tables joined by their keys: no row is multiplied, no total changes, and what would do so is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.errors import DataProblems
from segmentation.core.tables import FeatureTable, Table
from segmentation.data.customers import customers_from
from segmentation.data.reading import read
from segmentation.data.sources import SOURCES, Join, RelatedSettings, guess_source, rebuild, suggest_joins
from segmentation.data.sources.joins import summarise
from segmentation.data.sources.related import build_related, join_tables
from tests.conftest import cases

# Three people; ann and bob share an account (7), cat has one of her own (8); order 4 is of an unknown account.
PEOPLE = pd.DataFrame({"client_id": ["ann", "bob", "cat"], "account_id": [7.0, 7, 8], "age": [30.0, 40, 50]})
ACCOUNTS = pd.DataFrame({"account_id": [7.0, 8, 9], "fee": [1.5, 2.5, 3.5], "branch": ["A", "B", "C"]})
ORDERS = pd.DataFrame(
    {
        "order_id": [1.0, 2, 3, 4],
        "account_id": [7.0, 7, 8, 99],
        "amount": [10.0, 20, np.nan, 1000],
        "placed": pd.to_datetime(["2024-01-02", "2024-03-01", "2024-01-01", "2024-05-05"]),
        "status": ["old", "new", "only", "lost"],
    }
)
OWNERS = pd.DataFrame(
    {"account_id": [7.0, 7, 8], "client_id": ["ann", "bob", "cat"], "type": ["owner", "user", "owner"]}
)
TABLES = {
    "people": Table("people", PEOPLE),
    "account": Table("account", ACCOUNTS),
    "order": Table("order", ORDERS),
    "owner": Table("owner", OWNERS),
}
BY_ACCOUNT = RelatedSettings(
    "account",
    "account_id",
    (
        Join("order", "account_id", "account_id", count=True, sums=("amount",), latest=("status",), by="placed"),
        Join("owner", "account_id", "account_id", columns=("client_id",), only_column="type", only_value="owner"),
    ),
)


def build(chosen: RelatedSettings, tables: dict[str, Table] = TABLES) -> FeatureTable:
    return SOURCES["related"].build(tables, {}, chosen)


def wide(chosen: RelatedSettings) -> pd.DataFrame:
    return join_tables(TABLES, chosen, [], lambda share, text: None)


def refusal(chosen: RelatedSettings) -> str:
    with pytest.raises(DataProblems) as caught:
        build(chosen)
    assert all(problem.fix for problem in caught.value.problems)
    return str(caught.value)


def test_counts_sums_latest_and_columns_are_what_a_person_works_out() -> None:
    made = wide(BY_ACCOUNT)
    wanted = pd.DataFrame(
        {
            "account_id": [7.0, 8, 9],
            "fee": [1.5, 2.5, 3.5],
            "branch": ["A", "B", "C"],
            "order_count": [2.0, 1, 0],
            "order_amount_sum": [30.0, 0, 0],
            "order_status_latest": ["new", "only", None],
            "client_id": ["ann", "cat", None],
        }
    )
    pd.testing.assert_frame_equal(made, wanted, check_dtype=False)


def test_of_two_latest_rows_the_last_in_the_file_counts() -> None:
    twice = ORDERS.assign(placed=pd.Timestamp("2024-01-01"))
    made = join_tables({**TABLES, "order": Table("order", twice)}, BY_ACCOUNT, [], lambda share, text: None)
    assert made["order_status_latest"].tolist()[:2] == ["new", "only"]


def test_what_was_left_out_is_listed() -> None:
    notes = [f"{note.where}: {note.what}" for note in build(BY_ACCOUNT).notes]
    assert "order: 1 rows belong to no customer: left out, amount 1,000.00." in notes


def test_a_join_that_would_multiply_customers_is_refused_with_the_numbers() -> None:
    chosen = replace(BY_ACCOUNT, joins=(Join("owner", "account_id", "account_id", columns=("client_id",)),))
    text = refusal(chosen)
    assert "1 of its keys have several rows, for example 7: the join would turn 3 rows into 4." in text
    assert "Count or sum the rows instead" in text


def test_a_join_that_would_count_a_sum_twice_is_refused_with_the_numbers() -> None:
    chosen = RelatedSettings(
        "people", "client_id", (Join("order", "account_id", "account_id", count=True, sums=("amount",)),)
    )
    text = refusal(chosen)
    assert "1 values of “account_id” belong to more than one row of people" in text
    assert "the total of amount would grow from 30.00 to 60.00" in text
    assert "Make “account_id” the customer" in text


def test_columns_shared_by_several_customers_are_pointed_out() -> None:
    chosen = RelatedSettings("people", "client_id", (Join("account", "account_id", "account_id", columns=("fee",)),))
    made = build(chosen)
    assert made.frame["fee"].tolist() == [1.5, 1.5, 2.5]
    assert any("2 customers share a row with another" in note.what for note in made.notes)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"base": "nobody"}, "there is no such table; there are people, account, order, owner"),
        ({"key": "shoe"}, "there is no column “shoe”"),
        ({"joins": (Join("gone", "account_id", "account_id", count=True),)}, "there is no such table"),
        ({"joins": (Join("order", "shoe", "account_id", count=True),)}, "“shoe” in the customers so far"),
        ({"joins": (Join("order", "account_id", "shoe", count=True),)}, "“shoe” in order"),
        ({"joins": (Join("order", "account_id", "account_id", sums=("status",)),)}, "holds no numbers"),
        ({"joins": (Join("order", "account_id", "account_id", latest=("status",), by="when"),)}, "“when” in order"),
    ],
)
def test_a_join_that_cannot_be_made_is_one_sentence(change: dict, sentence: str) -> None:
    assert sentence in refusal(replace(BY_ACCOUNT, **change))


def test_joins_are_guessed_from_keys_of_the_same_name_and_none_of_them_is_refused() -> None:
    chosen = suggest_joins({name: TABLES[name] for name in ("order", "account", "people")})
    assert (chosen.base, chosen.key) == ("account", "account_id")
    assert {join.table: bool(join.columns) for join in chosen.joins} == {"order": False, "people": False}
    everyone = suggest_joins(TABLES, "people")
    assert {join.table for join in everyone.joins} == {"owner", "account"}
    build(everyone)


def test_the_replay_makes_the_same_joins() -> None:
    made = build(BY_ACCOUNT)
    again = rebuild(TABLES, made.replay)
    pd.testing.assert_frame_equal(again.frame, made.frame)
    pd.testing.assert_frame_equal(again.descriptors, made.descriptors)


def test_pandas_and_duckdb_give_identical_summaries() -> None:
    rows = ORDERS.assign(key=["7", "7", "8", "99"], row=range(4))
    join = BY_ACCOUNT.joins[0]
    ours = summarise(rows, join).sort_values("key", ignore_index=True)
    theirs = summarise(duckdb.from_df(rows), join).df().sort_values("key", ignore_index=True)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, check_column_type=False, check_exact=True)


@settings(max_examples=cases(20, 50), deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(1, 8), st.integers(-50, 50)), min_size=1, max_size=20),
)
def test_no_join_ever_changes_a_total_or_the_customers(accounts: list[int], orders: list[tuple[int, int]]) -> None:
    people = pd.DataFrame(
        {"client_id": [f"c{n}" for n in range(len(accounts))], "account_id": np.array(accounts, float)}
    )
    lines = pd.DataFrame(orders, columns=["account_id", "amount"], dtype=float)
    tables = {"people": Table("people", people), "order": Table("order", lines)}
    chosen = RelatedSettings(
        "people", "client_id", (Join("order", "account_id", "account_id", count=True, sums=("amount",)),)
    )
    known = lines[lines["account_id"].isin(people["account_id"])]
    shared = people["account_id"].duplicated(keep=False) & people["account_id"].isin(lines["account_id"])
    try:
        made = join_tables(tables, chosen, [], lambda share, text: None)
    except DataProblems:
        assert shared.any()
    else:
        assert not shared.any()
        assert made["client_id"].tolist() == people["client_id"].tolist()
        assert made["order_amount_sum"].sum() == known["amount"].sum()
        assert made["order_count"].sum() == len(known)


# The bank


@pytest.fixture(scope="module")
def bank(shared_data: Path) -> dict[str, Table]:
    return {path.stem: read(path.read_bytes(), path.name) for path in sorted((shared_data / "berka").glob("*.csv"))}


def test_the_orders_of_the_bank_still_sum_to_what_they_were(bank: dict[str, Table]) -> None:
    chosen = suggest_joins(bank)
    assert chosen.base == "account"
    made = build(chosen, bank)
    assert len(made.frame) == 4500
    assert round(made.frame["order_amount_sum"].sum(), 2) == 21_228_993.60
    assert made.frame["order_count"].sum() == 6471


def test_the_naive_join_of_the_bank_is_refused_and_explained(bank: dict[str, Table]) -> None:
    orders = Join("order", "account_id", "account_id", count=True, sums=("amount",))
    people = Join("disp", "client_id", "client_id", columns=("account_id", "type"))
    naive = RelatedSettings("client", "client_id", (people, orders))
    with pytest.raises(DataProblems, match=r"grow from 21,228,993\.60 to 25,795,876\.80"):
        build(naive, bank)
    owners = replace(people, only_column="type", only_value="OWNER")
    made = build(replace(naive, joins=(owners, orders)), bank)
    assert len(made.frame) == 5369
    assert round(made.frame["order_amount_sum"].sum(), 2) == 21_228_993.60
    with pytest.raises(DataProblems, match="869 of its keys have several rows"):
        build(
            RelatedSettings(
                "account",
                "account_id",
                (replace(people, key="account_id", table_key="account_id", columns=("client_id",)),),
            ),
            bank,
        )


def test_where_no_key_is_found_the_cause_is_said_and_not_only_that_there_is_nothing_to_group_by() -> None:
    files = {
        "customers.csv": b"customer_id,plan\n00017,a\n00018,b\n00019,a\n",
        "orders.csv": b"order_id,customer_id,amount\n1,17,10\n2,17,20\n3,18,5\n4,19,7\n",
    }
    with pytest.raises(DataProblems, match="“17” here is “00017” among the customers") as stopped:
        customers_from(files, "related")
    assert {problem.kind for problem in stopped.value.problems} >= {"spelling"}
    made = customers_from(files, "related", choices={"same_ids": "join"})
    assert made.frame["orders_amount_sum"].to_dict() == {"00017": 30, "00018": 5, "00019": 7}


def test_a_key_in_two_spellings_has_several_rows_so_they_are_counted_and_summed() -> None:
    files = {
        "customers.csv": b"customer_id,score\nAB1,30\nAB2,40\nAB3,50\n",
        "orders.csv": b"order_id,customer_id,amount\n1,ab1,10\n2,AB1,20\n3,AB2,5\n",
    }
    apart = customers_from(files, "related")
    assert apart.frame["orders_amount_sum"].tolist() == [20, 5, 0]
    assert [(notice.where, notice.count) for notice in apart.notices if notice.kind == "spelling"] == [("orders", 1)]
    made = customers_from(files, "related", choices={"same_ids": "join"})
    assert made.frame["orders_amount_sum"].tolist() == [30, 5, 0]


def test_keys_with_a_point_are_what_the_files_have() -> None:
    files = {
        "customers.csv": b"customer_id,score\n1.10,30\n1.1,40\n12.036,50\n",
        "orders.csv": b"order_id,customer_id,amount\n1,1.10,10\n2,1.1,20\n3,1.1,5\n",
    }
    made = customers_from(files, "related")
    assert made.frame["orders_amount_sum"].to_dict() == {"1.10": 10, "1.1": 25, "12.036": 0}


USERS = read(b"user_id,signup_date\nU1,2024-01-01\nU2,2024-01-02\nU3,2024-01-03\n", "users.csv")
PAYMENTS = read(
    b"user_id,amount,currency,status\nU1,100,USD,completed\nU1,900,USD,Denied\nU2,50,EUR,succeeded\n"
    b"U3,70,JPY,failed\nU3,9,JPY,paid\nU3,4,EUR,paid\n",
    "payments.csv",
)


@pytest.mark.parametrize(
    ("choices", "sums", "counts"),
    [
        ({}, [100, 50, 4], [1, 1, 1]),
        ({"words.denied": "purchase"}, [1000, 50, 4], [2, 1, 1]),
        ({"currencies": "one", "currency": "EUR"}, [0, 50, 4], [0, 1, 1]),
        ({"currencies": "rates", "currency": "USD", "rates.EUR": 2.0, "rates.JPY": 0.01}, [100, 100, 8.09], [1, 1, 2]),
        ({"money": "as is"}, [1000, 50, 83], [2, 1, 3]),
    ],
)
def test_payments_of_joined_tables_count_as_in_a_list_of_purchases(
    choices: dict[str, object], sums: list[float], counts: list[float]
) -> None:
    made = customers_from({"users.csv": USERS, "payments.csv": PAYMENTS}, "related", choices=choices)
    assert made.frame["payments_amount_sum"].round(4).tolist() == sums
    counted = made.frame if "payments_count" in made.frame else made.descriptors
    assert counted["payments_count"].tolist() == counts
    assert {"currencies", "words"} <= {notice.kind for notice in made.notices}
    assert rebuild({"users": USERS, "payments": PAYMENTS}, made.replay).frame.equals(made.frame)


def test_a_model_of_before_there_was_the_choice_adds_up_every_line_as_it_did_and_says_it() -> None:
    made = build_related({"users": USERS, "payments": PAYMENTS}, None, RelatedSettings(money="as is"))
    older = {name: value for name, value in made.replay["settings"].items() if name in OLDER}
    again = rebuild({"users": USERS, "payments": PAYMENTS}, {**made.replay, "settings": older})
    assert again.frame["payments_amount_sum"].tolist() == [1000.0, 50.0, 83.0]
    mixed = {problem.kind: (problem.what, problem.count) for problem in again.problems}
    assert mixed["currencies"] == ("the sums add up 3 currencies (EUR, JPY and USD).", 3)
    assert mixed["words"] == ("the sums count 2 lines whose status is no purchase (“Denied” and “failed”).", 2)


OLDER = ("base", "key", "joins", "roles", "same_ids")


def test_keys_are_recognised_in_other_languages_and_by_another_name_and_never_summed() -> None:
    people = read("Codice cliente;Età\nC1;30\nC2;40\nC3;51\n".encode(), "clienti.csv")
    orders = read(
        b"Numero ordine;Cliente;Importo;Stato\n1;C1;10,00;pagato\n2;C1;20,00;annullato\n3;C2;7,50;pagato\n",
        "ordini.csv",
    )
    made = build_related({"clienti": people, "ordini": orders})
    assert made.frame["ordini_Importo_sum"].to_dict() == {"C1": 10.0, "C2": 7.5, "C3": 0.0}
    assert not [name for name in made.frame if "Numero" in str(name)]


def test_two_files_of_an_app_are_one() -> None:
    dated = read(b"user_id,transaction_date,amount\nU1,2024-02-01,100\nU2,2024-02-02,50\n", "payments.csv")
    assert guess_source({"users.csv": USERS, "payments.csv": dated}) == "fintech"
    assert guess_source({"users.csv": USERS, "payments.csv": PAYMENTS}) == "related"  # it has no dates


def test_sums_of_one_currency_and_of_purchases_alone_are_not_remarked() -> None:
    users = read(b"user_id,signup_date\nU1,2024-01-01\nU2,2024-01-02\n", "users.csv")
    payments = read(b"user_id,amount,currency,status\nU1,1,USD,paid\nU1,2,USD,completed\nU2,3,USD,paid\n", "pay.csv")
    made = build_related({"users": users, "payments": payments})
    assert not [problem for problem in made.problems if problem.kind in ("currencies", "words")]


def test_a_key_without_its_zeros_is_no_figure_and_every_role_has_a_reason() -> None:
    customers = "Kundennr;PLZ\n" + "".join(f"{row:05d};{10000 + row}\n" for row in range(1, 41))
    tickets = "ticket,kunde,minutes\n" + "".join(f"T{row},{row % 40 + 1},{row % 7}\n" for row in range(90))
    tables = {name: read(text.encode(), f"{name}.csv") for name, text in (("kunden", customers), ("tickets", tickets))}
    (join,) = suggest_joins(tables).joins
    assert (join.key, join.table_key, join.sums) == ("Kundennr", "kunde", ("minutes",))
    made = build_related(tables, settings=replace(suggest_joins(tables), same_ids="join"))
    reasons = {item.name: item.reason for item in made.roles}
    assert reasons["Kundennr"] == "It tells customers apart in the joined tables."
    assert reasons["PLZ"] == "Stands for where one lives: kept out, but audited."
