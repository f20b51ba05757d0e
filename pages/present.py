"""Present: the personas one a screen, large, with nothing else in sight."""

from pages.parts import present_screens, share_model
from pages.ui import show, state
from pages.ui.sitemap import page_of
from segmentation.errors import SegmentationError

studio = state.studio()
what, wrong = None, None
try:
    what = share_model.shared(studio)
except SegmentationError as error:
    wrong = error
if wrong is not None:
    show.page(page_of("present").question)
    show.problem(wrong)
elif what is None:
    show.page(page_of("present").question)
    show.empty(
        "Here each persona fills the screen, for a meeting. First there must be personas.",
        "Make the segments" if studio.board is not None else "Load your customers",
        "segments" if studio.board is not None else "data",
    )
else:
    present_screens.draw(studio, what)
