"""Present: the personas one a screen, large, with nothing else in sight."""

from pages.parts import present_screens, share_model
from pages.ui import show, state
from pages.ui.sitemap import page_of

studio = state.studio()
what, wrong = share_model.asked(studio)
if wrong is not None:
    show.page(page_of("present").question)
    show.problem(wrong)
elif what is None:
    show.page(page_of("present").question)
    share_model.nothing(
        studio,
        "Here each persona fills the screen, for a meeting. First there must be personas.",
    )
else:
    present_screens.draw(studio, what)
