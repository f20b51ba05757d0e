"""`export_sql`: a saved model as one SELECT, so that a warehouse places its customers itself."""

from __future__ import annotations

import os
from pathlib import Path

from segmentation.api.saved import load
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.reports.card import segment_names
from segmentation.scoring.sql import ScoringSql, scoring_sql
from segmentation.store import SavedModel

__all__ = ["export_sql"]


def export_sql(
    model: SavedModel | Segmentation | str,
    dialect: str,
    path: str | os.PathLike[str] = "",
    *,
    table: str = "customers",
    id: str = "",
    root: str | os.PathLike[str] | None = None,
) -> ScoringSql:
    """A model as one SELECT for a warehouse, and a test query that shows that it computes alike there.

    Parameters
    ----------
    model
        A saved model, its reference (`cards/v1`), or segments.
    dialect
        One of duckdb, sqlite, postgres, spark, snowflake, bigquery, redshift, databricks and tsql.
    path
        The file to write, ending with .sql; the test query is written beside it (`cards.test.sql`). Empty: no file.
    table
        Where the customers are: TABLE or SCHEMA.TABLE.
    id
        The column that tells customers apart; empty is that of the training file.
    root
        The folder of models, as in `seg.save`.

    Returns
    -------
    ScoringSql
        `.query` (customers in, their personas out) and `.test` (no table needed; every row must say `same`).

    Raises
    ------
    SegmentationError
        For a dialect that is not known, segments of learned features (no SELECT can compute them), a query longer
        than the warehouse takes, and a disk that refuses.

    Examples
    --------
    >>> import segmentation as seg
    >>> segments = seg.fit(seg.sample("income_spending"), "plain", k=4)
    >>> sql = seg.export_sql(segments, "sqlite", table="crm.customers")
    >>> sql.query.splitlines()[0]
    '-- Which of 4 personas every customer is: a segmentation, for SQLite.'
    >>> import sqlite3
    >>> {row[-1] for row in sqlite3.connect(":memory:").execute(sql.test)}
    {'same'}
    """
    saved = load(model, root) if isinstance(model, str) else model
    made = saved.segmentation if isinstance(saved, SavedModel) else saved
    names = segment_names(made, saved.personas if isinstance(saved, SavedModel) else ())
    ref = saved.ref if isinstance(saved, SavedModel) else ""
    sql = scoring_sql(made, names, dialect, table=table, id=id, ref=ref)
    if path:
        target = Path(path)
        if target.suffix.casefold() != ".sql":
            raise SegmentationError(f"{plain_text(target.name)} must end with .sql. Choose another name.")
        _write(target, sql.query)
        _write(target.with_suffix(".test.sql"), sql.test)
    return sql


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SegmentationError(f"Cannot write {plain_text(target)}: {error.strerror}. Choose another file.") from error
