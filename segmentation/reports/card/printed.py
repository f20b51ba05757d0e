"""The customer card as one HTML page that prints on a sheet of A4 and needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from segmentation.charts.palette import Palette
from segmentation.clustering.model import Segmentation
from segmentation.core.text import chance_text, counted, formula_safe_prose, number_text, plain_text, share_text
from segmentation.personas import Persona
from segmentation.reports.card.words import answer, name_of, notices, segment_names, shown_contributions
from segmentation.scoring import Explanation

__all__ = ["printed_card"]

_STYLE = """
@page { size: A4; margin: 16mm }
* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact }
body { font: 14px/1.45 system-ui, sans-serif; color: #1c2530; background: #fff;
       max-width: 49rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 0 .25rem }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
.colour { height: 8px; border-radius: 4px; margin-bottom: 1rem }
p { margin: .4rem 0 }
table { border-collapse: collapse; width: 100%; font-size: 12px }
th, td { padding: .15rem .4rem; border-bottom: 1px solid #d5dce4; text-align: right }
td { white-space: nowrap }
th { font-weight: 600; color: #3d4a5a; vertical-align: bottom }
th:first-child, td:first-child { text-align: left }
.bars { white-space: nowrap }
.bar { height: 10px; border-radius: 2px; display: inline-block }
.half { width: 3rem; height: 12px; line-height: 12px; vertical-align: middle; display: inline-block; text-align: left }
.half.left { text-align: right; border-right: 1px solid #8a8f98 }
.distance { display: grid; grid-template-columns: 14rem 1fr 4rem; gap: .5rem; align-items: center; margin: .2rem 0 }
small, footer { color: #556171 }
tr { break-inside: avoid }
li { margin: .2rem 0 }
"""


def printed_card(
    explanation: Explanation,
    segmentation: Segmentation,
    personas: tuple[Persona, ...],
    *,
    customer: str = "",
    model: str = "",
) -> str:
    """An explanation and its model → a complete HTML page; every text from data or users is escaped."""
    names, palette = segment_names(segmentation, personas), Palette(segmentation.slots)
    persona = next((item for item in personas if item.segment == explanation.segment), None)
    sentences = "".join(f"<p>{_text(sentence, 400)}</p>" for sentence in (persona.sentences if persona else ()))
    warnings = "".join(f"<li>{_text(sentence, 300)}</li>" for sentence in notices(explanation))
    title = _text(name_of(names, explanation.segment))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{_STYLE}</style></head><body>
<div class="colour" style="background:{palette.colour(explanation.segment)}"></div>
<small>{_text(f"Customer {customer}") if customer else "Customer card"}</small>
<h1>{title}</h1>
<p><strong>{_text(answer(explanation, names), 400)}</strong></p>
{sentences}
{_distances(explanation, names, palette)}
<h2>{"What keeps it away" if explanation.noise else "What decides"}</h2>
{_contributions(explanation, names, palette)}
{f"<h2>What to keep in mind</h2><ul>{warnings}</ul>" if warnings else ""}
<footer><p>{_footer(segmentation, model)}</p></footer>
</body></html>
"""


def _text(value: Any, longest: int = 120) -> str:
    return escape(formula_safe_prose(plain_text(value, longest=longest)))


def _distances(explanation: Explanation, names: Mapping[int, str], palette: Palette) -> str:
    """One bar a persona: how far it is, or how probable where the model knows it."""
    probable = not pd.isna(explanation.probability)
    shown = explanation.distances["probability" if probable else "distance"]
    longest = float(shown.max()) or 1.0
    rows = []
    for segment, value in zip(explanation.distances["segment"], shown, strict=True):
        width, colour = 100 * value / longest, palette.colour(segment)
        bar = f'<span class="bar" style="width:{width:.1f}%;background:{colour}"></span>'
        name, figure = _text(names[int(segment)]), chance_text(value) if probable else number_text(value)
        rows.append(f'<div class="distance"><span>{name}</span><span>{bar}</span><span>{figure}</span></div>')
    title, note = (
        ("How probable each persona is", "Longer is more probable; together they are 100 %.")
        if probable
        else (
            "How far from each persona",
            "Shorter is closer. Distances are in standard deviations of the prepared features.",
        )
    )
    return f"<h2>{title}</h2>{''.join(rows)}<small>{note}</small>"


def _contributions(explanation: Explanation, names: Mapping[int, str], palette: Palette) -> str:
    own, other = explanation.segment, explanation.second
    shown = shown_contributions(explanation)
    largest = float(shown["share"].abs().max()) or 1.0
    typical = {"typical_own": own, "typical_other": other} if own else {"typical_other": other}
    titles = ["Feature", "This customer", *(f"Typical {names.get(number, '')}" for number in typical.values())]
    head = "".join(f"<th>{_text(text, 40)}</th>" for text in [*titles, "Higher than"])
    rows = []
    for row in shown.to_dict("records"):
        width = 100 * abs(row["share"]) / largest
        colour = palette.colour(own if row["share"] >= 0 else other)  # grey where there is no own one
        bar = f'<span class="bar" style="width:{width:.0f}%;background:{colour}"></span>'
        left, right = ("", bar) if row["share"] >= 0 else (bar, "")
        cells = [row[name] for name in ("label", "value", *typical)]
        texts = "".join(f"<td>{_text(cell)}</td>" for cell in [*cells, share_text(row["percentile"])])
        halves = f'<span class="half left">{left}</span><span class="half right">{right}</span>'
        rows.append(f'<tr>{texts}<td class="bars">{halves}</td></tr>')
    what = "Speaks for" if own else "Keeps away"
    table = f"<table><thead><tr>{head}<th>{what}</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    note = f"Bars to the right speak for {names[own]}, bars to the left for {names[other]}." if own and other else ""
    if not own:
        note = f"The longer the bar, the more this value keeps the customer away from {names[other]}."
    return f"{table}<small>{_text(note, 200)}</small>"


def _footer(segmentation: Segmentation, model: str) -> str:
    made = f"{counted(segmentation.k, 'persona')} of {counted(segmentation.n_customers, 'customer')}"
    return _text(f"Model {model}: {made}." if model else f"{made}.", 200)
