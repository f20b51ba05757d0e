"""The frame in a real browser: deep links, headers, nothing leaves the machine, nothing bars anyone's way."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from pages.ui.scripts import AHEAD
from pages.ui.sitemap import JOURNEY, PAGES, page_of
from tests.e2e.conftest import served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A studio in which nobody has saved anything: a page that is empty here shows the newest saved model elsewhere."""
    with served(tmp_path_factory.mktemp("empty")) as address:
        yield address


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_cold_deep_link_to_any_page_runs_through_the_router_and_bars_nobody_s_way(page, visit) -> None:
    visitor = visit()
    opened = visitor.open(page.key)
    expect(opened.get_by_role("heading", level=1)).to_have_text(page.question)
    expect(opened.get_by_role("link", name="Segmentation Studio").first).to_be_visible()
    expect(opened).to_have_title(f"{page.title} · Segmentation Studio")
    assert visitor.in_every_look(f"empty-{page.key}") == []


def test_every_answer_carries_the_security_headers(server) -> None:
    for path in ("/", "/choose-k", "/_stcore/health", "/nothing/here"):
        request = urllib.request.Request(server + path)
        try:
            headers = urllib.request.urlopen(request, timeout=10).headers
        except urllib.error.HTTPError as error:
            headers = error.headers
            error.close()
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "camera=()" in headers["Permissions-Policy"]


def test_a_foreign_host_name_is_refused(server) -> None:
    host, port = server.removeprefix("http://").split(":")
    ask = (
        "GET /_stcore/stream HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as link:
        link.sendall(ask.encode())
        answer = link.recv(200).decode()
    assert " 101 " not in answer.splitlines()[0]


def test_the_policy_stops_what_a_hostile_file_might_ask_for(visit) -> None:
    visitor = visit()
    page = visitor.open()
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://outside.example/x.png'}))")
    page.wait_for_timeout(500)
    blocked = [text for text in visitor.errors if "Content Security Policy" in text]
    assert blocked
    visitor.errors.clear()
    visitor.outside.clear()


def test_the_keyboard_reaches_every_step(visit) -> None:
    visitor = visit()
    visitor.open()
    page = visitor.quiet()
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName + document.activeElement.innerText"))
    for step in JOURNEY:
        assert any(text.startswith("A") and step.title in text for text in reached), step.title


def test_the_journey_line_fits_a_phone(visit) -> None:
    visitor = visit("phone")
    for key in ("start", "score"):
        page = visitor.open(key)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for step in JOURNEY:
            box = page.locator(f".st-key-journey [class*='st-key-step-{step.key}-'] a:visible").first.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390


def test_the_address_of_a_step_is_kept_when_it_is_chosen(visit) -> None:
    visitor = visit()
    visitor.open()
    page = visitor.step("choose_k")
    assert page.url.endswith(page_of("choose_k").address)


def test_what_draws_tables_and_pictures_is_there_before_the_first_of_them(visit) -> None:
    fetched = """part => performance.getEntriesByType('resource').some(
        each => each.responseStatus === 200 && each.name.includes(`/${part}.`))"""
    page = visit().open()
    for part in AHEAD:
        page.wait_for_function(fetched, arg=part, timeout=60_000)


def test_the_answer_that_stays_in_sight_has_the_ground_of_the_page(visit) -> None:
    visitor = visit("dark")
    visitor.open()
    page = visitor.quiet()
    grounds = page.evaluate(
        """() => {
          const main = document.querySelector('.stVerticalBlock');
          main.insertAdjacentHTML('beforeend',
            '<div id=kept><div class="st-key-score-heading"><i class="st-key-answer"></i></div></div>');
          const ground = name => getComputedStyle(document.querySelector(name)).backgroundColor;
          return [ground('#kept'), ground('.st-key-score-heading'), ground('[data-testid=stApp]')];
        }"""
    )
    assert len(set(grounds)) == 1
