"""The page to read or print: one file, no script, nothing from outside, every chart with its words and figures."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from segmentation.personas import describe
from segmentation.reports.facts import Facts, collect
from segmentation.reports.html_report import make_html
from segmentation.reports.scale import bounds, tick_step, ticks
from segmentation.reports.spread import spread_pictures
from tests.reports.small import ATTACKS, LONG, facts_of, hostile_facts
from tests.small_mixed import mixed

TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "nav",
    "section",
    "figure",
    "figcaption",
    "div",
    "span",
    "strong",
    "p",
    "ul",
    "li",
    "a",
    "h1",
    "h2",
    "h3",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "svg",
    "g",
    "path",
    "rect",
    "line",
    "polyline",
    "text",
}
ATTRIBUTES = {
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "id",
    "class",
    "href",
    "role",
    "aria-label",
    "aria-labelledby",
    "aria-hidden",
    "tabindex",
    "scope",
    "viewbox",
    "xmlns",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "d",
    "points",
    "width",
    "height",
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "transform",
    "text-anchor",
}


class Reader(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def page_of(facts: Facts) -> str:
    return make_html(facts).decode()


def test_the_page_is_well_formed_and_has_one_heading_of_the_first_level() -> None:
    reader = Reader(page_of(facts_of()))
    assert reader.open == []
    assert len(reader.all("h1")) == 1
    assert {tag for tag, _ in reader.found} <= TAGS
    names = [attributes["id"] for _, attributes in reader.found if "id" in attributes]
    assert len(names) == len(set(names))


def test_nothing_comes_from_outside_and_nothing_runs() -> None:
    page = page_of(facts_of())
    assert "<script" not in page
    assert "javascript:" not in page
    assert "@import" not in page
    assert "url(" not in page
    addresses = set(re.findall(r"https?://[^\s\"<]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert all(link["href"].startswith("#") for link in Reader(page).all("a"))


def test_every_link_has_its_target() -> None:
    reader = Reader(page_of(facts_of()))
    targets = {f"#{attributes.get('id')}" for _, attributes in reader.found}
    assert {link["href"] for link in reader.all("a")} <= targets


def test_the_policy_allows_only_our_style() -> None:
    page = page_of(facts_of())
    policy = next(meta["content"] for meta in Reader(page).all("meta") if "http-equiv" in meta)
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert policy is not None
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert not any("style" in attributes for _, attributes in Reader(page).found)


def test_every_chart_has_a_text_alternative_a_caption_and_its_figures() -> None:
    page = page_of(facts_of())
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) == 15  # sizes, differences, 3 personas, 6 boxes, distances, map, silhouette, inertia
    for figure in figures:
        drawn = list(Reader(figure).all("svg"))
        assert len(drawn) == 1
        assert drawn[0]["role"] == "img"
        assert len(drawn[0]["aria-label"] or "") > 20
        assert "<figcaption>" in figure
        assert "<table" in figure or "Silhouette" in page[page.index(figure) + len(figure) :][:6000]


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_stays_text(attack: str) -> None:
    page = page_of(hostile_facts(attack))
    reader = Reader(page)
    assert {tag for tag, _ in reader.found} <= TAGS | {"title"}
    for _, attributes in reader.found:
        assert set(attributes) <= ATTRIBUTES
        assert not str(attributes.get("href", "#")).startswith(("http", "javascript"))
    assert attack in "".join(reader.words)
    texts = [text for text in reader.words if "evil" in text or "calc" in text or "SUM(" in text]
    assert not [text for text in texts if text.lstrip().startswith(("=", "+", "-", "@"))]  # a spreadsheet would run it


def test_the_stamp_and_the_evidence_are_on_the_page() -> None:
    words = " ".join(Reader(page_of(facts_of())).words).replace("\u00a0", " ")
    for part in (
        "0f" * 32,
        "seed 42",
        "scikit-learn",
        "5 March 2026",
        "more than 60",
        "81.0 %",
        "One in five does not.",
    ):
        assert part in words


def test_a_hidden_segment_says_only_that_it_is_small() -> None:
    page = page_of(facts_of((60, 45, 4)))
    section = re.search(r'<section class="persona" id="persona-3">.*?</section>', page, re.S)
    assert section is not None
    assert "<figure" not in section.group(0)
    assert "Fewer than 10 customers" in section.group(0)


def test_long_names_are_wrapped_and_kept_in_full() -> None:
    page = page_of(facts_of((12,) * 10, 17, names=tuple(f"{number} {LONG}" for number in range(10)), comparison=False))
    assert page.count(f"3 {LONG}") > 4
    assert len(page) < 1_000_000


@pytest.mark.parametrize(
    ("low", "high", "step", "marks"),
    [(0, 10, 2, [0, 2, 4, 6, 8, 10]), (0.195, 0.235, 0.01, [0.2, 0.21, 0.22, 0.23]),
     (-3, 4, 2, [-2, 0, 2, 4]), (0, 1e6, 200_000, [0, 2e5, 4e5, 6e5, 8e5, 1e6])],
)  # fmt: skip
def test_axes_have_round_values(low: float, high: float, step: float, marks: list[float]) -> None:
    assert tick_step(low, high) == pytest.approx(step)
    assert ticks(low, high) == pytest.approx(marks)


def test_an_axis_is_never_empty() -> None:
    assert bounds(3, 3) == (2.5, 3.5)
    assert bounds(3, 5, zero=True) == (0, 5)
    assert bounds(0, 0) == (-0.5, 0.5)


def test_categories_are_shown_as_shares_not_as_boxes() -> None:
    m = mixed()
    facts = collect(m.made, describe(m.made, m.features), features=m.features, made_on=date(2026, 11, 28))
    drawn = {picture.key: picture for picture in spread_pictures(facts)}
    assert len(drawn) == 5, "one picture a column, whatever the number of its levels"
    kinds = {key: picture.kind for key, picture in drawn.items()}
    assert kinds.pop("spread-spend") == "boxes"
    assert set(kinds.values()) == {"bars"}
    contract = next(picture for key, picture in drawn.items() if key.startswith("spread-Contract"))
    level = contract.key.removeprefix("spread-")
    wanted = [facts.typical[number].loc[level] for number in (1, 2, 3, "everyone")]
    assert contract.table["share"].tolist() == wanted
    assert contract.segments == (1, 2, 3, 0)
