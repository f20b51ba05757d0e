"""The evidence in plain words: one sentence that can be repeated in a meeting, then the reasons, main ones first."""

from __future__ import annotations

import math

import pandas as pd

from segmentation.core.text import count_text, counted, plain_text
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.evidence.classes import classes_reasons
from segmentation.evaluation.evidence.figures import nearer_to_the_other, roughly, share_between, two_decimals_down
from segmentation.evaluation.evidence.finding import Finding
from segmentation.evaluation.evidence.gaps import VALLEY, least_apart
from segmentation.evaluation.evidence.power import detectable
from segmentation.evaluation.evidence.range_words import end_of_range, limits_text
from segmentation.evaluation.evidence.result import Evidence
from segmentation.evaluation.evidence.verdict import VERDICTS, passes
from segmentation.evaluation.evidence.witness_words import mixture_gaps, mixture_sees, second_method
from segmentation.evaluation.stability import TRUSTED, VERY_STABLE, band

__all__ = ["MAIN", "headline", "reasons", "split_into", "state_text", "would_have_been_found"]

MAIN = 3
"""So many reasons a reader is shown at first."""

_ONE_COLUMN = "apart from columns in which many have the same value, such as yes or no, "
_NULLS = {
    "copula": "the same columns put together without any groups",
    "gaussian": "one cloud with the same correlations and extremes",
}


def headline(evidence: Evidence) -> str:
    """The state of the evidence as one sentence; it begins with its word (see `VERDICTS`)."""
    k = None if evidence.verdict == "classes" else evidence.classes_k
    why = "The categories tell more groups apart" if evidence.finer else "Most columns are categories"
    mostly = f" {why}: {k} latent classes are recommended; Compare shows both." if k else ""
    return f"{_state(evidence)}{mostly}"


def _state(evidence: Evidence) -> str:
    state, k, decision = evidence.verdict, evidence.recommended_k, evidence.decision
    word = VERDICTS[state]
    if state == "distinct":
        groups = f"{'at least ' if evidence.facts.get('may_be_more') else ''}{decision.k} groups"
        if decision.method == "mixture":
            return f"{word}: {mixture_sees(evidence, groups)}"
        return f"{word}: your customers fall into {groups}, with gaps between every two of them."
    if state == "undecided":
        more = "" if decision.more is None else f" About {roughly(decision.more)} more customers would settle it."
        return (
            f"{word}: {decision.k} groups may be apart, but {count_text(evidence.n_customers)} customers are too few "
            f"to be sure.{more}"
        )
    if state == "classes":
        return (
            f"{word}: {decision.k} groups, told by the categories that go together in them (latent classes). K-means, "
            "which looks for gaps, does not show them."
        )
    if state == "slices":
        number = "Segments are" if k is None else f"{k} segments are"
        return (
            f"{word}: your customers are not spread like one even cloud, but one kind runs into the next. {number} "
            "slices of it; where they are cut is a choice."
        )
    return (
        f"{word}: groups that stand apart did not show. Segments can still be cut, but where the cuts lie is your "
        "choice, not a finding."
    )


def state_text(finding: Finding) -> str:
    """The state of the evidence beside segments that were made: what was found, or that it was not tested."""
    if not finding.tested:
        return "Not tested: whether there are gaps between these groups was not looked at."
    segments = counted(finding.k, "segment was", "segments were")
    if finding.state == "classes" and finding.made != "classes" and finding.recommended_k == finding.k:
        return f"{finding.headline} These segments were made another way."
    if finding.state in ("slices", "none") or finding.recommended_k not in (None, finding.k):
        return f"{finding.headline} {segments} asked for."
    return finding.headline


def split_into(finding: Finding | None) -> str:
    """The words between "customers" and a number of personas: they only fall into groups that were found."""
    distinct = finding is not None and finding.state in ("distinct", "classes") and not finding.cut
    return "fall into" if distinct else "are divided into"


def reasons(evidence: Evidence, comparison: KComparison, needed: int) -> tuple[str, ...]:
    """One plain sentence a piece of evidence: the gaps, how surely segments come back, and the third that matters."""
    k, decision = evidence.recommended_k, evidence.decision
    about = decision.k if decision.k is not None else k
    if decision.method == "classes":
        return classes_reasons(
            evidence.facts, evidence.n_customers, evidence.of, limits_text(evidence, comparison, needed)
        )
    main = [*_echo(evidence, about), _gaps(evidence, about), end_of_range(evidence, comparison)]
    apart = evidence.verdict == "distinct"
    if not apart:
        main.append(would_have_been_found(evidence))
    if about is not None and about > 1 and decision.method == "kmeans":
        main.append(_comes_back(evidence, about))
    main.append(second_method(evidence))
    rest = [limits_text(evidence, comparison, needed)]
    rest += [_against(name, evidence) for name in _NULLS if evidence.facts.get(f"p_{name}") is not None]
    rest.append(_gap(evidence.facts.get("gap_k"), about, apart=apart))
    if evidence.verdict == "slices":
        rest.append(
            "Slices are legitimate for marketing: they describe typical customers. Do not expect that customers "
            "outside the middle of a segment fit its description well."
        )
    if about is not None and about > 1 and decision.method == "kmeans":
        rest += [_passed_over(evidence, comparison, about), _not_one_more(evidence, about)]
    if evidence.n_customers < evidence.of:
        rest.append(
            f"This rests on a random sample of {count_text(evidence.n_customers)} customers of "
            f"{count_text(evidence.of)}."
        )
    return tuple(sentence for sentence in (*main, *rest) if sentence)


def _echo(evidence: Evidence, k: int | None) -> tuple[str, ...]:
    """That the segments are the values of one category and no more, where they are."""
    label = evidence.facts.get("echo", {}).get(k)
    if label is None:
        return ()
    return (f"The {k} segments are no more than the values of {plain_text(label, longest=40)}.",)


def would_have_been_found(evidence: Evidence) -> str:
    """How far apart groups would have to be to be found, for a finding that there are none; empty where unknown."""
    n, d = evidence.n_customers, evidence.n_features
    apart = detectable(n, d)
    customers = f"With {counted(n, 'customer')} and {counted(d, 'feature')}"
    if apart is None:
        return (
            f"{customers}, it was not tried how far apart groups must be to be found; even clear ones could be missed."
        )
    apart = math.ceil(10 * apart - 1e-9) / 10
    return (
        f"{customers}, two equally large groups at least {apart:.1f} standard deviations apart (about "
        f"{nearer_to_the_other(apart)} lie nearer to the other group) would have been found in 95 of 100 data sets; "
        "closer or smaller ones may be missed."
    )


def _gaps(evidence: Evidence, k: int | None) -> str:
    decision = evidence.decision
    if decision.method == "mixture":
        return mixture_gaps(evidence)
    if k is None or k < 2 or k not in evidence.pairs:
        closest = evidence.table["separation"].dropna() if "separation" in evidence.table else pd.Series(dtype=float)
        if closest.empty:
            return ""
        k = int(closest.index[int(closest.to_numpy().argmax())])
    table, one_column = evidence.pairs[k], ""
    if evidence.verdict not in ("distinct", "undecided") and k in evidence.bare:
        table, one_column = evidence.bare[k], _ONE_COLUMN
    a, b, share = least_apart(table)
    middle = share_between(share)
    if evidence.verdict == "distinct":
        lead = (
            f"Between every two of the {k} groups there is a gap" if k > 2 else "Between the two groups there is a gap"
        )
        which = f"segments {a} and {b} are least apart, and between them" if k > 2 else "between them"
        return f"{lead}, counted on customers that took no part in making them: {which} {middle}."
    if evidence.verdict == "undecided":
        may_be = "a gap cannot be ruled out" if k == 2 else "a gap between every two cannot be ruled out"
        looks = "every pair looks apart" if share <= VALLEY else may_be
        which = "them" if k == 2 else f"segments {a} and {b}"
        return f"With {k} segments {looks}, but few customers lie there to be counted: between {which} {middle}."
    if k == 2:
        return f"Even with 2 segments there is no clear gap: {one_column}between them {middle}."
    return f"With {k} segments, some run into each other: {one_column}between segments {a} and {b} {middle}."


def _comes_back(evidence: Evidence, k: int) -> str:
    row = evidence.table.loc[k]
    if pd.isna(row["stability"]):
        return ""
    each = row["jaccard"]
    least = min(range(k), key=lambda segment: each[segment])
    weakest = each[least]
    always = weakest >= VERY_STABLE
    which = "every segment comes back" if always else f"the least stable is segment {least + 1}"
    how = f"{'at least ' if always else ''}{two_decimals_down(weakest)}: {band(weakest)}"
    return (
        f"With customers drawn anew {evidence.settings.resamples} times, {k} segments agree to {row['stability']:.2f} "
        f"(1 is the same); {which} ({how})."
    )


def _against(name: str, evidence: Evidence) -> str:
    facts, what = evidence.facts, _NULLS[name]
    sets, higher = facts[f"sets_{name}"], round(facts[f"p_{name}"] * (facts[f"sets_{name}"] + 1)) - 1
    clearly = evidence.verdict == "slices" or passes(name, facts, evidence.settings.level)
    if clearly and higher <= 0:
        return f"At some number, segments are clearer than in all {sets} artificial data sets made of {what}."
    if clearly:
        return f"At some number, segments are clearer than in {sets - higher} of {sets} artificial data sets of {what}."
    if higher <= 0:
        return (
            f"Segments are hardly clearer than in {sets} artificial data sets made of {what}: the difference may be "
            "chance."
        )
    return f"Segments as clear as these appear in {higher} of {sets} artificial data sets made of {what}."


def _gap(gap_k: int | None, k: int | None, *, apart: bool) -> str:
    if gap_k == 1:
        alone = " It looks at tightness alone, and misses groups that are long or unlike in width." if apart else ""
        return (
            "The gap statistic stops at one group: two are no tighter, compared with customers that are spread "
            f"evenly.{alone}"
        )
    if gap_k is None:
        return "The gap statistic keeps rising with every further group, so it names no number."
    stops = f"The gap statistic stops at {gap_k} groups: more are hardly tighter than with evenly spread customers."
    return stops if k is None or k == gap_k else f"{stops} It looks at tightness alone."


def _passed_over(evidence: Evidence, comparison: KComparison, k: int) -> str:
    """Why the number with the highest silhouette is not the one that is meant."""
    silhouette = comparison.table["silhouette"]
    known = silhouette.dropna()
    other = int(known.index[int(known.to_numpy().argmax())])
    if other == k or k not in silhouette.index or evidence.verdict == "none":
        return ""
    sentence = (
        f"{other} segments have a higher silhouette ({silhouette.loc[other]:.3f}; {silhouette.loc[k]:.3f} with {k})"
    )
    weakest = evidence.table["jaccard_min"].get(other, float("nan"))
    if weakest < TRUSTED:
        return (
            f"{sentence}, but one of them hardly comes back with customers drawn anew ({weakest:.2f}: {band(weakest)})."
        )
    if evidence.verdict == "distinct":
        return f"{sentence}, but {'that joins groups that are apart' if other < k else 'some of them run together'}."
    return f"{sentence}; the silhouette looks at how clearly customers are told apart, not at how many kinds there are."


def _not_one_more(evidence: Evidence, k: int) -> str:
    more, table = k + 1, evidence.table
    if more not in table.index or evidence.verdict == "none":
        return ""
    weakest, separation = table["jaccard_min"].loc[more], table["separation"].get(more, float("nan"))
    if weakest < TRUSTED:
        return f"Why {k} and not {more}: with {more}, one segment hardly comes back ({weakest:.2f}: {band(weakest)})."
    if evidence.verdict == "distinct" and separation < 1 / 3:
        return f"Why {k} and not {more}: with {more}, two of them run into one another."
    return ""
