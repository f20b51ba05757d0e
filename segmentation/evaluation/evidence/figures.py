"""Figures of the evidence as pieces of sentences."""

from __future__ import annotations

import math

from segmentation.core.text import agree, count_text, counted

__all__ = ["nearer_to_the_other", "roughly", "share_between", "two_decimals_down"]


def share_between(share: float) -> str:
    """How many customers lie in a valley, for those around the modes (0…1 or more), as half a sentence."""
    if share <= 0.005:
        return "there is hardly any customer"
    if share >= 0.995:
        return "there are at least as many customers as around them"
    many = max(1, round(100 * share))
    return f"there {agree(many, 'is', 'are')} {counted(many, 'customer')} for every 100 around them"


def nearer_to_the_other(apart: float) -> str:
    """Of two equally large round groups, so many standard deviations apart: how many lie nearer to the other one."""
    share = math.erfc(apart / 2 / math.sqrt(2)) / 2
    return f"{round(100 * share)} in 100 customers" if share >= 0.01 else f"{max(1, round(1_000 * share))} in 1,000"


def two_decimals_down(share: float) -> str:
    """Two decimals, never rounded up: what is at least 0.997 is not at least 1.00."""
    return f"{math.floor(100 * share + 1e-9) / 100:.2f}"


def roughly(number: int) -> str:
    """A number that is only roughly known, to one leading figure from 100 on."""
    if number < 100:
        return count_text(max(10, round(number, -1)))
    return count_text(round(number, 1 - len(str(number))))
