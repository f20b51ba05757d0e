"""Payments of the app: which are payments at all by their status, and in which currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Table
from segmentation.core.text import count_text
from segmentation.data.sources.base import Figures
from segmentation.data.sources.currencies import currency_of, in_one_currency, per_currency
from segmentation.data.sources.fintech_tables import FINTECH_TABLES, FintechSettings
from segmentation.data.sources.purchases import check_words, say_words, status_words, words_table
from segmentation.data.sources.standard import standard

__all__ = ["counted_words", "is_void", "payment_figures", "settle_payments", "void_words"]

_SPEC = next(spec for spec in FINTECH_TABLES if spec.name == "fct_payment_transactions")


def payment_words(
    payments: pd.DataFrame, table: Table, columns: Mapping[str, str], settings: FintechSettings
) -> pd.DataFrame:
    """Payments under standard names → `words_table` of their status; all count where failed ones are to be kept."""
    lines = payments.rename(columns={"user_id": "customer"})
    return _chosen(words_table(lines, _status_only(columns), settings.words, _currency(table, columns)), settings)


def counted_words(figures: pd.DataFrame, columns: Mapping[str, str], settings: FintechSettings) -> pd.DataFrame:
    """The figures of the words of a status, as `status_words` takes them → the same table."""
    return _chosen(status_words(figures, columns["status"], settings.words), settings)


def _chosen(words: pd.DataFrame, settings: FintechSettings) -> pd.DataFrame:
    return words if settings.failed == "drop" else words.assign(treatment="purchase")


def void_words(words: pd.DataFrame) -> frozenset[str]:
    """The words of a status that are no payment."""
    return frozenset(words.loc[words["treatment"] != "purchase", "word"])


def payment_figures(table: Table | None, columns: Mapping[str, str], settings: FintechSettings) -> Figures:
    """The table of payments → the numbers behind the choices: words of the status and currencies."""
    if table is None:
        return Figures(_effects(0), pd.DataFrame(), pd.DataFrame())
    payments = standard(table, _SPEC, columns, [], [])
    words = payment_words(payments, table, columns, settings)
    counted = ~_failed(payments, words) & payments["user_id"].notna()
    currencies = per_currency(_currency(table, columns), payments["amount"], payments["user_id"], counted)
    return Figures(_effects(len(currencies)), words, currencies)


def _effects(currencies: int) -> pd.DataFrame:
    rows = (
        [("currencies", 0, f"There are {count_text(currencies)} currencies, listed below.")] if currencies > 1 else []
    )
    return pd.DataFrame(rows, columns=["choice", "lines", "sentence"]).set_index("choice")


def settle_payments(
    payments: pd.DataFrame,
    table: Table,
    columns: Mapping[str, str],
    settings: FintechSettings,
    notes: list[Note],
    problems: list[Problem],
) -> tuple[pd.DataFrame, FintechSettings]:
    """Payments under standard names → the same with void (no payment, by its status) and foreign (in a currency that
    does not count), amounts never of two currencies added up; and the settings with the currency that was chosen.
    """
    check_words(settings.words)
    words = payment_words(payments, table, columns, settings)
    say_words(words, notes)
    void = _failed(payments, words)
    money = in_one_currency(
        _currency(table, columns), payments["amount"], payments["user_id"], ~void & payments["user_id"].notna(),
        settings, "Payments", notes, problems,
    )  # fmt: skip
    if money.currency and settings.currencies != "own":
        settings = replace(settings, currency=money.currency)
    return payments.assign(amount=money.amounts, void=void, foreign=money.out), settings


def _failed(payments: pd.DataFrame, words: pd.DataFrame) -> pd.Series:
    return is_void(payments["status"], void_words(words))


def is_void(status: pd.Series, void: frozenset[str]) -> pd.Series:
    """The payments whose status is one of these words."""
    return status.fillna("").isin(void)


def _status_only(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: column for name, column in columns.items() if name == "status"}


def _currency(table: Table, columns: Mapping[str, str]) -> pd.Series:
    return currency_of(table, columns.get("currency", ""), columns.get("amount", ""))
