"""What every feature of the fintech app means, and which table it comes from."""

from __future__ import annotations

from segmentation.core.tables import FeatureInfo

__all__ = ["FINTECH_FEATURES", "NEEDS", "TABLE_OF"]

_TO_FIRST = "Days from signup to the first {0}; days since signup + 1 when there was none."
_FREQUENCY = "Average days from one {0} to the next; days since signup with one {0} or none."

_ROWS: dict[str, tuple[tuple[str, ...], ...]] = {
    "dim_users": (
        ("days_since_signup", "Days since signup", "days", "days", "Days from signup to the as-of date.",
         "signed up long ago", "signed up recently", "Long-standing", "New"),
        ("onboarded_by_referral", "Onboarded by referral", "", "boolean", "1 when somebody referred the user.",
         "came by referral", "came by themselves", "Referred", "Self-found"),
        ("loan_applied", "Loan applied for", "", "boolean", "1 when the user applied for a loan.",
         "applied for a loan", "did not apply for a loan", "Loan seekers", "No loan"),
        ("loan_approved", "Loan approved", "", "boolean", "1 when the loan was approved.",
         "have an approved loan", "have no approved loan", "Borrowers", "No loan"),
    ),
    "dim_user_contacts": (
        ("contacts", "Contacts", "contacts", "count", "Number of contacts added.",
         "added many contacts", "added few contacts or none", "Well connected", "Few contacts"),
        ("contacts_customers", "Customer contacts", "contacts", "count", "Contacts that are customers.",
         "added many of their customers", "added few customers or none", "Many customers", "Few customers"),
        ("contacts_suppliers", "Supplier contacts", "contacts", "count", "Contacts that are suppliers.",
         "added many of their suppliers", "added few suppliers or none", "Many suppliers", "Few suppliers"),
        ("contacts_friends", "Friend contacts", "contacts", "count", "Contacts that are friends.",
         "added many friends", "added few friends or none", "Many friends", "Few friends"),
        ("contacts_family", "Family contacts", "contacts", "count", "Contacts that are family.",
         "added much of their family", "added hardly any family", "Much family", "Little family"),
        ("days_to_first_contact", "Days to first contact", "days", "days", _TO_FIRST.format("contact"),
         "took long to add a contact, or never did", "added a contact quickly", "Slow to start", "Quick to start"),
    ),
    "fct_ledger_entries": (
        ("ledger_entries", "Ledger entries", "entries", "count", "Number of entries written down.",
         "write down a lot", "write down little or nothing", "Busy bookkeepers", "Rare entries"),
        ("ledger_amount", "Ledger amount", "", "money", "Credits plus debits written down.",
         "write down large amounts", "write down small amounts or none", "High ledger amount", "Low ledger amount"),
        ("ledger_net", "Net ledger amount", "", "money", "Credits less debits written down.",
         "have a high net balance", "have a low net balance", "High net balance", "Low net balance"),
        ("ledger_average", "Average ledger amount", "", "money",
         "Ledger amount divided by the number of credits and debits; missing without any.",
         "write down large single amounts", "write down small single amounts", "Large entries", "Small entries"),
        ("days_to_first_entry", "Days to first entry", "days", "days", _TO_FIRST.format("entry"),
         "took long to write an entry, or never did", "wrote an entry quickly", "Slow to start", "Quick to start"),
        ("entry_frequency", "Days between entries", "days", "days", _FREQUENCY.format("entry"),
         "leave a long time between entries", "write entries often", "Rare entries", "Frequent entries"),
    ),
    "fct_payment_transactions": (
        ("transactions", "Payments", "payments", "count", "Number of payments through the app.",
         "pay often through the app", "pay rarely or never through the app", "Frequent payers", "Rare payers"),
        ("transaction_amount", "Payment amount", "", "money", "Total paid through the app.",
         "pay large amounts through the app", "pay little or nothing through the app", "High payments",
         "Low payments"),
        ("days_to_first_transaction", "Days to first payment", "days", "days", _TO_FIRST.format("payment"),
         "took long to make a payment, or never did", "made a payment quickly", "Slow to start", "Quick to start"),
        ("transaction_frequency", "Days between payments", "days", "days", _FREQUENCY.format("payment"),
         "leave a long time between payments", "make payments often", "Rare payers", "Frequent payers"),
    ),
    "int_events": (
        ("app_breadth", "App breadth", "", "share", "Share of the app's features that the user has used.",
         "use most of the app", "use little of the app", "Broad app use", "Narrow app use"),
        ("active_days", "Active days", "days", "count", "Number of days with an event.",
         "are active on many days", "are active on few days", "Active", "Inactive"),
        ("sessions", "Sessions", "sessions", "count", "Number of visits to the app.",
         "visit the app often", "visit the app rarely", "Frequent visitors", "Rare visitors"),
        ("funnels", "Funnels completed", "funnels", "count", "Number of funnels completed.",
         "complete many funnels", "complete few funnels or none", "Finishing funnels", "Not finishing funnels"),
    ),
}  # fmt: skip

FINTECH_FEATURES: tuple[FeatureInfo, ...] = tuple(FeatureInfo(*row) for rows in _ROWS.values() for row in rows)
"""Every feature in the order of the columns."""

TABLE_OF: dict[str, str] = {row[0]: table for table, rows in _ROWS.items() for row in rows}
"""Feature → the table it comes from."""

NEEDS: dict[str, tuple[str, ...]] = {
    "onboarded_by_referral": ("onboarding",),
    "loan_applied": ("loan_status", "loan_applied"),
    "loan_approved": ("loan_status", "loan_approved"),
    **dict.fromkeys(
        ("contacts_customers", "contacts_suppliers", "contacts_friends", "contacts_family"), ("contact_type",)
    ),
    **dict.fromkeys(("ledger_amount", "ledger_net", "ledger_average", "transaction_amount"), ("amount",)),
    "app_breadth": ("feature",),
    "funnels": ("event_type",),
}
"""Feature → columns of its table of which at least one must be chosen."""
