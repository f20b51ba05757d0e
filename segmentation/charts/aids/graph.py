"""Number of communities and modularity over the resolution, for graph communities."""

from __future__ import annotations

from segmentation.charts.aids.base import Aid
from segmentation.charts.graph import resolution_caption, resolution_lines
from segmentation.clustering.methods.graph import resolutions

__all__ = ["RESOLUTIONS"]

RESOLUTIONS = Aid(
    title="Look at the number of segments over the resolution",
    help="A number of communities that stays the same over a wide range of resolutions is one that the graph itself "
    "suggests. The dotted line is the chosen resolution. Modularity says how many more pairs of neighbours lie within "
    "communities than chance would put there; above about 0.3 a division is usually called clear (Newman 2004).",
    make=resolutions,
    draw=resolution_lines,
    caption=resolution_caption,
)
