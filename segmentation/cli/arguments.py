"""The arguments of the subcommands; those that several share are written once."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from pathlib import Path

from segmentation.cli.column_options import add_columns
from segmentation.cli.warehouse_options import add_features_sql, add_into, add_model_sql
from segmentation.core.settings import N_INIT, PREP_PRESETS, SEED, KSettings

__all__ = [
    "add_app",
    "add_audit",
    "add_choose_k",
    "add_export_sql",
    "add_features",
    "add_fit",
    "add_models",
    "add_report",
    "add_score",
]


def add_choose_k(parser: argparse.ArgumentParser) -> None:
    """FILE… and how to read it, the range of k, the preparation, and whether the evidence is left out."""
    _add_input(parser)
    default = KSettings()
    parser.add_argument("--fast", action="store_true", help="without the tests against data without groups")
    parser.add_argument(
        "--k", metavar="FROM:TO", type=_range, default=(default.k_min, default.k_max), help="such as 2:12"
    )
    _add_limits(parser)
    _add_prep(parser)
    parser.add_argument("--n-init", metavar="N", type=_whole, default=N_INIT, help=f"restarts (default: {N_INIT})")
    parser.add_argument("--seed", metavar="N", type=_whole, default=SEED, help=f"seed (default: {SEED})")
    _add_json(parser)


def add_fit(parser: argparse.ArgumentParser) -> None:
    """FILE… and how to read it, the method and its settings, the name of the model, and the preparation."""
    _add_input(parser)
    parser.add_argument(
        "--method", metavar="METHOD", default="kmeans", help="how segments are made: kmeans (default), mixture, …"
    )
    parser.add_argument("--k", metavar="K", help="the number of segments, for methods that do not find it themselves")
    parser.add_argument("--name", required=True, help="the name under which the model is saved, as its next version")
    parser.add_argument(
        "--keep-names", metavar="NAME[/vN]", help="a saved model whose persona names the same personas keep"
    )
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="also write a file for others: .pptx, .xlsx or .html; may be given several times",
    )
    parser.add_argument("--title", metavar="TITLE", help="the title of these files")
    parser.add_argument(
        "--evidence",
        action="store_true",
        help="also find out whether there are groups at all, as choose-k does; kept with the model and in these files",
    )
    parser.add_argument(
        "--keep-ids",
        choices=("hashed", "plain"),
        default="",
        help="keep beside the model which segment each customer is in, to look ids up (default: nobody's id is kept)",
    )
    _add_prep(parser)
    parser.add_argument("--n-init", metavar="N", help="the same as --set n_init=N: restarts")
    parser.add_argument("--seed", metavar="N", help="the same as --set seed=N")
    _add_json(parser)
    _add_models_folder(parser)


def add_score(parser: argparse.ArgumentParser) -> None:
    """NAME[/vN], FILE…, and where the answer goes."""
    parser.add_argument("model", metavar="NAME[/vN]", help="a saved model; without a version, the latest")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=_file,
        help="a file like the one the model was made from, or an address",
    )
    parser.add_argument("--id", metavar="COLUMN", help="the column that tells customers apart")
    parser.add_argument(
        "--out", metavar="OUT.csv", type=Path, help="write one line a customer to this file; or .csv.gz, .parquet"
    )
    add_into(parser)
    parser.add_argument(
        "--map",
        metavar="MODEL=COLUMN",
        action="append",
        default=[],
        help="which column of the new files is the model's, where headings differ; may be given several times; or a "
        ".json file, as the Data page saves it",
    )
    parser.add_argument(
        "--scale",
        metavar="COLUMN=FACTOR",
        action="append",
        default=[],
        help="what the numbers of a column are multiplied by, such as rate=100 where 0.80 means 80 %%",
    )
    parser.add_argument(
        "--anyway", action="store_true", help="score although a column has moved by a power of ten since training"
    )
    _add_accept_changed(parser)
    _add_reading(parser)
    _add_strict(parser)
    _add_models_folder(parser)
    _add_json(parser)


def add_features(parser: argparse.ArgumentParser) -> None:
    """FILE… and how to read it, and where the features go."""
    _add_input(parser)
    parser.add_argument("--out", metavar="FEATURES.csv", type=Path, help="write one line a customer here")
    add_features_sql(parser)
    _add_json(parser)


def add_report(parser: argparse.ArgumentParser) -> None:
    """NAME[/vN], and the files to write."""
    parser.add_argument("model", metavar="NAME[/vN]", help="a saved model; without a version, the latest")
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        action="append",
        required=True,
        help="the file to write: .pptx, .xlsx or .html; may be given several times",
    )
    parser.add_argument("--title", metavar="TITLE", help="the title of these files")
    _add_models_folder(parser)
    _add_json(parser)


def add_export_sql(parser: argparse.ArgumentParser) -> None:
    """NAME[/vN], the warehouse, its table, and where the SELECT goes."""
    parser.add_argument("model", metavar="NAME[/vN]", help="a saved model; without a version, the latest")
    add_model_sql(parser)
    _add_accept_changed(parser)
    _add_models_folder(parser)
    _add_json(parser)


def add_app(parser: argparse.ArgumentParser) -> None:
    """The port, and where the models are."""
    parser.add_argument("--port", metavar="PORT", type=_whole, default=8501, help="(default: 8501)")
    parser.add_argument("--no-browser", action="store_true", help="only start the server; open the address yourself")
    _add_models_folder(parser)
    _add_json(parser)


def add_audit(parser: argparse.ArgumentParser) -> None:
    """FILE, and what it is compared with."""
    parser.add_argument("log", metavar="FILE", type=Path, help="the log of who did what that a server wrote")
    parser.add_argument(
        "--noted", metavar="CHAIN", default="", help="the chain of a line, noted elsewhere: is that line still there?"
    )
    _add_json(parser)


def add_models(parser: argparse.ArgumentParser) -> None:
    """What is done with the models (without anything they are listed), and where they are."""
    parser.add_argument(
        "action",
        metavar="ACTION",
        nargs="?",
        default="list",
        help="list (default); rename OLD NEW; note NAME/vN TEXT (without a text: take the note away); "
        "compare NAME/vN NAME/vN; find NAME/vN ID (the persona of a customer, where ids were kept); "
        "forget-ids NAME/vN; delete NAME/vN; restore NAME/vN (within a day)",
    )
    parser.add_argument("values", metavar="VALUE", nargs="*", help="what the action needs")
    _add_models_folder(parser)
    _add_json(parser)


def _add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=_file,
        help="CSV, Excel or Parquet, a folder of Parquet, or an address such as sqlite:///shop.db#TABLE or "
        "postgresql://HOST/DB#SELECT …",
    )
    add_columns(parser)
    parser.add_argument("--as-of", metavar="DATE", help="count days to this date (default: the day after the last)")
    parser.add_argument(
        "--set",
        metavar="SETTING=VALUE",
        action="append",
        default=[],
        help="what counts in the files, such as returns=net, words.pending=purchase, rates.USD=0.92 or same_ids=join; "
        "for fit also a setting of the method, such as eps=2.5; may be given several times",
    )
    _add_reading(parser)
    _add_strict(parser)


def _add_accept_changed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept-changed", action="store_true", help="use a model whose files were changed since it was saved"
    )


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--read",
        metavar="SETTING=VALUE",
        action="append",
        default=[],
        help="how files are read, such as decimal=, or date_order=dmy or no_answer=age:99; may be given several times",
    )


def _add_strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict", action="store_true", help="end with exit code 2 when anything was noticed while reading the files"
    )


def _add_prep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--prep",
        metavar="PREP",
        type=_prep,
        default="plain",
        help="the preparation: plain (default), recommended, or a .json file that the Prepare page saved",
    )


def _add_limits(parser: argparse.ArgumentParser) -> None:
    """The user's own limits for the recommendation: name, kind, help and default are those of their fields."""
    for item in fields(KSettings):
        if item.name in ("at_most", "min_share", "min_size"):
            label = item.metadata["label"]
            help = f"{label[:1].lower()}{label[1:]} (default: {item.default})"
            kind = _whole if isinstance(item.default, int) else _number
            parser.add_argument(
                f"--{item.name.replace('_', '-')}", metavar="LIMIT", type=kind, default=item.default, help=help
            )


def _add_models_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--models",
        metavar="DIR",
        type=Path,
        help="the folder of saved models (default: the one of SEGMENTATION_MODELS, of the checkout, or of the user)",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def _file(text: str) -> Path | str:
    """The path of a file; an address stays the text that it is."""
    return text if "://" in text else Path(text)


def _prep(text: str) -> str:
    if text not in PREP_PRESETS and not text.casefold().endswith(".json"):
        raise argparse.ArgumentTypeError(f"needs {', '.join(PREP_PRESETS)} or a .json file; it was {text!r}")
    return text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"needs a number; it was {text!r}") from error


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise argparse.ArgumentTypeError(f"needs a whole number; it was {text!r}")
    return int(text)


def _range(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,9})(?::(\d{1,9}))?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"needs a range such as 2:12; it was {text!r}")
    return int(match.group(1)), int(match.group(2) or match.group(1))
