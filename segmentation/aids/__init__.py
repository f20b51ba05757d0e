"""Pictures that help to choose the settings of a method; pages find them in `AIDS` by the method's name."""

from segmentation.aids.base import Aid
from segmentation.aids.registry import AIDS

__all__ = ["AIDS", "Aid"]
