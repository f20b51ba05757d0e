"""What is in a table: the statistics of every column, and the role that each one probably plays."""

from segmentation.data.profiling.categories import OTHER, as_category, categories_of, category_of
from segmentation.data.profiling.roles import inherited, suggest_roles
from segmentation.data.profiling.sensitive import SENSITIVE_KINDS, sensitive_kind
from segmentation.data.profiling.statistics import PROFILE_COLUMNS, column_kind, profile, skewness, tukey_fences

__all__ = [
    "OTHER",
    "PROFILE_COLUMNS",
    "SENSITIVE_KINDS",
    "as_category",
    "categories_of",
    "category_of",
    "column_kind",
    "inherited",
    "profile",
    "sensitive_kind",
    "skewness",
    "suggest_roles",
    "tukey_fences",
]
