"""What differs between the warehouses that run our SQL: one `Dialect` each, in one place.

Text from data is hostile here too. A name can stand in a query in three ways, and each has its neutraliser: as an
identifier (`column`, `table`), as a text (`text`), and in a comment (`remark`). None can end where it stands, be read
as an escape, or begin a placeholder of a template language (dbt, Spark, sqlcmd) that the query may pass through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = ["DIALECTS", "LARGEST", "Dialect", "dialect_of"]

LARGEST = 1.7976931348623157e308
"""The largest number that there is below infinity."""

_TEMPLATES = re.compile(r"(?<=[{$<])(?=[{%#(?])|(?<=[#%])(?=\})")
"""Between two characters that together begin or end a placeholder: `{{ {% {# ${ $( <%` and their ends."""


@dataclass(frozen=True)
class Dialect:
    """How one warehouse writes what all of them know.

    label: its name. double, string: its types. quotes: what stands around an identifier; what closes it is doubled.
    escapes: whether a backslash escapes inside an identifier instead.
    cast: a number of a cell of any kind, NULL where it is none ("{}" the cell, "{double}" the type). tries: whether
    `cast` does that; without it a cell of text stops the query. nan: whether a number is NaN; "" where there is no NaN.
    least: the smallest of several numbers. logarithm: the natural one. letter: one letter by its number in Unicode.
    joined: what stands between two texts to make them one. before_text: what stands before a text.
    stops: whether a result too large or too small for a number stops the query, instead of being infinity or 0.
    barrier, fence: what keeps a step from being computed again for every later one that uses it: after its AS, and at
    its end. longest: characters that a query may have. digits: significant digits with which it reads a number exactly.
    literal: what makes a double of a number that is written out, where its exponent does not.
    seconds: the seconds from 1970-01-01 to a date or a moment without a time zone.
    replaces: what begins a placeholder that the warehouse fills in before it reads the query, in identifiers too.
    """

    label: str
    double: str = "DOUBLE PRECISION"
    string: str = "VARCHAR"
    quotes: str = '""'
    escapes: bool = False
    cast: str = "CAST({} AS {double})"
    tries: bool = False
    nan: str = "{0} = 'NaN'"
    least: str = "LEAST"
    logarithm: str = "LN"
    letter: str = "CHR"
    joined: str = "||"
    before_text: str = ""
    stops: bool = False
    barrier: str = ""
    fence: str = ""
    longest: int = 16_000_000
    digits: int = 17
    literal: str = "{}"
    seconds: str = "EXTRACT(EPOCH FROM CAST({} AS TIMESTAMP))"
    replaces: str = ""

    def column(self, name: str) -> str:
        """A name from data as an identifier."""
        if "\x00" in name:
            raise SegmentationError(f'No column of a warehouse can be called "{plain_text(name)}". Rename it.')
        if self.replaces and self.replaces in name:
            raise SegmentationError(
                f'{self.label} takes {self.replaces} in "{plain_text(name)}" for a variable, wherever it stands. '
                "Rename the column and make the segments again."
            )
        opening, closing = self.quotes[0], self.quotes[1]
        if self.escapes:
            name = name.replace("\\", "\\\\").replace("`", "\\`").replace("\n", "\\n")
            return f"{opening}{name}{closing}"
        return f"{opening}{name.replace(closing, closing * 2)}{closing}"

    def table(self, name: str) -> str:
        """`schema.table` as identifiers; a part in double quotation marks may itself have a dot."""
        parts = [quoted[1:-1].replace('""', '"') or plain for quoted, plain in _PARTS.findall(name)]
        if not parts or ".".join(quoted or plain for quoted, plain in _PARTS.findall(name)) != name:
            shown = plain_text(name, longest=60)
            raise SegmentationError(
                f'"{shown}" is not a table. Write TABLE or SCHEMA.TABLE, with "…" around odd names.'
            )
        return ".".join(self.column(part) for part in parts)

    def text(self, value: str, *, ending: str = "") -> str:
        """A text from data as a text: what cannot be seen is a blank, quotes and backslashes are letters by number."""
        parts = _TEMPLATES.split(_visible(value, 4000) + ending)
        pieces = [piece for part in parts for piece in _AWKWARD.split(part) if piece]
        written = [
            f"{self.letter}({ord(piece)})" if _AWKWARD.fullmatch(piece) else f"{self.before_text}'{piece}'"
            for piece in pieces
        ]
        glued = self.glued(written or [f"{self.before_text}''"])
        return f"({glued})" if len(written) > 1 else glued

    def exactly(self, value: str) -> str:
        """A text from data as that very text, to compare cells with: every letter that is not plain by its number."""
        pieces, plain = [], ""
        for letter in value:
            if letter.isalnum() or letter in _PLAIN:
                plain += letter
                continue
            pieces += [f"{self.before_text}'{plain}'"] if plain else []
            pieces.append(f"{self.letter}({ord(letter)})")
            plain = ""
        pieces += [f"{self.before_text}'{plain}'"] if plain or not pieces else []
        return f"({self.glued(pieces)})" if len(pieces) > 1 else pieces[0]

    @staticmethod
    def remark(text: str) -> str:
        """A text from data for a comment of one line: visible, and the beginning and the end of nothing."""
        return _TEMPLATES.sub(" ", _visible(text, 80).replace("*/", "* /").replace("/*", "/ *"))

    def number(self, value: float) -> str:
        """A number so that the warehouse reads the same bits: with an exponent, which makes it a double everywhere."""
        exact = repr(float(value)) if self.digits == 17 else format(value, f".{self.digits - 1}e")
        mantissa, _, exponent = exact.partition("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").removesuffix(".") if self.digits == 17 else mantissa
        text = self.literal.format(f"{mantissa}e{int(exponent or 0)}")
        return f"({text})" if "-" in text[:2] else text

    def number_of(self, cell: str, *, yes_no: bool = False) -> str:
        """A cell as a number (NULL where it is none, if the warehouse `tries`); yes_no: it may be a truth value."""
        if yes_no:
            text = f"CAST({cell} AS {self.string})"
            cell = f"CASE LOWER({text}) WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {text} END"
        return self.cast.format(cell, double=self.double)

    def smallest(self, items: Sequence[str]) -> str:
        """The smallest of some numbers, none of them NULL; nested, since a function takes so many at most."""
        if len(items) == 1:
            return items[0]
        if len(items) > _MOST_ARGUMENTS:
            groups = range(0, len(items), _MOST_ARGUMENTS)
            return self.smallest([self.smallest(items[start : start + _MOST_ARGUMENTS]) for start in groups])
        return f"{self.least}({', '.join(items)})"

    def glued(self, texts: Iterable[str]) -> str:
        """Several texts as one."""
        return f" {self.joined} ".join(texts)


_PARTS = re.compile(r'(?:^|(?<=\.))(?:("(?:[^"]|"")+")|([^".]+))(?=\.|$)')
_AWKWARD = re.compile(r"(['\\])")
_MOST_ARGUMENTS = 60
_PLAIN = frozenset(" .,;_+&()!")


_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def _visible(text: str, longest: int) -> str:
    """One line of letters that can all be seen."""
    line = plain_text(text, longest=longest)
    return "".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in line)


# Calendar parts without a zone, so that neither the session's time zone nor an hour that its clocks leave out changes
# anything; a cell that is no date is NULL instead of the end of the query.
_SPARK_SECONDS = (
    "(DATEDIFF(TRY_CAST({0} AS DATE), CAST('1970-01-01' AS DATE)) * 86400 "
    "+ HOUR(TRY_CAST({0} AS TIMESTAMP_NTZ)) * 3600 + MINUTE(TRY_CAST({0} AS TIMESTAMP_NTZ)) * 60 "
    "+ SECOND(TRY_CAST({0} AS TIMESTAMP_NTZ)))"
)
_TRIED = "TRY_CAST({} AS {double})"
# A cell of SQLite has a type of its own: text of a number is one, whatever the column is declared as.
_SQLITE = (
    "CASE WHEN TYPEOF({0}) IN ('integer', 'real') THEN CAST({0} AS REAL) WHEN TYPEOF({0}) = 'text' THEN "
    "CASE WHEN JSON_VALID(TRIM({0})) THEN CASE WHEN JSON_TYPE(TRIM({0})) IN ('integer', 'real') "
    "THEN CAST(TRIM({0}) AS REAL) END END END"
)

_SPARK = Dialect(
    "Spark",
    double="DOUBLE",
    string="STRING",
    quotes="``",
    cast=_TRIED,
    tries=True,
    nan="ISNAN({0})",
    seconds=_SPARK_SECONDS,
    replaces="${",
)

DIALECTS: dict[str, Dialect] = {
    "duckdb": Dialect(
        "DuckDB", double="DOUBLE", cast=_TRIED, tries=True, nan="ISNAN({0})", seconds="EPOCH(CAST({} AS TIMESTAMP))"
    ),
    "sqlite": Dialect(
        "SQLite",
        double="REAL",
        string="TEXT",
        cast=_SQLITE,
        tries=True,
        nan="",
        least="MIN",
        letter="CHAR",
        barrier="MATERIALIZED ",
        longest=1_000_000,
        digits=18,
        seconds="STRFTIME('%s', {})",
    ),
    "postgres": Dialect("PostgreSQL", string="TEXT", stops=True, fence="OFFSET 0"),
    "spark": _SPARK,
    "snowflake": Dialect(
        "Snowflake",
        double="FLOAT",
        stops=True,
        longest=1_000_000,
        seconds="DATE_PART(EPOCH_SECOND, CAST({} AS TIMESTAMP_NTZ))",
    ),
    "bigquery": Dialect(
        "BigQuery",
        double="FLOAT64",
        string="STRING",
        quotes="``",
        escapes=True,
        cast="SAFE_CAST({} AS {double})",
        tries=True,
        nan="IS_NAN({0})",
        stops=True,
        longest=1_000_000,
        seconds="UNIX_SECONDS(CAST({} AS TIMESTAMP))",
    ),
    "redshift": Dialect("Redshift", stops=True, literal="'{}'::FLOAT8"),
    "databricks": replace(_SPARK, label="Databricks"),
    "tsql": Dialect(
        "SQL Server",
        double="FLOAT",
        string="NVARCHAR(4000)",
        quotes="[]",
        cast=_TRIED,
        tries=True,
        nan="",
        logarithm="LOG",
        letter="NCHAR",
        joined="+",
        before_text="N",
        stops=True,
        seconds="DATEDIFF_BIG(SECOND, CAST('1970-01-01' AS DATETIME2), CAST({} AS DATETIME2))",
    ),
}
"""All of them by the name that is typed. A new one is one entry here."""


def dialect_of(name: str) -> Dialect:
    """The dialect of a name; one sentence when there is none."""
    if name not in DIALECTS:
        raise SegmentationError(f"There is no dialect {plain_text(name)!r}. Choose one of {', '.join(DIALECTS)}.")
    return DIALECTS[name]
