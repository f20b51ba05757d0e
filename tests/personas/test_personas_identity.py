"""Personas of a saved model are recognised in a new fit by their centres, and keep name and edited texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.evaluation.final import fit
from segmentation.personas import (
    Claim,
    Persona,
    comparable,
    keep_names,
    match_centres,
    recognise,
    same_names,
    with_edits,
)
from tests.reports.small import customers, planted

OLD = tuple(
    Persona(number, name, name, (f"About {name}.",), 10, 0.5, actions=("Idea: try.",))
    for number, name in ((1, "Low activity"), (2, "Cash users"))
)


def on_a_line(*places: float) -> pd.DataFrame:
    return pd.DataFrame({"x": places}, index=pd.RangeIndex(1, len(places) + 1))


def test_a_segment_is_the_same_one_up_to_half_way_to_the_nearest_other_by_hand() -> None:
    old = on_a_line(0.0, 10.0)
    assert match_centres(old, on_a_line(10.1, -0.1)) == {1: 2, 2: 1}
    # 4 moved by 4; the gaps are 10 (old) and 7 (new), so the limit is 3.5. 11 moved by 1.
    assert match_centres(old, on_a_line(4.0, 11.0)) == {2: 2}
    # 3 moved by 3, with gaps of 10 and 8 and a limit of 4.
    assert match_centres(old, on_a_line(3.0, 11.0)) == {1: 1, 2: 2}
    # Exactly half way belongs to neither.
    assert match_centres(old, on_a_line(5.0, 15.0)) == {}


def test_of_a_segment_that_split_the_larger_part_keeps_the_identity() -> None:
    # 30 customers at 8 and 10 at 12 had their common centre at 9, far from the other segment at 100.
    old, split = on_a_line(9.0, 100.0), on_a_line(8.0, 12.0, 100.0)
    assert match_centres(old, split) == {1: 1, 3: 2}
    # The other way round: the two that became one are the larger of them.
    assert match_centres(split, old) == {1: 1, 2: 3}


def test_the_columns_may_stand_in_another_order_and_a_single_segment_stays_itself() -> None:
    old = pd.DataFrame({"x": [0.0, 5.0], "y": [5.0, 0.0]}, index=[1, 2])
    assert match_centres(old, old[["y", "x"]]) == {1: 1, 2: 2}
    assert match_centres(on_a_line(0.0), on_a_line(3.0)) == {1: 1}


POINTS = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=6)


@given(POINTS, POINTS)
def test_no_segment_has_two_partners_and_the_way_back_is_the_same(first: list, second: list) -> None:
    old, new = pd.DataFrame(first), pd.DataFrame(second)
    matched = match_centres(old, new)
    assert len(set(matched.values())) == len(matched)
    assert match_centres(new, old) == {was: number for number, was in matched.items()}


def test_the_same_customers_prepared_otherwise_are_recognised_in_full() -> None:
    table, old = planted((60, 45, 30))
    order = [*reversed(table.names)]
    again = replace(table, frame=table.frame[order], info=tuple(table.about(name) for name in order))
    new = fit(again, PrepSettings(cap="auto", log="auto", power="auto"), 3, n_init=5, seed=3)
    assert set(new.feature_names) == set(old.feature_names)
    assert recognise(old, new) == {1: 1, 2: 2, 3: 3}


def test_next_month_with_other_sizes_is_recognised_under_other_numbers() -> None:
    _, old = planted((60, 45, 30))
    # The same three kinds of customers, but the groups of 60 and of 30 change their sizes.
    moved = customers((60, 45, 30))
    rows = np.r_[0:20, 60:105, 105:135, 105:135]
    frame = moved.frame.iloc[rows].set_axis([f"n{row}" for row in range(len(rows))]).rename_axis("customer")
    later = replace(moved, frame=frame * 1.03, descriptors=pd.DataFrame(index=frame.index))
    new = fit(later, PREP_PRESETS["plain"], 3, n_init=5)
    assert new.sizes == (60, 45, 20)
    assert recognise(old, new) == {1: 3, 2: 2, 3: 1}


def test_models_of_other_features_are_refused_in_a_sentence() -> None:
    old, new = planted((60, 45, 30))[1], planted((60, 45, 30), 3)[1]
    assert not comparable(old, new)
    with pytest.raises(SegmentationError, match="uses other features"):
        recognise(old, new)


def spelt(seg: Segmentation, names: dict[str, str]) -> Segmentation:
    """The same segments, made from columns with other headings."""
    parts = tuple(replace(item, name=names.get(item.name, item.name)) for item in seg.recipe.features)
    info = tuple(replace(item, name=names.get(item.name, item.name)) for item in seg.info)
    return replace(seg, recipe=replace(seg.recipe, features=parts), info=info)


def test_headings_that_differ_in_case_blanks_and_underscores_are_the_same_features() -> None:
    _, old = planted((60, 45, 30))
    new = spelt(old, {"spend": "Spend ", "f1": "F_1", "f2": "F 2"})
    assert new.feature_names == ("Spend ", "F_1", "F 2", "f3", "f4", "f5")
    assert same_names(old.feature_names, new.feature_names) == {
        "spend": "Spend ", "f1": "F_1", "f2": "F 2", "f3": "f3", "f4": "f4", "f5": "f5",
    }  # fmt: skip
    assert recognise(old, new) == {1: 1, 2: 2, 3: 3}
    saved = tuple(replace(one, claims=(claim_of("f1", effect),)) for one, effect in zip(OLD, (9.0, -9.0), strict=True))
    # A claim of the old heading is held against the figures under the new one: 9 standard deviations hold nowhere.
    assert set(keep_names(saved, OLD, {1: 1, 2: 2}, new).unfit) == {1, 2}


def test_two_columns_of_the_same_spelling_cannot_be_told_apart() -> None:
    _, old = planted((60, 45, 30))
    assert same_names(("f1",), ("F1", "f_1")) == {}
    assert same_names(("f 1", "F1"), ("f1",)) == {}
    assert same_names(("f1", "F1"), ("F1", "f1")) == {"f1": "f1", "F1": "F1"}
    assert not comparable(old, spelt(old, {"f1": "F2"}))


def test_names_are_kept_even_when_they_were_only_suggested_and_texts_when_they_were_edited() -> None:
    old = with_edits(OLD, {2: {"sentences": "Mine."}})
    fresh = tuple(
        Persona(number, name, name, ("New figures.",), 10, 0.5) for number, name in ((1, "Cautious"), (2, "Quiet"))
    )
    kept = keep_names(old, fresh, {1: 2, 2: 1})
    assert [persona.name for persona in kept.personas] == ["Cash users", "Low activity"]
    assert [persona.sentences for persona in kept.personas] == [("Mine.",), ("New figures.",)]
    assert [persona.suggested_name for persona in kept.personas] == ["Cautious", "Quiet"]
    assert kept.sentence("cards, version 2") == (
        "All 2 personas are the ones of cards, version 2. Names, edited texts and colours were "
        "kept; numbers are those of this data."
    )


def test_colours_go_with_the_names_that_were_kept_by_hand() -> None:
    fresh = tuple(Persona(number, f"New {number}", f"New {number}", (), 10, 0.5) for number in (1, 2, 3))
    # The new 1 is the old 2 in place 3; the new 3 is the old 1 in place 2. The new 2 stays in its own place 1.
    assert keep_names(OLD, fresh, {1: 2, 3: 1}).slots((2, 3), (3, 1, 2)) == (3, 1, 2)
    assert keep_names(OLD, fresh, {1: 2, 3: 1}).slots((2, 3), ()) == (3, 1, 2)  # its own place 2 is taken
    assert keep_names(OLD, fresh, {1: 2}).slots((), (2, 1, 3)) == (2, 1, 3)
    assert keep_names(OLD, fresh, {}).slots((2, 3), (3, 1, 2)) == (3, 1, 2)
    # A name that another persona has now leaves its colour behind, too.
    quiet = (replace(OLD[0], name="Quiet", suggested_name="Quiet"), OLD[1])
    assert keep_names(OLD, quiet, {1: 2}).slots((5, 4), (1, 2)) == (1, 2)


def test_a_new_persona_is_named_as_new_and_a_lost_one_is_told() -> None:
    fresh = (*OLD, replace(OLD[1], segment=3, name="Big spenders", suggested_name="Big spenders"))
    old = with_edits(OLD, {1: {"name": "Sleepers"}, 2: {"name": "Big spenders"}})
    kept = keep_names(old, fresh, {1: 2})
    # Segment 1 is the old one that somebody called "Big spenders"; segment 3, suggested the same name, is not.
    assert [persona.name for persona in kept.personas] == ["Big spenders", "Cash users", "Big spenders (new)"]
    assert kept.sentence("cards, version 2").startswith(
        "1 of 3 personas is one of cards, version 2; “Cash users” and “Big spenders (new)” are new; "
        "“Sleepers” is no longer there."
    )
    assert keep_names(OLD, OLD, {}).sentence("a, version 1").startswith("None of the 2 personas is one of a, version 1")


def test_a_suggested_name_goes_to_the_persona_whose_figures_suggest_it() -> None:
    fresh = (replace(OLD[0], name="Quiet", suggested_name="Quiet"), OLD[1])
    # Segment 1 is the old "Cash users", but the figures of segment 2 suggest that name.
    kept = keep_names(OLD, fresh, {1: 2})
    assert [persona.name for persona in kept.personas] == ["Quiet", "Cash users"]
    assert kept.given == {1: "Cash users"}
    assert "“Cash users” now is another persona, whose figures it fits better, so this one is “Quiet”." in (
        kept.sentence("cards, version 2")
    )


def test_what_was_edited_already_stays() -> None:
    fresh = with_edits(OLD, {1: {"name": "Mine"}})
    old = with_edits(OLD, {1: {"name": "Theirs", "actions": "Call."}, 2: {"name": "mine"}})
    kept = keep_names(old, fresh, {1: 1, 2: 2}).personas
    assert (kept[0].name, kept[0].actions) == ("Mine", ("Call.",))
    assert kept[1].name == "Cash users"


def claim_of(feature: str, effect: float) -> Claim:
    return Claim("They spend.", feature, feature, "", "money", "mean", 1.0, 0.0, effect, "more", 0.9, 0.5)


def test_a_name_stays_only_where_what_it_claims_still_holds_by_hand() -> None:
    # Two segments of equal size at -1 and +1: everyone is at 0, so the effects are -1 and +1.
    _, made = planted((30, 30))
    made = replace(made, centres=np.array([[-1.0] * len(made.feature_names), [1.0] * len(made.feature_names)]))
    first = made.feature_names[0]
    new = tuple(Persona(number, f"Suggested {number}", f"Suggested {number}", (), 30, 0.5) for number in (1, 2))

    def kept(effect: float) -> tuple[str, dict[int, str]]:
        old = (replace(OLD[0], claims=(claim_of(first, effect),)), OLD[1])
        found = keep_names(old, new, {1: 1, 2: 2}, made)
        assert found.personas[1].name == "Cash users"
        return found.personas[0].name, dict(found.unfit)

    assert kept(-1.0) == ("Low activity", {})
    assert kept(-1.9) == ("Low activity", {})  # half as much is enough
    assert kept(-2.1) == ("Suggested 1", {1: "Low activity"})
    assert kept(1.0) == ("Suggested 1", {1: "Low activity"})  # the other direction
    assert kept(0.2) == ("Low activity", {})  # too small a claim for a name to rest on


def test_the_old_name_is_offered_where_it_did_not_stay() -> None:
    _, made = planted((30, 30))
    made = replace(made, centres=np.array([[-1.0] * len(made.feature_names), [1.0] * len(made.feature_names)]))
    old = (replace(OLD[0], claims=(claim_of(made.feature_names[0], 3.0),)), OLD[1])
    new = tuple(Persona(number, f"Suggested {number}", f"Suggested {number}", (), 30, 0.5) for number in (1, 2))
    said = keep_names(old, new, {1: 1, 2: 2}, made).sentence("cards/v1")
    assert said.startswith("1 of 2 personas is one of cards/v1.")
    assert "“Low activity” was not kept for “Suggested 1”, whose figures no longer fit it" in said
    assert "no longer there" not in said
