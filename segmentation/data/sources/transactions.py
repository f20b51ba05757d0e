"""Purchase lines to one row a customer: recency, frequency, monetary and what goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from segmentation.core.errors import DataProblems, Problem
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Note, Table
from segmentation.core.text import count_text
from segmentation.data.profiling import categories_of
from segmentation.data.sources.base import Columns, Figures, Source, fingerprint, reading_of
from segmentation.data.sources.chosen import features_in_use, missing_notes
from segmentation.data.sources.currencies import in_currency
from segmentation.data.sources.days import as_second, moments
from segmentation.data.sources.lines import as_of_of, effects, keep_lines
from segmentation.data.sources.marking import mark, more_effects
from segmentation.data.sources.people import vanished
from segmentation.data.sources.purchases import say_words
from segmentation.data.sources.rfm import RFM, RFM_FEATURES, numbered, rfm_features
from segmentation.data.sources.rfm_scores import cut_points, rfm_scores
from segmentation.data.sources.transaction_table import LINES, TransactionSettings

__all__ = [
    "NOTHING_LEFT",
    "TRANSACTIONS",
    "build_transactions",
    "choices_in_numbers",
    "late_slip",
    "of_the_lines",
    "transaction_features",
    "transaction_figures",
]


def build_transactions(
    tables: Mapping[str, Table],
    columns: Columns,
    settings: TransactionSettings | None = None,
    progress: Progress | None = None,
    learned: Mapping[str, Any] | None = None,
) -> FeatureTable:
    """The table "transactions", its mapping and the choices → one row a customer with at least one purchase.

    Features are those of `settings.use`; the other figures, first and last purchase, country and the classic RFM scores
    are descriptors. learned: the cut points of the scores, when they come from earlier data.
    """
    settings = settings or TransactionSettings()
    report = progress or (lambda share, text: None)
    table, mapping = tables["transactions"], dict(columns["transactions"])
    notes: list[Note] = []
    problems: list[Problem] = []
    report(0.05, "Reading the lines")
    marking = mark(table, mapping, settings, notes, problems)
    marked, settings = marking.lines, marking.settings
    say_words(marking.words, notes)
    as_of = as_of_of(marked, settings)
    report(0.35, "Leaving out what does not count")
    lines = keep_lines(marked, settings, as_of, notes)
    if lines["returned"].all():
        raise DataProblems([Problem(LINES.label, "no purchase is left.", NOTHING_LEFT)])
    report(0.55, "Adding up each customer")
    numbers, ids = numbered(lines)
    customers = rfm_features(
        numbers,
        as_second(as_of, "The as-of date"),
        purchase=settings.purchase if "invoice" in mapping else "day",
        net=settings.returns == "net",
        trend_days=settings.trend_days,
    )
    customers = customers.set_index(ids[customers.pop("customer")].rename("customer")).sort_index()
    counted = count_text((~lines["returned"]).sum())
    made = f"{counted} of {count_text(len(marked))} lines are purchases of {count_text(len(customers))} customers."
    notes.insert(0, Note(LINES.label, made, len(customers)))
    left_out = vanished(marked.assign(nothing=marked["free"] & ~marked["rest"]), customers.index, notes, LINES.label)
    problems += [] if settings.as_of else late_slip(*lines["date"].quantile([1.0, 0.999]))
    report(0.85, "Scoring recency, frequency and monetary")
    cuts = dict((learned or {}).get("cuts") or {name: cut_points(customers[name]) for name in RFM})
    report(0.95, "Finishing")
    more = of_the_lines(lines, customers.index, "country" in mapping)
    used = replace(settings, as_of=as_of)
    features = transaction_features(table, mapping, used, customers, more, cuts, notes, problems)
    return replace(features, info=in_currency(features.info, marking.currency), left_out=left_out)


def choices_in_numbers(
    tables: Mapping[str, Table], columns: Columns, settings: TransactionSettings | None = None
) -> pd.DataFrame:
    """What every choice is about: see `lines.effects`."""
    return transaction_figures(tables, columns, settings).effects


def transaction_figures(
    tables: Mapping[str, Table], columns: Columns, settings: TransactionSettings | None = None
) -> Figures:
    """The numbers behind the choices. They count all lines, whatever was chosen, but for what the words count as."""
    table, mapping = tables["transactions"], dict(columns["transactions"])
    chosen = settings or TransactionSettings()
    marked = mark(table, mapping, TransactionSettings(words=chosen.words), [], [])
    table_of_effects = pd.concat([effects(marked.lines), more_effects(marked, mapping)])
    return Figures(table_of_effects, marked.words, marked.currencies)


NOTHING_LEFT = "Look at the choices: lines without a customer, dates, prices; or choose other columns."


def transaction_features(
    table: Table,
    mapping: dict[str, str],
    settings: TransactionSettings,
    customers: pd.DataFrame,
    more: pd.DataFrame,
    cuts: Mapping[str, Any],
    notes: list[Note],
    problems: list[Problem],
) -> FeatureTable:
    """Customers with all figures, and more that describes them (country, currency) → the table of features."""
    there = [item for item in RFM_FEATURES if item.name != "distinct_products" or "product" in mapping]
    used = features_in_use(RFM_FEATURES, there, settings.use)
    if "product" not in mapping:
        notes.append(Note("Distinct products", "Left out, because no column for the product is chosen."))
    notes += missing_notes(there, customers, "customer")
    spare = [item.name for item in there if item not in used]
    others = _dated(customers, spare).join(more).join(rfm_scores(customers, cuts))
    choices = {"columns": {"transactions": mapping}, "settings": asdict(settings)}
    return FeatureTable(
        frame=customers[[item.name for item in used]].astype("float64"),
        info=tuple(used),
        descriptors=others,
        as_of=settings.as_of,
        source="transactions",
        fingerprint=fingerprint({"transactions": table}, **choices),
        notes=tuple(notes),
        problems=tuple(problems),
        categories=categories_of(others),
        replay={
            "source": "transactions",
            **choices,
            "learned": {"cuts": {k: list(v) for k, v in cuts.items()}},
            "reading": reading_of({"transactions": table}),
        },
    )


def _dated(customers: pd.DataFrame, spare: list[str]) -> pd.DataFrame:
    """What describes customers beside the features in use: spare figures, first and last purchase."""
    others = customers[spare].copy()
    others["first_purchase"] = moments(customers["first"])
    others["last_purchase"] = moments(customers["last"])
    return others


def of_the_lines(lines: pd.DataFrame, customers: pd.Index, country: bool) -> pd.DataFrame:
    """What else the lines say of customers: the country of the latest purchase, the currency."""
    more = pd.DataFrame(index=customers)
    if country:
        bought = lines.loc[~lines["returned"] & lines["country"].notna(), ["customer", "date", "country"]]
        latest = bought.sort_values("date", kind="stable").drop_duplicates("customer", keep="last")
        more["country"] = latest.set_index("customer")["country"].reindex(customers)
    if lines["currency"].notna().any():
        more["currency"] = lines.groupby("customer")["currency"].first().reindex(customers)
    return more


def late_slip(last: pd.Timestamp, usual: pd.Timestamp) -> list[Problem]:
    """What is said where the last date lies far after nearly all others."""
    if (last - usual).days <= 365:
        return []
    what = f"the last date is {last:%Y-%m-%d}, more than a year after nearly all others ({usual:%Y-%m-%d})."
    fix = "If it is a slip, correct it or choose the day that days count up to."
    return [Problem(LINES.label, what, fix, fatal=False)]


TRANSACTIONS = Source(
    name="transactions",
    label="Transactions",
    help="One row a purchase or invoice line. They are added up to recency, frequency and monetary of each customer.",
    tables=(LINES,),
    build=build_transactions,
    settings=TransactionSettings,
    figures=transaction_figures,
)
