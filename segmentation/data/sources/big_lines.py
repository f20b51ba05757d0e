"""A file of purchase lines that is larger than may be read at once → one row a customer, in parts of whole customers.

The lines are read block by block, checked and typed as `read` has them, and put on disk by their customers
(`line_store`); each part is marked and added up by the very functions that a small file goes through (`line_sums`), as
many at once as there are cores. What needs a look at all lines in another way (words, refunds, currencies, totals of
orders) is not done here; such a file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.core.errors import DataProblems, Problem, raise_if_fatal
from segmentation.core.own_folder import own_folder
from segmentation.core.progress import part
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Note, Table
from segmentation.core.text import count_text
from segmentation.data.reading.stream import NotPlain
from segmentation.data.sources.assemble import Assembly
from segmentation.data.sources.days import day_after
from segmentation.data.sources.line_store import LineStore
from segmentation.data.sources.line_sums import Asked, LineSums, add_up_lines, together
from segmentation.data.sources.lines import counted_twice, guests, left_out, mostly_c, returns_of, window
from segmentation.data.sources.orders import sums_text
from segmentation.data.sources.part_files import PartFiles, in_parts, number_of_parts, sha256_of
from segmentation.data.sources.people import settle_ids, vanished
from segmentation.data.sources.rfm import RFM
from segmentation.data.sources.rfm_scores import cut_points
from segmentation.data.sources.row_store import are_plain, fill, kinds_of_columns, with_middles
from segmentation.data.sources.transaction_table import LINES, TransactionSettings
from segmentation.data.sources.transactions import NOTHING_LEFT, late_slip, transaction_features

__all__ = ["add_up", "fits"]

_WEIGHED = ("status", "type", "refunded", "cancelled", "currency")
_AS_USUAL = ("duplicates", "same_ids", "currencies", "currency", "words")
_NEGATIVE_SALES = 0.6
_USUAL = 0.999
"""The share of dates before the one that the last must not lie far after."""


def fits(assembly: Assembly) -> bool:
    """Whether files of this form, with these choices, are added up here as they are in memory."""
    if assembly.source.name != "transactions" or assembly.told or len(assembly.tables) != 1:
        return False
    mapping, settings = assembly.columns["transactions"], assembly.settings
    return are_plain(assembly.tables["transactions"], LINES, mapping) and _told_line_by_line(mapping, settings)


def _told_line_by_line(mapping: Mapping[str, str], settings: TransactionSettings) -> bool:
    """Whether each line says itself what it counts as: no words, no order totals, and the usual choices."""
    worth = "amount" in mapping or {"quantity", "price"} <= set(mapping)
    totals = {"amount", "invoice"} <= set(mapping) and settings.order_totals != "lines"
    usual = TransactionSettings()
    chosen = all(getattr(settings, name) == getattr(usual, name) for name in _AS_USUAL)
    return worth and chosen and settings.sign != "negative" and not totals and not set(_WEIGHED) & set(mapping)


def add_up(path: Path, assembly: Assembly, progress: Progress | None = None) -> FeatureTable:
    """A file and how its first part is understood (see `fits`) → what `build_transactions` makes of all its lines.

    Raises `NotPlain` where the whole file would be understood in another way, `DataProblems` as the build does.
    """
    mapping, settings = dict(assembly.columns["transactions"]), assembly.settings
    with own_folder("segmentation-lines") as folder, ThreadPoolExecutor(1) as beside:
        digest = beside.submit(sha256_of, path)
        store = LineStore(
            files=PartFiles(folder, number_of_parts([path])),
            mapping=mapping,
            kinds=kinds_of_columns(assembly.tables["transactions"]),
            guests=settings.missing_customer == "guest",
            between=window(settings),
        )
        table = replace(fill(store, path, part(progress, 0.0, 0.6)), sha256=digest.result())
        store.close(table)
        made = _Lines(store, settings, path.name, progress).customers(with_middles(store, table))
    return replace(assembly, tables={"transactions": table}).finished(made)


@dataclass
class _Lines:
    """The stored lines on their way to customers. name: of the file."""

    store: LineStore
    settings: TransactionSettings
    name: str
    progress: Progress | None

    def customers(self, table: Table) -> FeatureTable:
        """What `build_transactions` makes of these lines."""
        notes, problems = list[Note](), list[Problem]()
        store, mapping = self.store, dict(self.store.mapping)
        if self.settings.sign == "find" and store.worth and store.below / store.worth > _NEGATIVE_SALES:
            raise NotPlain
        if store.blank and "amount" in mapping and "invoice" in mapping:
            raise NotPlain
        as_of = self.settings.as_of or ("" if store.latest is None else day_after(store.latest))
        sums = self._sums(replace(self.settings, as_of=as_of))
        settle_ids(pd.Series(sums.seen.index, dtype="str"), "keep", mapping["customer"], notes, problems)
        raise_if_fatal(problems)
        counts, settings = sums.counts, replace(self.settings, as_of=as_of)
        if settings.c_invoices and 2 * counts["marked"] > store.rows >= 2 * counts["marked without C"]:
            notes.append(mostly_c())
            settings = replace(settings, c_invoices=False)
            sums = self._sums(settings)
            counts = sums.counts
        notes += guests(counts["guests"])
        notes += [left_out(count, words) for words, count in sums.left_out.items() if count]
        if sums.twice[0]:
            count, worth = sums.ordered if sums.ordered[0] else sums.twice
            notes.append(counted_twice(count, sums_text(pd.Series([worth]), None), ordered=bool(sums.ordered[0])))
        notes += returns_of(counts["returned"], settings)
        if not counts["bought"]:
            raise DataProblems([Problem(LINES.label, "no purchase is left.", NOTHING_LEFT)])
        customers = sums.customers
        of_all = f"{count_text(counts['bought'])} of {count_text(store.rows)} lines are purchases"
        notes.insert(0, Note(LINES.label, f"{of_all} of {count_text(len(customers))} customers.", len(customers)))
        gone = vanished(sums.gone, customers.index[:0], notes, LINES.label)
        problems += [] if self.settings.as_of else late_slip(*_last_and_usual(sums))
        cuts = {name: cut_points(customers[name]) for name in RFM}
        features = transaction_features(table, mapping, settings, customers, sums.more, cuts, notes, problems)
        return replace(features, left_out=gone)

    def _sums(self, settings: TransactionSettings) -> LineSums:
        """What all lines add up to, some parts at a time."""
        asked = Asked(self.store.mapping, settings, self.store.priced, int(self.store.rows * (1 - _USUAL)) + 2)
        files = self.store.files.paths()
        return together(in_parts(add_up_lines, files, asked, self.name, part(self.progress, 0.6, 0.95)))


def _last_and_usual(sums: LineSums) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The last date of the lines that count, and the one before which nearly all lie."""
    place = _USUAL * (sums.counts["bought"] + sums.counts["returned"] - 1)
    before, part = divmod(place, 1.0)
    last = np.sort(sums.dates)
    first = int(before) - (sums.counts["bought"] + sums.counts["returned"]) + len(last)
    near, far = last[first], last[min(first + 1, len(last) - 1)]
    return pd.Timestamp(last[-1]), pd.Timestamp(near + (far - near) * part)
