"""The Choose k page: compared at once, tested on request, chosen by the user."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.choose_k.memory import ChooseKMemory
from pages.parts.choose_k.tabs import _best
from pages.parts.prepare import steps
from pages.ui.state import Studio
from segmentation.clustering.metrics import METRICS, Metric
from segmentation.core.errors import Cancelled
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.core.tables import FeatureTable
from segmentation.core.text import plain_text, safe_label
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import VERDICTS, EvidenceSettings, assess
from segmentation.evaluation.evidence.verdict import Decision
from segmentation.preparation import learn
from segmentation.preparation.findings import preparation_finding

ROOT = Path(__file__).resolve().parents[2]
TABS = [
    "Silhouette and elbow",
    "Sizes",
    "Calinski–Harabasz",
    "Davies–Bouldin",
    "Gap",
    "Stability",
    "Separation",
    "All figures",
]


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Features (one with a hostile name) and recipe of the small table."""
    fast: pd.DataFrame = request.getfixturevalue("fast")
    frame = fast.set_index("CUST_ID").astype(np.float64)
    frame["![x](http://host/x.png)"] = frame["BALANCE"] ** 0.5
    info = tuple(describe_column(name, frame[name]) for name in frame)
    features = FeatureTable(frame, info, pd.DataFrame(index=frame.index), fingerprint="x")
    return {"features": features, "recipe": learn(features, PREP_PRESETS["plain"]), "prep": PREP_PRESETS["plain"]}


@pytest.fixture(scope="module")
def compared(made: dict[str, Any]) -> dict[str, Any]:
    Z = made["recipe"].transform(made["features"].frame)
    comparison = search(Z, KSettings(k_max=5))
    evidence = assess(Z, comparison, EvidenceSettings(references=5, resamples=8, n_init=1))
    return {**made, "comparison": comparison, "evidence": evidence}


def text_of(test: AppTest) -> str:
    kinds = (test.markdown, test.header, test.subheader, test.caption, test.info, test.error)
    return "\n".join(item.value for kind in kinds for item in kind)


def button(test: AppTest, label: str) -> Any:
    return next(item for item in test.button if item.label == label)


def test_without_customers_the_page_says_what_will_be_here_and_leads_there(app: Callable[..., AppTest]) -> None:
    test = app("choose_k")
    assert not test.exception
    assert [item.label for item in test.button] == ["Load your customers"]
    assert "tried and judged" in text_of(test)


def test_from_the_data_straight_here_prepares_the_customers_on_the_way(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], fast: pd.DataFrame
) -> None:
    test = app("data", files={"customers.csv": fast.to_csv(index=False).encode()})
    test = button(test, "Straight to how many groups").click().run()
    test = settle(test.switch_page(str(ROOT / "pages/choose_k.py")).run())
    studio = test.session_state["studio"]
    assert not test.exception
    assert studio.comparison is not None
    assert safe_label(preparation_finding(studio.recipe), longest=400) in text_of(test), "what was done to them is said"


def test_customers_that_cannot_be_prepared_lead_to_where_it_is_said_why(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    constant = dataclasses.replace(made["features"], frame=made["features"].frame * 0.0)
    studio = Studio(features=constant)
    steps.ahead(studio)
    assert studio.recipe is None
    test = app("choose_k", features=constant)
    assert [item.label for item in test.button] == ["Prepare the data"]


def test_what_was_compared_while_an_earlier_page_was_read_is_there_at_once(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    test = app("prepare", features=made["features"], prep=PREP_PRESETS["recommended"])
    first = test.session_state["jobs"]["comparison ahead"]
    test.session_state["studio"].prep = made["prep"]
    test = settle(test.run())
    second = test.session_state["jobs"]["comparison ahead"]
    assert second is not first
    assert first.cancel.is_set(), "what nobody wants any more ends"
    test = test.switch_page(str(ROOT / "pages/choose_k.py")).run()
    assert test.session_state["studio"].comparison is second.future.result()
    assert "comparison ahead" not in test.session_state["jobs"]


def test_the_comparison_is_compared_without_a_click(
    app: Callable[..., AppTest],
    settle: Callable[..., AppTest],
    made: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "pages.parts.choose_k.evidence._test", lambda studio: None
    )  # it would begin by itself, and may end at any moment
    test = settle(app("choose_k", **made))
    assert not test.exception
    studio = test.session_state["studio"]
    k = studio.k
    assert k == studio.comparison.recommended_k
    assert "By the silhouette alone, so far" in text_of(test)
    assert f"With {k} segments" in text_of(test)
    assert f"Why not {k + 1}?" in text_of(test) or f"{k + 1} instead?" in text_of(test)


def test_the_same_file_loaded_again_is_compared_again_without_a_click(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    test = settle(app("choose_k", **made))
    test.session_state["studio"].comparison = None  # cleared; the recipe is the very one of before
    test = settle(test.run())
    assert not test.exception
    assert test.session_state["studio"].comparison is not None


def test_every_tab_opens_with_and_without_evidence(app: Callable[..., AppTest], compared: dict[str, Any]) -> None:
    for evidence in (None, compared["evidence"]):
        test = app("choose_k", **{**compared, "evidence": evidence})
        for name in TABS:
            test.session_state["choose-k-tabs"] = name
            test.run()
            assert not test.exception, name
            waiting = "as soon as the test above has ended" in text_of(test)
            gathered = test.session_state["studio"].evidence is not None  # the test runs by itself and may have ended
            assert waiting == (not gathered and name in ("Gap", "Stability", "Separation")), name


def test_a_further_index_is_one_entry_and_has_its_tab_and_its_column(
    app: Callable[..., AppTest], made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = Metric("toy", "Toy index", "What the toy says.", "high", lambda Z, labels: float(labels.max()), digits=1)
    monkeypatch.setitem(METRICS, "toy", toy)
    comparison = search(made["recipe"].transform(made["features"].frame), KSettings(k_max=4, n_init=1))
    test = app("choose_k", **made, comparison=comparison)
    assert [tab.label for tab in test.tabs].count("Toy index") == 1
    test.session_state["choose-k-tabs"] = "Toy index"
    test.run()
    assert not test.exception
    assert "What the toy says." in text_of(test)
    test.session_state["choose-k-tabs"] = "All figures"
    test.run()
    shown = next(item.value for item in test.dataframe if "toy" in item.value)
    assert list(shown["toy"]) == [2.0, 3.0, 4.0]


def test_the_evidence_is_tested_by_itself_and_answers_first(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], compared: dict[str, Any]
) -> None:
    test = app("choose_k", **{**compared, "evidence": None})
    assert "Are these groups real?" in text_of(test)
    assert "not been tested" not in text_of(test)
    test = settle(test, 90)
    assert not test.exception
    studio = test.session_state["studio"]
    assert studio.evidence.state in VERDICTS
    assert studio.evidence.headline.split(":")[0] in text_of(test)
    for reason in studio.evidence.reasons:
        assert plain_text(reason)[:60].split("(")[0] in text_of(test).replace("\\", "")


def test_a_test_that_was_cancelled_is_not_begun_again_unasked(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], compared: dict[str, Any]
) -> None:
    test = app("choose_k", **{**compared, "evidence": None})
    jobs = test.session_state["jobs"]
    jobs["evidence"].cancel.set()
    test = settle(test, 60)
    studio = test.session_state["studio"]
    if studio.evidence is None:  # it may have ended before it heard
        assert button(test, "Test again")
        button(test, "Test again").click().run()
        assert settle(test, 90).session_state["studio"].evidence is not None


def test_the_user_chooses_and_the_choice_goes_to_the_next_page(
    app: Callable[..., AppTest], compared: dict[str, Any]
) -> None:
    test = app("choose_k", **compared)
    test.pills(key="choose-k-k").set_value(5).run()
    assert not test.exception
    assert test.session_state["studio"].k == 5
    assert "With 5 segments" in text_of(test)
    assert button(test, "Make 5 segments")
    for k in (2, 4, 3):
        test.pills(key="choose-k-k").set_value(k).run()
        assert f"With {k} segments" in text_of(test)
        assert test.session_state["studio"].k == k
    assert test.session_state["studio"].comparison is compared["comparison"]


def test_limits_change_the_recommendation_and_clear_nothing(
    app: Callable[..., AppTest], compared: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_long_test(*_: Any, progress: Callable[[float, str], None]) -> None:
        for _ in range(100):
            progress(0.0, "")
            time.sleep(0.1)
        raise Cancelled

    monkeypatch.setattr("pages.parts.choose_k.evidence.gather", a_long_test)
    test = app("choose_k", **{**compared, "evidence": None})
    test.slider(key="choose-k-at_most").set_value(2)
    button(test, "Apply limits").click().run()
    assert not test.exception
    assert "2 segments are recommended" in text_of(test)
    assert test.session_state["studio"].comparison is compared["comparison"]


def test_another_range_compares_anew(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], compared: dict[str, Any]
) -> None:
    test = app("choose_k", **compared)
    test.slider(key="choose-k-k_max").set_value(4)
    button(test, "Compare again").click().run()
    test = settle(test)
    assert not test.exception
    assert list(test.session_state["studio"].comparison.table.index) == [2, 3, 4]
    test.slider(key="choose-k-k_min").set_value(9)
    button(test, "Compare again").click().run()
    assert "Swap them" in text_of(test)
    assert not test.exception


def test_the_preparation_is_questioned_on_request(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], compared: dict[str, Any]
) -> None:
    test = app("choose_k", **compared)
    button(test, "Switch off one step after the other").click().run()
    test = settle(test)
    assert not test.exception
    table = test.session_state["studio"].memory_of(ChooseKMemory).preparation[2]
    assert table["step"].iloc[-1] == "Another random start"
    assert table["agreement"].iloc[-1] == pytest.approx(1.0)


def test_hostile_feature_names_stay_text(app: Callable[..., AppTest], compared: dict[str, Any]) -> None:
    test = app("choose_k", **compared)
    for k in (2, 3, 4, 5):
        test.pills(key="choose-k-k").set_value(k).run()
        assert "![x](" not in text_of(test)


def test_a_rerun_without_new_computation_is_quick(app: Callable[..., AppTest], compared: dict[str, Any]) -> None:
    test = app("choose_k", **compared).run()
    start = time.process_time()  # Other work on the machine does not count.
    test.run()
    assert time.process_time() - start < 1.0


class Same(NamedTuple):
    """A preparation that changes nothing."""

    names: tuple[str, ...]
    features: tuple[Any, ...] = ()

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        return table.to_numpy()


def test_too_few_different_customers_are_one_sentence(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    frame = made["features"].frame.copy()
    frame[:] = 1.0
    features = FeatureTable(frame, made["features"].info, made["features"].descriptors)

    test = settle(app("choose_k", features=features, recipe=Same(tuple(frame.columns))))
    assert not test.exception
    assert "only 1 different customer," in text_of(test)
    assert button(test, "Compare again")


def test_where_no_structure_is_found_no_number_is_starred_and_the_ways_on_are_named(
    app: Callable[..., AppTest], compared: dict[str, Any]
) -> None:
    clear = compared["evidence"]
    by_chance = dataclasses.replace(clear, verdict="none", decision=Decision("none"))
    for evidence, verdict in ((by_chance, "none"), (clear, "distinct")):
        test = app("choose_k", **{**compared, "evidence": evidence})
        assert not test.exception
        labels = {item.label for item in test.button}
        numbers = next(group for group in test.button_group if "choose-k-k" in group.key).options
        assert VERDICTS[verdict].lower() in text_of(test).lower()
        assert ("What now?" in text_of(test)) == (verdict == "none")
        assert ({"Choose other features", "Change the preparation"} <= labels) == (verdict == "none")
        assert any(label.endswith("all the same") for label in labels) == (verdict == "none")
        assert any("★" in str(number) for number in numbers) == (verdict != "none")


def test_a_number_without_a_figure_is_never_called_the_best() -> None:
    assert _best(pd.Series([0.8, 1.0, np.nan], index=[2, 3, 4])) == 3
    assert _best(-pd.Series([np.nan, 0.2, 0.9], index=[2, 3, 4])) == 3
