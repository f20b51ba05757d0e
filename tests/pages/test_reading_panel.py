"""The import doctor on the Data page: it says what was done, undoes it with one click, and reads again as asked."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from segmentation.core.tables import Table

LEDGER = (
    "Report of 2024;;;\n;;;\nid;joined;spent;score\n"
    + "".join(f"0{row};0{row % 9 + 1}/0{row % 7 + 1}/2024;{row}.000,50 €;{row}\n" for row in range(1, 9))
    + "too;short\nTotal;;36.004,00 €;36\n"
)


@pytest.fixture
def loaded(app) -> AppTest:
    test = app("data")
    test.file_uploader(key="load-files-0").upload("ledger.csv", LEDGER.encode()).run()
    assert not test.exception
    return test


def table_of(test: AppTest) -> Table:
    (table,) = test.session_state["studio"].tables.values()
    return table


def words(test: AppTest) -> str:
    found = [element.value for element in (*test.markdown, *test.caption, *test.error, *test.warning)]
    return " ".join(map(str, found)).replace("\\", "")


def test_the_panel_says_what_was_read_changed_and_refused(loaded) -> None:
    said = words(loaded)
    assert "8 rows and 4 columns read; 4 changes are listed below and 1 line was refused." in said
    assert "1 line above it left out" in said
    assert "1.000,50 € → 1000.5" in said
    assert "The total row at the bottom was left out (line 13)" in said
    assert "too few cells: 2 instead of 4" in said
    assert any(len(frame.value) == 1 and "reason" in frame.value for frame in loaded.dataframe)


def test_undo_keeps_the_text_of_the_file_and_convert_again_brings_the_numbers_back(loaded) -> None:
    assert table_of(loaded).frame["spent"].iloc[0] == 1000.5
    loaded.button(key="import-0-undo-2").click().run()
    assert table_of(loaded).frame["spent"].iloc[0] == "1.000,50 €"
    assert "kept as text, as you asked" in words(loaded)
    loaded.button(key="import-0-redo-2").click().run()
    assert table_of(loaded).frame["spent"].iloc[0] == 1000.5


def test_the_total_row_can_be_kept(loaded) -> None:
    loaded.button(key="import-0-keep-total").click().run()
    assert table_of(loaded).frame["id"].iloc[-1] == "Total"


def test_the_order_of_day_and_month_is_asked_in_the_open_and_the_answer_is_kept(loaded) -> None:
    assert table_of(loaded).frame["joined"].iloc[0] == pd.Timestamp("2024-02-02")
    assert "day or the month first" in words(loaded)
    loaded.button_group(key="import-0-ask-date_order").set_value("mdy").run()
    assert table_of(loaded).frame["joined"].iloc[1] == pd.Timestamp("2024-03-03")
    assert table_of(loaded).settings.date_order == "mdy"
    assert "day or the month first" not in words(loaded)


def test_another_decimal_mark_is_read_again(loaded) -> None:
    assert table_of(loaded).settings.decimal == ","
    loaded.selectbox(key="import-0-decimal").select(".")
    loaded.button(key="import-0-read").click().run()
    assert table_of(loaded).settings.decimal == "."
    loaded.button(key="import-0-fresh").click().run()
    assert table_of(loaded).settings.decimal == ","


def test_one_column_can_be_read_differently(loaded) -> None:
    loaded.selectbox(key="import-0-column").select("id")
    loaded.selectbox(key="import-0-kind").select("number")
    loaded.button(key="import-0-read").click().run()
    assert table_of(loaded).frame["id"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_reading_that_fails_is_one_sentence_and_changes_nothing(loaded) -> None:
    before = table_of(loaded)
    loaded.number_input(key="import-0-header_row").set_value(500)
    loaded.button(key="import-0-read").click().run()
    assert not loaded.exception
    assert "has no line 500 for the header" in words(loaded)
    assert table_of(loaded) is before


def test_hostile_names_are_shown_as_plain_text(app) -> None:
    test = app("data")
    data = b"id,![x](http://evil/x.png),=1+1\n1,\xc2\xa35,2\n2,\xc2\xa36,3\n"
    test.file_uploader(key="load-files-0").upload("evil.csv", data).run()
    assert not test.exception
    assert all("![x](http" not in element.value for element in test.markdown)
