"""What can be wrong with a project, as one sentence."""

from __future__ import annotations

from segmentation.core.errors import SegmentationError

__all__ = ["damaged"]


def damaged(what: str) -> SegmentationError:
    """The error for a project or a state that is not as it was saved; the caller raises it."""
    return SegmentationError(f"This project cannot be opened: {what}. Open an earlier state or another project.")
