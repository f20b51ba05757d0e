"""What is in a table: the statistics of every column, and the role that each one probably plays."""

from segmentation.data.profiling.roles import suggest_roles
from segmentation.data.profiling.sensitive import SENSITIVE_KINDS, sensitive_kind
from segmentation.data.profiling.statistics import PROFILE_COLUMNS, column_kind, profile, skewness, tukey_fences

__all__ = [
    "PROFILE_COLUMNS",
    "SENSITIVE_KINDS",
    "column_kind",
    "profile",
    "sensitive_kind",
    "skewness",
    "suggest_roles",
    "tukey_fences",
]
