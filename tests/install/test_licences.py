"""The licences of everything that runs: each pinned package says one, and none obliges those who pass the studio on."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

PINNED = [Path(__file__).parents[2] / name for name in ("requirements-sign-in.txt", "requirements-spark.txt")]
"""All that runs, with the extras."""
PERMISSIVE = re.compile(r"\b(MIT|BSD|0BSD|Apache|MPL|PSF|Zlib|CC0|ISC|HPND|Unlicense)\b", re.IGNORECASE)
REFUSED = re.compile(
    r"\b[AL]?GPL|GNU (?:Affero |Lesser |Library )?General Public|\bAffero\b|\bSSPL\b|Server Side Public|\bBUSL\b"
    r"|Business Source|Commons Clause|NonCommercial|Proprietary",
    re.IGNORECASE,
)


def pinned() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in PINNED]
    return sorted({name for text in texts for name in re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE)})


def licence(given: metadata.PackageMetadata) -> str:
    """What a package says of its licence: the SPDX expression, else its classifiers, else the first line of the field.

    The field may hold the text of a licence, and a text names other licences too: only its first line counts.
    """
    if expression := given.get("License-Expression"):
        return str(expression)
    said = [line.removeprefix("License ::") for line in given.get_all("Classifier") or [] if line.startswith("License")]
    return "; ".join(said) or next(iter((given.get("License") or "").strip().splitlines()), "")


def fault(said: str) -> str:
    """Why a licence is not taken; empty for one that is. Of alternatives (OR) one that is permissive is enough."""
    choices = re.split(r"\bOR\b", said)
    if all(REFUSED.search(choice) for choice in choices):
        return "obliges whoever passes the product on"
    taken = any(PERMISSIVE.search(choice) and not REFUSED.search(choice) for choice in choices)
    return "" if taken else "is not among the permissive ones"


@pytest.mark.parametrize("name", pinned())
def test_every_package_that_runs_has_a_permissive_licence(name: str) -> None:
    try:
        said = licence(metadata.metadata(name))
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is pinned for other systems or an extra, and not installed here")
    assert not fault(said), f"{name}: {said or 'no licence'} {fault(said)}"


def test_the_list_of_packages_is_the_whole_one() -> None:
    names = pinned()
    assert len(names) == len(set(names)) > 40
    assert {"streamlit", "numpy", "scikit-learn", "python-pptx"} <= set(names)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND MIT AND Zlib AND CC0-1.0", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("GPL-2.0-or-later", False),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("LGPL-3.0-or-later", False),
        (" OSI Approved :: GNU Affero General Public License v3", False),
        (" OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("Business Source License 1.1", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licences_that_bind_and_unknown_ones_are_refused(said: str, taken: bool) -> None:
    assert (fault(said) == "") is taken
