"""Present: the personas one a screen, large, with nothing else in sight."""

from pages.parts.share import model, screens
from pages.ui import show, state
from pages.ui.sitemap import page_of

studio = state.studio()
what, wrong = model.asked(studio)
if wrong is not None:
    show.page(page_of("present").question)
    show.problem(wrong)
elif what is None:
    show.page(page_of("present").question)
    model.nothing(
        studio,
        "Here each persona fills the screen, for a meeting. First there must be personas.",
    )
else:
    screens.draw(studio, what)
