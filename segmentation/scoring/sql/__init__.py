"""The saved model as one SELECT: the warehouse places its customers itself, and gets what the library gets."""

from segmentation.scoring.sql.query import ScoringSql, golden_rows, id_column, scoring_sql

__all__ = ["ScoringSql", "golden_rows", "id_column", "scoring_sql"]
