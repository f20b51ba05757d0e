"""Pictures that help to choose the settings of a method; pages find them in `AIDS` by the method's name."""

from segmentation.charts.aids.base import Aid
from segmentation.charts.aids.registry import AIDS

__all__ = ["AIDS", "Aid"]
