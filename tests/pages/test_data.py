"""The Data page: load, roles, exploration; a bad file changes nothing and a page switch loses nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.data import load as loading
from pages.parts.data.tabs import TABS
from segmentation.core.text import safe_label
from segmentation.data.vocabulary import describe_column
from segmentation.preparation import learn


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def load(test: AppTest, data: bytes, name: str = "customers.csv") -> AppTest:
    test.file_uploader[0].upload(name, data).run()
    assert not test.exception
    return test


def page_text(test: AppTest) -> str:
    found = [element.value for element in (*test.markdown, *test.caption, *test.error, *test.warning, *test.info)]
    return " ".join(str(text) for text in found).replace("\\", "")


@pytest.fixture
def loaded(app, fast) -> AppTest:
    return load(app("data"), csv(fast))


def edit_role(test: AppTest, column: str, role: str) -> AppTest:
    editor = test.data_editor[0]
    row = editor.value["column"].tolist().index(column)
    test.session_state[editor.key] = {"edited_rows": {row: {"role": role}}, "added_rows": [], "deleted_rows": []}
    return test.run()


def test_an_empty_page_offers_a_file_and_samples(app) -> None:
    test = app("data")
    assert test.title[0].value == "What is in your data?"
    assert test.file_uploader(key="load-files-0").label == "Your files"
    assert {"load-sample-credit_card", "load-sample-no_structure"} <= {button.key for button in test.button}
    assert not test.tabs


def test_a_file_becomes_customers_and_the_answer_stands_on_top(loaded) -> None:
    assert "240 customers with 8 usable features; 2 features have missing values (4 cells)." in page_text(loaded)
    studio = loaded.session_state["studio"]
    assert studio.features.frame.shape == (240, 8)
    assert studio.roles["CUST_ID"] == "identifier"
    assert "next-prepare" in {button.key for button in loaded.button}


def test_a_column_is_shown_as_all_later_pages_show_it(app) -> None:
    # Tenure up to 69 months is more than the card data's 12, so what is known of that column is not said of this one.
    file = pd.DataFrame({"customer_id": range(40), "tenure_months": [*range(50, 70)] * 2, "visits": [*range(20)] * 2})
    test = load(app("data"), csv(file))
    shown = test.data_editor[0].value.set_index("column")["label"]
    info = {item.name: item.label for item in test.session_state["studio"].features.info}
    assert {name: shown[name] for name in info} == info
    assert describe_column("tenure_months").label != info["tenure_months"]


def test_data_and_prepare_show_one_correlation_for_one_pair(app, fast) -> None:
    copies = fast.assign(BALANCE_EUR=fast["BALANCE"] * 1.07 + 3)
    test = load(app("data"), csv(copies))
    test.session_state["explore-tabs"] = "Correlations"
    test.run()
    studio = test.session_state["studio"]
    lost = max(learn(studio.features, studio.prep).dropped, key=lambda item: abs(item.correlation or 0))
    assert f"(correlation {lost.correlation:.2f} of the prepared values)" in page_text(test)
    assert "rank correlation" not in page_text(test)
    test.session_state["explore-tabs"] = "Scatter and pairs"
    test.run()
    test.selectbox(key=next(item.key for item in test.selectbox if item.label == "Across")).set_value(lost.name)
    test.selectbox(key=next(item.key for item in test.selectbox if item.label == "Upwards")).set_value(lost.stand_in)
    assert f"strongly (correlation {lost.correlation:.2f} of the prepared values)" in page_text(test.run())


def test_a_sample_is_one_click(app) -> None:
    test = app("data")
    test.button(key="load-sample-income_spending").click().run()
    assert "2,000 customers with 3 usable features" in page_text(test)


def test_of_several_files_forced_to_be_a_customer_table_the_one_in_use_is_named(loaded, fast) -> None:
    assert "A customer table is one file" not in page_text(loaded)
    loaded.selectbox(key="load-source").set_value("customers").run()
    loaded.checkbox(key="load-more").set_value(True).run()
    load(loaded, csv(fast.head(50).rename(columns={fast.columns[1]: "another"})), "second.csv")
    assert "A customer table is one file: customers.csv is used, the other file is not." in page_text(loaded)
    assert len(loaded.session_state["studio"].features.frame) == 240


def test_two_files_with_the_same_columns_are_one_table_in_parts_or_the_one_that_is_chosen(app, fast) -> None:
    test = app("data")
    test.file_uploader[0].upload("a.csv", csv(fast.head(90))).upload("b.csv", csv(fast.iloc[90:150])).run()
    assert not test.exception
    assert "look like one table in parts: the same columns, 150 rows in all" in page_text(test)
    assert len(test.session_state["studio"].features.frame) == 150
    test.selectbox(key="customer-files").set_value("b.csv").run()
    assert len(test.session_state["studio"].features.frame) == 60
    test.selectbox(key="customer-files").set_value("").run()
    assert len(test.session_state["studio"].features.frame) == 150


def test_files_that_share_customers_are_not_put_below_one_another(app, fast) -> None:
    test = app("data")
    test.file_uploader[0].upload("a.csv", csv(fast.head(90))).upload("b.csv", csv(fast.iloc[60:150])).run()
    assert not test.exception
    assert "30 customers stand in more than one of them" in page_text(test)
    assert len(test.session_state["studio"].features.frame) == 90
    test.selectbox(key="customer-files").set_value("b.csv").run()
    assert test.session_state["studio"].features.frame.index[0] == str(fast.iloc[60, 0])


def test_the_same_upload_is_read_once(app, fast, monkeypatch) -> None:
    times = []
    read = loading.read_files
    monkeypatch.setattr(loading, "read_files", lambda *args, **kwargs: times.append(1) or read(*args, **kwargs))
    test = load(app("data"), csv(fast))
    test.run().run()
    assert len(times) == 1


def test_a_large_sample_is_read_once_as_a_job(app, settle, monkeypatch) -> None:
    times = []
    read = loading.read_files
    monkeypatch.setattr(loading, "read_files", lambda *args, **kwargs: times.append(1) or read(*args, **kwargs))
    monkeypatch.setattr(loading, "_AT_ONCE", 1_000)
    test = app("data")
    test.button(key="load-sample-income_spending").click().run()
    for _ in range(3):
        settle(test)
    assert "2,000 customers with 3 usable features" in page_text(test)
    assert len(times) == 1


@pytest.mark.parametrize("title", list(TABS))
def test_every_tab_of_the_exploration_opens(loaded, title) -> None:
    loaded.session_state["explore-tabs"] = title
    loaded.run()
    assert not loaded.exception
    assert not loaded.error
    assert loaded.get("plotly_chart") or title == "Negative values"


def test_nothing_is_lost_by_leaving_the_page(loaded) -> None:
    before = loaded.session_state["studio"].features
    edit_role(loaded, "TENURE", "Descriptor")
    loaded.switch_page(str(loading.__file__).replace("parts/data/load.py", "prepare.py")).run()
    loaded.switch_page(str(loading.__file__).replace("parts/data/load.py", "data.py")).run()
    studio = loaded.session_state["studio"]
    assert studio.roles["TENURE"] == "descriptor"
    assert studio.features is not before
    row = loaded.data_editor[0].value.set_index("column")
    assert row.loc["TENURE", "role"] == "Descriptor"


def test_a_changed_role_makes_other_customers_and_can_be_taken_back(loaded) -> None:
    edit_role(loaded, "BALANCE", "Left out")
    assert "BALANCE" not in loaded.session_state["studio"].features.names
    assert "7 usable features" in page_text(loaded)
    assert {"roles-download", "roles-table-file"} <= {item.key for item in loaded.get("download_button")}
    loaded.button(key="roles-reset").click().run()
    assert "BALANCE" in loaded.session_state["studio"].features.names
    assert "roles-reset" not in {button.key for button in loaded.button}


def test_a_new_identifier_replaces_the_old_one(app) -> None:
    frame = pd.DataFrame(
        {"cust_id": [f"C{n}" for n in range(30)], "handle": [f"h{n}" for n in range(30)], "x": range(30)}
    )
    frame["x"] = frame["x"] ** 2
    test = edit_role(load(app("data"), csv(frame)), "handle", "Identifier")
    roles = test.session_state["studio"].roles
    assert (roles["handle"], roles["cust_id"]) == ("identifier", "left out")
    assert test.session_state["studio"].features.frame.index[0] == "h0"
    assert test.data_editor[0].value.set_index("column").loc["cust_id", "role"] == "Left out"


def test_changing_a_role_clears_what_was_made_from_it_and_says_so(loaded) -> None:
    from pages.ui import state

    studio = loaded.session_state["studio"]
    studio.comparison = object()
    edit_role(loaded, "BALANCE", "Left out")
    assert loaded.session_state["studio"].comparison is None
    assert "cleared" in state.studio().message or "cleared" in page_text(loaded)


def test_roles_that_make_no_customers_say_why_and_keep_the_table(loaded) -> None:
    edit_role(loaded, "TENURE", "Identifier")
    assert "appear more than once" in page_text(loaded)
    assert loaded.session_state["studio"].features is None
    assert len(loaded.data_editor[0].value) == 9
    loaded.button(key="roles-reset").click().run()
    assert loaded.session_state["studio"].features is not None


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.csv"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "picture.csv"),
        (b"<table><tr><td>1</td></tr></table>", "export.xls"),
        (",".join(f"c{n}" for n in range(600)).encode() + b"\n" + b",".join([b"1"] * 600), "wide.csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_keeps_the_earlier_data(loaded, data, name) -> None:
    before = loaded.session_state["studio"].features
    load(loaded, data, name)
    assert len(loaded.error) == 1
    assert "Traceback" not in loaded.error[0].value
    assert "Your earlier data is still here." in page_text(loaded)
    assert loaded.session_state["studio"].features is before
    loaded.run()
    assert len(loaded.error) == 1


@pytest.mark.parametrize(
    "data",
    [b"a,b,c\n", b"only\n1\n2\n3\n", b"id,x\n1,5\n2,5\n3,5\n", b"id,region\n1,north\n2,south\n"],
    ids=["header only", "one column", "all rows equal", "no number"],
)
def test_thin_data_gets_a_plain_sentence_and_no_traceback(app, data) -> None:
    test = load(app("data"), data)
    assert not test.exception
    said = page_text(test)
    assert test.error or "usable feature" in said
    assert "Traceback" not in said


def test_hostile_column_names_stay_plain_text(app, fast) -> None:
    bad = "![x](http://host.invalid/x.png)<img src=x onerror=1>$a$"
    test = load(app("data"), csv(fast.rename(columns={"BALANCE": bad})))
    for title in TABS:
        test.session_state["explore-tabs"] = title
        test.run()
        assert not test.exception
        shown = [str(element.value) for element in (*test.markdown, *test.caption)]
        assert [text for text in shown if "![x](" in text or "<img" in text.replace("\\<", "")] == []


@pytest.mark.parametrize(
    ("file", "odd", "words"),
    [
        ("mishtert_recnum_first.csv", "Recnum", "It only numbers the rows"),
        ("kevintirta_empty_column.csv", "TESTING", "Every cell is empty."),
        ("anshul05_formula_errors.csv", "#VALUE!", "spreadsheet error"),
    ],
)
def test_the_variants_load_with_the_odd_column_off_and_the_reason_shown(app, shared_data, file, odd, words) -> None:
    test = load(app("data"), (shared_data / "credit_card" / "variants" / file).read_bytes(), file)
    assert "8,950 customers with 17 usable features; 2 features have missing values (314 cells)." in page_text(test)
    row = test.data_editor[0].value.set_index("column").loc[odd]
    assert row["role"] == "Left out"
    assert words in row["reason"]


def test_a_table_of_purchases_is_recognised(app) -> None:
    frame = pd.DataFrame({"CustomerID": [n % 20 for n in range(200)], "amount": [n * 7 % 83 for n in range(200)]})
    assert "10.0 rows on average" in page_text(load(app("data"), csv(frame)))


def test_customers_are_read_by_their_address_and_no_secret_is_kept(app, settle, tmp_path, monkeypatch) -> None:
    (tmp_path / "parts").mkdir()
    pd.DataFrame({"id": [f"c{row}" for row in range(60)], "spend": range(60), "visits": [3, 5] * 30}).to_parquet(
        tmp_path / "parts/1.parquet"
    )
    test = app("data")
    test.text_input(key="load-address").set_value(str(tmp_path / "parts"))
    next(button for button in test.button if button.label == "Read it").click().run()
    settle(test)
    assert not test.exception
    assert not test.error
    studio = test.session_state["studio"]
    assert list(studio.files) == ["parts.parquet"]
    assert len(studio.tables["parts.parquet"].frame) == 60

    monkeypatch.setenv("CRM_PASSWORD", "s3cret")
    test.text_input(key="load-address").set_value("postgresql://ann:${CRM_PASSWORD}@127.0.0.1:1/crm#x")
    next(button for button in test.button if button.label == "Read it").click().run()
    settle(test)
    assert safe_label("postgresql://127.0.0.1/crm#x cannot be read") in test.error[0].value
    assert "s3cret" not in repr(test.session_state["studio"])
    assert all("s3cret" not in str(item.value) for item in [*test.markdown, *test.caption, *test.error])


def test_with_many_columns_some_are_found_and_given_one_role_together(app) -> None:
    rows = "\n".join(",".join(str((row * column) % 17) for column in range(1, 31)) for row in range(1, 41))
    header = ",".join(
        [*(f"spend_{number}" for number in range(1, 16)), *(f"visits_{number}" for number in range(1, 16))]
    )
    test = load(app("data"), f"{header}\n{rows}\n".encode())
    assert not test.exception
    assert test.button(key="roles-apply").disabled  # all columns at once are no choice
    test.text_input(key="roles-find").set_value("visits").run()
    assert "15 columns of 30." in [caption.value for caption in test.caption]
    test.selectbox(key="roles-many").set_value("left out").run()
    test.button(key="roles-apply").click().run()
    roles = test.session_state["studio"].roles
    assert {role for name, role in roles.items() if name.startswith("visits")} == {"left out"}
    assert "left out" not in {role for name, role in roles.items() if name.startswith("spend")}
