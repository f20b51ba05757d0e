"""Words for a sum, a part of a sum and a mean, as the label of a row: one pattern each, for `re` and for Arrow."""

from __future__ import annotations

__all__ = ["AVERAGE_WORDS", "SHORT_WORDS", "TOTAL_WORDS"]

_TOTALS = (
    "overall",
    r"(?:grand |sub[ -]?|overall |running |net |gross )?total(?:s|e|es|i|en|t|sum|er|is)?", "totaux", "totaal",
    "(?:eind|sub|tussen|generaal )totaal", "totaal generaal", "sous[ -]?total", "total g[ée]n[ée]ral",
    "total general",
    "totale (?:generale|complessivo)", "total geral", "somme", "somma", "soma", "suma",
    "suma (?:końcowa|całkowita)",
    "summa(?: summarum)?", "(?:zwischen|gesamt|end|teil)?summe", "gesamt(?:betrag)?",
    "(?:gesamt|teil|zwischen)?ergebnis",
    "insgesamt",
    "delsumm?a?", "totalsumma", "hovedtotal", "totalt", "celkový součet", "celková suma", "sammanlagt", "i alt",
    "yhteensä", "välisumma", "loppusumma",
    "razem", "ogółem", "łącznie", "celkem", "spolu", "součet", "mezisoučet", "medzisúčet", "(?:mind)?összesen",
    "végösszeg", "részösszeg", "(?:genel |ara )?toplam", "ukupno", "sveukupno", "skupaj", "zbir", "iš viso",
    "kokku",
    "kopā", "итого", "всего", "общий итог", "итог", "подытог", "общая сумма", "разом", "усього", "общо", "всичко",
    "(?:γενικό |μερικό )?σύνολο", "(?:合|総|總|总|小)[計计](?:金額|金额)?", "合计", "(?:합|총|소)계",
    "المجموع", "الإجمالي", "jumlah", "tổng(?: cộng)?", "סה.כ",
)  # fmt: skip

_AVERAGES = (
    "average", "mean", "avg", "median", "mittelwert", "durchschnitt", "schnitt", "moyenne", "media", "promedio",
    "média",
    "gemiddelde", "średnia", "průměr", "priemer", "átlag", "ortalama", "среднее", "в среднем", "середнє",
    "μέσος όρος", "keskiarvo", "medelvärde", "gjennomsnitt", "gennemsnit", "平均", "평균",
)  # fmt: skip

TOTAL_WORDS = "|".join(_TOTALS)
AVERAGE_WORDS = "|".join(_AVERAGES)
SHORT_WORDS = "sum|som|itogo"
"""Words for a sum that are also names, so that they are labels only where nothing else stands in the cell."""
