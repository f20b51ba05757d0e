"""Transactions, an app's tables and related tables on the Data page: mapped by themselves, and every choice acts."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.data import source_panel
from tests.data.test_fintech import FILES, WANTED

ROOT = Path(__file__).resolve().parents[2]
LINES = pd.DataFrame(
    {
        "Customer": ["ann", "ann", "bob", "cat", "cat"],
        "When": ["2024-01-01", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"],
        "Amount": [10.0, -4.0, 30.0, 5.0, 6.0],
        "Other": [1.0, 2.0, 3.0, 4.0, 5.0],
    }
)
PEOPLE = pd.DataFrame({"client_id": [f"p{n}" for n in range(30)], "visits": [20.0 + n % 17 for n in range(30)]})
ORDERS = pd.DataFrame(
    {
        "order_no": [f"o{n}" for n in range(60)],
        "client_id": [f"p{n % 30}" for n in range(60)],
        "amount": [float(n % 7) + 0.5 for n in range(60)],
    }
)


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def load(test: AppTest, **files: pd.DataFrame) -> AppTest:
    for name, frame in files.items():
        test.file_uploader[0].upload(f"{name}.csv", csv(frame))
    test.run()
    assert not test.exception
    return test


def studio(test: AppTest):
    return test.session_state["studio"]


def page_text(test: AppTest) -> str:
    found = [element.value for element in (*test.markdown, *test.caption, *test.error, *test.warning, *test.info)]
    return " ".join(str(text) for text in found).replace("\\", "")


def select(test: AppTest, key: str, value: str) -> AppTest:
    test.selectbox(key=key).select(value).run()
    assert not test.exception
    return test


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    return tmp_path / ".mappings"


@pytest.fixture
def shop(app, kept: Path) -> AppTest:
    return load(app("data"), shop=LINES)


def test_rows_that_may_be_purchases_become_them_with_one_click(app) -> None:
    who = pd.Series(["ann", "bob", "cat", "dan"] * 3)
    lines = pd.DataFrame({"Wer": who, "Wann": [f"2024-01-{day:02}" for day in range(1, 13)], "Wieviel": range(1, 13)})
    test = load(app("data"), lines=lines)
    assert studio(test).source == "customers"
    test.button(key="load-as-purchases").click().run()
    assert studio(test).source == "transactions"
    assert "no column is chosen for “Customer”" in page_text(test)
    select(test, "source-column-transactions-customer", "Wer")
    assert studio(test).features.frame.loc["dan"].tolist() == [1, 3, 24]


def test_words_and_currencies_of_joined_tables_are_shown_and_chosen(app) -> None:
    bought = ORDERS.assign(status=["paid", "cancelled"] * 30, currency=["EUR", "EUR", "USD"] * 20)
    test = load(app("data"), people=PEOPLE, orders=bought)
    assert studio(test).source == "related"
    paid = bought[bought["status"] == "paid"]
    assert studio(test).features.frame["orders_amount_sum"].sum() == paid["amount"].sum()
    select(test, "source-choice-money", "as is")
    assert studio(test).features.frame["orders_amount_sum"].sum() == bought["amount"].sum()


def test_transactions_are_recognised_mapped_and_built_without_a_click(shop) -> None:
    assert studio(shop).source == "transactions"
    assert studio(shop).features.frame["monetary"].to_dict() == {"ann": 10, "bob": 30, "cat": 11}
    assert "Taken for: Transactions" in page_text(shop)
    assert "3 customers with 3 usable features" in page_text(shop)
    assert "4 of 5 lines are purchases of 3 customers. Days are counted up to 2024-01-11." in page_text(shop)
    assert shop.selectbox(key="source-column-transactions-date").value == "When"


def test_every_choice_stands_beside_its_effect_in_numbers(shop) -> None:
    assert "1 of 5 lines are cancellations or returns (20.0\u00a0%), worth -4." in page_text(shop)
    assert "0 of 5 lines have no customer (0.0\u00a0%)." in page_text(shop)


def test_a_changed_choice_builds_again_and_is_kept_across_pages(shop) -> None:
    select(shop, "source-choice-returns", "net")
    assert studio(shop).features.frame["monetary"].to_dict() == {"ann": 6, "bob": 30, "cat": 11}
    shop.switch_page(str(ROOT / "pages/prepare.py")).run()
    shop.switch_page(str(ROOT / "pages/data.py")).run()
    assert shop.selectbox(key="source-choice-returns").value == "net"
    assert studio(shop).features.frame.loc["ann", "monetary"] == 6


def test_a_changed_column_builds_again_and_an_unmapped_one_stays_unmapped(shop) -> None:
    select(shop, "source-column-transactions-amount", "Other")
    assert studio(shop).features.frame["monetary"].to_dict() == {"ann": 3, "bob": 3, "cat": 9}
    select(shop, "source-column-transactions-amount", "")
    assert "there is no amount. Choose the column of the amount, or both quantity and price." in page_text(shop)
    assert studio(shop).features is None
    select(shop, "source-choice-returns", "net")
    assert shop.selectbox(key="source-column-transactions-amount").value == ""
    select(shop, "source-column-transactions-amount", "Amount")
    assert studio(shop).features.frame.loc["ann", "monetary"] == 6


def test_an_as_of_date_and_the_features_in_use_can_be_chosen(shop) -> None:
    shop.date_input(key="source-date-as_of").set_value(pd.Timestamp("2024-02-01").date()).run()
    assert studio(shop).features.frame["recency"].to_dict() == {"ann": 31, "bob": 24, "cat": 22}
    shop.multiselect(key="source-use").set_value(["recency", "tenure"]).run()
    assert studio(shop).features.names == ("recency", "tenure")
    assert "monetary" in studio(shop).features.descriptors
    shop.multiselect(key="source-use").set_value([]).run()
    assert not shop.exception


def test_another_kind_can_be_chosen_for_the_same_file(shop) -> None:
    select(shop, "load-source", "customers")
    assert studio(shop).source == "customers"
    assert "5 customers with 2 usable features" in page_text(shop)
    select(shop, "load-source", "")
    assert studio(shop).source == "transactions"
    assert studio(shop).features is not None


def test_the_shop_sample_is_one_click(app, kept: Path) -> None:
    test = app("data")
    test.button(key="load-sample-retail").click().run()
    assert not test.exception
    assert studio(test).features.frame.shape == (3000, 3)
    assert "20,416 lines are purchases of 3,000 customers" in page_text(test)
    assert "next-prepare" in {button.key for button in test.button}


def test_the_five_tables_of_the_app_are_found_and_a_table_may_be_taken_away(app, kept: Path) -> None:
    test = app("data")
    test.button(key="load-sample-fintech").click().run()
    assert not test.exception
    assert studio(test).features.frame.shape == (4000, 24)
    select(test, "source-file-int_events", "")
    assert studio(test).features.frame.shape == (4000, 20)
    assert "There is no such table, so its features are left out: App breadth" in page_text(test)


def test_the_dozen_users_worked_out_by_hand_come_out_the_same_through_the_page(app, kept: Path) -> None:
    test = app("data")
    for name, text in FILES.items():
        test.file_uploader[0].upload(name, text.strip().encode())
    test.run()
    assert not test.exception
    made = studio(test).features
    pd.testing.assert_frame_equal(made.frame, WANTED, check_names=False, check_index_type=False, check_exact=True)


def test_a_table_that_belongs_to_nobody_is_left_out_with_its_reason(app) -> None:
    rows = "".join(f"C{row},{row % 7},{row % 11}\n" for row in range(60))
    orders = "order_id,customer_id,amount\n" + "".join(f"{row},C{row % 60},{row}\n" for row in range(90))
    files = {
        "customers.csv": f"customer_id,age,visits\n{rows}",
        "orders.csv": orders,
        "shops.csv": "shop,city\nA,B\nC,D\n",
    }
    test = app("data", files={name: text.encode() for name, text in files.items()})
    assert studio(test).source == "related"
    joined = [item.label for item in test.expander if item.label.startswith(("orders:", "shops:"))]
    assert joined == [
        "orders: count",
        "shops: left out, as it has no column in common with the customers",
    ]


def test_related_tables_are_joined_and_a_refused_join_is_explained(app, kept: Path) -> None:
    test = load(app("data"), people=PEOPLE, orders=ORDERS)
    assert studio(test).source == "related"
    features = studio(test).features
    assert features.frame["orders_amount_sum"].sum() == ORDERS["amount"].sum()
    assert features.frame.index.name == "client_id"
    test.multiselect(key="source-related-use").set_value(["orders_amount_sum"]).run()
    assert studio(test).features.names == ("orders_amount_sum",)
    select(test, "source-how-orders", "columns")
    assert "30 of its keys have several rows, for example p0: the join would turn 30 rows into 60." in page_text(test)
    assert studio(test).features is None
    test.button(key="source-related-reset").click().run()
    assert studio(test).features is None
    select(test, "source-how-orders", "sums")
    assert studio(test).features.names == ("visits", "orders_amount_sum")


def test_a_column_of_joined_tables_is_marked_as_sensitive_and_unmarked(app, kept: Path) -> None:
    test = load(app("data"), people=PEOPLE.assign(age=[20.0 + n % 13 for n in range(30)]), orders=ORDERS)
    assert studio(test).features.names == ("visits", "orders_amount_sum")
    assert studio(test).features.sensitive == ("age",)
    test.multiselect(key="source-related-sensitive").set_value([]).run()
    assert studio(test).features.sensitive == ()
    assert "age" in studio(test).features.listed
    test.multiselect(key="source-related-sensitive").set_value(["age"]).run()
    assert studio(test).features.sensitive == ("age",)
    test.multiselect(key="source-related-use").set_value(["visits", "age", "orders_amount_sum"]).run()
    assert studio(test).features.names == ("visits", "age", "orders_amount_sum")
    assert studio(test).features.sensitive == ()


def test_a_mapping_is_kept_and_offered_next_month(app, shop, kept: Path) -> None:
    select(shop, "source-column-transactions-amount", "Other")
    shop.button(key="source-keep").click().run()
    (saved,) = kept.glob("*.json")
    assert json.loads(saved.read_text())["tables"]["transactions"]["amount"] == "Other"
    later = load(app("data"), february=LINES.assign(When=LINES["When"].str.replace("-01-", "-02-")))
    assert "You have kept a mapping for files with these columns." in page_text(later)
    later.button(key="source-offer-use").click().run()
    assert studio(later).features.frame["monetary"].to_dict() == {"ann": 3, "bob": 3, "cat": 9}
    assert studio(later).features.as_of == "2024-02-11"
    assert "You have kept a mapping" not in page_text(later)


def test_a_mapping_file_is_used_and_a_wrong_one_is_one_sentence(shop) -> None:
    plain = {"tables": {"transactions": {"amount": "Other"}}, "settings": {"returns": "net"}}
    shop.file_uploader(key="source-mapping-file").upload("map.json", json.dumps(plain).encode()).run()
    assert studio(shop).features.frame["monetary"].to_dict() == {"ann": 3, "bob": 3, "cat": 9}
    shop.file_uploader(key="source-mapping-file").clear().upload("bad.json", b"{").run()
    assert "This is not a mapping file: it is not JSON." in page_text(shop)
    assert studio(shop).features is not None


def test_large_files_are_built_as_a_job_the_first_time_by_itself_then_when_asked(
    app, kept: Path, settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_panel, "_AT_ONCE", 3)
    test = settle(load(app("data"), shop=LINES))
    assert studio(test).features.frame["monetary"].sum() == 51
    select(test, "source-choice-returns", "net")
    assert studio(test).features is None
    assert "The choices changed." in page_text(test)
    test.button(key="source-build").click().run()
    assert settle(test).session_state["studio"].features.frame["monetary"].sum() == 47
    select(test, "source-column-transactions-amount", "")
    test.button(key="source-build").click().run()
    assert "there is no amount" in page_text(settle(test))


def test_hostile_names_stay_plain_text(app, kept: Path) -> None:
    evil = "![x](http://host/y.png)"
    test = load(app("data"), shop=LINES.rename(columns={"Other": evil}))
    select(test, "source-column-transactions-product", evil)
    select(test, "source-column-transactions-date", evil)
    assert "![x](http" in page_text(test)
    for element in (*test.markdown, *test.caption, *test.error, *test.warning, *test.info):
        assert "![x](" not in str(element.value)


SALES = pd.DataFrame(
    {
        "Order No": [1, 2, 3, 4, 5],
        "Customer Email": ["ann@x.org", "Ann@x.org", "bob@x.org", "bob@x.org", "cyd@x.org"],
        "Order Date": ["2024-01-01", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"],
        "Amount": [10.0, 20.0, 30.0, 5.0, 6000.0],
        "Currency": ["EUR", "EUR", "EUR", "EUR", "JPY"],
        "Status": ["paid", "paid", "refunded", "paid", "paid"],
    }
)


def test_what_counts_as_a_purchase_is_shown_word_for_word_and_can_be_chosen(app, kept: Path) -> None:
    shop = load(app("data"), sales=SALES)
    assert "1 line worth EUR 30.00; refunded." in page_text(shop)
    assert studio(shop).features.frame.loc["bob@x.org", "monetary"] == 5
    place = next(
        box.key for box in shop.selectbox if box.key.startswith("source-word-") and box.key.endswith("-refunded")
    )
    select(shop, place, "purchase")
    assert studio(shop).features.frame.loc["bob@x.org", "monetary"] == 35
    assert studio(shop).features.replay["settings"]["words"] == {"refunded": "purchase"}
    select(shop, place, "none")
    assert studio(shop).features.replay["settings"]["words"] == {}


def test_one_click_joins_the_spellings_of_a_customer(app, kept: Path) -> None:
    shop = load(app("data"), sales=SALES)
    assert "2 ids differ only by capitals" in page_text(shop)
    select(shop, "source-choice-same_ids", "join")
    assert studio(shop).features.frame["monetary"].to_dict() == {"ann@x.org": 30, "bob@x.org": 5, "cyd@x.org": 6000}


def test_currencies_are_shown_and_one_or_rates_can_be_chosen(app, kept: Path) -> None:
    shop = load(app("data"), sales=SALES)
    assert "EUR 35.00 (3 lines), JPY 6,000.00 (1 line)" in page_text(shop)
    select(shop, "source-choice-currencies", "one")
    assert "cyd@x.org" not in studio(shop).features.frame.index
    select(shop, "source-choice-currencies", "rates")
    assert "There is no rate for JPY" in page_text(shop)
    shop.number_input(key="source-rate-JPY").set_value(0.01).run()
    assert studio(shop).features.frame.loc["cyd@x.org", "monetary"] == 60
