"""The frozen classes that pages keep in a project, beside those of the library: a new one is one name here."""

from pages.parts.score.entry import Customer
from pages.parts.shared.memory import Before, KeptNames
from segmentation.reports import ReportSettings

__all__ = ["KEPT"]

KEPT: tuple[type, ...] = (Before, KeptNames, Customer, ReportSettings)
