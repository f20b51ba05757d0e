"""Score a file that is larger than memory: block by block in, block by block out, the same rows and the same words."""

from segmentation.scoring.stream.run import score_stream

__all__ = ["score_stream"]
