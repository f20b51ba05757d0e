"""The sample data that comes with the project: one click puts its files into the session."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pages.ui import state
from segmentation.data.sources import SOURCES

__all__ = ["SAMPLES", "Sample", "take"]

_FOLDER = Path(__file__).resolve().parents[2] / "sample_data"


@dataclass(frozen=True)
class Sample:
    """One set of sample data: what it is, the kind of data it is (a key of SOURCES), and its files."""

    key: str
    label: str
    about: str
    source: str
    files: tuple[str, ...]

    @property
    def there(self) -> bool:
        """Whether all its files are in the project and its kind of data is known."""
        return self.source in SOURCES and all((_FOLDER / name).is_file() for name in self.files)

    def read(self) -> dict[str, bytes]:
        """File name → bytes, as an upload would bring them."""
        return {Path(name).name: (_FOLDER / name).read_bytes() for name in self.files}


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "credit_card",
        "Credit-card customers",
        "2,600 customers with 17 figures on how they use their card.",
        "customers",
        ("credit_card.csv",),
    ),
    Sample(
        "income_spending",
        "Income, spending and credit score",
        "2,000 customers with three figures each: the quickest way to see the whole journey. Gender and age are "
        "audited.",
        "customers",
        ("income_spending.csv",),
    ),
    Sample(
        "retail",
        "A shop's transactions",
        "20,000 invoice lines, turned into recency, frequency and monetary value for each customer.",
        "transactions",
        ("retail_transactions.csv",),
    ),
    Sample(
        "fintech",
        "A fintech app's five tables",
        "4,000 users with their contacts, ledger entries, payments and events.",
        "fintech",
        tuple(
            f"fintech/{name}.csv"
            for name in (
                "dim_users",
                "dim_user_contacts",
                "fct_ledger_entries",
                "fct_payment_transactions",
                "int_events",
            )
        ),
    ),
    Sample(
        "app_habits",
        "An app's habits",
        "2,000 customers whose groups are curved: K-means cuts through them, other methods see them.",
        "customers",
        ("app_habits.csv",),
    ),
    Sample(
        "no_structure",
        "Customers without any groups",
        "2,000 customers who differ only by degree: see how the product says that there is nothing to find.",
        "customers",
        ("no_structure.csv",),
    ),
)


def take(sample: Sample) -> None:
    """Put the sample's files and its kind of data into the session, as if they had been uploaded.

    The Data page reads `studio.files` whenever `studio.tables` is empty.
    """
    studio = state.studio()
    studio.kind = ""
    state.put(studio, "source", sample.source)
    state.put(studio, "files", sample.read())
