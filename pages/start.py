"""Start: what this does, where you are, and the one next action."""

from pages.ui import show, state
from pages.ui.journey import next_page
from pages.ui.sitemap import page_of

show.page(
    page_of("start").question,
    "Load a table of customers and get groups that you can name, explain and act on. Everything stays on this machine.",
)
_next = next_page(state.studio())
show.next_step(_next.todo, _next.key, _next.question)
