"""One progress bar for several stages."""

from __future__ import annotations

from segmentation.core.settings import Progress

__all__ = ["part"]


def part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """The same progress bar, for one stage that fills it from share `start` to share `end`."""
    if progress is None:
        return None
    whole = progress
    return lambda share, text: whole(start + (end - start) * min(max(share, 0.0), 1.0), text)
