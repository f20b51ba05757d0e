"""An audit as a person reads it: sentences, a table with intervals, a table to take away. Words, no verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.text import count_text, counted, plain_text, share_text, times_text
from segmentation.data.heading_words import in_sentence
from segmentation.personas.descriptors import NOT_CLEAR
from segmentation.personas.fairness.hidden import SMALLEST_CELL
from segmentation.personas.fairness.measure import Audit, told_shares
from segmentation.personas.profiles import EVERYONE

__all__ = [
    "CAUTION",
    "HIDDEN",
    "IDEA",
    "METHOD",
    "audit_export",
    "audit_sentences",
    "audit_texts",
    "audit_values",
    "picture_title",
]

HIDDEN = "hidden"
CAUTION = (
    "A difference says that two things go together, not why. Personas that were made without a column can still follow "
    "it, because the features do: the ones named above the most. How much of a difference matters depends on what the "
    "personas are used for; these figures cannot say that."
)
IDEA = (
    "On the Prepare page, leave out a feature that goes with it the most; make the personas again, and see here what "
    "changes, and on “How many groups” what it costs."
)
METHOD = (
    "Shares are of the customers of a persona whose value is known, with 95 % intervals after Wilson (1927). Lift: a "
    "persona's share over everyone's, with the interval of the ratio of the persona to all others (Katz, Baptista, "
    "Azen and Pike 1978) turned into one against everyone. With many cells, about one interval in twenty misses by "
    "chance. Association: Cramér's V, bias-corrected (Bergsma 2013), in words after Cohen (1988) where "
    "its 95 % interval (noncentral χ², Smithson 2003) does not begin at 0. Guessing: lambda "
    "(Goodman and Kruskal 1954), measured on these very customers. Proxies: eta², the share of the variance of a "
    "feature's prepared values that lies between the groups. "
    f"Hidden cells: counts below {SMALLEST_CELL}, and as many others as it takes that none of them can be worked out "
    "from the totals (Cox 1980); then Cramér's V is given in words only and guesses to the nearest 5 %. This protects "
    "one table: who compares the tables of several numbers of personas may learn more."
)

Names = Mapping[int, str]


def audit_sentences(audit: Audit, names: Names) -> list[str]:
    """What the audit found, as plain sentences (text from data is not escaped)."""
    label = plain_text(audit.label, longest=60)
    if audit.note:
        return [f"{label} cannot be compared: it {audit.note}."]
    spoken = in_sentence(label)
    value = "" if np.isnan(audit.effect) else f" (Cramér's V {audit.effect:.2f}; 0 none, 1 the most possible)"
    if audit.word == "hardly any difference":
        sentences = [f"There is hardly any difference in {spoken} between the personas{value}."]
    elif audit.word == NOT_CLEAR:
        sentences = [
            f"There is no clear difference in {spoken} between the personas: chance alone could make it{value}."
        ]
    else:
        sentences = [f"The association of {spoken} with the personas is {audit.word}{value}."]
    return [*sentences, _clearest(audit, names), *_guesses(audit, spoken), *_left_out(audit, spoken)]


def picture_title(audit: Audit, names: Names) -> str:
    """What to see in the picture: the clearest difference, or that there is none."""
    row, label = _strongest(audit.shares), plain_text(audit.label, longest=24)
    if row is None:
        return f"{label}: no clear difference from everyone in any persona"
    group, persona = plain_text(row["group"], longest=24), plain_text(names.get(int(row["segment"]), ""), longest=34)
    return (
        f"{label} {_quoted(group)}: {share_text(row['share'])} of {persona}, {share_text(row['everyone'])} of everyone"
    )


def audit_texts(audit: Audit, names: Names, *, figure: str = "share") -> pd.DataFrame:
    """One row a persona ("Everyone" first), columns persona, customers and one a group: text with its 95 % interval.

    figure: "share" or "lift" (times as frequent as among everyone).
    """
    rows = []
    for number, part in audit.shares.groupby("segment", sort=True):
        every = number == EVERYONE
        row = {"persona": "Everyone" if every else names.get(int(str(number)), str(number))}
        row["customers"] = count_text(part["size"].iloc[0])
        for values in part.to_dict("records"):
            row[f"group {values['group']}"] = _cell(values, figure, every)
        rows.append(row)
    return pd.DataFrame(rows)


def audit_values(audit: Audit, names: Names, *, figure: str = "share") -> pd.DataFrame:
    """The numbers in the cells of `audit_texts`: the same rows and columns, NaN where a cell is hidden."""
    rows = []
    for number, part in audit.shares.groupby("segment", sort=True):
        every = number == EVERYONE
        row: dict[str, Any] = {"persona": "Everyone" if every else names.get(int(str(number)), str(number))}
        row["customers"] = int(part["size"].iloc[0])
        for values in part.to_dict("records"):
            shown = 1.0 if every and figure == "lift" else float(values[figure])
            row[f"group {values['group']}"] = np.nan if values["hidden"] else shown
        rows.append(row)
    return pd.DataFrame(rows)


def audit_export(audits: Sequence[Audit], names: Names) -> pd.DataFrame:
    """All audits as one long table to take away: shares that tell of no single customer, hidden cells empty, marked."""
    parts = [
        shares.assign(
            column=column,
            persona=["Everyone" if number == EVERYONE else names.get(number, "") for number in shares["segment"]],
            hidden=shares["hidden"].map({True: HIDDEN, False: ""}),
        )
        for column, shares in ((audit.column, told_shares(audit.shares)) for audit in audits if not audit.note)
    ]
    order = ["column", "segment", "persona", "group", "size", "count", "share", "low", "high", "lift", "lift_low",
             "lift_high", "hidden"]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _cell(values: Mapping[Any, Any], figure: str, every: bool) -> str:
    if values["hidden"]:
        return HIDDEN
    if figure == "share":
        low, high = (f"{100 * values[end]:.1f}" for end in ("low", "high"))
        return f"{share_text(values['share'])} ({low} to {high})"
    if every:
        return "1"
    ends = "" if np.isnan(values["lift_low"]) else f" ({values['lift_low']:.2f} to {values['lift_high']:.2f})"
    return f"{values['lift']:.2f}{ends}"


def _strongest(shares: pd.DataFrame) -> pd.Series | None:
    """The shown cell farthest from everyone's share among those whose interval of the lift leaves 1 out.

    Of two that are equally far (two groups mirror each other) the one above everyone's share.
    """
    everyone = shares[shares["segment"] == EVERYONE].set_index("group")["share"]
    clear = shares[(shares["lift_low"] > 1) | (shares["lift_high"] < 1)]
    if clear.empty:
        return None
    table = clear.assign(everyone=clear["group"].map(everyone).astype("float64"))
    table["far"] = (table["share"] - table["everyone"]).abs().round(9)
    return table.sort_values(["far", "lift"], ascending=False, kind="stable").iloc[0]


def _clearest(audit: Audit, names: Names) -> str:
    row = _strongest(audit.shares)
    if row is None:
        return "In no persona is a shown group clearly more or less frequent than among everyone."
    persona = plain_text(names.get(int(row["segment"]), ""), longest=60)
    return (
        f"The clearest difference: {_quoted(row['group'])} is {times_text(row['lift'])} times as frequent in {persona} "
        f"as among everyone (95 % interval {row['lift_low']:.2f} to {row['lift_high']:.2f}): "
        f"{share_text(row['share'])} against {share_text(row['everyone'])}."
    )


def _guesses(audit: Audit, spoken: str) -> list[str]:
    made = audit.guess
    if made is None:
        return ["Too few customers to say, beside hidden cells, how well it could be guessed from the persona."]
    if np.isnan(made.reduction):
        knowing, without = f"about {100 * made.knowing:.0f} %", f"about {100 * made.without:.0f} %"
    else:
        knowing, without = share_text(made.knowing), share_text(made.without)
    usual = f"always guessing {_quoted(made.usual)}"
    if knowing == without:
        first = f"Knowing the persona does not help to guess {spoken}: {usual} is right for {without} of the customers."
    else:
        first = (
            f"Knowing the persona, one would guess {spoken} right for {knowing} of the customers; without it, {usual}, "
            f"for {without}."
        )
    if np.isnan(made.balanced):
        return [first]
    even = f"{share_text(made.balanced)} with the persona and {share_text(made.balanced_without)} without"
    return [first, f"With every group counted the same: {even} (balanced accuracy)."]


def _left_out(audit: Audit, spoken: str) -> list[str]:
    sentences = [audit.how] if audit.how else []
    if audit.missing:
        who = counted(audit.missing, "customer has no value and is", "customers have no value and are")
        sentences.append(f"{who} left out.")
    if audit.unplaced:
        who = counted(audit.unplaced, "customer has no persona and is", "customers have no persona and are")
        sentences.append(f"{who} left out.")
    if audit.hidden:
        sentences.append(
            f"{counted(audit.hidden, 'cell is', 'cells are')} hidden: fewer than {SMALLEST_CELL} customers, or needed "
            "so that those cannot be worked out."
        )
    return sentences


def _quoted(text: object) -> str:
    return f"“{plain_text(text, longest=40)}”"
