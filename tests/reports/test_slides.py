"""The slides: native charts, titles and text alternatives everywhere, nothing off the slide, LibreOffice opens them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE_TYPE

from segmentation.charts.palette import IN_ORDER
from segmentation.reports.facts import Facts
from segmentation.reports.html_report import make_html
from segmentation.reports.screens import screens
from segmentation.reports.slides import make_slides
from tests.reports.small import ATTACKS, LONG, facts_of, hostile_facts

TITLES = ("Customer segments", "How it was made, and how sure we are")


@cache
def deck_of(facts: Facts) -> Any:
    return Presentation(io.BytesIO(make_slides(facts)))


def charts_of(deck: Any) -> Iterator[Any]:
    return (shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)


def text_of(slide: Any) -> str:
    parts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            parts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(parts)


def test_one_slide_a_persona_between_the_overview_and_the_appendix() -> None:
    titles = [slide.shapes.title.text for slide in deck_of(facts_of()).slides]
    assert tuple(titles[:2]) == TITLES
    assert titles[4:7] == ["Persona 1", "Persona 2", "Persona 3"]
    assert titles[7:] == [
        "How to use the personas",
        "Appendix: how the features were prepared",
        "Appendix: to make it again",
    ]


def test_charts_are_native_with_their_figures_behind_them() -> None:
    facts = facts_of()
    charts = list(charts_of(deck_of(facts)))
    kinds = [chart.chart_type for chart in charts]
    assert kinds == [XL_CHART_TYPE.LINE_MARKERS] + [XL_CHART_TYPE.BAR_CLUSTERED] * 4
    shares = charts[1].plots[0]
    assert shares.data_labels.number_format == '0.0"\u00a0"%'  # as everywhere else, and never broken
    assert list(shares.categories) == ["Persona 1", "Persona 2", "Persona 3"]
    # 60, 45 and 30 of 135 customers, with the decimal that every text has
    assert [persona.share for persona in facts.personas] == [60 / 135, 45 / 135, 30 / 135]
    assert list(shares.series[0].values) == [0.444, 0.333, 0.222]
    colours = [str(shares.series[0].points[place].format.fill.fore_color.rgb) for place in range(3)]
    assert colours == [IN_ORDER.colour(number).lstrip("#") for number in (1, 2, 3)]
    assert not any(
        shape.shape_type == MSO_SHAPE_TYPE.PICTURE for slide in deck_of(facts).slides for shape in slide.shapes
    )


def test_the_colours_of_the_personas_are_those_of_the_segments_everywhere() -> None:
    facts = facts_of()
    facts = replace(facts, segmentation=replace(facts.segmentation, slots=(3, 1, 2)))
    shares = next(chart for chart in charts_of(deck_of(facts)) if chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED)
    points = shares.plots[0].series[0].points
    colours = [IN_ORDER.colour(number) for number in (3, 1, 2)]
    assert [f"#{points[place].format.fill.fore_color.rgb}" for place in range(3)] == colours
    for number, (colour, page) in enumerate(zip(colours, screens(facts)[1:], strict=True), start=1):
        drawn = "".join(b64decode(part).decode() for part in re.findall('base64,([^"]+)', page.html))
        assert f'fill="{colour}"' in drawn, number
        assert not any(f'fill="{other}"' in drawn for other in colours if other != colour), number
    paper = make_html(facts).decode()
    assert [paper.index(colour) for colour in colours] == sorted(paper.index(colour) for colour in colours)


def test_every_slide_has_a_title_notes_and_text_alternatives() -> None:
    for slide in deck_of(facts_of()).slides:
        assert slide.shapes.title.text
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert len(shape._element.xpath(".//p:cNvPr/@descr")[0]) > 20
    notes = [slide.notes_slide.notes_text_frame.text for slide in list(deck_of(facts_of()).slides)[:8]]
    assert all(notes)
    # In the notes, too, no line breaks between a figure and its percent sign.
    assert "81.0\u00a0% of this persona fit (more than 60); 62.0\u00a0% of those who fit belong to it." in notes[4]
    assert "Against: One in five does not." in notes[4]
    assert "But: One in five does not." in text_of(deck_of(facts_of()).slides[4])


@pytest.mark.parametrize("sizes", [(30, 25), (60, 45, 30), (12,) * 10])
def test_nothing_lies_beyond_the_slide(sizes: tuple[int, ...]) -> None:
    deck = deck_of(
        facts_of(sizes, 17, names=tuple(f"{number} {LONG}" for number in range(len(sizes))), comparison=False)
    )
    for slide in deck.slides:
        for shape in slide.shapes:
            height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + 1000
            assert shape.top + height <= deck.slide_height + 1000


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_stays_text(attack: str) -> None:
    deck = deck_of(hostile_facts(attack))
    for slide in deck.slides:
        for relation in slide.part.rels.values():
            assert not relation.is_external
    for chart in charts_of(deck):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        for sheet in book:
            assert not sheet._hyperlinks
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert attack[:12] in text_of(deck.slides[0])


def test_names_behind_a_chart_are_no_formula_for_any_separator() -> None:
    deck = deck_of(facts_of(names=("one;=1+1", "=2+2", "three|@SUM(A1)"), comparison=False))
    cells = set()
    for chart in charts_of(deck):
        sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        cells |= {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"one;'=1+1", "'=2+2", "three|'@SUM(A1)"} <= cells


def test_a_hidden_segment_has_a_slide_without_figures() -> None:
    deck = deck_of(facts_of((60, 45, 4)))
    slide = next(slide for slide in deck.slides if slide.shapes.title.text == "Small segment 3")
    assert "fewer than 10 customers" in text_of(slide)
    assert not any(shape.has_chart or shape.has_table for shape in slide.shapes)


def test_every_cell_of_a_table_has_its_type_size() -> None:
    sizes = [
        [run.font.size for run in cell.text_frame.paragraphs[0].runs if run.text]
        for slide in deck_of(facts_of()).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert len(sizes) > 100
    assert all(len(runs) == 1 and runs[0] is not None and runs[0].pt >= 7 for runs in sizes)


def test_many_features_get_more_slides_in_the_appendix() -> None:
    titles = [slide.shapes.title.text for slide in deck_of(facts_of((30, 25), 40, comparison=False)).slides]
    assert sum(title.startswith("Appendix: how the features were prepared (") for title in titles) == 3
    comparison = deck_of(facts_of((30, 25), 40, comparison=False)).slides[3]
    assert "The 20 most telling of 40 features." in text_of(comparison)


def test_the_theme_has_our_font_and_the_segments_colours() -> None:
    deck = deck_of(facts_of())
    assert [layout.name for layout in deck.slide_layouts] == ["Title Only"]
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
    themes = [part for part in deck.part.package.iter_parts() if "theme1" in str(part.partname)]
    assert b'typeface="Arial"' in themes[0].blob
    assert IN_ORDER.colour(1).lstrip("#").encode() in themes[0].blob


def test_libreoffice_opens_every_slide(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine (Debian: apt install libreoffice-impress)")
    facts = facts_of(names=(LONG, "Ünï & <co>", "Third"))
    (tmp_path / "deck.pptx").write_bytes(make_slides(facts))
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    done = subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "deck.pptx")], capture_output=True, text=True
    )
    pdf = tmp_path / "deck.pdf"
    if not pdf.exists():
        pytest.skip(f"LibreOffice cannot open slides here (is libreoffice-impress installed?): {done.stderr[-200:]}")
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes())
    assert len(pages) == len(Presentation(str(tmp_path / "deck.pptx")).slides)
