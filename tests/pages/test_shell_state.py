"""Changing an early stage clears what was made from it and says so; everything else is left alone."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import SimpleNamespace

import pandas as pd
import pytest

from pages.ui import journey, state
from pages.ui.sitemap import page_of
from pages.ui.state import STAGES, Studio
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable, Note
from segmentation.preparation import learn


@pytest.fixture(autouse=True)
def session(monkeypatch) -> dict[str, object]:
    """A session outside a browser: a plain dictionary in the place of Streamlit's."""
    kept: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", kept)
    return kept


def full() -> Studio:
    made = {stage: object() for stage in STAGES[1:7] if stage != "ways"}
    made["ways"] = ("ward",)
    return Studio(tables={"a.csv": object()}, prep=PrepSettings(), personas=("one",), saved="cards/v1", **made)


@pytest.mark.parametrize(
    ("stage", "left"),
    [
        ("tables", ("tables",)),
        ("features", ("tables", "features")),
        ("recipe", ("tables", "features", "recipe")),
        ("ways", STAGES),
        ("comparison", ("tables", "features", "recipe", "ways", "comparison")),
        ("evidence", STAGES),
        ("segmentation", STAGES[:7]),
        ("personas", STAGES[:8]),
        ("saved", STAGES),
    ],
)
def test_a_new_stage_clears_exactly_what_was_made_from_it(stage, left) -> None:
    studio = full()
    state.put(studio, stage, "new/v2" if stage == "saved" else ("new",))
    assert [name for name in STAGES if getattr(studio, name)] == list(left)


def test_clearing_says_what_changed_and_what_was_cleared_until_it_is_made_again() -> None:
    studio = full()
    state.put(studio, "prep", PREP_PRESETS["recommended"])
    said = (
        "The preparation changed, so the ways of grouping, the comparison of numbers of segments and the segments "
        "were cleared. Saved models stay as they are."
    )
    assert studio.message == said
    state.put(studio, "recipe", object())
    assert studio.message == said
    assert journey.step_state(page_of("choose_k"), studio) == "stale"
    state.put(studio, "comparison", object())
    assert studio.message == ""
    assert journey.step_state(page_of("choose_k"), studio) == "done"


def test_putting_an_equal_value_changes_nothing() -> None:
    studio = full()
    before = {name: getattr(studio, name) for name in STAGES}
    state.put(studio, "prep", replace(PrepSettings()))
    state.put(studio, "comparison", studio.comparison)
    assert {name: getattr(studio, name) for name in STAGES} == before
    assert studio.message == ""


def test_other_words_for_the_same_facts_clear_nothing_and_another_fact_does() -> None:
    frame = pd.DataFrame({"spend": [1.0, 2.0, 40.0], "copy": [1.0, 2.0, 41.0]}, index=["a", "b", "c"])

    def customers(phrase: str, kind: str = "money") -> FeatureTable:
        info = tuple(FeatureInfo(name, kind=kind, high=phrase) for name in frame)
        return FeatureTable(frame.copy(), info, frame[[]], notes=(Note("spend", f"Read. {phrase}"),))

    made, recipe = customers("spend a lot"), learn(customers("spend a lot"), PREP_PRESETS["recommended"])
    reworded = replace(
        recipe,
        features=tuple(replace(item, reasons=("Said anew.",)) for item in recipe.features),
        dropped=tuple(replace(item, reason="Said anew.") for item in recipe.dropped),
    )
    assert reworded != recipe
    studio = Studio(features=made, recipe=recipe, comparison=SimpleNamespace())  # type: ignore[arg-type]
    state.put(studio, "features", customers("are great spenders"))
    state.put(studio, "recipe", reworded)
    assert studio.features is made
    assert studio.recipe is recipe
    assert studio.comparison is not None
    state.put(studio, "recipe", replace(recipe, features=tuple(replace(item, mean=7.0) for item in recipe.features)))
    assert studio.comparison is None
    state.put(studio, "features", customers("spend a lot", kind="count"))
    assert studio.recipe is None


def test_new_files_start_the_roles_anew() -> None:
    studio = full()
    studio.roles = {"A": "feature"}
    state.put(studio, "files", {"b.csv": b"x"})
    assert studio.roles == {}
    assert studio.tables == {}


def test_an_unknown_stage_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="neither a stage nor a choice"):
        state.put(Studio(), "colour", "blue")


def test_clearing_a_stage_cancels_the_job_that_was_making_it(session) -> None:
    from pages.ui.jobs import Job

    job = Job("comparison", "Comparing")
    session["jobs"] = {"comparison": job}
    state.put(full(), "recipe", object())
    assert job.cancel.is_set()
    assert session["jobs"] == {}


def test_once_computes_again_only_when_an_input_changed() -> None:
    calls = []

    def work(table: object, *, share: float) -> int:
        calls.append(share)
        return len(calls)

    table = object()
    assert [state.once("a", work, table, share=0.1) for _ in range(3)] == [1, 1, 1]
    assert state.once("a", work, table, share=0.2) == 2
    assert state.once("a", work, object(), share=0.2) == 3


def test_the_next_step_is_the_first_that_is_not_done() -> None:
    studio = Studio()
    assert journey.next_page(studio).key == "data"
    studio = full()
    assert journey.next_page(studio).key == "score"
    studio.segmentation = None
    assert journey.next_page(studio).key == "segments"


def test_the_status_strip_names_data_rows_k_and_model_and_keeps_hostile_names_plain() -> None:
    studio = Studio(
        tables={"![x](http://evil.example/a.png).csv": object()},
        features=SimpleNamespace(frame=range(8950), inputs=range(17)),
        segmentation=SimpleNamespace(k=3),
        saved="cards/v1",
    )
    line = journey.status(studio)
    assert "8,950 customers · 17 features · 3 segments · model cards/v1" in line
    assert "![" not in line


class Compared:
    """A comparison as far as the choice of k reads it."""

    def __init__(self, recommended_k: int | None) -> None:
        self.recommended_k, self.fits = recommended_k, {3: "a", 4: "b", 6: "c"}


@pytest.mark.parametrize(
    ("recommended", "own", "chosen"),
    [(4, None, 4), (4, 6, 6), (4, 9, 3), (None, None, 3), (1, None, 3)],
    ids=["recommended", "the user's own", "not compared", "none recommended", "one group, which is none"],
)
def test_the_chosen_k_is_the_users_own_else_the_recommended_else_the_fewest(recommended, own, chosen) -> None:
    assert Studio(comparison=Compared(recommended), k=own).chosen_k == chosen  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", ["tables", "features", "recipe", "comparison"])
def test_another_comparison_or_none_forgets_the_k_that_was_chosen(stage) -> None:
    studio = full()
    studio.k = 5
    state.put(studio, stage, ("new",))
    assert studio.k is None


def test_what_a_page_keeps_is_its_own_object_for_the_whole_session(session) -> None:
    @dataclass
    class Mine:
        seen: int = 0

    studio = state.studio()
    studio.memory_of(Mine).seen += 3
    assert state.studio().memory_of(Mine).seen == 3
    state.fresh()
    assert state.studio().memory_of(Mine).seen == 0


def test_every_stage_and_choice_is_a_field_with_a_type_that_says_something() -> None:
    types = {item.name: str(item.type) for item in fields(Studio)}
    assert {*STAGES, *state.CHOICES} <= set(types)
    assert [name for name in (*STAGES, "k") if "Any" in types[name]] == []
