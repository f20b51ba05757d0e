"""Learned features in a real browser, where PyTorch is installed: from a sample to one scored customer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.test_main_journey import answered, choose


def learn(visitor: Visitor, *, rounds: int) -> None:
    """Say how many rounds, and start."""
    visitor.quiet()
    field = visitor.page.get_by_role("spinbutton", name="Rounds (epochs)")
    field.fill(str(rounds))
    field.press("Tab")
    visitor.page.get_by_role("button", name="Learn features").click()


def cancel(page: Page) -> None:
    """Stop the training; nothing is left of it."""
    page.locator(".st-key-job-learned-cancel button").click()
    expect(page.get_by_text("Cancelled. Nothing was changed.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Loss at the end")).to_have_count(0)


@pytest.mark.embedding
def test_from_a_trained_network_to_one_scored_customer(visit) -> None:
    visitor = visit()
    page = visitor.open()
    page.locator(".st-key-sample-income_spending button:visible").click()
    answered(page, "customers with 3")
    for key, words in (("prepare", "take part"), ("choose_k", "recommended")):
        visitor.step(key)
        answered(page, words)
    visitor.quiet()
    page.get_by_role("link", name="Try features that a neural network learns").click()
    expect(page.get_by_role("heading", level=1, name="Do learned features show clearer groups?")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    visitor.quiet()
    barriers = visitor.barriers()  # the button of the form, on dark ground
    page.emulate_media(color_scheme="light")

    learn(visitor, rounds=500)
    expect(page.locator(".st-key-learned-live .main-svg").first).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-job-learned")).to_contain_text(re.compile(r"round \d+ of 500, loss \d\.\d+"))
    cancel(page)

    learn(visitor, rounds=20)
    expect(page.get_by_text("Loss at the end")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"^The tree of \d[\d,]* encoded customers"))).to_be_visible()
    visitor.quiet()
    page.get_by_role("button", name=re.compile(r"^Make \d segments of the learned features")).click()
    answered(page, "win")
    expect(page.get_by_text("Whether there are groups at all is tested on “How many groups”")).to_be_visible()
    both = re.compile(r"^Autoencoder: silhouette 0\.\d+, seeds .*; Plain K-means: silhouette 0\.\d+, seeds ")
    expect(page.get_by_role("region", name=both)).to_be_visible()
    assert barriers + visitor.in_every_look("learned") == []

    page.get_by_role("button", name=re.compile("^Use these segments")).click()
    expect(page.get_by_text("These are your segments now")).to_be_visible()
    visitor.quiet()
    page.get_by_role("button", name="Look at the segments").click()
    answered(page, "personas")
    expect(page.get_by_text(re.compile("^Made by: Autoencoder"))).to_be_visible()
    page.get_by_label("Name of the model").fill("Learned")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Saved as Learned/v1.")).to_be_visible()
    page.get_by_role("button", name="Score a customer").click()
    visitor.quiet()
    choose(page, "score-way", "Look up an id")
    page.get_by_role("textbox", name="Customer id").fill("P10003")
    page.keyboard.press("Enter")
    answered(page, "Customer P10003 belongs with")
