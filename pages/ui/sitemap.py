"""The one table of pages: the router, the journey line, the start page and the tests are made from it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ICON", "JOURNEY", "PAGES", "Page", "page_file", "page_of"]

ICON = "data:image/png;base64," + b64encode((Path(__file__).parent / "icon.png").read_bytes()).decode()
"""The icon of every page, with the page: files of their own are only for browsers that were let in."""

_FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Page:
    """One page: its file, its place in the address, what it asks, what it needs and what it makes.

    needs, makes: names of stages in `pages.ui.state.STAGES`; empty when the page needs or makes none.
    action: what one must be allowed to do to open it (see `roles.ACTIONS`).
    todo: the action that completes the page, as the start page says it; empty for a page that is no step.
    listed: whether the journey line has a link to it. former: an address that it had before and that still leads to it.
    """

    key: str
    title: str
    question: str
    needs: str = ""
    makes: str = ""
    todo: str = ""
    listed: bool = True
    former: str = ""
    action: str = "load data and make segments"

    @property
    def file(self) -> str:
        """Absolute path of the page's script."""
        return str(_FOLDER / f"{self.key}.py")

    @property
    def address(self) -> str:
        """The last part of the page's web address."""
        return self.key.replace("_", "-")


PAGES: tuple[Page, ...] = (
    Page("start", "Start", "Which kinds of customers do you have?", action="see shared models"),
    Page("data", "Data", "What is in your data?", makes="features", todo="Load your customers"),
    Page(
        "prepare",
        "Prepare",
        "How should the data be prepared?",
        needs="features",
        makes="recipe",
        todo="Prepare the data",
    ),
    Page(
        "choose_k",
        "How many groups",
        "How many kinds of customers are there?",
        needs="recipe",
        makes="comparison",
        todo="Compare numbers of segments",
    ),
    Page(
        "segments",
        "Segments",
        "Who are they?",
        needs="comparison",
        makes="segmentation",
        todo="Make the segments",
    ),
    Page(
        "score",
        "Score",
        "Which persona is this customer?",
        makes="",
        todo="Score a customer",
        action="score one customer",
    ),
    Page("compare", "Compare", "Would another way of grouping do better?", needs="comparison"),
    Page(
        "learned",
        "Learned features",
        "Do learned features show clearer groups?",
        needs="comparison",
        listed=False,
        former="deep",
    ),
    Page("share", "Share", "How do I show this to others?", needs="segmentation", action="take a report"),
    Page(
        "present",
        "Present",
        "Who are our customers?",
        needs="segmentation",
        listed=False,
        action="see shared models",
    ),
)

JOURNEY: tuple[Page, ...] = tuple(page for page in PAGES if page.todo)
"""The five steps from a file to a scored customer."""


def page_of(key: str) -> Page:
    """The page with this key."""
    return next(page for page in PAGES if page.key == key)


def page_file(key: str) -> str:
    """Absolute path of a page's script, as `st.switch_page` and `st.page_link` want it."""
    return page_of(key).file
