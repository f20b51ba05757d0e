"""The sentences of a report: what was found, how it was made, how sure we are, and the stamp to make it again."""

from __future__ import annotations

import math
import platform
from collections import Counter
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version

from segmentation.clustering.assignment import Centres
from segmentation.clustering.methods import method_of
from segmentation.clustering.methods.describe import way_text
from segmentation.clustering.metrics import silhouette_text
from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import step_of, told
from segmentation.core.settings import FILLS
from segmentation.core.text import agree, count_text, counted, plain_text, share_text
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.evidence import Evidence, Finding, split_into, state_text
from segmentation.evaluation.stability import STABLE, TRUSTED
from segmentation.personas import Persona
from segmentation.preparation.findings import weights_text
from segmentation.reports.placing import placing_of
from segmentation.reports.settings import ReportSettings

__all__ = ["how_made", "how_sure", "left_out", "no_typing", "noticed", "opening", "stamp"]

_MOST_NOTICED = 4
_LIBRARIES = ("scikit-learn", "numpy", "pandas", "scipy")


def opening(segmentation: Segmentation, customers: int, hidden: int, finding: Finding, *, noise: int = 0) -> str:
    """The finding in one sentence; `customers` are those of the shown segments, `noise` those in none, where told."""
    shown = segmentation.k - hidden
    rest = f", and {counted(hidden, 'small segment')} not shown" if hidden else ""
    features = counted(len(segmentation.recipe.inputs), "feature")
    many = f"{count_text(customers)} of {count_text(customers + noise)}" if noise else count_text(customers)
    return f"{many} customers {split_into(finding)} {counted(shown, 'persona')}{rest}, by {features}."


def how_made(
    segmentation: Segmentation,
    customers: int,
    comparison: KComparison | None,
    evidence: Evidence | None,
    files: tuple[str, ...],
) -> tuple[str, ...]:
    """From the file to the segments, one sentence a step."""
    recipe = segmentation.recipe
    source = f" from {', '.join(plain_text(name) for name in files)}" if files else ""
    sentences = [f"{counted(customers, 'customer')}{source}, described by {counted(len(recipe.inputs), 'feature')}."]
    fills = Counter(item.fill_rule for item in recipe.features if item.fill_rule in FILLS)
    if fills:
        mostly = " (mostly)" if len(fills) > 1 else ""
        sentences.append(f"Missing values became {_lower(FILLS[fills.most_common(1)[0][0]])}{mostly}.")
    sentences += _steps(segmentation)
    sentences.append(_grouped(segmentation))
    if comparison is not None:
        low, high = int(comparison.table.index.min()), int(comparison.table.index.max())
        sentences.append(
            f"Every number of segments from {low} to {high} was compared. "
            f"{_chosen(segmentation.k, comparison, evidence)}"
        )
    return tuple(sentences)


def how_sure(
    segmentation: Segmentation,
    comparison: KComparison | None,
    evidence: Evidence | None,
    finding: Finding,
    personas: tuple[Persona, ...],
) -> tuple[str, ...]:
    """The state of the evidence first, then the two figures that matter most, then the reasons of the verdict."""
    sentences = [state_text(finding)]
    silhouette = segmentation.silhouette
    if math.isnan(silhouette) and comparison is not None and segmentation.k in comparison.table.index:
        silhouette = float(comparison.table["silhouette"].loc[segmentation.k])
    if segmentation.k == 1:
        sentences.append("There is one segment only, so there is nothing to separate.")
    elif not math.isnan(silhouette):
        sentences.append(silhouette_text(silhouette, noise=segmentation.noise > 0))
    sentences += _stability({plain_text(item.name): item.stability for item in personas if item.stability is not None})
    sentences += () if evidence is None else evidence.reasons
    if len(sentences) == 1:
        sentences.append(
            "How clearly the segments are separated was not measured. Compare numbers of segments to see it."
        )
    return tuple(sentences)


def left_out(segmentation: Segmentation, hidden: int, min_size: int, *, vague: bool) -> tuple[str, ...]:
    """What is left out and why: customers in no segment, small segments (so many are hidden), levels that few have
    (`vague`: any may be), the typing sheet."""
    why_no_sheet = no_typing(segmentation)
    return (
        *_in_none(segmentation, min_size),
        *_suppressed(hidden, min_size),
        *_kept_vague(vague, min_size, typing=not hidden and not why_no_sheet),
        *why_no_sheet,
    )


def _in_none(segmentation: Segmentation, min_size: int) -> tuple[str, ...]:
    """How many customers are in no segment, where there are some."""
    noise = segmentation.noise
    if not noise:
        return ()
    many = f"{counted(noise, 'customer')} ({share_text(noise / segmentation.n_customers)})"
    if noise < min_size:
        few = f"Fewer than {count_text(min_size)} customers fit none of the personas (noise)"
        return (f"{few}; shares and everyone's figures are those of the others.",)
    return (f"{many} fit none of the personas (noise); shares and everyone's figures count them, too.",)


def no_typing(segmentation: Segmentation) -> tuple[str, ...]:
    """Why the workbook cannot place customers by itself, where it cannot."""
    if placing_of(segmentation.rule) is not None:
        return ()
    return (
        f"The workbook has no typing sheet: here a customer belongs to {segmentation.rule.words}, which its formulas "
        "cannot find. Place customers with the saved model instead.",
    )


def _kept_vague(vague: bool, smallest: int, *, typing: bool) -> tuple[str, ...]:
    """That small shares of levels are left out, and what still holds them."""
    if not vague:
        return ()
    few = count_text(smallest)
    sheet = " The sheet to type customers into holds the figures that place them as they are, as the saved model does."
    return (
        f"Where fewer than {few} customers of a persona have a value of a category, or all but fewer than {few}, every "
        f"figure counts it as if none, or all, had it, so that no single customer follows from it.{sheet * typing}",
    )


def _suppressed(hidden: int, min_size: int) -> tuple[str, ...]:
    """What was left out because segments are small, if any are."""
    if not hidden:
        return ()
    which = agree(hidden, "One segment has", f"{hidden} segments have")
    return (
        f"{which} fewer than {count_text(min_size)} customers. Their figures are left out, everyone's figures are "
        "those of the customers in the other segments, and the workbook has no typing sheet, because it would need "
        "the figures of every segment.",
    )


def stamp(
    segmentation: Segmentation, files: Mapping[str, str], settings: ReportSettings, made_on: date
) -> tuple[tuple[str, str], ...]:
    """What is needed to make the same segments again, as (what, value) pairs."""
    prep, used = segmentation.recipe.settings, segmentation.settings
    inertia_each = segmentation.inertia / max(segmentation.n_customers, 1)
    pairs = [("Made on", made_on.isoformat())]
    pairs += [(f"File {plain_text(name)}", f"sha256 {digest}") for name, digest in files.items()]
    if segmentation.fingerprint:
        pairs.append(("Customer table", f"sha256 {segmentation.fingerprint}"))
    if segmentation.as_of:
        pairs.append(("Time counts to", segmentation.as_of))
    own = f"; own choices for {counted(len(prep.columns), 'column')}" if prep.columns else ""
    pairs += [
        ("Kind of data", segmentation.source),
        (
            "Preparation",
            f"fill {prep.fill}; cap {prep.cap} ({prep.cap_low:g} to {prep.cap_high:g}); logarithm {prep.log}; power "
            f"{prep.power}; skew limit {prep.skew_limit:g}; correlated {'dropped' if prep.drop_correlated else 'kept'} "
            f"(limit {prep.correlation_limit:g}); scale {'on' if prep.scale else 'off'}{own}",
        ),
        ("Segments", "; ".join(f"{name} {value}" for name, value in used.items())),
        ("Sum of squared distances", f"about {told(segmentation.inertia, step_of(inertia_each, 1)):.6g}"),
        ("Smallest segment shown", f"{settings.min_size} customers"),
        ("Python", platform.python_version()),
    ]
    pairs += [(name, version(name)) for name in _LIBRARIES]
    return tuple(pairs)


def _steps(segmentation: Segmentation) -> list[str]:
    recipe, sentences = segmentation.recipe, []
    items = recipe.features
    capped = sum(item.low is not None or item.high is not None for item in items)
    logs = sum(item.transform == "log1p" for item in items)
    powers = sum(item.transform == "yeo-johnson" for item in items)
    if capped:
        sentences.append(f"Extreme values of {counted(capped, 'feature')} were capped.")
    if logs:
        sentences.append(f"The logarithm was taken of {counted(logs, 'skewed feature')}.")
    if powers:
        sentences.append(f"A power transformation (Yeo-Johnson) was taken of {counted(powers, 'skewed feature')}.")
    if segmentation.recipe.dropped:
        sentences.append(f"{counted(len(segmentation.recipe.dropped), 'feature')} took no part; the appendix says why.")
    if recipe.blocks:
        each = counted(len(recipe.blocks), "category", "categories")
        sentences.append(
            f"{each} took part, each level as 0 or 1 and all levels of one together as one feature; where nothing is "
            "known of a customer, a category counts as the mix of everyone."
        )
    if weights := weights_text(recipe):
        sentences.append(weights)
    if segmentation.recipe.settings.scale:
        sentences.append("All features were brought to one scale (mean 0, standard deviation 1).")
    return sentences


def _grouped(segmentation: Segmentation) -> str:
    """The method, its choices, and how customers are placed."""
    settings, k = segmentation.settings, segmentation.k
    method = method_of(str(settings.get("method", "kmeans")))
    if isinstance(segmentation.rule, Centres) and method.name == "kmeans":
        return (
            f"{method.label} with {k} segments, the best of {counted(int(settings.get('n_init', 1)), 'start')} "
            f"(seed {settings.get('seed', 0)}); a customer belongs to {segmentation.rule.words}."
        )
    sentence = f"{way_text(method, settings, k)}; a customer belongs to {segmentation.rule.words}."
    share = float(segmentation.metrics.get("reproduced", 1.0))
    return sentence if share == 1 else f"{sentence} This gives back {share_text(share)} of the method's own groups."


def _chosen(k: int, comparison: KComparison, evidence: Evidence | None) -> str:
    """What was recommended, by the evidence where it was gathered, and what was chosen."""
    recommended = comparison.recommended_k if evidence is None else evidence.recommended_k
    if recommended is None or (recommended == 1 and k > 1):
        return f"No number was recommended; {_asked(k)}."
    if recommended == k:
        return f"{k} was recommended and chosen."
    return f"{recommended} {agree(recommended, 'was', 'were')} recommended; {_asked(k)}."


def _asked(k: int) -> str:
    return f"{k} {agree(k, 'was', 'were')} asked for"


def _stability(measured: Mapping[str, float]) -> list[str]:
    """How surely the personas are found again in resampled customers (mean Jaccard index, 0…1), the weak ones named."""
    if not measured:
        return []
    low, high = min(measured.values()), max(measured.values())
    span = f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f} to {high:.2f}"
    sentences = [
        f"Found again in resampled data with a Jaccard index of {span}; from {STABLE} a group counts as stable."
    ]
    for name, value in measured.items():
        if value < STABLE:
            words = "not to be relied on" if value < TRUSTED else "a pattern, not a firm group"
            sentences.append(f"{name} is {words} (Jaccard index {value:.3f}).")
    return sentences


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def noticed(segmentation: Segmentation) -> tuple[str, ...]:
    """What was noticed while the files were read that the segments were made from: one sentence, or none."""
    texts = [notice.text.rstrip(".") for notice in segmentation.notices]
    if not texts:
        return ()
    more = f"; and {count_text(len(texts) - _MOST_NOTICED)} more" if len(texts) > _MOST_NOTICED else ""
    return (f"Noticed while the files were read: {'; '.join(texts[:_MOST_NOTICED])}{more}.",)
