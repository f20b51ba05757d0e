"""Twelve users of an app worked out by hand: every feature, every filling rule, on two engines."""

from __future__ import annotations

import io

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.tables import FeatureTable, Table
from segmentation.data.customers import customers_from, read_files
from segmentation.data.reading import read
from segmentation.data.sources import SOURCES, assemble, assign_files
from segmentation.data.sources.days import DAY, as_second
from segmentation.data.sources.fintech_features import fintech_features
from segmentation.data.sources.fintech_info import FINTECH_FEATURES, TABLE_OF
from segmentation.data.sources.fintech_tables import DATES, FintechSettings
from tests.small import guessed

# Days count to 2024-04-10 (the last row of all is an event on 2024-04-09).
USERS = """
user_id,signup_date,onboarding,loan_status,city
u01,2024-01-01,referral,approved,Accra
u02,2024-01-01,organic,applied,Accra
u03,2024-01-01,advert,none,Lagos
u04,2024-02-20,,rejected,Lagos
u05,2024-04-08,Referral,,Lagos
u06,,referral,none,Lagos
u07,2024-03-01,organic,none,Lagos
u08,2024-03-01,organic,Approved,Lagos
u09,2023-04-11,organic,none,Lagos
u10,2024-04-09,organic,none,Lagos
u11,2024-03-31,organic,none,Lagos
u12,2024-03-31,organic,repaid,Lagos
"""
# u01 all kinds; u02 one, before the signup; u03 on the signup day; u06 has no signup; u11 two a day; ghost is unknown.
CONTACTS = """
user_id,contact_type,added_at
u01,customer,2024-01-03
u01,Customer,2024-01-05
u01,supplier,2024-01-05
u01,friend,2024-02-01
u01,family,2024-03-01
u02,friend,2023-12-25
u03,colleague,2024-01-01
u06,family,2024-02-02
u11,supplier,2024-04-05
u11,,2024-04-05
ghost,friend,2024-04-05
"""
# u01: 100 + 50 credit, 30 debit, one note; u02: one debit; u04: two credits on one day; u07: a credit without amount.
ENTRIES = """
user_id,entry_date,entry_type,amount
u01,2024-01-11,credit,100
u01,2024-01-21,credit,50
u01,2024-02-10,debit,30
u01,2024-03-11,note,
u02,2024-02-01,debit,40
u04,2024-03-01,credit,10
u04,2024-03-01,credit,20
u07,2024-03-11,credit,
u08,2024-03-02,CREDIT,5.5
u08,2024-04-01,Debit,7
ghost,2024-03-01,credit,999
ghost,2024-03-02,credit,999
"""
# u01: 12 and 8, and one that failed; u03: one without amount; u08: three; u09: two, 300 days apart.
PAYMENTS = """
user_id,transaction_date,amount,status
u01,2024-02-01,12,completed
u01,2024-02-21,8,completed
u01,2024-02-22,500,failed
u03,2024-03-01,,completed
u08,2024-03-11,1,completed
u08,2024-03-13,2,completed
u08,2024-03-21,3.25,completed
u09,2023-05-01,70,completed
u09,2024-02-25,30,completed
"""
# The app has five features (ledger, contacts, payments, reports, loans).
# u01: three sessions (09:00 and 09:20 are one, 09:51 starts the next, another day); all five features, two funnels.
# u02: one event; u10: one event on the last day, nothing else; u12: an event before the signup.
EVENTS = """
user_id,event_time,event_type,feature
u01,2024-01-02 09:00,screen_viewed,ledger
u01,2024-01-02 09:20,button_clicked,contacts
u01,2024-01-02 09:51,funnel_completed,payments
u01,2024-02-02 10:00,funnel_completed,reports
u01,2024-02-02 10:30,screen_viewed,loans
u01,2024-02-02 10:31,funnel_started,loans
u02,2024-01-02 08:00,screen_viewed,ledger
u10,2024-04-09 23:00,screen_viewed,ledger
u12,2024-03-01 12:00,screen_viewed,ledger
u12,2024-04-01 12:00,screen_viewed,
ghost,2024-04-01 12:00,screen_viewed,secret
"""
FILES = {
    "dim_users.csv": USERS,
    "dim_user_contacts.csv": CONTACTS,
    "fct_ledger_entries.csv": ENTRIES,
    "fct_payment_transactions.csv": PAYMENTS,
    "int_events.csv": EVENTS,
}
nan = np.nan
# Days since signup: 1 January to 10 April is 30 + 29 + 31 + 10 = 100; 20 February 50; 8 April 2; 1 March 40;
# 11 April 2023 365; 9 April 1; 31 March 10.
EXPECTED = {
    #                       u01  u02  u03  u04  u05  u06  u07  u08  u09  u10  u11  u12
    "days_since_signup":    [100, 100, 100, 50, 2, nan, 40, 40, 365, 1, 10, 10],
    "onboarded_by_referral": [1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    "loan_applied":         [1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1],
    "loan_approved":        [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
    "contacts":             [5, 1, 1, 0, 0, 1, 0, 0, 0, 0, 2, 0],
    "contacts_customers":   [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "contacts_suppliers":   [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    "contacts_friends":     [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "contacts_family":      [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    # never: days since signup + 1; before the signup: 0
    "days_to_first_contact": [2, 0, 0, 51, 3, nan, 41, 41, 366, 2, 5, 11],
    "ledger_entries":       [4, 1, 0, 2, 0, 0, 1, 2, 0, 0, 0, 0],
    "ledger_amount":        [180, 40, 0, 30, 0, 0, 0, 12.5, 0, 0, 0, 0],
    "ledger_net":           [120, -40, 0, 30, 0, 0, 0, -1.5, 0, 0, 0, 0],
    "ledger_average":       [60, 40, nan, 15, nan, nan, nan, 6.25, nan, nan, nan, nan],
    "days_to_first_entry":  [10, 31, 101, 10, 3, nan, 10, 1, 366, 2, 11, 11],
    # u01: 11 January to 11 March is 60 days for 3 gaps; one entry or none: days since signup
    "entry_frequency":      [20, 100, 100, 0, 2, nan, 40, 30, 365, 1, 10, 10],
    "transactions":         [2, 0, 1, 0, 0, 0, 0, 3, 2, 0, 0, 0],
    "transaction_amount":   [20, 0, 0, 0, 0, 0, 0, 6.25, 100, 0, 0, 0],
    "days_to_first_transaction": [31, 101, 60, 51, 3, nan, 41, 10, 20, 2, 11, 11],
    "transaction_frequency": [20, 100, 100, 50, 2, nan, 40, 5, 300, 1, 10, 10],
    "app_breadth":          [1, 0.2, 0, 0, 0, 0, 0, 0, 0, 0.2, 0, 0.2],
    "active_days":          [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2],
    "sessions":             [3, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2],
    "funnels":              [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
}  # fmt: skip
WANTED = pd.DataFrame(EXPECTED, index=[f"u{number:02d}" for number in range(1, 13)], dtype="float64")


def frames() -> dict[str, pd.DataFrame]:
    made = {}
    for (name, text), date in zip(FILES.items(), DATES.values(), strict=True):
        frame = pd.read_csv(io.StringIO(text))
        frame[date] = pd.to_datetime(frame[date], format="ISO8601")
        made[name] = frame
    return made


def build(changed: dict[str, pd.DataFrame] | None = None, without: tuple[str, ...] = (), **choices) -> FeatureTable:
    source = SOURCES["fintech"]
    files = {name: Table(name, frame) for name, frame in {**frames(), **(changed or {})}.items() if name not in without}
    found = assign_files(source, files)
    tables = {name: files[file] for name, file in found.items()}
    return source.build(tables, guessed(source, tables), FintechSettings(**choices))


def said(table: FeatureTable) -> list[str]:
    return [f"{note.where}: {note.what}" for note in table.notes]


def test_every_feature_of_a_dozen_users_is_what_a_person_works_out() -> None:
    table = build()
    assert table.as_of == "2024-04-10"
    pd.testing.assert_frame_equal(table.frame, WANTED, check_names=False, check_index_type=False, check_exact=True)


def test_every_feature_is_described_and_all_of_them_are_in_the_example() -> None:
    assert [item.name for item in FINTECH_FEATURES] == list(EXPECTED)
    for item in FINTECH_FEATURES:
        assert item.about.endswith(".")
        assert item.high
        assert item.low
        assert item.trait_high


def test_strangers_users_with_nothing_and_rows_before_the_signup_are_counted_and_listed() -> None:
    notes = said(build())
    assert "Contacts: 1 rows are of unknown users: left out (for example ghost)." in notes
    assert "Ledger entries: 2 rows are of unknown users: left out (for example ghost)." in notes
    assert "Events: 1 rows are of unknown users: left out (for example ghost)." in notes
    assert "Contacts: 1 rows are from before the user's signup: counted (for example u02)." in notes
    assert "Events: 1 rows are from before the user's signup: counted (for example u12)." in notes
    assert "Users: 1 users have no row in any other table: kept, with counts of 0 (for example u05)." in notes
    assert "Payments: 1 payments failed or were sent back: left out (for example u01)." in notes
    assert "Payments: 1 payments have no amount: counted as payments, with amount 0." in notes
    assert "Contacts: 2 contacts are of no kind or of another kind: counted in the total only." in notes
    assert "Signup date: 1 users have no signup date: what counts from it is missing." in notes
    assert any(note.startswith("Average ledger amount: Missing for 8 users") for note in notes)


@pytest.mark.parametrize(
    ("choice", "changed"),
    [
        (
            {"before_signup": "drop"},
            {
                ("u02", "contacts"): 0,
                ("u02", "contacts_friends"): 0,
                ("u02", "days_to_first_contact"): 101,
                ("u12", "active_days"): 1,
                ("u12", "sessions"): 1,
                ("u12", "app_breadth"): 0,
            },
        ),
        (
            {"failed": "keep"},
            {("u01", "transactions"): 3, ("u01", "transaction_amount"): 520, ("u01", "transaction_frequency"): 10.5},
        ),
        ({"session_minutes": 31}, {("u01", "sessions"): 2}),
        ({"session_minutes": 10}, {("u01", "sessions"): 5}),
    ],
)
def test_every_choice_changes_what_it_says_and_nothing_else(choice: dict, changed: dict) -> None:
    wanted = WANTED.copy()
    for (user, name), value in changed.items():
        wanted.loc[user, name] = value
    pd.testing.assert_frame_equal(build(**choice).frame, wanted, check_names=False, check_index_type=False)


@pytest.mark.parametrize("gone", [name for name in FILES if name != "dim_users.csv"])
def test_a_missing_table_leaves_out_its_features_and_says_so(gone: str) -> None:
    table = build(without=(gone,), as_of="2024-04-10")
    missing = [name for name, owner in TABLE_OF.items() if f"{owner}.csv" == gone]
    wanted = WANTED.drop(columns=missing)
    pd.testing.assert_frame_equal(table.frame, wanted, check_names=False, check_index_type=False)
    assert any("There is no such table, so its features are left out" in note for note in said(table))


def test_a_column_that_is_not_there_leaves_out_its_features_and_says_so() -> None:
    table = build({"fct_ledger_entries.csv": frames()["fct_ledger_entries.csv"].drop(columns="amount")})
    assert not {"ledger_amount", "ledger_net", "ledger_average"} & set(table.names)
    assert table.frame["ledger_entries"].tolist() == EXPECTED["ledger_entries"]
    assert any("their column is not chosen: Ledger amount, Net ledger amount" in note for note in said(table))


def test_a_session_column_counts_sessions_instead_of_gaps() -> None:
    events = frames()["int_events.csv"].assign(session_id=["a", "a", "b", "c", "d", "d", "e", "f", "g", "g", "h"])
    assert build({"int_events.csv": events}).frame["sessions"].tolist() == [4, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]


def test_without_a_kind_the_sign_of_an_entry_says_credit_or_debit() -> None:
    entries = frames()["fct_ledger_entries.csv"]
    entries["amount"] = entries["amount"].where(entries["entry_type"].str.lower() != "debit", -entries["amount"])
    table = build({"fct_ledger_entries.csv": entries.drop(columns="entry_type")})
    for name in ("ledger_amount", "ledger_net", "ledger_average"):
        np.testing.assert_array_equal(table.frame[name], EXPECTED[name])


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([True, False] * 6, [1, 0] * 6),
        ([1.0, 0.0] * 6, [1, 0] * 6),
        (["Yes", "no"] * 6, [1, 0] * 6),
    ],
)
def test_yes_and_no_are_understood_however_they_are_written(values: list, wanted: list[int]) -> None:
    users = frames()["dim_users.csv"].assign(onboarding=values)
    assert build({"dim_users.csv": users}).frame["onboarded_by_referral"].tolist() == wanted


def test_a_column_of_referral_codes_means_yes_wherever_there_is_one() -> None:
    users = pd.concat([frames()["dim_users.csv"]] * 3, ignore_index=True)
    users["user_id"] = [f"u{number:02d}" for number in range(1, 37)]
    users = users.drop(columns="onboarding").assign(referral_code=[f"R{n}" if n % 3 else None for n in range(36)])
    table = build({"dim_users.csv": users})
    assert table.frame["onboarded_by_referral"].tolist() == [float(n % 3 > 0) for n in range(36)]
    assert any("holds codes" in note for note in said(table))


def test_days_to_a_chosen_date_leave_out_what_came_later() -> None:
    table = build(as_of="2024-03-10")
    assert table.frame.loc["u01", "days_since_signup"] == 69
    assert table.frame.loc["u07", "ledger_entries"] == 0
    assert any("rows are later than 2024-03-10: left out" in note for note in said(table))


def test_the_rest_of_the_user_table_describes_the_users() -> None:
    table = build(use=("contacts", "app_breadth"))
    assert table.names == ("contacts", "app_breadth")
    assert table.descriptors["city"].tolist()[:3] == ["Accra", "Accra", "Lagos"]
    assert table.descriptors["ledger_net"].tolist() == EXPECTED["ledger_net"]
    assert table.frame.index.name == "user_id"


def test_the_replay_builds_the_same_features_from_fewer_users_and_events() -> None:
    table = build()
    kept = {name: frame[frame["user_id"].isin(["u01", "u02"])] for name, frame in frames().items()}
    kept["int_events.csv"] = kept["int_events.csv"].query("feature != 'reports'")
    source = SOURCES["fintech"]
    tables = {name.removesuffix(".csv"): Table(name, frame.reset_index(drop=True)) for name, frame in kept.items()}
    again = source.build(
        tables, table.replay["columns"], FintechSettings(**table.replay["settings"]), learned=table.replay["learned"]
    )
    assert again.as_of == "2024-04-10"
    assert again.frame.loc["u01", "app_breadth"] == 0.8
    same = [name for name in table.names if name not in ("app_breadth", "funnels", "sessions")]
    pd.testing.assert_frame_equal(again.frame[same], table.frame.loc[["u01", "u02"], same], check_index_type=False)


def test_pandas_and_duckdb_give_identical_features() -> None:
    known = set(WANTED.index)
    plain = {}
    for name, frame in frames().items():
        plain[name.removesuffix(".csv")] = frame[frame["user_id"].isin(known)].reset_index(drop=True)
    plain["dim_users"] = plain["dim_users"].assign(loan_applied=pd.Series(None, dtype="str"))
    plain["dim_users"]["loan_approved"] = pd.Series(["no"] * 12, dtype="str")
    as_of, features = as_second("2024-04-10") // DAY, ["contacts", "ledger", "loans", "payments", "reports"]
    ours = fintech_features(plain, as_of, app_features=features)
    relations = {name: duckdb.from_df(frame) for name, frame in plain.items()}
    theirs = fintech_features(relations, as_of, app_features=features).df()
    pd.testing.assert_frame_equal(
        ours.sort_values("user_id", ignore_index=True),
        theirs.sort_values("user_id", ignore_index=True),
        check_dtype=False,
        check_exact=True,
    )


def test_the_order_of_rows_and_files_does_not_matter() -> None:
    shuffled = {name: frame.sample(frac=1, random_state=3, ignore_index=True) for name, frame in frames().items()}
    turned = dict(reversed(list(shuffled.items())))
    pd.testing.assert_frame_equal(build(turned).frame.sort_index(), WANTED, check_names=False, check_index_type=False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"without": ("dim_users.csv",)}, "the table of users is missing"),
        ({"choices": {"as_of": "today"}}, "must be a date such as"),
        ({"choices": {"use": ("shoe_size",)}}, "must be some of days_since_signup"),
        ({"drop": "signup_date"}, "no column is chosen for “Signup date”"),
    ],
)
def test_what_cannot_be_built_is_one_sentence(change: dict, sentence: str) -> None:
    changed = {}
    if "drop" in change:
        changed["dim_users.csv"] = frames()["dim_users.csv"].drop(columns=change["drop"])
    with pytest.raises(SegmentationError, match=sentence):
        build(changed, change.get("without", ()), **change.get("choices", {}))


def test_two_different_rows_of_one_user_are_refused_and_equal_ones_kept_once() -> None:
    users = frames()["dim_users.csv"]
    assert len(build({"dim_users.csv": pd.concat([users, users.head(2)], ignore_index=True)}).frame) == 12
    other = users.head(1).assign(signup_date=pd.Timestamp("2023-01-01"))
    with pytest.raises(DataProblems, match="for example u01"):
        build({"dim_users.csv": pd.concat([users, other], ignore_index=True)})


def test_files_are_recognised_by_their_columns_when_their_names_say_nothing() -> None:
    files = {
        f"export {place}.csv": Table(f"export {place}.csv", frame) for place, frame in enumerate(frames().values())
    }
    found = assign_files(SOURCES["fintech"], files)
    assert next(iter(found.values())) == "export 0.csv"
    assert found["int_events"] == "export 4.csv"


def test_the_choice_about_spellings_says_how_many_rows_it_is_about() -> None:
    users = read(b"user_id,signup_date\n0017,2024-01-01\nAnn,2024-01-01\n", "dim_users.csv")
    payments = read(
        b"transaction_id,user_id,transaction_date,amount\n1,17,2024-01-02,5\n2,ANN ,2024-01-03,6\n3,ann,2024-01-03,7\n",
        "fct_payment_transactions.csv",
    )
    plan = assemble("fintech", {"dim_users.csv": users, "fct_payment_transactions.csv": payments})
    figures = plan.figures()
    assert figures is not None
    assert figures.effects.at["same_ids", "sentence"] == ("3 rows have a user who is spelled otherwise in another row.")
    same = {name: Table(name, frame) for name, frame in frames().items()}
    none = assemble("fintech", same).figures()
    assert none is not None
    assert "same_ids" not in none.effects.index


TWO_SPELLINGS = {
    "dim_users.csv": b"user_id,signup_date,plan\nU1,2024-01-01,gold\nu1,2024-01-05,plain\nU2,2024-01-02,gold\n",
    "fct_payment_transactions.csv": b"user_id,transaction_date,amount\nU1,2024-02-01,10\nu1 ,2024-02-02,20\n"
    b"U2,2024-03-01,30\n",
    "int_events.csv": b"user_id,event_time,feature\nu2,2024-02-01 10:00,ledger\n",
}


def test_a_user_in_two_spellings_is_said_and_joined_with_one_choice() -> None:
    apart = customers_from(TWO_SPELLINGS, "fintech")
    assert apart.frame["transaction_amount"].to_dict() == {"U1": 10, "u1": 20, "U2": 30}
    assert {(notice.where, notice.count) for notice in apart.notices if notice.kind == "spelling"} == {
        ("Users", 2),
        ("Events", 1),
    }
    together = customers_from(TWO_SPELLINGS, "fintech", choices={"same_ids": "join"})
    assert together.frame["transaction_amount"].to_dict() == {"U1": 30, "U2": 30}
    assert together.frame["app_breadth"].to_dict() == {"U1": 0, "U2": 1}
    assert together.descriptors["plan"].to_dict() == {"U1": "gold", "U2": "gold"}


def test_the_choice_about_spellings_is_shown_where_users_themselves_are_spelled_in_two_ways() -> None:
    tables = read_files(TWO_SPELLINGS)
    figures = assemble("fintech", tables).figures()
    assert figures is not None
    assert figures.effects.loc["same_ids", "sentence"] == "3 rows have a user who is spelled otherwise in another row."


def test_an_id_of_a_user_that_looks_like_a_number_keeps_its_descriptors() -> None:
    files = {
        "dim_users.csv": b"user_id,signup_date,plan\n1.10,2024-01-01,gold\n1.1,2024-01-05,plain\n",
        "fct_payment_transactions.csv": b"user_id,transaction_date,amount\n1.10,2024-02-01,10\n1.1,2024-02-02,20\n",
        "int_events.csv": b"user_id,event_time,feature\n1.1,2024-02-01 10:00,ledger\n",
    }
    made = customers_from(files, "fintech")
    assert made.frame["transaction_amount"].to_dict() == {"1.10": 10, "1.1": 20}
    assert made.descriptors["plan"].to_dict() == {"1.10": "gold", "1.1": "plain"}
