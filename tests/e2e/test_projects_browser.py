"""Work is never lost: the same screens after F5, in a second tab, after the server was killed, on another machine."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from pages.ui.sitemap import page_of
from tests.e2e.conftest import LOOKS, ROOT, Product, Visitor
from tests.e2e.test_main_journey import answered, choose

RUNS = """
() => {
  window.runs = 0;
  const told = {attributes: true, attributeFilter: ['data-test-script-state']};
  new MutationObserver(() => { window.runs += 1; }).observe(document.querySelector('[data-testid=stApp]'), told);
}
"""
"""How often a run of the page has begun or ended since."""
SCREENS = ("data", "prepare", "choose_k", "segments", "share")


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = Product(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.end()
    made.said()


@pytest.fixture
def tab(product: Product, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context(**{**LOOKS["light"], "reduced_motion": "reduce", "accept_downloads": True})
    yield Visitor(context.new_page(), product.address, "light")
    context.close()


def source() -> Path:
    """The real file where it is, else the sample that looks like it."""
    real = (ROOT / "../shared/data/credit_card/CC GENERAL.csv").resolve()
    return real if real.is_file() else ROOT / "sample_data/credit_card.csv"


def screens(visitor: Visitor) -> dict[str, str]:
    """What every page says, by its key."""
    return {key: words(visitor.step(key)) for key in SCREENS}


def says_again(visitor: Visitor, before: dict[str, str]) -> None:
    """Every page says the same, once its pictures are drawn, too."""
    for key, text in before.items():
        page, until = visitor.step(key), time.monotonic() + 30
        while words(page) != text and time.monotonic() < until:
            page.wait_for_timeout(200)
        assert words(page).splitlines() == text.splitlines()


def words(page: Page) -> str:
    text = page.locator("[data-testid=stMain]").inner_text()
    return re.sub(r"Takes .*? on this computer.*", "", text)  # depends on how busy the computer is


def in_a_tab(context: BrowserContext, visitor: Visitor, address: str) -> Visitor:
    other = Visitor(context.new_page(), visitor.address, "light")
    other.page.goto(address)
    other.quiet()
    return other


def card_of(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_an_afternoon_s_work_is_there_again(product: Product, tab: Visitor, browser: Browser, tmp_path: Path) -> None:
    page = tab.open("data")
    page.locator("input[type=file]").first.set_input_files(source())
    expect(page.get_by_role("button", name="Prepare the data")).to_be_visible(timeout=60_000)
    tab.quiet()
    tab.step("prepare")
    override(tab, "Transformation", "As it is")
    tab.step("choose_k")
    answered(page, "recommended")
    expect(page.locator(".st-key-job-evidence")).to_be_visible()
    page.reload()
    expect(page.locator(".st-key-job-evidence")).to_contain_text(re.compile(r"[1-9]\d* s so far"))  # it goes on
    tab.quiet()
    choose(page, "choose-k-k", "4")
    expect(page.get_by_role("heading", name="With 4 segments")).to_be_visible()
    page.get_by_role("button", name="Make 4 segments").click()
    expect(page.get_by_role("heading", level=1, name=page_of("segments").question)).to_be_visible()
    tab.quiet()
    page.locator(".st-key-edit-2 button:visible").first.click()
    page.locator(".st-key-edit-name-2 input").fill("Patient savers")
    page.get_by_role("button", name="Keep these texts").locator("visible=true").first.click()
    card_of(page, "Patient savers")
    tab.quiet()
    page.keyboard.press("Escape")
    tab.step("choose_k")
    expect(page.locator(".st-key-job-evidence")).to_have_count(0, timeout=240_000)
    tab.quiet()
    before = screens(tab)
    assert "Patient savers" in before["segments"]

    page.reload()
    says_again(tab, before)
    second = in_a_tab(page.context, tab, page.url)
    says_again(second, before)

    tab.step("segments")
    page.evaluate(RUNS)
    product.end(at_once=True)
    gone = page.get_by_role("dialog")
    expect(gone).to_be_visible()
    assert "internet" not in gone.inner_text()
    assert "Start it again" in gone.evaluate(
        "box => getComputedStyle(box.querySelector('h2 + div'), '::after').content"
    )
    product.start()
    expect(gone).to_have_count(0)  # by itself
    page.wait_for_function("() => window.runs > 1")
    tab.quiet()
    with page.expect_download() as profiles:  # of the new session, without a click before
        page.get_by_role("button", name="Profiles (CSV)").click()
    assert profiles.value.suggested_filename.endswith("persona profiles.csv")
    says_again(tab, before)

    page.goto(tab.address)
    tab.quiet()
    page.get_by_role("button", name="More").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    download.value.save_as(tmp_path / "work.segproject")
    another = Product(tmp_path / "another")
    another.home.mkdir()
    try:
        another.start()
        context = browser.new_context(**LOOKS["light"])
        other = Visitor(context.new_page(), another.address, "light")
        other.open()
        other.page.get_by_text("Open work from a file").click()
        other.page.locator("input[type=file]").set_input_files(tmp_path / "work.segproject")
        card_of(other.page, "Patient savers")
        says_again(other, before)
        context.close()
    finally:
        another.end()
    another.said()


def decision(page: Page, label: str) -> Locator:
    """The field of a decision for the column that the Prepare page shows."""
    return page.get_by_test_id("stSelectbox").filter(has_text=label).last.locator("input")


def override(tab: Visitor, label: str, choice: str) -> None:
    """Decide something for the column that the Prepare page shows."""
    tab.quiet()
    tab.page.wait_for_timeout(1500)  # charts that are still being drawn move the page, which closes an open list
    field, option = decision(tab.page, label), tab.page.get_by_role("option", name=choice, exact=True)
    for _ in range(10):
        field.focus()
        tab.page.keyboard.press("ArrowDown")
        tab.page.wait_for_timeout(500)
        if option.is_visible():
            break
        field.blur()
    option.click()
    tab.quiet()


def test_another_browser_is_told_where_the_work_is(product: Product, tab: Visitor, browser: Browser) -> None:
    tab.open()
    tab.page.get_by_role("button", name="Use").nth(1).click()
    expect(tab.page).to_have_url(re.compile("project="))
    tab.quiet()
    context = browser.new_context(**LOOKS["light"])
    stranger = context.new_page()
    stranger.goto(tab.page.url)
    expect(stranger.get_by_text("made in another browser")).to_be_visible()
    context.close()


def test_the_cookie_says_nothing_and_no_script_reads_it(tab: Visitor) -> None:
    tab.open()
    cookie = next(item for item in tab.page.context.cookies() if item["name"] == "studio_browser")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert re.fullmatch(r"[\w-]{43}", cookie["value"])
    assert "studio_browser" not in tab.page.evaluate("document.cookie")
    tab.page.reload()
    again = next(item for item in tab.page.context.cookies() if item["name"] == "studio_browser")
    assert again["value"] == cookie["value"]


def test_a_step_is_undone_and_the_history_brings_it_back(tab: Visitor) -> None:
    page = tab.open()
    page.get_by_role("button", name="Use").nth(1).click()
    expect(page.get_by_role("button", name="Prepare the data")).to_be_visible()
    tab.step("prepare")
    choose(page, "prepare-preset", "Plain")
    tab.quiet()
    page.get_by_role("button", name="Undo").click()
    tab.quiet()
    page.get_by_role("button", name="History").click()
    steps = page.get_by_role("dialog")
    expect(steps.get_by_text("Back to: Loaded")).to_be_visible()
    steps.get_by_role("button", name="Go back to this").first.click()
    expect(steps).to_have_count(0)
    tab.quiet()
    page.get_by_role("button", name="History").click()
    expect(steps.get_by_text("Back to:")).to_have_count(2)
