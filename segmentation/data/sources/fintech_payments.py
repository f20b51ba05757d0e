"""Payments of the app: which are payments at all by their status, and in which currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Table
from segmentation.data.sources.currencies import currency_of, in_one_currency, per_currency
from segmentation.data.sources.fintech_tables import FintechSettings
from segmentation.data.sources.purchases import check_words, say_words, words_table

__all__ = ["payment_words", "payments_per_currency", "settle_payments"]


def payment_words(payments: pd.DataFrame, columns: Mapping[str, str], settings: FintechSettings) -> pd.DataFrame:
    """Payments under standard names → `words_table` of their status; all count where failed ones are to be kept."""
    table = words_table(payments.rename(columns={"user_id": "customer"}), _status_only(columns), settings.words)
    return table if settings.failed == "drop" else table.assign(treatment="purchase")


def payments_per_currency(
    payments: pd.DataFrame, table: Table, columns: Mapping[str, str], settings: FintechSettings
) -> pd.DataFrame:
    """Payments that count → `per_currency`."""
    counted = ~_failed(payments, payment_words(payments, columns, settings))
    return per_currency(_currency(table, columns), payments["amount"], payments["user_id"], counted)


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
    words = payment_words(payments, columns, settings)
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
    none = words.loc[words["treatment"] != "purchase", "word"]
    return payments["status"].fillna("").isin(set(none))


def _status_only(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: column for name, column in columns.items() if name == "status"}


def _currency(table: Table, columns: Mapping[str, str]) -> pd.Series:
    return currency_of(table, columns.get("currency", ""), columns.get("amount", ""))
