"""Columns that say something personal, recognised by their name: gender, age, origin, faith, health and the like.

What a name means stands in `_RULES`: a new word is one word more in its line. Words are compared whole, in any case,
without accents ("Âge", "customerAge" and "AGE_YEARS" are ages; "average", "message" and "stage" are not).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

__all__ = ["SENSITIVE_KINDS", "sensitive_kind"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class _Rule:
    """words: whole words of a name, or two neighbours written together ("zip code" → zipcode).

    names: whole names only. unless: words beside it that give it another meaning ("account age").
    answers: the name counts only when every value of the column is one of these.
    """

    kind: str
    words: str = ""
    names: str = ""
    unless: str = ""
    answers: str = ""


# English, German, French, Spanish, Italian, Dutch, Portuguese; written without accents.
_RULES: tuple[_Rule, ...] = (
    _Rule(
        "gender",
        words="gender sex geschlecht sexe sexo genero sesso geslacht salutation anrede civilite",
        names="male female ismale isfemale maleflag femaleflag",
    ),
    _Rule(
        "gender",
        names="genre title titel prefix",
        answers="m f d x w h male female man woman men women other diverse divers mr mrs ms miss mx dr prof herr frau "
        "homme femme hombre mujer masculin feminin masculino femenino maennlich mannlich weiblich mme mlle",
    ),
    _Rule(
        "birth",
        words="birth birthdate birthday birthyear dob yob born bday dateofbirth yearofbirth geburt geburtsdatum "
        "geburtsjahr geburtstag naissance nacimiento nascimento nascita geboortedatum geboortejaar",
        unless="coupon gift voucher offer discount club email mail promo promotion purchase purchases card order place "
        "country",
    ),
    _Rule(
        "age",
        words="age ages agegroup agerange ageband ageclass agecategory ageyears customerage custage clientage userage "
        "seniorcitizen memberage alter altersgruppe altersklasse edad leeftijd idade",
        unless="equipment eqp appliance handset modem router hardware fleet "
        "account accounts acct vehicle car auto loan device order orders product policy contract house home "
        "building property company business firm membership card credit debt invoice bond ticket lead subscription "
        "relationship stock file record machine phone site domain inventory asset item cart days day oldest ego",
    ),
    _Rule(
        "ethnic origin",
        words="ethnicity ethnic ethnie ethnizitat ethnizitaet etnia race rasse raza raca caste tribe skincolor "
        "skincolour hautfarbe indigenous hispanic migrant immigrant immigration migrationshintergrund refugee",
        unless="horse car track time distance number name condition result date pace",
    ),
    _Rule(
        "religion",
        words="religion religious faith konfession religionszugehorigkeit religionszugehoerigkeit church kirche "
        "kirchensteuer",
        unless="good",
    ),
    _Rule(
        "nationality",
        words="nationality nationalities nationalitat nationalitaet nationalite nacionalidad nazionalita nationaliteit "
        "nacionalidade citizenship citizen staatsangehorigkeit staatsangehoerigkeit staatsburgerschaft "
        "staatsbuergerschaft birthplace birthcountry placeofbirth countryofbirth geburtsland geburtsort",
    ),
    _Rule(
        "health or disability",
        words="disability disabilities disabled handicap handicapped behinderung behindert schwerbehinderung "
        "schwerbehindert discapacidad deficiencia invalidite health gesundheit gesundheitszustand krankheit sante "
        "salud disease diagnosis illness medical medication pregnant pregnancy schwanger smoker smoking bmi chronic "
        "diabetes hiv genetic bloodtype",
        unless="account credit portfolio system battery relationship financial customer score app device food login "
        "user email mail sms marketing notifications feature ads golf",
    ),
    _Rule(
        "marital status",
        words="marital married marriage maritalstatus civilstatus familystatus familienstand verheiratet etatcivil "
        "situationfamiliale estadocivil statocivile divorced widowed spouse",
    ),
    _Rule(
        "sexual orientation",
        words="orientation sexual sexualorientation lgbt lgbtq",
        unless="screen page device image photo goal product price value",
    ),
    _Rule("politics or union membership", words="political tradeunion unionmember gewerkschaft"),
    _Rule("criminal record", words="criminal conviction convicted"),
    _Rule(
        "postcode",
        words="zip zipcode postcode postcodes plz postleitzahl postalcode codepostal codigopostal postnummer",
        names="postal",
        unless="file files archive income population density median",
    ),
)

_THINGS = (
    "book books novel novels ticket tickets watch watches science toys hoodies download downloads entries changes "
    "features restricted calculator payer beauty fitness cheese wine whisky pet pets marathon engagement orders coupon "
    "coupons neutral clicks views"
)
"""Beside one of these a word is about what is bought or done, not about who somebody is ("race tickets")."""

SENSITIVE_KINDS = tuple(dict.fromkeys(rule.kind for rule in _RULES))
"""Everything that `sensitive_kind` can answer but ""."""

_MOST_ANSWERS = 12


def sensitive_kind(name: str, values: pd.Series | None = None) -> str:
    """What personal thing a column tells by its name (one of `SENSITIVE_KINDS`), or "" for none.

    values: the column itself, for the few names that only its values explain ("genre", "title").
    """
    words = _words(name)
    if not set(words).isdisjoint(_THINGS.split()):
        return ""
    pairs = {first + second for first, second in pairwise(words)}
    triples = {"".join(words[at : at + 3]) for at in range(len(words) - 2)}
    words_of_name, whole = {*words, *pairs, *triples}, "".join(words)
    for rule in _RULES:
        named = whole in rule.names.split() or not words_of_name.isdisjoint(rule.words.split())
        if named and set(words).isdisjoint(rule.unless.split()) and (not rule.answers or _answers(rule, values)):
            return rule.kind
    return ""


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", str(name))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word.lower() for word in _WORD.findall(letters)]


def _answers(rule: _Rule, values: pd.Series | None) -> bool:
    if values is None:
        return False
    seen, known = values.dropna().unique(), rule.answers.split()
    return 0 < len(seen) <= _MOST_ANSWERS and all("".join(_words(value)) in known for value in seen)
