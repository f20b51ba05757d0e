"""Names of the months in full and as they are shortened, in many languages, as data."""

from __future__ import annotations

import unicodedata
from functools import cache

__all__ = ["month_of"]

# English; German; French; Spanish; Portuguese; Italian; Dutch; Danish, Norwegian and Swedish; Polish; Czech and Slovak;
# Hungarian; Romanian; Turkish; Russian; Ukrainian; Greek. With the forms that stand in a date ("3 stycznia").
_NAMES = (
    "jan january januar jänner jän janvier janv enero ene janeiro gennaio gen genn januari sty stycznia styczeń led "
    "ledna leden január januára ianuarie ian oca ocak янв января январь січ січня ιαν ιανουαρίου",
    "feb february februar feber février févr fév febrero fevereiro fev febbraio febbr februari lut lutego luty úno "
    "února únor február februára febr februarie şub şubat фев февр февраля февраль лют лютого φεβ φεβρουαρίου",
    "mar march märz mär mrz mars marzo março maart mrt marts marca marzec bře března březen marec március márc martie "
    "mart мар марта март бер березня μαρ μαρτίου",
    "apr april avril avr abril abr aprile kwi kwietnia kwiecień dub dubna duben apríl apríla április ápr aprilie nis "
    "nisan апр апреля апрель кві квітня απρ απριλίου",
    "may mai mayo maio maggio mag mei maj maja kvě května květen máj mája május mayıs мая май тра травня μαϊ μαΐου",
    "jun june juni juin junio junho giugno giu cze czerwca czerwiec čer června červen jún júna június iunie iun haz "
    "haziran июн июня июнь чер червня ιουν ιουνίου",
    "jul july juli juillet juil julio julho luglio lug lip lipca lipiec čvc července červenec júl júla július iulie "
    "iul tem temmuz июл июля июль лип липня ιουλ ιουλίου",
    "aug august août aou aoû agosto ago augustus augusti sie sierp sierpnia sierpień srp srpna srpen augusta "
    "augusztus ağu ağustos авг августа август сер серпня αυγ αυγούστου",
    "sep sept september septembre septiembre setiembre setembro set settembre sett wrz września wrzesień zář září "
    "septembra szeptember szept septembrie eyl eylül сен сент сентября сентябрь вер вересня σεπ σεπτεμβρίου",
    "oct october okt oktober octobre octubre outubro out ottobre ott paź października październik říj října říjen "
    "október októbra octombrie eki ekim окт октября октябрь жов жовтня οκτ οκτωβρίου",
    "nov november novembre noviembre novembro lis listopada listopad listopadu novembra noiembrie noi kas kasım ноя "
    "нояб ноября ноябрь лис листопада νοε νοεμβρίου",
    "dec december dez dezember décembre déc diciembre dic dezembro dicembre des desember gru grudnia grudzień pro "
    "prosince prosinec decembra decembrie ara aralık дек декабря декабрь гру грудня δεκ δεκεμβρίου",
)


def _plain(name: str) -> str:
    """A name without capitals and accents, and with one kind of i."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_MONTHS = {_plain(name): month for month, names in enumerate(_NAMES, start=1) for name in names.split()}


@cache
def month_of(name: str) -> int:
    """The number of a month by its name in one of the languages, 0 for any other word: "Févr" → 2."""
    return _MONTHS.get(_plain(name), 0)
