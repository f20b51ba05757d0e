"""Present: the personas one a screen, large, with nothing else in sight."""

from pages.parts import present_screens
from pages.ui import show, state
from pages.ui.sitemap import page_of

studio = state.studio()
if studio.segmentation is None or not studio.personas:
    show.page(page_of("present").question)
    show.empty(
        "Here each persona fills the screen, for a meeting. First there must be personas.",
        "Make the segments" if studio.board is not None else "Load your customers",
        "segments" if studio.board is not None else "data",
    )
else:
    present_screens.draw(studio)
