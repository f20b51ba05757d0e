"""What files to take away are called: after the data that they are about, then after what they hold."""

from __future__ import annotations

from collections.abc import Sequence

from pages.ui import state, widgets
from pages.ui.sitemap import page_of
from segmentation.core.text import file_stem, plain_text

__all__ = ["of_data", "of_files", "of_key"]

_HOLDS = {
    "roles-table": "columns and roles",
    "explore-statistics": "statistics of the features",
    "explore-outliers": "outliers and skewness",
    "explore-negative": "negative values",
    "explore-missing": "missing values",
    "explore-pairs": "strongest correlations",
    "explore-heatmap": "correlations",
    "explore-skew": "skewness",
    "explore-histogram": "distribution",
    "explore-scatter": "scatter plot",
    "explore-pair-plot": "features in pairs",
    "prepare-recipe": "preparation of every column",
    "prepare-before": "distribution before preparation",
    "prepare-after": "distribution after preparation",
    "prepare-levels": "levels of a category",
    "choose-k-table": "numbers of segments compared",
    "choose-k-each": "stability of every segment",
    "choose-k-customers": "silhouette of every segment",
    "choose-k-silhouette": "silhouette by number of segments",
    "choose-k-sizes": "sizes by number of segments",
    "choose-k-elbow": "elbow",
    "choose-k-preparation": "preparation with steps switched off",
    "segments-sizes": "persona sizes",
    "segments-heatmap": "what sets each persona apart",
    "segments-partition": "features that make the personas",
    "segments-spread": "how far apart the personas are",
    "segments-distances": "distances between personas",
    "segments-descriptors": "descriptors by persona",
    "segments-outcomes": "outcomes by persona",
    "segments-audit-picture": "sensitive column by persona",
    "compare-table": "ways of grouping compared",
    "score-file-mix": "personas of the scored file",
    "score-file-rows": "scored customers",
}
"""What a table or a picture holds, where its key does not say it to a reader."""


def of_data(what: str, ending: str) -> str:
    """The name of a file about this session's data: `CC GENERAL customers.csv`; without data only what it holds."""
    studio = state.studio()
    return of_files([*studio.files, *studio.tables, *studio.left_out], what, ending)


def of_files(names: Sequence[str], what: str, ending: str) -> str:
    """The name of a file about these files, called after the first: `October customers with personas.csv`."""
    data = file_stem(plain_text(names[0]).rpartition(".")[0] or names[0], otherwise="") if names else ""
    return f"{f'{data} {what}'.strip()}.{ending}"


def of_key(key: str, ending: str) -> str:
    """The name of a file of what is shown under this key, after the data on the pages that are about them."""
    what, now = _HOLDS.get(key, key.replace("-", " ").replace("_", " ")), widgets.page_now()
    page = page_of(now) if now else None
    if page is not None and (page.needs or page.makes):
        return of_data(what, ending)
    return f"{what}.{ending}"
