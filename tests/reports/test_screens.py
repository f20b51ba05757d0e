"""The screens to present: overview, then one a persona; hostile text stays text; pictures need nothing else."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pytest

from segmentation.reports import screens
from tests.reports.small import ATTACKS, facts_of, hostile_facts


def pictures_in(html: str) -> list[str]:
    return [base64.b64decode(found).decode() for found in re.findall(r'data:image/svg\+xml;base64,([^"]+)"', html)]


def test_the_overview_names_every_persona_and_each_has_its_screen() -> None:
    shown = screens(facts_of())
    assert [screen.title for screen in shown[1:]] == ["Persona 1", "Persona 2", "Persona 3"]
    assert all(f"Persona {number}</strong>" in shown[0].html for number in (1, 2, 3))
    assert "44.4\u00a0%" in shown[1].html
    assert "Upsell: test an offer." in shown[1].html
    assert "But: One in five does not." in shown[1].html


def test_every_picture_has_a_text_alternative_and_both_themes() -> None:
    for screen in screens(facts_of()):
        large = re.findall(r'<img [^>]*alt="([^"]+)"', screen.html)
        assert len(large) == 1
        assert len(large[0]) > 20
        assert all("prefers-color-scheme:dark" in drawn for drawn in pictures_in(screen.html))


def test_a_hidden_persona_shows_no_figure() -> None:
    screen = screens(facts_of((60, 45, 4)))[3]
    assert "Fewer than 10 customers" in screen.html
    assert len(pictures_in(screen.html)) == 1  # its sign


def tags_in(html: str) -> tuple[set[str], set[str]]:
    """The names of all tags, and of all attributes."""
    tags: set[str] = set()
    names: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            names.update(name for name, _ in attrs)

    Reader().feed(html)
    return tags, names


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_stays_text(attack: str) -> None:
    for screen in screens(hostile_facts(attack)):
        tags, names = tags_in(screen.html)
        assert tags <= {"section", "h1", "h2", "div", "p", "ul", "li", "strong", "span", "img"}
        assert names <= {"class", "src", "alt"}
        for drawn in pictures_in(screen.html):
            tags, names = tags_in(drawn)
            assert tags <= {"svg", "style", "g", "title", "text", "rect", "line", "path"}
            assert not names & {"href", "src", "xlink:href", "style", "onload", "onerror", "onclick"}
