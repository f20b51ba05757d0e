"""What is in a table: the statistics of every column, and the role that each one probably plays."""

from segmentation.profiling.roles import suggest_roles
from segmentation.profiling.statistics import PROFILE_COLUMNS, column_kind, profile, skewness, tukey_fences

__all__ = ["PROFILE_COLUMNS", "column_kind", "profile", "skewness", "suggest_roles", "tukey_fences"]
