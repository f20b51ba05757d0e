"""The next file against the model's memory: the field cases with their values, and siblings in both directions."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS
from segmentation.data.customers import customers_from
from segmentation.data.reading import ReadSettings
from segmentation.data.sources import SavedMapping
from segmentation.data.sources.same_headings import headings
from segmentation.evaluation.final import fit
from segmentation.scoring.batch import Batch, score_files
from segmentation.scoring.choices import Choices, Undecided
from segmentation.scoring.new_files import Intake


@pytest.fixture(scope="module")
def field(shared_data: Path) -> Path:
    folder = shared_data / "field"
    if not folder.is_dir():
        pytest.skip("the field cases are not beside the project")
    return folder


def trained(data: bytes | Path, name: str = "train.csv", source: str | None = None, k: int = 3) -> Segmentation:
    return fit(customers_from(data if isinstance(data, Path) else {name: data}, source), PREP_PRESETS["plain"], k=k)


def scored(made: Segmentation, data: bytes | Path, name: str = "", **told: object) -> tuple[Batch, Intake]:
    content = data.read_bytes() if isinstance(data, Path) else data
    return score_files(made, {}, {name or getattr(data, "name", "new.csv"): content}, **told)  # type: ignore[arg-type]


def kinds_of(batch: Batch) -> dict[str, int]:
    return {notice.kind: notice.count for notice in batch.notices}


# ---- the cases of the folder


def test_a_file_with_decimal_commas_scores_as_the_same_with_points(field: Path) -> None:
    made = trained(field / "train_en.csv")
    english, german = (scored(made, field / name)[0] for name in ("score_en.csv", "score_de.csv"))
    assert english.mix["size"].tolist() == german.mix["size"].tolist() == [4, 4, 4]
    assert english.rows["segment"].tolist() == german.rows["segment"].tolist()
    assert kinds_of(english) == {}
    assert kinds_of(german) == {"changed": 2}


def test_percent_signs_and_percent_formats_are_the_same_number(field: Path) -> None:
    made = trained(field / "train_percent.csv")
    text = scored(made, field / "train_percent.csv")[0].rows.set_index("id")["segment"]
    sheet = scored(made, field / "next_month_percent.xlsx")[0].rows.set_index("id")["segment"]
    assert sheet.loc["K002"] == text.loc["K002"]
    assert sheet.tolist() == text.loc[sheet.index].tolist()


def test_the_dates_of_the_new_file_win_over_those_of_the_models_file(field: Path) -> None:
    made = trained(field / "train_mdy.csv", source="transactions")
    batch, intake = scored(made, field / "next_dmy.csv")
    assert {name: tuple(row) for name, row in intake.frame.iterrows()} == {
        "C0": (5, 4, 222.0), "C1": (3, 4, 177.0), "C2": (1, 4, 237.0), "C3": (17, 3, 151.5), "C4": (15, 3, 196.5),
        "C5": (13, 3, 136.5), "C6": (11, 3, 181.5), "C7": (9, 3, 121.5), "C8": (7, 3, 166.5),
    }  # fmt: skip
    assert kinds_of(batch) == {"changed": 1}


def test_lines_that_could_not_be_read_are_in_the_answer_with_their_reason(field: Path) -> None:
    made = trained(field / "train_with_stray_commas.csv")
    assert [(notice.kind, notice.count) for notice in made.notices if notice.kind == "refused"] == [("refused", 2)]
    batch, intake = scored(made, field / "score_with_stray_commas.csv")
    assert len(batch.rows) == 12
    unread = batch.rows[batch.rows["segment"] == 0]
    assert unread["id"].tolist() == ["K003", "K008"]
    assert unread["reason"].tolist() == [
        "Line 5 could not be read: too many cells: 5 instead of 4.",
        "Line 10 could not be read: too many cells: 5 instead of 4.",
    ]
    assert unread["persona"].tolist() == ["", ""]
    assert len(batch.with_original(intake.original)) == 12


# ---- siblings

POINT = "id,weight,spend\n" + "".join(f"K{row},{row % 3 * 12 + 0.5 + row / 100:.3f},{row}.5\n" for row in range(60))
"""Weights around 0.6, 12.7 and 24.8 with three digits."""


@pytest.fixture(scope="module")
def point() -> Segmentation:
    return trained(POINT.encode())


def three_digits(mark: str, separator: str, factor: float = 1.0) -> bytes:
    """Twelve customers whose weights all have three digits behind the mark and one or two before it."""
    rows = [
        f"K{row}{separator}{(row % 2 * 12 + 12.7) * factor:.3f}".replace(".", mark)
        + f"{separator}{row}.5".replace(".", mark)
        for row in range(12)
    ]
    return (f"id{separator}weight{separator}spend\n" + "\n".join(rows) + "\n").encode()


def test_figures_that_only_one_reading_fits_are_read_so(point: Segmentation) -> None:
    data = b"id,weight,spend\n" + b"".join(b'K%d,"12,%03d",%d\n' % (row, 500 + row, row + 1) for row in range(12))
    batch, intake = scored(point, data)
    assert intake.frame["weight"].tolist()[:2] == [12.5, 12.501]
    assert "changed" in kinds_of(batch)


def test_nothing_is_scored_where_the_size_fits_neither_reading(point: Segmentation) -> None:
    data = b"id,weight,spend\n" + b"".join(b'K%d,"412,%03d",%d\n' % (row, 500 + row, row + 1) for row in range(12))
    with pytest.raises(Undecided) as stopped:
        scored(point, data)
    assert stopped.value.questions[0].setting == "decimal"
    chosen = Choices(anyway=True).answered(stopped.value.questions[0], ",")
    assert scored(point, data, choices=chosen)[1].frame["weight"][0] == 412.5


def test_decimal_commas_first_and_points_next_are_followed_too() -> None:
    comma = POINT.replace(",", ";").replace(".", ",")
    made = trained(comma.encode())
    batch, intake = scored(made, three_digits(".", ","))
    assert intake.frame["weight"][0] == 12.7
    assert kinds_of(batch) == {"changed": 1}


def test_a_share_without_its_percent_sign_is_asked_and_an_answer_scales_it(field: Path) -> None:
    made = trained(field / "train_percent.csv")
    shares = (field / "train_percent.csv").read_text()
    for percent in range(100, -1, -1):
        shares = shares.replace(f",{percent}%,", f",{percent / 100},")
    with pytest.raises(Undecided) as stopped:
        scored(made, shares.encode())
    (question,) = stopped.value.questions
    assert question.setting == "scale discount_share"
    assert stopped.value.hint.startswith("Add --scale discount_share=100")
    batch, intake = scored(made, shares.encode(), choices=Choices().answered(question, 100.0))
    assert intake.frame["discount_share"].max() > 1
    assert batch.mix["size"].tolist() == [20, 20, 20]


def test_a_percent_sign_where_the_model_had_shares_is_followed_and_said() -> None:
    train = "id,rate,x\n" + "".join(f"k{row},{row % 3 * 0.3 + 0.05},{row % 3}\n" for row in range(30))
    made = trained(train.encode())
    new = "id,rate,x\n" + "".join(f"k{row},{row % 3 * 30 + 5}%,{row % 3}\n" for row in range(30))
    batch, intake = scored(made, new.encode())
    assert intake.frame["rate"].round(6).tolist()[:3] == [0.05, 0.35, 0.65]
    assert batch.mix["size"].tolist() == [10, 10, 10]
    assert kinds_of(batch)["changed"] == 30


def test_amounts_in_another_currency_are_said_and_counted_as_they_stand() -> None:
    def file(sign: str) -> bytes:
        return (
            "id,spend,x\n" + "".join(f"k{row},{sign}{row % 3 * 30 + 5}.50,{row % 3}\n" for row in range(30))
        ).encode()

    made = trained(file("€"))
    assert [info.unit for info in made.info] == ["€", ""]
    alike, other, plain = (scored(made, file(sign))[0] for sign in ("€", "$", ""))
    assert (kinds_of(alike), kinds_of(other), kinds_of(plain)) == ({}, {"changed": 30}, {})
    assert alike.mix["size"].tolist() == other.mix["size"].tolist() == plain.mix["size"].tolist() == [10, 10, 10]


def test_a_csv_and_a_workbook_are_read_alike_in_both_directions() -> None:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["id", "rate", "x"])
    for row in range(30):
        book.active.append([f"k{row}", (row % 3 * 30 + 5) / 100, row % 3])
        book.active.cell(row + 2, 2).number_format = "0%"
    book.save(stream)
    text = ("id,rate,x\n" + "".join(f"k{row},{row % 3 * 30 + 5}%,{row % 3}\n" for row in range(30))).encode()
    for train, new in ((stream.getvalue(), text), (text, stream.getvalue())):
        batch, intake = scored(trained(train, "a.xlsx" if train is not text else "a.csv"), new)
        assert intake.frame["rate"].head(3).tolist() == [5, 35, 65]
        assert batch.mix["size"].tolist() == [10, 10, 10]


def test_two_way_dates_are_read_as_the_models_were_and_that_is_said(field: Path) -> None:
    made = trained(field / "train_mdy.csv", source="transactions")
    data = b"customer_id,order_date,invoice,amount\nA,01/02/2024,1,10\nB,03/04/2024,2,20\n"
    batch, intake = scored(made, data)
    assert intake.frame["recency"].to_dict() == {"A": 63, "B": 1}  # 2 January and 4 March, not 1 February and 3 April
    assert kinds_of(batch) == {"kept": 1}


def test_columns_under_each_others_headings_stop_with_one_sentence() -> None:
    rows = [(f"K{row}", 100 + row * row, (row % 10) / 10 + 0.05) for row in range(60)]
    lines = "".join(f"{name},{spend},{share:.2f}\n" for name, spend, share in rows)
    swapped = "".join(f"{name},{share:.2f},{spend}\n" for name, spend, share in rows)
    made = trained(f"id,spend,share\n{lines}".encode(), "a.csv")
    with pytest.raises(Undecided, match=r"Spend is about .* times as small .* Share is about .* times as large"):
        scored(made, f"id,spend,share\n{swapped}".encode())


def test_a_column_that_moved_by_a_power_of_ten_stops_with_one_sentence(point: Segmentation) -> None:
    cents = "id,weight,spend\n" + "".join(f"K{row},{row % 3 * 12 + 0.5:.1f},{row}50\n" for row in range(1, 60))
    with pytest.raises(Undecided, match="Spend is about 102 times as large as in training"):
        scored(point, cents.encode())
    batch, _ = scored(point, cents.encode(), choices=Choices(anyway=True))
    assert batch.scored == 59


def test_a_column_that_is_all_text_stops_with_one_sentence(point: Segmentation) -> None:
    words = "id,weight,spend\n" + "".join(f"K{row},heavy,{row}.5\n" for row in range(12))
    with pytest.raises(SegmentationError, match="Weight: none of its cells is a number, such as “heavy”"):
        scored(point, words.encode())


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("-{}.5", "Spend was above zero in training and is below it (middle value -31, was 30)"),
        ("n/a", "Spend: none of its cells holds a value."),
        ("", "Spend: none of its cells holds a value."),
    ],
)
def test_another_sign_and_a_column_without_values_stop_with_one_sentence(
    point: Segmentation, cell: str, sentence: str
) -> None:
    rows = "".join(f"K{row},{row % 3 * 12 + 0.5:.1f},{cell.format(row)}\n" for row in range(1, 61))
    data = f"id,weight,spend\n{rows}".encode()
    with pytest.raises(Undecided, match=re.escape(sentence)):
        scored(point, data)
    assert scored(point, data, choices=Choices(anyway=True))[0].scored == 60


def test_headings_in_another_spelling_are_the_same_and_said_once(point: Segmentation) -> None:
    batch, intake = scored(point, POINT.replace("id,weight,spend", "ID,Weight ,S_p-end", 1).encode())
    assert batch.scored == 60
    assert intake.ids.tolist()[:2] == ["K0", "K1"]
    assert sum(notice.kind == "headings differ" for notice in batch.notices) == 1
    assert batch.columns.empty


def test_headings_are_matched_only_where_one_fits() -> None:
    assert headings(["customer_id", "Spend"], ["Customer ID", "SPEND", "x"]) == {
        "Customer ID": "customer_id",
        "SPEND": "Spend",
    }
    assert headings(["a b"], ["A_B", "a-b"]) == {}
    assert headings(["x"], ["x", "X"]) == {}


def test_a_mapping_names_the_columns_of_the_new_file(point: Segmentation) -> None:
    data = POINT.replace("id,weight,spend", "who,kg,money", 1).encode()
    mapping = SavedMapping("customers", {"": {"weight": "kg", "spend": "money", "id": "who"}})
    batch, intake = scored(point, data, mapping=mapping)
    assert batch.scored == 60
    assert intake.ids[0] == "K0"


LINES = "Customer,Date,Amount\n" + "".join(
    f"C{row % 15},2024-0{row % 6 + 1}-{row % 27 + 1:02},{(row % 3 + 1) * 20 + row % 7}.5\n" for row in range(90)
)
"""Ninety purchases of fifteen customers."""


@pytest.mark.parametrize(
    "header",
    [
        "Kundennr,Bestelldatum,Gesamtsumme",
        "Client,Date d'achat,Montant",
        "Müşteri No,Tarih,Tutar",
        "顧客番号,注文日,金額",
    ],
)
def test_purchases_with_headings_in_another_language_are_followed_and_it_is_said(header: str) -> None:
    made = trained(LINES.encode(), source="transactions")
    before, _ = scored(made, LINES.encode())
    batch, _ = scored(made, LINES.replace("Customer,Date,Amount", header, 1).encode())
    assert batch.rows["segment"].tolist() == before.rows["segment"].tolist()
    assert kinds_of(batch)["headings differ"] == (2 if "Date," in header else 3)


def test_columns_that_nobody_can_know_are_asked_with_what_to_type(point: Segmentation) -> None:
    data = POINT.replace("id,weight,spend", "id,kilos,money", 1).encode()
    with pytest.raises(Undecided) as stopped:
        scored(point, data)
    assert [question.setting for question in stopped.value.questions] == ["column weight", "column spend"]
    assert "Which column of new.csv is the model's “weight”? Choose kilos or money." in str(stopped.value)
    assert stopped.value.hint == (
        "Add --map weight=kilos (or another column) and --map spend=kilos (or another column)."
    )
    chosen = Choices(columns={"weight": "kilos"}).answered(stopped.value.questions[1], "money")
    assert scored(point, data, choices=chosen)[0].scored == 60
    with pytest.raises(SegmentationError, match="“wieght” is no column that the model has"):
        scored(point, data, choices=Choices(columns={"wieght": "kilos"}))


def test_an_identifier_under_another_heading_is_followed_or_asked_and_never_lost(point: Segmentation) -> None:
    batch, intake = scored(point, POINT.replace("id,", "Kundennummer,", 1).encode())
    assert intake.ids[:2].tolist() == ["K0", "K1"]
    assert kinds_of(batch) == {"headings differ": 1}
    with pytest.raises(Undecided, match="Choose wer or none of them"):
        scored(point, POINT[:200].rpartition("\n")[0].replace("id,", "wer,", 1).encode())
    batch, intake = scored(point, POINT.replace("id,", "wer,", 1).encode(), id_column="wer")
    assert intake.ids[0] == "K0"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"wieght": "kg"}, "names “wieght”, a column that the model has not"),
        ({"weight": "kilo"}, "names “kilo”, a column that the file has not"),
    ],
)
def test_a_mapping_with_a_wrong_name_is_one_sentence(point: Segmentation, columns: dict, sentence: str) -> None:
    data = POINT.replace("id,weight,spend", "id,kg,spend", 1).encode()
    with pytest.raises(SegmentationError, match=sentence):
        scored(point, data, mapping=SavedMapping("customers", {"": columns}))


def test_related_tables_are_told_by_their_columns_not_by_the_names_of_their_files() -> None:
    people = b"customer_id,age\n" + b"".join(b"c%d,%d\n" % (row, 20 + row % 3 * 20) for row in range(30))
    orders = b"order_id,customer_id,amount\n" + b"".join(
        b"%d,c%d,%d\n" % (row, row % 30, row % 3 * 50 + 10) for row in range(90)
    )
    made = fit(customers_from({"people.csv": people, "orders.csv": orders}, "related"), PREP_PRESETS["plain"], k=2)
    batch, _ = score_files(made, {}, {"people_2024_02.csv": people, "export (3).csv": orders})
    again, _ = score_files(made, {}, {"people.csv": people, "orders.csv": orders})
    assert batch.rows["segment"].tolist() == again.rows["segment"].tolist()


def test_a_chosen_decimal_mark_is_used_whatever_the_file_says(point: Segmentation) -> None:
    chosen = Choices(read=ReadSettings(decimal=","), anyway=True)
    assert scored(point, three_digits(",", ";"), choices=chosen)[1].frame["weight"][0] == 12.7


def test_the_model_s_headings_tell_how_the_letters_of_a_file_are_written() -> None:
    rows = "".join(f"K{number:02},{number % 3 * 9}\n" for number in range(12))
    data = f"Kunde,Køb\n{rows}".encode("cp1252")
    made = trained(data)
    assert [notice.kind for notice in customers_from({"train.csv": data}).notices] == ["letters"]
    assert scored(made, data)[1].problems == ()
