"""Words that have an order: low to high, never to always, small to large, bronze to gold, months, bands of numbers.

A new scale is one entry of `_SCALES`: its steps from the lowest to the highest, each with its words in several
languages (without accents). A column follows a scale when every one of its values is a word of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from segmentation.core.text import word_key

__all__ = ["in_order"]

# English / German / French / Spanish / Portuguese / Dutch / Italian
_SCALES: tuple[tuple[str, ...], ...] = (
    (
        "none|keine|keiner|aucun|aucune|ninguno|ninguna|nenhum|nenhuma|geen|nessuno|nessuna",
        "very low|sehr niedrig|sehr gering|tres faible|tres bas|muy bajo|muito baixo|zeer laag|molto basso|lowest",
        "low|niedrig|gering|tief|faible|bas|basse|bajo|baja|baixo|baixa|laag|basso|bassa",
        "medium low|rather low|lower|eher niedrig",
        "medium|mid|middle|moderate|average|normal|mittel|durchschnittlich|mittlere|moyen|moyenne|medio|media|gemiddeld"
        "|middel|med",
        "medium high|rather high|higher|eher hoch",
        "high|hoch|eleve|elevee|haut|haute|fort|alto|alta|hoog",
        "very high|sehr hoch|tres eleve|tres haut|muy alto|muito alto|zeer hoog|molto alto|highest",
        "critical|extreme|kritisch|extrem|critique|critico|kritiek",
    ),
    (
        "xxs", "xs|extra small", "s|small|klein|petit|petite|pequeno|pequena|piccolo|piccola",
        "m|medium|mittel|moyen|moyenne|mediano|mediana|medio|media|middel|middelgroot",
        "l|large|gross|grand|grande|groot", "xl|extra large|x large|sehr gross", "xxl|2xl|xx large", "xxxl|3xl",
    ),
    (
        "never|nie|niemals|jamais|nunca|nooit|mai",
        "rarely|seldom|selten|rarement|raramente|rara vez|zelden",
        "sometimes|occasionally|manchmal|gelegentlich|parfois|a veces|as vezes|soms|a volte|qualche volta",
        "often|frequently|oft|haufig|souvent|a menudo|frequentemente|vaak|spesso",
        "very often|usually|meistens|sehr oft|tres souvent|muy a menudo|meestal|di solito",
        "always|immer|toujours|siempre|sempre|altijd",
    ),
    (
        "strongly disagree|stimme gar nicht zu|pas du tout d accord|totalmente en desacuerdo|discordo totalmente"
        "|helemaal mee oneens",
        "disagree|somewhat disagree|stimme nicht zu|pas d accord|en desacuerdo|discordo|mee oneens|oneens",
        "neutral|neither|neither agree nor disagree|undecided|teils teils|ni d accord ni pas d accord|neutro|neutraal",
        "agree|somewhat agree|stimme zu|d accord|de acuerdo|concordo|mee eens|eens",
        "strongly agree|stimme voll zu|tout a fait d accord|totalmente de acuerdo|concordo totalmente"
        "|helemaal mee eens",
    ),
    (
        "very dissatisfied|very unsatisfied|sehr unzufrieden|tres insatisfait|muy insatisfecho|muito insatisfeito"
        "|zeer ontevreden",
        "dissatisfied|unsatisfied|unzufrieden|insatisfait|insatisfecho|insatisfeito|ontevreden",
        "neutral|neither|weder noch|neutre|neutro|neutraal",
        "satisfied|zufrieden|satisfait|satisfecho|satisfeito|tevreden",
        "very satisfied|sehr zufrieden|tres satisfait|muy satisfecho|muito satisfeito|zeer tevreden",
    ),
    (
        "very poor|very bad|sehr schlecht|tres mauvais|muy malo|muito ruim|zeer slecht",
        "poor|bad|schlecht|mangelhaft|mauvais|malo|mala|ruim|slecht|cattivo",
        "fair|ok|okay|average|ausreichend|befriedigend|passable|regular|matig|redelijk|discreto",
        "good|gut|bon|bonne|bueno|buena|bom|boa|goed|buono|buona",
        "very good|sehr gut|tres bon|muy bueno|muito bom|zeer goed|ottimo",
        "excellent|outstanding|ausgezeichnet|hervorragend|exzellent|excelente|uitstekend|eccellente",
    ),
    (
        "free|gratis|kostenlos|gratuit|gratuito|trial|test",
        "starter|lite|light|entry|economy",
        "basic|basis|base|basico|basique",
        "standard|regular|classic|normal|estandar",
        "plus", "pro|professional|business|advanced|profi",
        "premium|deluxe", "ultimate|unlimited", "enterprise|unternehmen",
    ),
    (
        "bronze|bronce", "silver|silber|argent|plata|prata|zilver|argento", "gold|or|oro|ouro|goud",
        "platinum|platin|platine|platino|platina", "diamond|diamant|diamante", "black|vip",
    ),
    (
        "primary|primary school|grundschule|primaire|primaria",
        "secondary|high school|secondary school|hauptschule|realschule|gymnasium|abitur|lycee|secundaria|middelbaar",
        "vocational|some college|associate|ausbildung|lehre",
        "bachelor|bachelors|bachelor s|undergraduate|college|licence|licenciatura|graduation",
        "master|masters|master s|graduate|postgraduate|maitrise|maestria",
        "phd|doctorate|doctor|doktor|promotion|doctorat|doctorado",
    ),
    ("first|erste|premier|primero|1st", "second|zweite|deuxieme|segundo|2nd", "third|dritte|troisieme|tercero|3rd",
     "fourth|vierte|quatrieme|cuarto|4th", "fifth|funfte|cinquieme|quinto|5th"),
    ("daily|taglich|quotidien|diario|dagelijks", "weekly|wochentlich|hebdomadaire|semanal|wekelijks",
     "monthly|monatlich|mensuel|mensual|mensal|maandelijks", "quarterly|vierteljahrlich|trimestriel|trimestral",
     "yearly|annual|annually|jahrlich|annuel|anual|jaarlijks"),
    ("mon|monday|montag|lundi|lunes|maandag", "tue|tuesday|dienstag|mardi|martes|dinsdag",
     "wed|wednesday|mittwoch|mercredi|miercoles|woensdag", "thu|thursday|donnerstag|jeudi|jueves|donderdag",
     "fri|friday|freitag|vendredi|viernes|vrijdag", "sat|saturday|samstag|samedi|sabado|zaterdag",
     "sun|sunday|sonntag|dimanche|domingo|zondag"),
    ("jan|january|januar|janvier|enero|januari", "feb|february|februar|fevrier|febrero|februari",
     "mar|march|marz|mars|marzo|maart", "apr|april|avril|abril", "may|mai|mayo|mei", "jun|june|juni|juin|junio",
     "jul|july|juli|juillet|julio", "aug|august|aout|agosto|augustus",
     "sep|sept|september|septembre|septiembre", "oct|october|oktober|octobre|octubre",
     "nov|november|novembre|noviembre", "dec|december|dezember|decembre|diciembre"),
)  # fmt: skip

_RANKS = [
    {word: rank for rank, step in reversed(list(enumerate(scale))) for word in step.split("|")} for scale in _SCALES
]
_UNDER = re.compile(r"^(?:<|≤|<=|under|below|less than|up to|unter|bis|moins de|menos de|meno di|minder dan)\s*[^0-9]*")
_OVER = re.compile(r"^(?:>|≥|>=|over|above|more than|uber|ab|plus de|mas de|mais de|meer dan)\s*[^0-9]*|\+\s*$")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_BAND = re.compile(
    r"[0-9]\s?k?\s*(?:-|–|—|to|bis|a|tot|until)\s*[^0-9]{0,3}[0-9]|^[0-9]+\s*(?:[-:.)]|stars?|sterne?|years?|yrs?)"
)


def in_order(levels: Sequence[str]) -> tuple[str, ...] | None:
    """The values of a column from the lowest to the highest; None when they have no order that is known.

    All of them must be words of one scale, each another step, or bands of numbers ("18-24", "65+", "under 18").
    """
    keys = [word_key(level) for level in levels]
    for ranks in _RANKS:
        steps = [ranks.get(key) for key in keys]
        known = [step for step in steps if step is not None]
        if len(known) == len(steps) and len(set(known)) == len(known) > 1:
            return tuple(level for _, level in sorted(zip(known, levels, strict=True)))
    starts = [_start(level) for level in levels]
    bands = [start for start in starts if start is not None]
    if len(bands) == len(starts) > 1 and len(set(bands)) == len(bands):
        return tuple(level for _, level in sorted(zip(bands, levels, strict=True)))
    return None


def _start(level: str) -> tuple[float, int] | None:
    """Where a band of numbers begins, with −1 for all below and 1 for all above its number; None for no band."""
    text = level.strip().casefold().replace("\u00a0", " ").replace("ü", "u")
    match = _NUMBER.search(text)
    under, over = _UNDER.match(text), _OVER.search(text)
    if not match or not (under or over or _BAND.search(text)):
        return None
    digits = match.group()
    if not digits.startswith(("0.", "0,")):  # no thousands follow a 0
        digits = re.sub(r"[.,](?=[0-9]{3}(?:[^0-9]|$))", "", digits)
    number = float(digits.replace(",", "."))
    scale = 1_000 if re.match(r"\s?k\b", text[match.end() :]) else 1
    return number * scale, -1 if under else 1 if over else 0
