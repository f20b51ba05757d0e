"""docs/load.md from the figures of `tests.bench.load`: each run writes its own part and leaves the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["write_part"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/load.md"
STORE = ROOT / "tests/bench/results/load.json"

HEAD = """# Many people at once

`make load` starts the product and lets 8 browsers walk the whole journey for 15 minutes: a file dropped, prepared,
numbers of segments compared, the test for groups, segments, a saved model, then two rounds through all pages; each
journey is a new visitor. Server and browsers share the machine. The browsers stand for machines of other people, so
they run at a lower priority than the server (nice 5). *On the screen* is from the press to the drawn page, *on the
wire* from the browser's question until the server said that it is done, as Chromium notes it. A step that took longer
than a minute is listed; one of more than three is an error. `python -m tests.bench.load --clients 8` lets visitors
without a browser walk the same way over the websocket: their browsers run elsewhere, and the server has its cores for
itself. `--memory` measures what sessions leave behind, `--hostile` how soon others are answered while hostile files are
read. All write this page.
"""


def write_part(name: str, figures: dict[str, Any]) -> None:
    """Keep the figures of one run, and write the page anew."""
    kept = json.loads(STORE.read_text(encoding="utf-8")) if STORE.is_file() else {}
    kept[name] = figures
    STORE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")
    print(PARTS[name](figures))


def page(kept: dict[str, Any]) -> str:
    """The whole page."""
    return "\n".join([HEAD, *(PARTS[name](kept[name]) for name in PARTS if name in kept)])


def _load(given: dict[str, Any]) -> str:
    rows = [
        ("a light click on the wire: median, 95 of 100 within", _two(given["click on the wire"])),
        ("the same on the screen", _two(given["click"])),
    ]
    between = ("comparing, median of the quickest and the slowest browser", _between(given["fair"]))
    return _crowd(given, f"{given['browsers']} browsers", f"{given['file']} in each browser", rows, [between])


def _clients(given: dict[str, Any]) -> str:
    title = f"{given['browsers']} visitors whose browsers run on other machines"
    rows = [("a light click on the wire: median, 95 of 100 within", _two(given["click"]))]
    return _crowd(given, title, f"{given['file']} from each visitor, who reads what the server sends", rows, [])


def _crowd(
    given: dict[str, Any], title: str, what: str, clicks: list[tuple[str, str]], more: list[tuple[str, str]]
) -> str:
    """What many visitors met, as a section."""
    start, busy, after = given["memory"]
    rows = [
        ("journeys walked to their end", f"{given['journeys']:,}"),
        ("errors", f"{len(given['errors']):,}"),
        ("light clicks (another page, nothing new to compute)", f"{given['clicks']:,}"),
        *clicks,
        *((f"median: {step}", _seconds(seconds)) for step, seconds in given["waits"].items()),
        *more,
        ("memory before, at the end, two minutes later", f"{start:,.0f}, {busy:,.0f}, {after:,.0f} MB"),
    ]
    head = f"## {title} for {given['minutes']:g} minutes\n\n{given['cores']} cores, {what}.{_busy(given)}\n\n"
    lists = {"Errors": given["errors"], "Steps of more than a minute": given["slow"]}
    return (
        f"{head}| | |\n|---|---|\n"
        + "".join(f"| {name} | {value} |\n" for name, value in rows)
        + "".join(
            f"\n{title}:\n\n" + "".join(f"- {line}\n" for line in lines[:20]) for title, lines in lists.items() if lines
        )
    )


def _memory(given: dict[str, Any]) -> str:
    rows = [
        f"| {name} | {start:,.0f} | {busy:,.0f} | {after:,.0f} | {after / start - 1:+.0%} |\n"
        for name, (start, busy, after) in given["figures"].items()
    ]
    return (
        f"## What {given['sessions']} sessions leave behind\n\n"
        f"{given['sessions']} visitors at once, each with {given['file']}, after a first visit "
        "that imports what the pages need. Megabytes of the server and its readers:\n\n"
        "| server | before | right after | two minutes later | change |\n|---|---|---|---|---|\n" + "".join(rows)
    )


def _hostile(given: dict[str, Any]) -> str:
    rows = [
        f"| {name} | {count:,} | {_seconds(median)} | {_seconds(most)} |\n"
        for name, (count, median, most) in given["asked"].items()
    ]
    return (
        f"## While {given['files']} hostile files are read\n\n"
        "One browser uploads them one after the other; meanwhile somebody else asks all the time whether the server is "
        f"there, and opens the start page as a new visitor.{_busy(given)}\n\n"
        "| asked | times | median | slowest |\n|---|---|---|---|\n" + "".join(rows)
    )


def _busy(given: dict[str, Any]) -> str:
    """How busy the machine was, where more wanted to compute than there were cores."""
    return f" The machine was busy: {given['busy']:g} processes wanted to compute at once." if given["busy"] > 4 else ""


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def _two(values: list[float] | None) -> str:
    return "–" if values is None else f"{values[0]:.2f} s, {values[1]:.2f} s"


def _between(values: list[float]) -> str:
    return f"{min(values):.1f} and {max(values):.1f} s" if values else "–"


PARTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "load": _load,
    "clients": _clients,
    "memory": _memory,
    "hostile": _hostile,
}
