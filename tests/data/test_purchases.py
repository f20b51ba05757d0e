"""What counts as a purchase: small files of every habit, each worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.data.reading import read
from segmentation.data.sources import SavedMapping, assemble, rebuild
from segmentation.data.sources.status_words import _WORDS, KINDS, kind_of, kinds_of
from segmentation.data.sources.transactions import transaction_figures


def made(text: str, **settings: object) -> FeatureTable:
    files = {"sales.csv": read(text.strip().encode(), "sales.csv")}
    return assemble("transactions", files, SavedMapping("transactions", {}, settings)).build()


def spent(table: FeatureTable) -> dict[str, float]:
    return table.frame["monetary"].to_dict()


def said(table: FeatureTable) -> str:
    return "\n".join([*(note.what for note in table.notes), *(problem.sentence for problem in table.problems)])


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Partially_Refunded", "part refunded"),
        ("requires_payment_method", "pending"),
        ("Zahlung fehlgeschlagen", "failed"),
        ("payment_failed", "failed"),
        ("wc-on-hold", "pending"),
        ("Remboursé", "refunded"),
        ("Remboursement partiel", "part refunded"),
        ("Überfällig", "billed"),
        ("Storniert", "void"),
        ("Annulée", "void"),
        ("Devolución", "return"),
        ("Devolvido", "refunded"),
        ("Reembolsado", "refunded"),
        ("Geannuleerd", "void"),
        ("Terugbetaald", "refunded"),
        ("Canceled by buyer", "void"),
        ("not paid", "billed"),
        ("not refunded yet", "unknown"),
        ("Credit card", "unknown"),
        ("Payment Refund", "return"),
        ("General Currency Conversion", "other"),
        ("Gold", "unknown"),
        ("", "unknown"),
    ],
)
def test_words_of_seven_languages_and_longer_texts(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_every_word_stands_once_and_means_its_own_kind() -> None:
    words = [word for group in _WORDS.values() for word in group]
    twice = sorted({word for word in words if sum(word in group for group in _WORDS.values()) > 1})
    assert twice == []
    assert {kind for kind in _WORDS if any(kind_of(word) != kind for word in _WORDS[kind])} == set()
    assert set(_WORDS) == set(KINDS) - {"unknown"}


def test_two_sides_of_an_account_are_known_only_together() -> None:
    assert kinds_of(["S", "H"]) == {"S": "sale", "H": "return"}
    assert kinds_of(["Dr", "Cr"]) == {"Dr": "sale", "Cr": "return"}
    assert kinds_of(["S", "M", "L"]) == {"S": "unknown", "M": "unknown", "L": "unknown"}


@pytest.mark.parametrize(("sale", "back"), [("S", "H"), ("Dr", "Cr"), ("debit", "credit"), ("Verkauf", "Retoure")])
def test_a_column_of_sides_or_types_makes_a_positive_amount_a_return(sale: str, back: str) -> None:
    text = f"""
Kundennummer,Buchungsdatum,Betrag,Art
K1,2024-01-05,100.00,{sale}
K1,2024-01-20,30.00,{back}
K2,2024-01-25,50.00,{sale}
"""
    assert spent(made(text)) == {"K1": 100, "K2": 50}
    assert spent(made(text, returns="net")) == {"K1": 70, "K2": 50}


def test_two_columns_debit_and_credit() -> None:
    text = """
Customer ID,Date,Debit,Credit
K1,2024-01-05,100.00,
K1,2024-01-20,,30.00
K2,2024-01-25,50.00,
"""
    assert spent(made(text)) == {"K1": 100, "K2": 50}
    assert spent(made(text, returns="net")) == {"K1": 70, "K2": 50}


def test_negative_sales_without_a_type_are_turned_and_asked() -> None:
    text = """
Customer ID,Date,Amount
K1,2024-01-05,-100.00
K1,2024-01-20,30.00
K2,2024-01-25,-50.00
K3,2024-01-26,-20.00
"""
    table = made(text, returns="net")
    assert spent(table) == {"K1": 70, "K2": 50, "K3": 20}
    assert "choose “Sales are above zero”" in table.problems[0].sentence


def test_refunds_by_sign_stay_returns() -> None:
    text = "Customer ID,Date,Amount\nK1,2024-01-05,100\nK1,2024-01-20,-30\nK2,2024-01-25,50\n"
    assert spent(made(text)) == {"K1": 100, "K2": 50}
    assert spent(made(text, returns="net")) == {"K1": 70, "K2": 50}


def test_a_refunded_status_counts_where_the_refund_is_a_line_of_its_own() -> None:
    text = """
Customer ID,Date,Amount,Status,Type
A,2024-01-05,100.00,Refunded,Sale
A,2024-01-09,100.00,Completed,Refund
B,2024-01-10,50.00,Completed,Sale
"""
    assert spent(made(text)) == {"A": 100, "B": 50}
    assert spent(made(text, returns="net")) == {"A": 0, "B": 50}


def test_a_refund_of_the_whole_order_is_shared_by_its_lines() -> None:
    text = """
Order No,Customer ID,Date,Item,Amount,Refunded Amount
1,A,2024-01-05,tea,30.00,
1,A,2024-01-05,pot,70.00,40.00
2,B,2024-01-06,cup,20.00,20.00
3,C,2024-01-07,cup,20.00,0.00
"""
    table = made(text)
    assert spent(table) == {"A": pytest.approx(60), "C": 20}
    assert "60.00 of 2 orders were refunded and taken off; 1 in full, so no purchase." in said(table)


ORDER_TOTALS = """
Order No,Customer ID,Date,Item,Line amount,Order Total
1,A,2024-01-05,tea,30.00,100.00
1,A,2024-01-05,pot,70.00,100.00
2,A,2024-01-06,cup,20.00,20.00
3,B,2024-01-07,cup,20.00,50.00
3,B,2024-01-07,bag,25.00,50.00
3,B,2024-01-07,mug,5.00,50.00
"""


def test_an_order_total_on_every_line_is_counted_once() -> None:
    saved = SavedMapping("transactions", {"transactions": {"amount": "Order Total"}})
    table = assemble("transactions", {"s.csv": read(ORDER_TOTALS.strip().encode(), "s.csv")}, saved).build()
    assert spent(table) == {"A": 120, "B": 50}
    assert "5 lines of 2 orders): counted once an order, 150.00 instead of 350.00." in said(table)
    every = SavedMapping("transactions", saved.columns, {"order_totals": "lines"})
    lines = assemble("transactions", {"s.csv": read(ORDER_TOTALS.strip().encode(), "s.csv")}, every).build()
    assert spent(lines) == {"A": 220, "B": 150}


def test_equal_lines_of_an_order_that_nothing_calls_a_total_are_added_up_and_asked() -> None:
    rows = [f"{order},C{order},2024-01-0{order},{item},{10 * order}" for order in (1, 2, 3) for item in ("tea", "pot")]
    text = "Order No,Customer ID,Date,Item,Paid\n" + "\n".join(rows)
    saved = {"transactions": {"amount": "Paid"}}
    files = {"s.csv": read(text.encode(), "s.csv")}
    table = assemble("transactions", files, SavedMapping("transactions", saved)).build()
    assert spent(table) == {"C1": 20, "C2": 40, "C3": 60}
    assert "it may be the order's total; the lines were added up (120.00 instead of 60.00)" in said(table)
    once = assemble("transactions", files, SavedMapping("transactions", saved, {"order_totals": "once"})).build()
    assert spent(once) == {"C1": 10, "C2": 20, "C3": 30}


WORDS = """
Order No,Customer ID,Date,Amount,Status
1,A,2024-01-05,10.00,Bezahlt
2,A,2024-01-06,20.00,Ausstehend
3,B,2024-01-07,40.00,Bezahlt
4,B,2024-01-08,80.00,Sonderfall
5,C,2024-01-09,160.00,Storniert
"""


def test_every_word_is_listed_with_its_lines_and_sum() -> None:
    files = {"transactions": read(WORDS.strip().encode(), "s.csv")}
    columns = {"transactions": {"customer": "Customer ID", "date": "Date", "amount": "Amount", "status": "Status"}}
    table = transaction_figures(files, columns).words
    assert table.set_index("word")[["lines", "amount", "kind", "treatment"]].T.to_dict("list") == {
        "Bezahlt": [2, 50, "paid", "purchase"],
        "Ausstehend": [1, 20, "pending", "none"],
        "Sonderfall": [1, 80, "unknown", "purchase"],
        "Storniert": [1, 160, "void", "none"],
    }


def test_what_a_word_counts_as_can_be_chosen_and_is_replayed_in_the_next_file() -> None:
    table = made(WORDS, words={"ausstehend": "purchase", "Sonderfall": "none"})
    assert spent(table) == {"A": 30, "B": 40}
    assert "“Sonderfall” (a word that is not known): 1 line worth 80.00, no purchase." in said(table)
    following = "Order No,Customer ID,Date,Amount,Status\n9,D,2024-02-01,5,Ausstehend\n10,E,2024-02-01,7,SONDERFALL\n"
    following += "11,F,2024-02-02,9,Bezahlt\n"
    files = {"transactions": read(following.encode(), "next.csv")}
    assert spent(rebuild(files, table.replay, as_of="")) == {"D": 5, "F": 9}


def test_a_word_cannot_count_as_something_else() -> None:
    with pytest.raises(SegmentationError, match="must be one of purchase, return, none; it was “sale”"):
        made(WORDS, words={"paid": "sale"})


def test_a_status_is_found_by_its_words_whatever_its_name() -> None:
    table = made(WORDS.replace("Status", "Z7"))
    assert table.replay["columns"]["transactions"]["status"] == "Z7"
    assert spent(table) == {"A": 10, "B": 120}


def test_a_way_of_paying_and_a_kind_of_product_are_no_type_of_line() -> None:
    text = """
Customer ID,Date,Amount,Payment Type,Type
A,2024-01-05,10.00,Bank transfer,Tea
B,2024-01-06,20.00,Credit card,Pot
C,2024-01-07,40.00,Lastschrift,Tea
"""
    table = made(text)
    assert spent(table) == {"A": 10, "B": 20, "C": 40}
    assert "type" not in table.replay["columns"]["transactions"]


RATES = """
Customer ID,Date,Amount,Currency
A,2024-01-05,10.00,EUR
A,2024-01-06,20.00,EUR
A,2024-01-07,500.00,JPY
B,2024-01-08,30.00,usd
"""


def test_amounts_of_two_currencies_are_never_added_up_for_one_customer() -> None:
    table = made(RATES)
    assert spent(table) == {"A": 30, "B": 30}
    assert "1 line in a second currency of a customer does not count" in said(table)


def test_rates_are_replayed_and_a_missing_one_is_asked_for() -> None:
    table = made(RATES, currencies="rates", currency="EUR", rates={"JPY": 0.01, "USD": 0.5})
    assert spent(table) == {"A": 35, "B": 15}
    following = {
        "transactions": read(b"Customer ID,Date,Amount,Currency\nA,2024-02-01,8,USD\nB,2024-02-01,9,EUR\n", "n.csv")
    }
    assert spent(rebuild(following, table.replay, as_of="")) == {"A": 4, "B": 9}
    with pytest.raises(SegmentationError, match="There is no rate for USD"):
        made(RATES, currencies="rates", currency="EUR", rates={"JPY": 0.01})
    with pytest.raises(SegmentationError, match="The rate of JPY must be above 0"):
        made(RATES, currencies="rates", currency="EUR", rates={"JPY": 0, "USD": 1})


def test_the_one_currency_of_the_first_file_is_the_one_of_the_next() -> None:
    table = made(RATES, currencies="one")
    assert spent(table) == {"A": 30}
    following = {
        "transactions": read(b"Customer ID,Date,Amount,Currency\nA,2024-02-01,8,USD\nB,2024-02-01,9,EUR\n", "n.csv")
    }
    assert spent(rebuild(following, table.replay, as_of="")) == {"B": 9}


def test_repeated_lines_without_an_order_number_are_kept_by_the_careful_choice() -> None:
    text = "Customer ID,Date,Amount,Order No\nA,2024-01-05,10,\nA,2024-01-05,10,\nB,2024-01-06,5,7\nB,2024-01-06,5,7\n"
    assert spent(made(text)) == {"A": 20, "B": 10}
    assert spent(made(text, duplicates="orders")) == {"A": 20, "B": 5}
    assert spent(made(text, duplicates="drop")) == {"A": 10, "B": 5}


@pytest.mark.parametrize(
    "ids",
    [
        ["AB-1", "ab-1"],
        ["AB-1", "AB\u20111"],
        ["AB 1", "AB\u00a01"],
        ["AB 1", "AB1 "],
        ["AB1", "\ufeffAB1"],
        ["00017", "17"],
        ["ＡＢ1", "ab1"],
    ],
)
def test_spellings_of_one_customer_are_told_and_joined(ids: list[str]) -> None:
    from segmentation.data.sources.people import alike, joined

    given = pd.Series([*ids, "other", None])
    assert alike(given)["id"].tolist() == ids
    assert joined(given).tolist()[:3] == [ids[0], ids[0], "other"]


def test_codes_with_a_prefix_are_never_alike_by_their_zeros() -> None:
    from segmentation.data.sources.people import alike

    assert alike(pd.Series(["FR001", "FR1", "FR010", "FR10"])).empty


@pytest.mark.parametrize(
    "name", ["household_id", "Member No", "subscriber_id", "Account Number", "MSISDN", "Customer Email", "HH ID"]
)
def test_households_members_accounts_and_subscribers_are_customers(name: str) -> None:
    table = made(f"{name},Date,Amount\n70001,2024-01-05,10\n70002,2024-01-06,20\n70001,2024-01-07,40\n")
    assert spent(table) == {"70001": 50, "70002": 20}


@pytest.mark.parametrize(
    "ids",
    [
        ["1.10", "1.1", "2.5"],
        ["12.036", "949", "1.710"],
        ["FR001", "FR1", "FR010"],
        ["TL100", "TL205", "TL1"],
        ["KR17", "KR170", "KR017"],
        ["DE811128135", "ATU62895905", "FR40303265045"],
        ["00017", "17", "170"],
        ["1E5", "100000", "2E5"],
        ["4111111111111111111", "4111111111111111112", "4111111111111111113"],
        ["+4917612345", "4917612345", "+4917612346"],
        ["-17", "17", "18"],
    ],
)
def test_an_id_is_never_a_number_and_comes_back_as_it_was(ids: list[str]) -> None:
    rows = [f"{one},2024-01-0{place + 1},10" for place, one in enumerate(ids)]
    table = made("Customer ID,Date,Amount\n" + "\n".join([*rows, *rows]), duplicates="keep")
    assert sorted(table.frame.index) == sorted(ids)
    people = "customer_id,spend,visits\n" + "\n".join(f"{one},{place},{place * 2}" for place, one in enumerate(ids))
    customers = assemble("customers", {"c.csv": read(people.encode(), "c.csv")}).build()
    assert list(customers.frame.index) == ids


def test_whole_numbers_with_and_without_a_point_are_one_id() -> None:
    text = "Customer ID,Date,Amount\n17850.0,2024-01-01,5\n17850,2024-01-02,6\n17851.0,2024-01-03,7\n"
    assert spent(made(text)) == {"17850": 11, "17851": 7}


MIXED = (
    "order id,customer,date,currency,amount,refunded amount\n"
    "1,a,2024-01-01,EUR,100,10\n2,b,2024-01-02,USD,50,5\n3,c,2024-01-03,USD,-7,0\n4,d,2024-01-04,EUR,-3,0\n"
    "2,b,2024-01-02,USD,50,5\n1,a,2024-01-01,EUR,100,10\n"
)


def test_no_sentence_adds_up_two_currencies() -> None:
    told = said(made(MIXED))
    assert "EUR 20.00 and USD 10.00 of 2 orders were refunded and taken off" in told
    assert "2 lines repeat an order number and the whole line, worth EUR 90.00 and USD 45.00: counted twice" in told
    tables = {"transactions": read(MIXED.encode(), "sales.csv")}
    columns = {name: name for name in ("customer", "date", "currency", "amount")}
    columns |= {"invoice": "order id", "refunded": "refunded amount"}
    effects = transaction_figures(tables, {"transactions": columns}).effects["sentence"]
    assert effects["returns"].endswith("(33.3 %), worth EUR -3.00 and USD -7.00.")
    assert effects["duplicates"].endswith("(33.3 %), worth EUR 90.00 and USD 45.00.")
    assert effects["refund_column"] == "EUR 20.00 and USD 10.00 stand in refunded amount."


def test_one_currency_is_said_as_before() -> None:
    told = said(made(MIXED.replace("USD", "EUR")))
    assert "30.00 of 2 orders were refunded and taken off" in told
    assert "worth 135.00: counted twice" in told


def test_a_line_without_a_currency_is_in_the_one_of_its_order() -> None:
    text = (
        "order,customer,date,currency,amount\n1,a,2024-01-01,EUR,10\n2,b,2024-01-01,EUR,20\n3,c,2024-01-02,JPY,3000\n"
        "3,c,2024-01-02,,5000\n4,d,2024-01-03,EUR,9\n"
    )
    assert spent(made(text, currencies="rates", currency="EUR", rates={"JPY": 0.01})) == {
        "a": 10.0,
        "b": 20.0,
        "c": 80.0,
        "d": 9.0,
    }


def test_customers_with_only_zero_lines_are_counted_or_kept() -> None:
    text = "customer,date,amount\n1,2024-01-01,5\n2,2024-01-02,0\n2,2024-01-03,0\n3,2024-01-04,0\n3,2024-01-05,4\n"
    assert "1 customer has only lines worth zero: left out (2)." in said(made(text))
    assert spent(made(text, zero_prices="keep")) == {"1": 5.0, "2": 0.0, "3": 4.0}


@pytest.mark.parametrize("written", ['="17"', "17\u200b", "\ufeff17", "\u00a017 ", "17.0"])
def test_what_stands_around_an_id_is_no_part_of_it(written: str) -> None:
    cell = '"' + written.replace('"', '""') + '"'
    text = f"customer,date,amount\n17,2024-01-01,5\n{cell},2024-01-02,6\n18,2024-01-03,7\n"
    assert spent(made(text)) == {"17": 11.0, "18": 7.0}


def test_a_type_is_found_by_its_words_whatever_its_name() -> None:
    text = (
        "N° client;Date;Opération;Montant\nK1;2024-01-05;Vente;100\nK1;2024-01-25;Remboursement;40\n"
        "K2;2024-01-06;Vente;60\n"
    )
    table = made(text)
    assert spent(table) == {"K1": 100, "K2": 60}
    assert "“Remboursement” (a return or refund): 1 line worth 40.00, returns." in said(table)
    assert spent(made(text, returns="net")) == {"K1": 60, "K2": 60}


def test_a_line_that_adds_a_product_only_has_the_date_of_its_order_and_others_without_one_are_told() -> None:
    text = "order id,customer,date,product,amount\n1,a,2024-01-05,x,10\n1,a,,y,\n2,b,2024-01-06,x,7\n,b,,y,9\n"
    table = made(text)
    assert spent(table) == {"a": 10, "b": 7}
    assert table.descriptors["distinct_products"].to_dict() == {"a": 2, "b": 1}
    assert [(one.where, one.count) for one in table.notices if one.kind == "incomplete"] == [("Transactions", 1)]
