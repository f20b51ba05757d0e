"""Tables: numbers stay numbers whatever is shown, and the file of a table says what the screen says."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.show import Column
from pages.ui.tables import _csv, _fitting, _written
from segmentation.core.text import value_writer


def test_each_row_writes_its_numbers_in_its_own_way_and_the_numbers_stay() -> None:
    frame = pd.DataFrame({"label": ["Share", "Days"], "1": [0.123, 1.0], "2": [np.nan, 1200.0]})
    styler = _written(frame, ["1", "2"], [value_writer("share"), value_writer("days", "days")])
    html = styler.to_html()
    for shown in ("12.3\u00a0%", "1 day", "–", "1,200 days"):
        assert f">{shown}</td>" in html
    assert styler.data.equals(frame)


def test_a_table_sorts_by_its_numbers() -> None:
    def script() -> None:
        import pandas as pd

        from pages.ui import show
        from segmentation.core.text import value_writer

        frame = pd.DataFrame({"label": ["a", "b"], "1": [0.5, 2.0]})
        columns = {"label": show.Column("Feature", pinned=True), "1": show.Column("Savers", "row")}
        show.table(frame, "savers-profile", columns, rows=[value_writer("share"), value_writer("money")])

    test = AppTest.from_function(script, default_timeout=30).run()
    assert not test.exception
    assert test.dataframe[0].value["1"].dtype == np.float64
    assert [button.label for button in test.get("download_button")] == ["CSV"]


def test_a_text_stands_in_place_of_its_number_which_the_table_sorts_by_and_the_file_has() -> None:
    frame = pd.DataFrame({"label": ["a", "b"], "1": [0.5, np.nan]})
    texts = pd.DataFrame({"1": ["50.0 % (40.0 to 60.0)", "hidden"]})
    styler = _written(frame, [], [], texts)
    assert styler.data.equals(frame)
    assert all(f">{shown}</td>" in styler.to_html() for shown in ("50.0\u00a0% (40.0 to 60.0)", "hidden"))
    lines = _csv(frame, {"label": Column("Feature"), "1": Column("Busy")}, texts).decode("utf-8-sig").splitlines()
    assert lines == ['"Feature","Busy","Busy, as shown"', '"a","0.5","50.0 % (40.0 to 60.0)"', '"b","","hidden"']


def test_a_small_negative_number_is_not_shown_as_minus_zero() -> None:
    def script() -> None:
        import pandas as pd

        from pages.ui import show

        show.table(pd.DataFrame({"moved": [-0.001, -0.5, None]}), "moved", {"moved": show.Column("Moved", "%+.2f")})

    shown = AppTest.from_function(script, default_timeout=30).run().dataframe[0].value["moved"]
    assert [str(value) for value in shown] == ["0.0", "-0.5", "nan"]


def test_on_a_phone_one_narrow_column_stays_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = Column("Feature", width="medium", pinned=True)
    assert _fitting(wide, first=True) == wide
    phone = SimpleNamespace(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile Safari/537.36"})
    monkeypatch.setattr("pages.ui.tables.st.context", phone)
    assert _fitting(wide, first=True) == Column("Feature", width=130, pinned=True)
    assert _fitting(Column("Everyone", "row", pinned=True), first=False) == Column("Everyone", "row")
    assert _fitting(Column("Savers", "row"), first=False) == Column("Savers", "row")


def test_the_file_of_a_table_has_its_labels_and_plain_numbers() -> None:
    frame = pd.DataFrame({"name": ["=SUM(A1)", "b"], "size": [12.0, 7.0], "part": [12.3456789012, 1 / 3]})
    text = _csv(
        frame, {"name": Column("Persona"), "size": Column("Customers"), "part": Column("Share", "share")}
    ).decode("utf-8-sig")
    assert text.splitlines() == [
        '"Persona","Customers","Share (%)"',
        '"\'=SUM(A1)","12","12.3457"',
        '"b","7","0.333333"',
    ]
