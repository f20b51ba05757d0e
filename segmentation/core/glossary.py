"""Technical words in a reader's words, in one place: every page, table and chart takes its tooltips from here."""

from __future__ import annotations

import re

from segmentation.core.text import plain_text

__all__ = ["GLOSSARY", "explained", "meaning"]

GLOSSARY: dict[str, str] = {
    "adjusted Rand": "How far two groupings put the same customers together: 1 the same groups, 0 what chance gives.",
    "agreement": "How far two groupings put the same customers together: 1 the same groups, 0 what chance gives.",
    "BIC": "How well a mixture of clouds describes the data, with a price for every cloud more. Lower is better.",
    "Calinski–Harabasz": "Spread between the segments against the spread within them. Higher is clearer.",
    "capped": "A value beyond a limit counts as that limit, so that a few extreme customers do not decide.",
    "centre": "The average member of a segment, in prepared values.",
    "correlation": "How far two features rise together: 1 always, 0 not at all, −1 one falls as the other rises.",
    "Cramér's V": "How far two columns of words go together: 0 not at all, 1 one says the other.",
    "Davies–Bouldin": "How much each segment overlaps the one most like it. Lower is clearer.",
    "distance": "How far apart in the prepared values, all features together.",
    "drawn anew": "As many customers as there are, picked at random from them, some twice and some not at all.",
    "elbow": "The number from which on further segments shorten the distances by little only.",
    "eta²": "The share of how widely a column spreads that lies between the groups: 0 none, 1 all of it.",
    "feature": "A column by which customers are grouped.",
    "gap statistic": "How much tighter the segments are than those of customers who are spread evenly.",
    "inertia": "The squared distances of all customers to the centre of their segment, added up.",
    "interval": "Chance alone moves a figure: in 95 of 100 samples like this one the true one lies within.",
    "Jaccard": "How much of a segment comes back when customers are drawn anew: 1 all of it, 0 nothing.",
    "K-means": "Puts every customer with the nearest of k centres, and every centre in the middle of its customers.",
    "logarithm": "Counts by factors, so that 10, 100 and 1,000 are equally far apart.",
    "margin": "How much farther the next persona is: 0 % on the border, 100 % exactly typical.",
    "median": "Half of the customers are below it, half above.",
    "mixture": "Describes customers as clouds that may overlap, each of its own width and direction.",
    "noise": "Customers who resemble no segment enough to be counted with one.",
    "outlier": "A value beyond 1.5 times the width of the middle half.",
    "percentile": "The 99th percentile: 99 of 100 customers are below it.",
    "precision": "Of the customers whom a rule picks, the share that is meant.",
    "principal component": "A direction in which customers differ most, made from several features.",
    "rank correlation": "The correlation of the ranks instead of the values, so that extremes do not decide.",
    "recall": "Of the customers who are meant, the share that a rule picks.",
    "seed": "A number that chance starts from: the same number gives the same result again.",
    "silhouette": "How much closer customers are to their own segment than to the next: 1 inside, 0 on the border.",
    "skewed": "With a long tail: a few customers far above or below the rest.",
    "stability": "How far the segments come back when customers are drawn anew: 1 the same, 0 what chance gives.",
    "stability index": "How far shares moved between two crowds: 0 not at all, above 0.25 a real shift.",
    "standard deviation": "How widely values spread: about two thirds of customers lie within one of the average.",
    "t-SNE": "A picture that keeps who is near whom; distances between groups mean little in it.",
    "variance": "How widely values spread, squared; its shares add up.",
    "yeo-johnson": "A bend of the scale that brings a long tail in, also where there are values below zero.",
}  # fmt: skip
"""Word → what it means, in one sentence; plurals and capitals are found as well."""

_MOST = 4
_WORDS = re.compile(
    r"(?<!\w)(" + "|".join(re.escape(word) for word in sorted(GLOSSARY, key=len, reverse=True)) + r")(?:s|es)?(?!\w)",
    re.IGNORECASE,
)
_KEYS = {word.casefold(): word for word in GLOSSARY}


def meaning(text: str) -> str:
    """What the first technical word of a label means; empty where it has none."""
    match = _WORDS.search(text)
    return GLOSSARY[_KEYS[match.group(1).casefold()]] if match else ""


def explained(text: str) -> str:
    """The technical words of a sentence with their meaning, as Markdown, each once; empty where it has none."""
    found = dict.fromkeys(
        _KEYS[match.group(1).casefold()] for match in _WORDS.finditer(plain_text(text, longest=5_000))
    )
    lines = [f"**{word[0].upper()}{word[1:]}**: {GLOSSARY[word]}" for word in list(found)[:_MOST]]
    return "\n\n".join(lines)
