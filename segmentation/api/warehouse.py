"""`export_sql`: a model as one SELECT for a warehouse. `write_back`: personas into a table of it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from segmentation.api.arguments import write_file
from segmentation.api.checks import segments_of
from segmentation.api.saved import load
from segmentation.clustering.model import Segmentation
from segmentation.core.checks import check_kind
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.data.warehouse import Written, address_of
from segmentation.data.warehouse import write_back as write_rows
from segmentation.reports.card import segment_names
from segmentation.scoring.batch import Batch
from segmentation.scoring.sql import ScoringSql, scoring_sql
from segmentation.store import SavedModel, check_accepted

__all__ = ["export_sql", "write_back", "write_text"]


def export_sql(
    model: SavedModel | Segmentation | str,
    dialect: str,
    path: str | os.PathLike[str] = "",
    *,
    table: str = "customers",
    id: str = "",
    accept_changed: bool = False,
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
    accept_changed
        Write it although the model's files were changed since it was saved (`model.seal` says which).
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
        than the warehouse takes, a disk that refuses, and when the model was changed since it was saved, without
        `accept_changed`.

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
    remedy = "Give a name that ends with .sql."
    target = check_kind(path, (str, os.PathLike), "The file of a query", remedy)
    check_kind(table, str, "The table of the warehouse", "Give its name, such as crm.customers.")
    check_kind(id, str, "The column that tells customers apart", "Give its name.")
    saved = load(model, root) if isinstance(model, str) else model
    if isinstance(saved, SavedModel):
        check_accepted(saved.seal, saved.ref, accept_changed, "written")
    made = segments_of(saved)
    names = segment_names(made, saved.personas if isinstance(saved, SavedModel) else ())
    ref = saved.ref if isinstance(saved, SavedModel) else ""
    sql = scoring_sql(made, names, dialect, table=table, id=id, ref=ref)
    if target:
        file = Path(target)
        if file.suffix.casefold() != ".sql":
            raise SegmentationError(f"{plain_text(file.name)} must end with .sql. {remedy}")
        write_text(file, sql.query)
        write_text(file.with_suffix(".test.sql"), sql.test)
    return sql


def write_back(batch: Batch, into: str, *, since: str = "", force: bool = False) -> Written:
    """Write the personas of a scored batch into a table: only what is new or changed, in one transaction.

    Parameters
    ----------
    batch
        What `seg.score` returned. Customers who could not be scored are not written.
    into
        The table, such as `postgresql://HOST/DB#crm.personas` or `sqlite:///shop.db#personas`; it is made where there
        is none, with the columns customer, persona and since.
    since
        When a persona that is written now began, as ISO text; empty is this moment (UTC).
    force
        Write although the verdict on drift is refit.

    Returns
    -------
    Written
        `.changed` (customers with a new or another persona) and `.same`. A second run changes 0.

    Raises
    ------
    SegmentationError
        When the model no longer fits (refit), and when the table cannot be written; then nothing was changed.

    Examples
    --------
    >>> import tempfile
    >>> import segmentation as seg
    >>> customers = seg.sample("income_spending")
    >>> batch = seg.score(seg.fit(customers, "plain", k=4), customers)
    >>> table = f"sqlite:///{tempfile.mkdtemp()}/crm.db#personas"
    >>> seg.write_back(batch, table, since="2024-12-31").changed, seg.write_back(batch, table).changed
    (2000, 0)
    """
    if batch.verdict.verdict == "refit" and not force:
        raise SegmentationError(
            f"Nothing was written: {batch.verdict.headline}. {' '.join(batch.verdict.reasons)} Make the segments anew, "
            "or write the personas all the same with force (--force)."
        )
    scored = batch.rows[(batch.rows["segment"] > 0) | batch.rows["noise"]]
    rows = list(zip(scored["id"].astype(str), scored["persona"].astype(str), strict=True))
    return write_rows(address_of(into), rows, since or datetime.now(UTC).isoformat(timespec="seconds"))


def write_text(target: Path, text: str) -> None:
    """Write a text to a file; one sentence when the disk refuses."""
    write_file(target, text.encode())
