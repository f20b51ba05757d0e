"""The subcommands of `segmentation` (or `python -m segmentation`): one entry of `COMMANDS` each.

A new one is a `Command(...)` here and a module beside this file with `run(args) -> Outcome`. Modules are imported only
when their command runs, so that help and errors come at once.
"""

from segmentation.cli.arguments import (
    add_app,
    add_audit,
    add_choose_k,
    add_export_sql,
    add_features,
    add_fit,
    add_models,
    add_report,
    add_score,
)
from segmentation.cli.base import Command, Outcome

__all__ = ["COMMANDS", "Command", "Outcome"]

_SCORE = "Place the customers of a file in the segments of a saved model."

COMMANDS = (
    Command("features", "Make one row a customer of files of any kind.", "features", add_features),
    Command("choose-k", "Compare numbers of segments and recommend one.", "choose_k", add_choose_k),
    Command("fit", "Make k segments of the customers in a file and save them as a model.", "fit", add_fit),
    Command("score", _SCORE, "score", add_score, "segmentation.data.reading.apart", streams=True),
    Command("report", "Write a saved model as slides, a workbook or a report.", "report", add_report, reads=""),
    Command(
        "export-sql",
        "Write a saved model as one SELECT, so that a warehouse places its customers itself.",
        "export_sql",
        add_export_sql,
        reads="",
    ),
    Command("app", "Start the product in the browser, on this machine only.", "app", add_app, reads=""),
    Command("models", "List, compare, rename and delete saved models.", "models", add_models, reads=""),
    Command("audit", "Check that a log of who did what is whole.", "audit", add_audit, reads=""),
)
