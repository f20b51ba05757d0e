"""Sign-in from end to end: a real provider on this machine, a real browser, three people and their roles."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pages.ui.sitemap import page_of
from segmentation.store.audit import verify
from tests.e2e.conftest import LOOKS, Product, Visitor
from tests.e2e.provider import CLIENT, provider

pytest.importorskip("authlib", reason="sign-in needs the extra of that name")

PEOPLE = {
    "anna": {"name": "Anna Ahlers", "email": "anna@example.org", "groups": ["analysts", "staff"]},
    "berta": {"name": "Berta <b>Beck</b>", "email": "berta@example.org", "groups": ["readers"]},
    "carl": {"name": "Carl", "email": "carl@example.org", "groups": ["staff"]},
}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product behind the sign-in."""
    with provider(free_port(), PEOPLE) as login:
        made = Product(tmp_path, port=free_port())
        secrets = {
            "auth": {
                "redirect_uri": f"{made.address}/oauth2callback",
                "cookie_secret": "only for this test, and long enough",
                "server_metadata_url": f"{login}/.well-known/openid-configuration",
                **CLIENT,
            },
            "access": {"claim": "groups", "look": ["readers"], "work": ["analysts"], "manage": ["admins"]},
        }
        lines = [
            f"[{section}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
            for section, values in secrets.items()
        ]
        (tmp_path / "secrets.toml").write_text("\n".join(lines))
        monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(tmp_path / "secrets.toml"))
        monkeypatch.setenv("SEGMENTATION_AUDIT", str(tmp_path / "audit.jsonl"))
        try:
            made.start()
            yield made
        finally:
            made.end()
        made.said()


def signed_in(context: BrowserContext, product: Product, who: str, path: str = "") -> Visitor:
    """A tab in which somebody has signed in."""
    visitor = Visitor(context.new_page(), product.address, "light")
    visitor.page.goto(f"{product.address}/{path}")
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.get_by_role("link", name=who).click()
    visitor.page.wait_for_url(f"{product.address}/**")
    expect(visitor.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    return visitor


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1, name=text)).to_be_visible()


def test_three_people_sign_in_do_what_their_role_allows_and_leave(product: Product, browser: Browser) -> None:
    contexts = [browser.new_context(**{**LOOKS["light"], "reduced_motion": "reduce"}) for _ in range(4)]
    anna = signed_in(contexts[0], product, "anna")
    heading(anna.page, page_of("start").question)
    expect(anna.page.locator(".st-key-signed-in")).to_contain_text("Anna Ahlers (works here)")
    anna.page.locator(".st-key-sample-income_spending button").first.click()
    heading(anna.page, page_of("data").question)
    expect(anna.page.get_by_role("button", name="Prepare the data")).to_be_visible(timeout=60_000)
    anna.quiet()
    work = anna.page.url
    anna.shot("signed-in")

    berta = signed_in(contexts[1], product, "berta")
    expect(berta.page.locator(".st-key-signed-in")).to_contain_text("Berta <b>Beck</b> (may look)")
    berta.page.goto(work)
    expect(berta.page.get_by_text("Your role here (look) does not allow this")).to_be_visible()
    berta.page.goto(work.replace("/data", "/score"))  # her own page with the address of Anna's work
    heading(berta.page, page_of("score").question)
    expect(berta.page.get_by_text("income_spending")).to_have_count(0)
    berta.quiet()
    berta.shot("signed-in-look")

    carl = signed_in(contexts[2], product, "carl")
    expect(carl.page.get_by_text("none of your groups may use this studio")).to_be_visible()
    carl.shot("signed-in-no-role")

    copy = contexts[0].cookies()
    anna.page.get_by_role("button", name="Sign out").click()
    expect(anna.page.get_by_role("button", name="Sign in")).to_be_visible()
    contexts[3].add_cookies(copy)
    thief = Visitor(contexts[3].new_page(), product.address, "light")
    thief.page.goto(work)
    expect(thief.page.get_by_text("You signed out. Sign in to go on.")).to_be_visible()
    for context in contexts:
        context.close()

    log = verify(product.home / "audit.jsonl")
    assert log.problem == ""
    assert [(entry.who.split("@")[0], entry.what) for entry in log.last] == [
        ("anna", "signed in (work)"),
        ("berta", "signed in (look)"),
        ("berta", "refused: load data and make segments"),
        ("carl", "signed in (without a role)"),
        ("anna", "signed out"),
    ]
