"""Headings and words of a status in languages beyond those of western Europe: found, and what they say is followed."""

from __future__ import annotations

import pytest

from segmentation.core.tables import Table
from segmentation.core.text import word_key
from segmentation.data.customers import customers_from
from segmentation.data.heading_languages import says_customer
from segmentation.data.profiling import suggest_roles
from segmentation.data.reading import read
from segmentation.data.sources.status_languages import FURTHER_WORDS
from segmentation.data.sources.status_words import kind_of

PURCHASES = [
    ("Код клиента", "Дата", "Сумма", "Статус заказа", "выполнен", "возвращен", "отменен", "cp1251"),
    ("Код клієнта", "Дата замовлення", "Сума", "Стан", "сплачено", "повернено", "скасовано", "utf-8"),
    ("Κωδικός πελάτη", "Ημερομηνία", "Ποσό", "Κατάσταση", "Ολοκληρώθηκε", "Επιστράφηκε", "Ακυρώθηκε", "cp1253"),
    ("顧客ID", "注文日", "金額", "ステータス", "支払済み", "返金済み", "キャンセル", "shift_jis"),
    ("客户编号", "订单日期", "金额", "订单状态", "已支付", "已退款", "已取消", "gb18030"),
    ("고객번호", "주문일", "금액", "상태", "결제완료", "환불", "취소", "utf-8"),
    ("Müşteri No", "Sipariş Tarihi", "Tutar", "Durum", "Ödendi", "İade edildi", "İptal edildi", "cp1254"),
    ("Vevőkód", "Rendelés dátuma", "Összeg", "Állapot", "Teljesítve", "Visszatérítve", "Törölve", "cp1250"),
    ("Nr klienta", "Data zamówienia", "Kwota", "Status", "Opłacone", "Zwrócone", "Anulowane", "cp1250"),
    ("Číslo zákazníka", "Datum objednávky", "Částka", "Stav", "Zaplaceno", "Vráceno", "Zrušeno", "iso8859-2"),
    ("Cod client", "Data comenzii", "Valoare", "Stare", "Plătită", "Rambursată", "Anulată", "utf-8"),
    ("Asiakasnumero", "Tilauspäivä", "Summa", "Tila", "Maksettu", "Palautettu", "Peruttu", "cp1252"),
]


@pytest.mark.parametrize("words", PURCHASES, ids=[words[0] for words in PURCHASES])
def test_a_list_of_purchases_is_known_by_its_headings_and_its_words_count(words: tuple[str, ...]) -> None:
    customer, date, amount, status, paid, refunded, cancelled, encoding = words
    lines = [(1, "10,50", paid), (2, "20,00", refunded), (3, "7,25", cancelled)] + [
        (day, "1,50", paid) for day in (4, 5)
    ]
    text = f"{customer};{date};{amount};{status}\n" + "".join(
        f"K{who};2024-01-{who * 6 + day:02};{value};{word}\n" for who in (1, 2, 3) for day, value, word in lines
    )
    made = customers_from({"file.csv": text.encode(encoding)})
    assert made.source == "transactions"
    assert made.frame.loc["K3"].tolist() == [1, 3, 13.5]
    assert made.frame.loc["K1"].tolist() == [13, 3, 13.5]
    said = [notice.text for notice in made.notices if notice.kind == "words"]
    assert len(said) == 2
    assert f"“{refunded}” (refunded): 3 lines worth 60.00, no purchase" in said[0] + said[1]


@pytest.mark.parametrize("words", PURCHASES, ids=[words[0] for words in PURCHASES])
def test_the_identifier_of_a_table_of_customers_is_known_by_its_heading(words: tuple[str, ...]) -> None:
    text = f"{words[0]};x;y\n" + "".join(f"{row * 37 % 101};{row}.5;{row % 4}\n" for row in range(1, 41))
    roles = {item.name: item.role for item in suggest_roles(read(text.encode(), "people.csv"))}
    assert roles[words[0]] == "identifier"
    assert says_customer(words[0]) == "number"


def test_the_bare_word_for_customers_names_them_only_where_every_cell_is_another() -> None:
    unique = Table(
        "a", read("Клиент;x\n".encode() + b"".join(b"K%d;%d.5\n" % (row, row) for row in range(30)), "a").frame
    )
    assert {item.role for item in suggest_roles(unique) if item.name == "Клиент"} == {"identifier"}
    assert says_customer("Клиент") == "name"
    assert says_customer("Сумма") == ""


def test_no_word_has_two_meanings() -> None:
    kinds = [(word_key(word), kind) for kind, words in FURTHER_WORDS.items() for word in words]
    assert len({word for word, _ in kinds}) == len(set(kinds))
    assert {word: kind for word, kind in kinds if kind_of(word) != kind} == {}


@pytest.mark.parametrize("headings", [("Ø Rabatt",), ("Ø Warenkorb", "Umsatz für Möbel"), ("Ø-Bon", "Größe")])
def test_the_sign_of_an_average_is_no_letter_of_another_alphabet(headings: tuple[str, ...]) -> None:
    """In a German file from Windows it stands alone; the same byte is a Czech letter."""
    lines = [";".join(("Kunde", *headings)), *(";".join([f"K{row}", *[str(row)] * len(headings)]) for row in range(40))]
    table = read("\n".join(lines).encode("cp1252"), "kunden.csv")
    assert tuple(table.frame) == ("Kunde", *headings)
    assert not [problem for problem in table.problems if problem.by.startswith("--read encoding=")]
