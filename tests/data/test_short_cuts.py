"""What is computed once for equal values, or by numbers in place of texts, gives what the plain way gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.ahead import in_order
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable, Table
from segmentation.data.customers import customers_from
from segmentation.data.reading import numbers as reading_numbers
from segmentation.data.reading import subtotals
from segmentation.data.sources.base import _id_text, id_text, ids_of
from segmentation.data.sources.currencies import per_currency
from segmentation.data.sources.days import day_number, second_number, with_moments
from segmentation.data.sources.lines import mark_lines
from segmentation.data.sources.marking import repeated
from segmentation.data.sources.people import _key, _keys, among, lost_by_spelling
from segmentation.data.sources.rfm import numbered, rfm_features
from tests.conftest import cases

IDS = ("a", "A", " a ", "", "7.0", "7", "1.10", '="007"', "\ufeff7", "\u00a0", "12.5", "1e5", "-0", None)
NUMBERS = (0.0, -0.0, 1.0, 17850.0, 1.5, 2.0**70, float("nan"), float("inf"))


@settings(max_examples=80, deadline=None)
@given(
    texts=st.lists(st.sampled_from(IDS), max_size=12),
    numbers=st.lists(st.sampled_from(NUMBERS), max_size=12),
)
def test_ids_told_once_for_equal_cells_are_the_ids_of_every_cell(texts: list[str | None], numbers: list[float]) -> None:
    index = pd.Index(range(5, 5 + len(texts)))
    for column in (pd.Series(texts, index, dtype="str", name="id"), pd.Series(numbers, dtype="float64", name="n")):
        pd.testing.assert_series_equal(id_text(column), _id_text(column))


@settings(max_examples=80, deadline=None)
@given(ids=st.lists(st.one_of(st.sampled_from(IDS[:-1]), st.text(max_size=4), st.text("0 1aA-\t٣", max_size=4))))
def test_what_is_left_of_ids_is_told_at_once_as_one_by_one(ids: list[str]) -> None:
    assert _keys(pd.Series(ids, dtype="str")).to_pylist() == [_key(one) for one in ids]


@settings(max_examples=80, deadline=None)
@given(
    ids=st.lists(st.sampled_from(("a", "A", "07", "7", " a", None)), max_size=6),
    others=st.lists(st.sampled_from(("a", "A", "07", "7", "b", None)), max_size=6),
)
def test_ids_among_others_are_those_that_pandas_finds(ids: list[str | None], others: list[str | None]) -> None:
    column, known = pd.Series(ids, dtype="str"), pd.Series(others, dtype="str")
    assert among(column, known).tolist() == column.isin(known).tolist()
    assert among(pd.concat([column, column]), pd.Index(known)).tolist() == 2 * column.isin(known).tolist()


def test_many_ids_are_looked_for_among_many_others_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = pd.Series([f"U{number}" for number in range(1_000)], dtype="str")
    monkeypatch.setattr(pa, "scalar", None)  # no text is looked at by itself
    assert among(ids, ids[::-1]).all()
    assert lost_by_spelling(ids, ids[::-1], "where") is None


@settings(max_examples=80, deadline=None)
@given(cells=st.lists(st.sampled_from(("7", "7.0", "007", '="007"', "1.10", " 7", "\ufeff7", "", "x")), max_size=8))
def test_ids_of_a_column_of_numbers_are_the_text_of_each_cell_unless_all_are_whole(cells: list[str]) -> None:
    values = pd.Series([float(bare) if (bare := re.sub('[\ufeff ="x]', "", cell)) else np.nan for cell in cells])
    values = values.astype("float64")
    table = Table("t", pd.DataFrame({"id": values}), text=pd.DataFrame({"id": pd.Series(cells, dtype="str")}))
    each = [cell.strip("\ufeff\u200b\u2060\u00a0 \t\r\n") for cell in cells]
    each = [cell[2:-1] if cell.startswith('="') else cell for cell in each]
    known = values.notna().tolist()
    there = [cell for cell, one in zip(each, known, strict=True) if one]
    plain = all(cell.isdecimal() or (cell.endswith(".0") and cell[:-2].isdecimal()) for cell in there)
    if plain:
        expected: list[str | None] = [
            str(int(value)) if one else None for value, one in zip(values, known, strict=True)
        ]
    else:
        expected = [cell if one else None for cell, one in zip(each, known, strict=True)]
    assert [None if pd.isna(one) else one for one in ids_of(table, "id")] == expected


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from((1.0, np.nan)), st.sampled_from(("x", None))), max_size=12
    ),
    telling=st.sampled_from(((), ("a",), ("a", "c"), ("b",))),
)
def test_lines_that_are_repeated_are_those_that_pandas_finds(
    rows: list[tuple[str, float, str | None]], telling: tuple[str, ...]
) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b", "c"])
    assert repeated(frame, telling).tolist() == frame.duplicated().tolist()


@settings(max_examples=cases(25, 60), deadline=None)
@given(
    microseconds=st.lists(st.integers(-(10**17), 10**17), min_size=1, max_size=6),
    unit=st.sampled_from(("s", "ms", "us")),
)
def test_pandas_counts_the_days_and_seconds_of_the_calendar(microseconds: list[int], unit: str) -> None:
    dates = pd.Series(np.array(microseconds, dtype="datetime64[us]").astype(f"datetime64[{unit}]"))
    lines = nw.from_native(pd.DataFrame({"date": dates}), eager_only=True)
    plain = lines.with_columns(day=day_number(nw.col("date")), second=second_number(nw.col("date")))
    pd.testing.assert_frame_equal(with_moments(lines).to_native(), plain.to_native())


WORDS = (
    "EUR",
    "kr.",
    "Kč",
    "US$",
    "\\",
    "円",
    "Fr",
    "ТОТАЛ",
    "Итого",
    "ΣΎΝΟΛΟ",
    "Total",
    "合計",
    "Closing balance",
    "**",
    "Max",
)


@settings(max_examples=80, deadline=None)
@given(
    cells=st.lists(
        st.builds("".join, st.lists(st.sampled_from((*WORDS, "12,50", " ", "-", "(", ")", "K", "ſ", "7")), max_size=4)),
        max_size=4,
    ),
    change=st.sampled_from((str, str.upper, str.lower, str.swapcase)),
)
def test_a_quick_look_before_a_long_pattern_changes_nothing(cells: list[str], change: Callable[[str], str]) -> None:
    column = pa.array([change(cell) for cell in cells], pa.large_string())
    many = pa.array([*column.to_pylist(), *(f"x{letter}" for letter in map(chr, range(0x3400, 0x3500)))], column.type)
    quick, whole = (
        (reading_numbers.parse_both(one)[1][: len(cells)], reading_numbers.has_currency(one)[: len(cells)])
        for one in (column, many)
    )
    np.testing.assert_equal(quick, whole)
    assert reading_numbers.currencies(column) == reading_numbers.currencies(many)
    labels = pc.match_substring_regex(column, subtotals._LABELS).to_pylist()
    assert subtotals.any_label(column) == any(labels)


def test_lines_without_a_currency_are_as_those_of_which_none_counts() -> None:
    amounts, customers, all_count = pd.Series([1.0, 2.0]), pd.Series(["a", "b"], dtype="str"), pd.Series([True, True])
    none, stated = (pd.Series([mark, mark], dtype="str") for mark in (None, "EUR"))
    some = per_currency(stated, amounts, customers, all_count)
    assert some.to_dict("records") == [{"currency": "EUR", "lines": 2, "customers": 2, "amount": 3.0}]
    pd.testing.assert_frame_equal(per_currency(none, amounts, customers, all_count), some[:0])


LINE = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(("b", "a", "10", "9")),
        "date": st.sampled_from(list(pd.date_range("2024-01-01", periods=5, freq="31h"))),
        "amount": st.sampled_from((0.1, 0.2, 0.3, -5.0, 7.25)),
        "invoice": st.sampled_from(("1", "2", "C3", None)),
        "product": st.sampled_from(("p", "q", None)),
    }
)


@settings(max_examples=cases(10, 25), deadline=None)
@given(rows=st.lists(LINE, min_size=1, max_size=25), whole=st.booleans(), net=st.booleans())
def test_customers_added_up_by_numbers_are_those_added_up_by_texts(
    rows: list[dict[str, object]], whole: bool, net: bool
) -> None:
    frame = pd.DataFrame([row | ({"invoice": "9"} if whole and row["invoice"] is None else {}) for row in rows])
    frame = frame.astype({"customer": "str", "invoice": "str", "product": "str"})
    lines = mark_lines(frame.assign(price=np.nan, quantity=np.nan))
    as_of = pd.Timestamp("2024-02-01").timestamp()
    plain = rfm_features(lines, as_of, net=net).set_index("customer").sort_index()
    numbers, ids = numbered(lines)
    made = rfm_features(numbers, as_of, net=net)
    made = made.set_index(ids[made.pop("customer")].rename("customer")).sort_index()
    pd.testing.assert_frame_equal(made, plain, check_index_type=False)


PURCHASES = "order;client;day;sku;total\n" + "".join(
    f"{1000 + number // 3};{100 + number % 7};2024-0{1 + number % 5}-11;p{number % 4};{number % 9},5\n"
    for number in range(60)
)
PEOPLE = "id,age,visits\n" + "".join(f"{number},{20 + number % 40},{number % 6}\n" for number in range(40))


@pytest.mark.parametrize("text", [PURCHASES, PEOPLE])
def test_a_file_made_where_it_is_read_gives_what_its_bytes_give(text: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    shares: list[float] = []
    made = customers_from(path, progress=lambda share, words: shares.append(share))
    from_bytes = customers_from({"file.csv": text.encode()})
    assert isinstance(made, FeatureTable)
    pd.testing.assert_frame_equal(made.frame, from_bytes.frame)
    pd.testing.assert_frame_equal(made.descriptors, from_bytes.descriptors)
    for name in ("info", "as_of", "source", "fingerprint", "notes", "problems", "replay", "roles", "notices"):
        assert getattr(made, name) == getattr(from_bytes, name), name


def test_what_cannot_be_used_is_the_same_sentence_where_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    for choice in ({"roles": {"age": "king"}}, {"source": "transactions"}, {"choices": {"returns": "net"}}):
        with pytest.raises(SegmentationError) as apart:
            customers_from(path, **choice)  # type: ignore[arg-type]
        with pytest.raises(SegmentationError) as here:
            customers_from({"file.csv": PEOPLE.encode()}, **choice)  # type: ignore[arg-type]
        assert (type(apart.value), str(apart.value)) == (type(here.value), str(here.value))


def test_work_ahead_comes_in_order_and_stops_where_it_fails() -> None:
    begun: list[int] = []

    def halved(number: int) -> float:
        begun.append(number)
        return 6 / number

    assert list(in_order(halved, [3, 2, 1])) == [2.0, 3.0, 6.0]
    begun.clear()
    results = in_order(halved, iter([3, 0, *range(1, 100)]))
    assert next(results) == 2.0
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert len(begun) < 8
