"""The whole pack in a real browser: slides, workbook and report on disk, and the personas presented."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect
from pptx import Presentation

LARGEST = 10_000_000  # bytes


def answered(page: Page, words: str) -> None:
    """The page's answer, below its heading, says this."""
    expect(page.locator(".st-key-answer")).to_contain_text(words, timeout=90_000)


def fetched(page: Page, kind: str, folder: Path) -> Path:
    """Make one kind of file and download it."""
    page.locator(f".st-key-share-make-{kind} button").click()
    button = page.locator(f".st-key-share-get-{kind} button")
    expect(button).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        button.click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    page.wait_for_timeout(500)  # the page asks once more whether the file is there
    assert 5_000 < target.stat().st_size < LARGEST
    return target


def test_from_sample_data_to_the_whole_pack(visit, tmp_path) -> None:
    visitor = visit()
    page = visitor.open()
    page.locator(".st-key-sample-credit_card button:visible").click()
    answered(page, "customers with 17")
    for key, words in (("prepare", "take part"), ("choose_k", "recommended"), ("segments", "personas")):
        visitor.step(key)
        answered(page, words)
        visitor.quiet()
    personas = page.locator("[data-testid=stMain]").inner_text()

    visitor.step("share")
    answered(page, "the same facts in each")
    barriers = visitor.in_every_look("share")
    page.get_by_label("Title").fill("Our cards")
    page.keyboard.press("Enter")
    visitor.quiet()
    files = {kind: fetched(page, kind, tmp_path) for kind in ("slides", "workbook", "report")}
    assert {path.name for path in files.values()} == {"our-cards.pptx", "our-cards.xlsx", "our-cards.html"}
    barriers += visitor.in_every_look("share-made")

    slides = list(Presentation(str(files["slides"])).slides)
    assert slides[0].shapes.title.text == "Our cards"
    name = slides[4].shapes.title.text
    assert name in personas
    book = openpyxl.load_workbook(files["workbook"])
    assert book["Summary"]["A1"].value == "Our cards"
    assert book["Summary"]["B5"].value == name

    page.get_by_role("button", name="Present on this screen").click()
    heading = page.locator(".present h1")
    expect(heading).to_contain_text(re.compile(r"customers (fall|are divided) into"))
    barriers += visitor.in_every_look("present-overview")
    page.keyboard.press("ArrowRight")
    expect(heading).to_contain_text(name)
    assert page.locator(".present img").last.evaluate("image => image.naturalWidth") > 0
    barriers += visitor.in_every_look("present-persona")
    page.keyboard.press("PageDown")
    expect(heading).not_to_contain_text(name)
    page.keyboard.press("ArrowLeft")
    expect(heading).to_contain_text(name)
    expect(page.locator(".st-key-journey")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("How do I show this to others?")
    assert barriers == []


def test_the_report_opens_without_a_connection(browser, tmp_path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    from segmentation.reports.html_report import make_html
    from tests.reports.small import LONG, facts_of

    target = tmp_path / "report.html"
    target.write_bytes(make_html(facts_of(names=(LONG, "Second", "Third"))))
    for scheme in ("light", "dark"):
        context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": 390, "height": 800})
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(target.as_uri())
        expect(page.get_by_role("heading", level=1)).to_have_text("Customer segments")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 24, 29)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert asked == [target.as_uri()]
        assert said == []
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        context.close()
    policy_free = browser.new_context(bypass_csp=True)
    page = policy_free.new_page()
    page.goto(target.as_uri())
    found = Axe().run(page).response["violations"]
    assert [item["id"] for item in found if item["impact"] in ("serious", "critical")] == []
    policy_free.close()
