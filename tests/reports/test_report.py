"""The facts of a report: collected once, protected once; and the kinds of file made from them."""

from __future__ import annotations

import io
import math
import re
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segmentation.core.disclosure import told_mean
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.core.text import number_text
from segmentation.evaluation.final import fit
from segmentation.reports import FORMATS, Facts, ReportSettings, collect, file_name, pictures
from segmentation.reports.figures import EVERYONE, told_typical
from segmentation.reports.spread import spread_pictures
from tests.reports.small import DAY, facts_of, personas_of, planted

SMALL = (60, 45, 4)


def readable(data: bytes) -> bytes:
    """All parts of a file as text; zipped ones unpacked, also those within; places on drawings left out."""
    if not data.startswith(b"PK"):
        return re.sub(rb' (?:[xyd][12]?|width|height|points|transform|viewBox)="[^"]*"', b"", data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return b"\n".join(readable(parts.read(name)) for name in parts.namelist())


def test_the_answer_counts_customers_personas_and_features() -> None:
    assert facts_of().answer == "135 customers are divided into 3 personas, by 6 features."


def test_how_it_was_made_names_every_step() -> None:
    made = facts_of().made
    assert made[0] == "135 customers from customers.csv, described by 6 features."
    assert made[1] == "Missing values became the middle value of the column."
    assert "All features were brought to one scale (mean 0, standard deviation 1)." in made
    assert any(line.startswith("K-means with 3 segments, the best of 5 starts (seed 42)") for line in made)
    assert made[-1].startswith("Every number of segments from 2 to 5 was compared.")


def test_the_stamp_has_what_is_needed_to_make_it_again() -> None:
    stamp = dict(facts_of().stamp)
    assert stamp["Made on"] == "2026-03-05"
    assert stamp["File customers.csv"] == f"sha256 {'0f' * 32}"
    assert stamp["Customer table"] == "sha256 ab12"
    assert stamp["Segments"] == "method kmeans; k 3; n_init 5; seed 42"
    assert {"Python", "scikit-learn", "numpy", "pandas"} <= set(stamp)


def test_typical_values_are_the_means_of_the_customers() -> None:
    facts, (table, seg) = facts_of(), planted()
    first = table.frame["spend"][(seg.labels == 1).to_numpy()]
    assert facts.typical[1].loc["spend"] == told_mean(first)
    assert facts.typical[EVERYONE].loc["spend"] == told_mean(table.frame["spend"])
    assert facts.value("spend", 1).startswith("€")


def test_features_stand_in_the_order_of_what_they_tell_apart() -> None:
    facts = facts_of()
    weights = list(facts.weights.values())
    assert weights == sorted(weights, reverse=True)
    assert [item.name for item in facts.features] == list(facts.weights) == list(facts.typical.index)


def test_a_small_segment_loses_its_name_and_all_its_figures() -> None:
    facts = facts_of(SMALL)
    assert facts.hidden == {3}
    assert facts.personas[2].name == "Small segment 3"
    assert facts.personas[2].claims == ()
    assert facts.personas[2].size == 0
    assert facts.size_text(facts.personas[2]) == "fewer than 10"
    for table in (facts.typical, facts.medians, facts.differences):
        assert table is not None
        assert table[3].isna().all()
    assert facts.distances[3].isna().all()
    assert facts.distances.loc[3].isna().all()
    assert facts.boxes is not None
    assert 3 not in set(facts.boxes["segment"])
    assert facts.map is not None
    assert 3 not in set(facts.map.points["segment"])
    assert "fewer than 10 customers" in facts.notes[0]


def test_a_small_segment_cannot_be_worked_out_from_everyone() -> None:
    facts, (table, seg) = facts_of(SMALL), planted(SMALL)
    shown = (seg.labels != 3).to_numpy()
    assert facts.typical[EVERYONE].loc["spend"] == told_mean(table.frame["spend"][shown])
    assert sum(persona.share for persona in facts.shown) == pytest.approx(1.0)
    assert not {"mean", "scale"} & set(facts.recipe.columns)
    assert not any("109" in line for line in (facts.answer, *facts.made))
    assert (facts.comparison is not None and facts.comparison["smallest"].min() >= 10) or facts.comparison[
        "smallest"
    ].isna().any()


def with_noise(min_size: int) -> Facts:
    """The report of `planted` whose third group, 30 customers, is in no segment."""
    table, seg = planted()
    assert seg.labels is not None
    left = replace(
        seg, centres=seg.centres[:2], sizes=seg.sizes[:2], noise=30, labels=seg.labels.where(seg.labels != 3, 0)
    )
    return collect(left, personas_of(left), features=table, settings=ReportSettings(min_size=min_size), made_on=DAY)


def test_customers_in_no_segment_count_for_shares_and_for_everyone() -> None:
    facts, (table, _) = with_noise(10), planted()
    assert facts.answer == "105 of 135 customers are divided into 2 personas, by 6 features."
    assert facts.made[0].startswith("135 customers")
    assert facts.shown[0].share == pytest.approx(60 / 135)
    assert facts.typical[EVERYONE].loc["spend"] == told_mean(table.frame["spend"])
    assert facts.notes[0].endswith("shares and everyone's figures count them, too.")
    assert facts.map is not None
    assert 0 not in set(facts.map.points["segment"])


def test_a_saved_model_compares_with_everyone_also_where_some_are_in_no_segment() -> None:
    left = with_noise(10).segmentation
    saved = collect(replace(left, labels=None), personas_of(left), settings=ReportSettings(min_size=10), made_on=DAY)
    # The preparation brought everyone's mean to 0 and their spread to 1.
    for segment in left.segments:
        assert saved.differences[segment].loc["spend"] == pytest.approx(left.centres[segment - 1][0], abs=0.05)


def test_too_few_customers_in_no_segment_cannot_be_worked_out_from_everyone() -> None:
    facts, (table, seg) = with_noise(31), planted()
    assert facts.answer == "105 customers are divided into 2 personas, by 6 features."
    assert facts.shown[0].share == pytest.approx(60 / 105)
    inside = (seg.labels != 3).to_numpy()
    assert facts.typical[EVERYONE].loc["spend"] == told_mean(table.frame["spend"][inside])
    assert facts.notes[0].startswith("Fewer than 31 customers")


def test_one_segment_has_nothing_to_separate_and_nothing_stands_out() -> None:
    table, _ = planted()
    alone = fit(table, PREP_PRESETS["plain"], 1, n_init=1)
    facts = collect(alone, personas_of(alone), features=table, made_on=DAY)
    assert facts.sure[1] == "There is one segment only, so there is nothing to separate."
    assert pictures.sizes(facts).title.startswith("Persona 1 is the only persona")
    assert pictures.standout(facts, facts.personas[0]).title == "Close to everyone in every feature"


def test_a_lower_minimum_shows_the_small_segment() -> None:
    facts = facts_of(SMALL, min_size=4)
    assert facts.hidden == set()
    assert facts.personas[2].name == "Persona 3"
    assert not facts.notes


@pytest.mark.parametrize("kind", FORMATS)
def test_no_file_contains_a_figure_of_a_small_segment(kind: str) -> None:
    facts, (table, seg) = facts_of(SMALL), planted(SMALL)
    own = table.frame["spend"][(seg.labels == 3).to_numpy()]
    pattern = re.compile(rf"(?<![\d.]){re.escape(number_text(own.mean()))}(?!\d)|Persona 3".encode())
    assert not pattern.search(readable(FORMATS[kind].make(facts)))
    assert len(pattern.findall(readable(FORMATS[kind].make(facts_of(SMALL, min_size=1))))) > 2


def test_nothing_is_shown_when_every_segment_is_small() -> None:
    with pytest.raises(SegmentationError, match="Every segment has fewer than 100 customers"):
        facts_of(min_size=100)


@pytest.mark.parametrize(("bad", "said"), [(0, "from 1 to 1000"), (1001, "from 1 to 1000")])
def test_the_minimum_has_a_range(bad: int, said: str) -> None:
    with pytest.raises(SegmentationError, match=said):
        facts_of(min_size=bad)


def test_personas_and_customers_must_be_those_of_the_segments() -> None:
    table, seg = planted()
    with pytest.raises(SegmentationError, match="personas are not those"):
        collect(seg, personas_of(seg)[:2], features=table)
    other, _ = planted(SMALL)
    with pytest.raises(SegmentationError, match="customers are not those"):
        collect(seg, personas_of(seg), features=other)
    with pytest.raises(SegmentationError, match="customers are not at hand"):
        collect(seg, personas_of(seg), settings=ReportSettings(customers=True))


def test_equal_names_are_told_apart() -> None:
    names = [persona.name for persona in facts_of(names=("Same", "Same", "Other")).personas]
    assert names == ["Same (segment 1)", "Same (segment 2)", "Other"]


def test_without_customers_the_centres_stand_for_them() -> None:
    _table, seg = planted()
    facts = collect(seg, personas_of(seg), made_on=DAY)
    assert facts.statistic == "Centre"
    told = told_typical(seg).at[1, "spend"]
    assert facts.typical[1].loc["spend"] == told != seg.typical.at[1, "spend"]
    assert told == pytest.approx(seg.typical.at[1, "spend"], abs=1)  # everyone's spread is 33, the segment has 60
    assert facts.boxes is None
    assert facts.map is None
    assert facts.comparison is None
    full = facts_of()
    assert list(facts.weights) == list(full.weights)
    assert np.abs(facts.differences - full.differences.loc[facts.differences.index]).to_numpy().max() < 0.2
    for kind in FORMATS.values():
        assert len(kind.make(facts)) > 1000


@pytest.mark.parametrize("prep", ["plain", "recommended"])
def test_what_a_saved_model_tells_can_be(prep: str) -> None:
    """A group without any of it has none, a share is at most 1, and nothing lies beyond what was seen."""
    rng = np.random.default_rng(3)
    none = np.arange(300) < 120
    frame = pd.DataFrame(
        {
            "spend": np.where(none, 0.0, np.exp(rng.normal(5, 1, 300))),
            "visits": np.where(none, 0.0, rng.poisson(6, 300) + 1.0),
            "full": np.where(none, 1.0, rng.beta(1, 3, 300)),
            "months": np.where(rng.random(300) < 0.8, 12.0, rng.integers(6, 12, 300)),
        },
        index=[f"c{row}" for row in range(300)],
    )
    kinds = (("spend", "money"), ("visits", "count"), ("full", "share"), ("months", "count"))
    info = tuple(FeatureInfo(name, name.title(), kind=kind) for name, kind in kinds)
    seg = fit(FeatureTable(frame, info, frame[[]]), PREP_PRESETS[prep], 3, n_init=3)
    assert seg.labels is not None
    typical = collect(replace(seg, labels=None), personas_of(seg), made_on=DAY).typical
    empty = int(seg.labels.iloc[0])
    assert typical.at["spend", empty] == typical.at["visits", empty] == 0
    assert typical.at["full", empty] == 1
    for name in typical.index:
        assert frame[name].min() <= typical.loc[name].min(), name
        assert typical.loc[name].max() <= frame[name].max(), name
        assert all(f"{value:.12g}" == f"{value:.4g}" for value in typical.loc[name, list(seg.segments)]), typical


def test_a_small_segment_of_a_saved_model_is_hidden_as_well() -> None:
    _, seg = planted(SMALL)
    facts = collect(seg, personas_of(seg), made_on=DAY)
    assert facts.typical[3].isna().all()
    assert facts.differences[3].isna().all()
    assert facts.typical[1].notna().all()


def test_every_picture_says_the_same_in_words_and_figures() -> None:
    facts = facts_of()
    drawn = [
        pictures.sizes(facts), pictures.differences(facts), pictures.centre_gaps(facts), pictures.map_points(facts),
        *pictures.comparison_lines(facts), *spread_pictures(facts),
        *(pictures.standout(facts, persona) for persona in facts.shown),
    ]  # fmt: skip
    assert len({picture.key for picture in drawn if picture}) == len(drawn)
    for picture in drawn:
        assert picture is not None
        assert picture.title
        assert picture.alt.endswith(".")
        assert picture.caption
        assert len(picture.shown)
        assert not picture.shown.isin(["nan", "NaN", ""]).to_numpy().any()


def test_the_standout_picture_starts_with_the_largest_difference() -> None:
    facts = facts_of()
    picture = pictures.standout(facts, facts.personas[0], most=4)
    gaps = picture.table["difference"].abs().tolist()
    assert len(gaps) == 4
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] == pytest.approx(facts.differences[1].abs().max())


def test_sizes_are_shares_of_all_customers() -> None:
    picture = pictures.sizes(facts_of())
    assert picture.table["share"].tolist() == pytest.approx([60 / 135, 45 / 135, 30 / 135])
    assert picture.shown["Customers"].tolist() == ["60", "45", "30"]
    assert "44.4 %" in picture.title


def test_the_chosen_number_is_marked_on_the_comparison() -> None:
    for picture in pictures.comparison_lines(facts_of()):
        assert picture.marked == 3
        assert not any(math.isnan(value) for value in picture.table.iloc[:, 0])


@pytest.mark.parametrize("sizes", [(40,), (30, 25), (12,) * 10])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_file_takes_one_to_ten_segments_and_long_names(kind: str, sizes: tuple[int, ...]) -> None:
    names = tuple(f"{number} of those who buy in instalments and pay back slowly" for number in range(len(sizes)))
    data = FORMATS[kind].make(facts_of(sizes, 17, names=names, comparison=False))
    assert 5_000 < len(data) < 2_000_000


def test_progress_is_told_and_cancel_is_heard() -> None:
    facts = facts_of()

    def stop(share: float, text: str) -> None:
        assert 0 <= share <= 1
        assert text
        raise KeyboardInterrupt

    for kind in FORMATS.values():
        with pytest.raises(KeyboardInterrupt):
            kind.make(facts, stop)


@pytest.mark.parametrize(
    ("title", "name"),
    [("Customer segments", "customer-segments.html"), ("../../etc/passwd", "etc-passwd.html"),
     ("=cmd|'x'", "cmd-x.html"), ("Ünïcode", "n-code.html"), ("   ", "customer-segments.html")],
)  # fmt: skip
def test_file_names_are_plain(title: str, name: str) -> None:
    assert file_name(title, FORMATS["report"]) == name
