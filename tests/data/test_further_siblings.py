"""Further files of the kinds of the field cases, in other languages and layouts: each with the values that are right.

Every expected value was worked out before the file was read. Recency counts from the day after the last date.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence

import openpyxl
import pytest

from segmentation.data.customers import customers_from
from segmentation.data.reading.reader import read
from tests.data.test_sibling_files import book

Figures = dict[str, tuple[float, ...]]


def on(year: int, month: int, day: int) -> datetime.date:
    return datetime.date(year, month, day)


def made_from(content: str | bytes) -> tuple[str, Figures, set[str]]:
    """A file of a kind that is found out → the kind, recency, frequency and monetary of each, what was noticed."""
    name = "file.xlsx" if isinstance(content, bytes) else "file.csv"
    made = customers_from({name: content.encode() if isinstance(content, str) else content})
    figures = {str(one): tuple(round(float(value), 2) for value in row[:3]) for one, row in made.frame.iterrows()}
    return made.source, figures, {notice.kind for notice in made.notices}


def sheets(**rows: Sequence[Sequence[object]]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, lines in rows.items():
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    made.save(out)
    return out.getvalue()


PURCHASES: dict[str, tuple[str | bytes, Figures, set[str]]] = {
    "a German shop": (
        "Bestellnummer;E-Mail;Bestelldatum;Bestellstatus;Gesamtsumme;Erstattet;Artikel\n"
        "#1001;ada@x.de;02.03.2024;Abgeschlossen;90,00;0,00;Tasse\n#1001;ada@x.de;02.03.2024;;;;Teller\n"
        "#1002;bob@x.de;13.03.2024;Erstattet;50,00;50,00;Tasse\n#1003;dee@x.de;20.03.2024;Abgeschlossen;100,00;40,00;V\n"
        "#1004;eve@x.de;25.03.2024;In Bearbeitung;80,00;0,00;V\n#1005;cyd@x.de;26.03.2024;Storniert;70,00;0,00;T\n",
        {"ada@x.de": (25, 1, 90), "dee@x.de": (7, 1, 60), "eve@x.de": (2, 1, 80)},
        {"words", "refunds", "vanished"},
    ),
    "a French shop, the customer on the first line of an order only": (
        "Référence;Client;Date de commande;État;Total payé;Remboursé;Produit\nR1;C1;05/02/2024;Livré;20,00;;Stylo\n"
        "R1;;;;;;Encre\nR2;C2;16/02/2024;Annulé;30,00;;S\nR3;C2;17/02/2024;Livré;12,50;2,50;S\n"
        "R4;C3;20/02/2024;Remboursé;8,00;8,00;S\n",
        {"C1": (16, 1, 20), "C2": (4, 1, 10)},
        {"words", "refunds", "vanished"},
    ),
    "an English shop that awaits": (
        "Order ID,Order Status,Customer Email,Order Date,Order Total (inc tax),Refund Amount,Product Name\n"
        "1,Completed,a@x.io,2024-02-01,30.00,0.00,Mug\n1,,,,,,C\n2,Partially Refunded,b@x.io,2024-02-05,50.00,20.00,\n"
        "3,Refunded,c@x.io,2024-02-06,10.00,10.00,Mug\n4,Declined,a@x.io,2024-02-07,99.00,,Mug\n"
        "5,Awaiting Fulfillment,c@x.io,2024-02-08,5.50,,Cup\n",
        {"a@x.io": (8, 1, 30), "b@x.io": (4, 1, 30), "c@x.io": (1, 1, 5.5)},
        {"words", "refunds"},
    ),
    "a Spanish workbook": (
        book(
            [
                ["Pedido", "Correo electrónico", "Fecha", "Estado del pago", "Total", "Importe reembolsado"],
                ["P1", "a@x.es", on(2024, 1, 2), "Pagado", 100.0, 0],
                ["P2", "b@x.es", on(2024, 1, 5), "Reembolsado", 30.0, 30.0],
                ["P3", "b@x.es", on(2024, 1, 8), "Parcialmente reembolsado", 50.0, 20.0],
                ["P4", "c@x.es", on(2024, 1, 9), "Anulado", 70.0, 0],
            ]
        ),
        {"a@x.es": (8, 1, 100), "b@x.es": (2, 1, 30)},
        {"words", "refunds", "vanished"},
    ),
    "payments where nobody pays twice": (
        "Fecha;Nombre;Tipo;Estado;Divisa;Bruto;Correo electrónico del remitente\n"
        "02/01/2024;A;Pago exprés;Completado;EUR;10,00;a@x.es\n03/01/2024;B;Pago exprés;Denegado;USD;20,00;b@x.es\n"
        "14/01/2024;C;Pago exprés;Completado;USD;30,00;c@x.es\n15/01/2024;;Conversión de divisa;Completado;USD;-3,00;\n"
        "16/01/2024;;Retirada general;Completado;EUR;-35,00;\n",
        {"a@x.es": (15, 1, 10), "c@x.es": (3, 1, 30)},
        {"words", "currencies", "vanished"},
    ),
    "one customer in three spellings and nobody twice": (
        "E-Mail;Datum;Betrag\nAnn@x.de;2024-01-01;10\nann@x.de ;2024-01-02;20\nANN@X.DE;2024-01-03;30\n"
        "bob@x.de;2024-01-04;200\n",
        {"Ann@x.de": (4, 1, 10), "ann@x.de": (3, 1, 20), "ANN@X.DE": (2, 1, 30), "bob@x.de": (1, 1, 200)},
        {"spelling"},
    ),
    "half swapped dates of few rows": (
        book(
            [
                ["Kunde", "Datum", "Betrag"],
                ["A", on(2024, 5, 3), 10.0],
                ["A", "15.03.2024", 20.0],
                ["B", on(2024, 1, 4), 5.0],
                ["B", "20.04.2024", 6.0],
                ["C", "28.04.2024", 7.0],
            ]
        ),
        {"A": (45, 2, 30), "B": (9, 2, 11), "C": (1, 1, 7)},
        {"swapped dates"},
    ),
    "a sheet that goes on without a header": (
        sheets(
            a=[["Kunde", "Datum", "Betrag"], ["A", on(2023, 12, 1), 1.0], ["B", on(2023, 12, 2), 2.0]],
            b=[["A", on(2024, 1, 1), 4.0], ["C", on(2024, 1, 2), 4.0]],
        ),
        {"A": (2, 2, 5), "B": (32, 1, 2), "C": (1, 1, 4)},
        {"sheets"},
    ),
    "Japanese dates and amounts": (
        "顧客番号,注文日,金額\nA,2024年1月1日,1000円\nB,2024年1月12日,2000円\nA,2024年1月13日,3000円\n",
        {"A": (1, 2, 4000), "B": (2, 1, 2000)},
        set(),
    ),
}


@pytest.mark.parametrize("name", list(PURCHASES))
def test_purchases_are_counted_as_they_were(name: str) -> None:
    content, wanted, noticed = PURCHASES[name]
    source, figures, kinds = made_from(content)
    assert (source, figures) == ("transactions", wanted)
    assert noticed <= kinds


SUBTOTALS = {
    "French, a group of one": (
        "Région,Code client,CA\nNord,1,10\nNord,2,5\nTotal Nord,,15\nSud,3,20\nTotal Sud,,20\nTotal général,,35\n",
        [10, 5, 20],
    ),
    "Spanish": (
        "Zona;Cliente;Importe\nEste;1;10\nEste;2;20\nSubtotal Este;;30\nOeste;3;5\nSubtotal Oeste;;5\n"
        "Total general;;36\n",
        [10, 20, 5],
    ),
    "Portuguese, groups of one only": (
        "Loja;Cliente;Valor\nA;1;10\nTotal A;;10\nB;3;5\nTotal B;;5\nTotal geral;;15\n",
        [10, 5],
    ),
    "a German pivot table": (
        "Filiale;Kunde;Umsatz\nNord;K1;100\nNord;K2;200\nNord Ergebnis;;300\nSüd;K3;50\nSüd Ergebnis;;50\n"
        "Gesamtergebnis;;350\n",
        [100, 200, 50],
    ),
    "shops called Total": (
        "Name;Kunde;Umsatz\nTotal Wine;K1;10\nAldi;K2;20\nTotal Nord;K3;30\nLidl;K4;5\n",
        [10, 20, 30, 5],
    ),
}


@pytest.mark.parametrize("name", list(SUBTOTALS))
def test_totals_of_a_single_row_go_too_and_names_stay(name: str) -> None:
    text, wanted = SUBTOTALS[name]
    assert read(text.encode(), "file.csv").frame.iloc[:, 2].tolist() == wanted


DATES = {
    "French": ("3 janv. 2024", "15 févr. 2024", "1er août 2024"),
    "Spanish": ("3-ene-24", "15 de febrero de 2024", "1-AGO-2024"),
    "Portuguese": ("quarta-feira, 3 de janeiro de 2024", "15/fev/2024", "1 de ago. de 2024"),
    "Italian": ("3 gen 2024", "15 febbraio 2024", "1-ago-2024"),
    "Dutch": ("3 jan. 2024", "15 feb. 2024", "1 augustus 2024"),
    "Polish": ("3 stycznia 2024", "15 lut 2024", "1 sierpnia 2024"),
    "Turkish": ("3 Ocak 2024", "15 Şub 2024", "1 Ağustos 2024"),
    "Hungarian": ("2024. január 3.", "2024. febr. 15.", "2024. augusztus 1."),
    "Czech": ("3. ledna 2024", "15. února 2024", "1. srpna 2024"),
    "Russian": ("3 января 2024 г.", "15 февраля 2024 г.", "1 августа 2024 г."),
    "Greek": ("3 Ιανουαρίου 2024", "15 Φεβρουαρίου 2024", "1 Αυγούστου 2024"),
    "Austrian": ("Mi., 3. Jän. 2024", "Do., 15. Feb. 2024", "Do., 1. August 2024"),
    "Korean": ("2024년 1월 3일", "2024년 2월 15일", "2024년 8월 1일"),
    "dots with blanks": ("3. 1. 2024", "15. 2. 2024", "1. 8. 2024."),
    "French hours": ("03/01/2024 14h05", "15/02/2024 09h30", "01/08/2024 10h00"),
}


@pytest.mark.parametrize("name", list(DATES))
def test_dates_are_read_in_the_language_in_which_they_are_written(name: str) -> None:
    text = "c;d;x\n" + "".join(f'{at};"{cell}";{at}\n' for at, cell in enumerate(DATES[name]))
    days = read(text.encode(), "file.csv").frame["d"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2024-01-03", "2024-02-15", "2024-08-01"]


FILES: dict[str, tuple[dict[str, str], str, dict[str, float], set[str]]] = {
    "users and payments of an app, other words": (
        {
            "users.csv": "user_id,signup\nU1,2024-01-01\nU2,2024-01-01\nU3,2024-01-02\nU4,2024-01-03\nU5,2024-01-04\n",
            "payments.csv": "user_id,transaction_date,amount,currency,status\nU1,2024-02-01,100,USD,COMPLETED\n"
            "U1,2024-02-02,900,USD,card_declined\nU2,2024-02-03,50,USD,captured\nU2,2024-02-04,400,USD,requires_action\n"
            "U3,2024-02-05,20000,JPY,paid\nU4,2024-02-06,30,USD,settled\nU4,2024-02-07,30,USD,charged_back\n"
            "U5,2024-02-08,60,EUR,Success\nU5,2024-02-09,60,EUR,expired\n",
        },
        "transaction_amount",
        {"U1": 100, "U2": 50, "U3": 20000, "U4": 30, "U5": 60},
        {"words", "currencies"},
    ),
    "German tables of an app": (
        {
            "Nutzer.csv": "Nutzer-ID;Registriert am\nU1;01.01.2024\nU2;13.01.2024\nU3;14.01.2024\n",
            "Zahlungen.csv": "Nutzer-ID;Datum;Betrag;Währung;Status\nU1;01.02.2024;100,00;EUR;erfolgreich\n"
            "U1;02.02.2024;9,00;EUR;fehlgeschlagen\nU2;13.02.2024;50,00;CHF;abgeschlossen\n"
            "U3;14.02.2024;7,00;EUR;Rückbuchung\n",
        },
        "Zahlungen_Betrag_sum",
        {"U1": 100, "U2": 50, "U3": 0},
        {"words", "currencies"},
    ),
    "refunds are rows": (
        {
            "accounts.csv": "account_id,opened\nA,2024-01-01\nB,2024-01-01\nC,2024-01-05\n",
            "payments.csv": "account_id,paid_on,amount,type\nA,2024-02-01,10,payment\nA,2024-02-02,4,refund\n"
            "B,2024-02-03,30,payment\nC,2024-02-03,5,payment\nC,2024-02-03,1,fee\n",
        },
        "payments_amount_sum",
        {"A": 10, "B": 30, "C": 5},
        {"words"},
    ),
    "the key has another name": (
        {
            "customers.csv": "id,segment\n1,x\n2,y\n3,x\n",
            "orders.csv": "order_id,customer_id,amount,status\n1,1,10,paid\n2,1,20,cancelled\n3,2,7,paid\n",
        },
        "orders_amount_sum",
        {"1": 10, "2": 7, "3": 0},
        {"words"},
    ),
}


@pytest.mark.parametrize("name", list(FILES))
def test_payments_in_a_file_of_their_own_count_by_their_words_and_currencies(name: str) -> None:
    files, column, wanted, noticed = FILES[name]
    made = customers_from({file: text.encode() for file, text in files.items()})
    assert made.frame[column].to_dict() == wanted
    assert noticed <= {notice.kind for notice in made.notices}


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("Код клиента;Возраст;Сумма покупок;Визиты", "К0"),
        ("Κωδικός πελάτη;Ηλικία;Έξοδα;Επισκέψεις", "Π0"),
        ("顧客番号;年齢;購入金額;来店回数", "K0"),
        ("Müşteri No;Yaş;Harcama;Ziyaret", "M0"),
        ("고객번호;나이;구매금액;방문횟수", "C0"),
        ("客户编号;年龄;消费金额;次数", "C0"),
        ("MSISDN;Age;Spend;Visits", "491700000000"),
        ("household_id;Age;Spend;Visits", "0"),
    ],
)
def test_customers_keep_their_numbers_whatever_the_language_of_the_headings(header: str, first: str) -> None:
    ids = [first[:-1] + str(row) if first != "491700000000" else f"4917000000{row:02}" for row in range(30)]
    rows = "".join(f"{one};{20 + row % 40};{100 + row * 7.5};{row % 6}\n" for row, one in enumerate(ids))
    made = customers_from({"file.csv": f"{header}\n{rows}".encode()})
    assert made.source == "customers"
    assert made.frame.index.tolist() == ids
    assert {name.strip() for name in header.split(";")[2:]} <= set(made.frame.columns)


def test_an_entry_on_the_other_side_of_an_account_is_a_return_and_it_is_said() -> None:
    text = "Datum;Debitor;Soll;Haben\n01.01.2024;A;100,00;0,00\n02.01.2024;A;0,00;30,00\n13.01.2024;B;50,00;0,00\n"
    source, figures, kinds = made_from(text)
    assert (source, figures) == ("transactions", {"A": (13, 1, 100), "B": (1, 1, 50)})
    assert "refunds" in kinds
    net = customers_from({"file.csv": text.encode()}, choices={"returns": "net"})
    assert net.frame["monetary"].to_dict() == {"A": 70, "B": 50}
