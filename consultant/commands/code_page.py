"""A code page: everything that is known of one code, as JSON and for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from consultant.knowledge.diagnoses import IcdCode, Note
from consultant.knowledge.family import CodeFacts
from consultant.knowledge.lookup import Knowledge

_FACT_WORDS = {
    "category": "CPT category",
    "effective": "in force since",
    "ended": "deleted on",
    "sunset": "sunset",
    "status": "Medicare status",
    "global_days": "global period",
    "professional_technical": "PC/TC indicator",
    "bilateral": "bilateral indicator",
    "units": "MUE",
    "units_adjudication": "MUE adjudication",
    "add_on_to": "add-on to",
    "successors": "succeeded by",
    "predecessors": "successor of",
    "disputed": "sources disagree",
}


def row_of(knowledge: Knowledge, code: str, on: date | None) -> dict[str, Any] | None:
    """The page as plain data, or None when the code is not known. ``on`` is the date of service; None is today."""
    page = knowledge.code(code, on)
    if page is None:
        return None
    day = on or datetime.now(UTC).date()
    return {
        "code": page.code,
        "system": page.system.value,
        "title": page.title,
        "plain": page.plain,
        "date": day.isoformat(),
        "live": page.live_on(day),
        "billable": page.icd.billable if page.icd else page.live_on(day),
        "facts": _facts(page.facts),
        "family": page.family,
        "needs": list(page.needs),
        "trap": page.trap,
        "siblings": [{"code": s.code, "plain": s.plain} for s in page.siblings],
        "not_with": [asdict(bundle) for bundle in page.bundles],
        "modifiers": [{"modifier": m.modifier, "when": m.when} for m in page.modifiers],
        "diagnoses": [{"code": d, "title": _title(knowledge, d)} for d in page.diagnoses],
        "related": list(page.related),
        "notes": list(page.notes),
        "sources": list(page.sources),
        "icd10cm": _icd(page.icd) if page.icd else None,
        "editions": knowledge.editions,
    }


def show(row: dict[str, Any]) -> None:
    """Print the page for a person."""
    console = Console(highlight=False)
    state = "" if row["live"] else f"  not in force on {row['date']}"
    console.print(Text.assemble((row["code"], "bold"), f"  {row['system']}", (state, "bold red")))
    console.print(Padding(Text(row["plain"]), (0, 0, 1, 2)))
    console.print(_fact_table(row))
    _list(console, "The right one when", row["needs"])
    _list(console, "Mind", [row["trap"]] if row["trap"] else [])
    _list(console, "Not together with", [_bundle(row["code"], each) for each in row["not_with"]])
    _list(console, "Modifiers", [f"{m['modifier']}: {m['when']}" for m in row["modifiers"]])
    _list(console, "Siblings", [f"{s['code']}: {s['plain']}" for s in row["siblings"]])
    _list(console, "Usual diagnoses", [f"{d['code']}: {d['title']}" for d in row["diagnoses"]])
    _list(console, "See also", row["related"])
    _list(console, "Notes", row["notes"])
    if row["icd10cm"]:
        _show_icd(console, row["icd10cm"])
    _list(console, "Sources", row["sources"])
    console.print(Text("  ".join(f"{name} {edition}" for name, edition in sorted(row["editions"].items())), style="dim"))


def _facts(facts: CodeFacts) -> dict[str, Any]:
    """What is known; a fact that is not known is left out rather than shown as empty."""
    known = {name: value for name, value in asdict(facts).items() if value not in ("", None, ())}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def _title(knowledge: Knowledge, code: str) -> str:
    found = knowledge.diagnosis(code)
    return found.title if found else ""


def _icd(icd: IcdCode) -> dict[str, Any]:
    return {
        "level": icd.level.value,
        "billable": icd.billable,
        "parent": icd.parent,
        "includes": _notes(icd.includes),
        "inclusion_terms": _notes(icd.inclusion_terms),
        "excludes1": _notes(icd.excludes1),
        "excludes2": _notes(icd.excludes2),
        "code_first": _notes(icd.code_first),
        "use_additional": _notes(icd.use_additional),
        "code_also": _notes(icd.code_also),
        "seventh_characters": [{"character": character, "meaning": meaning} for character, meaning in icd.seventh_characters],
    }


def _notes(notes: tuple[Note, ...]) -> list[dict[str, str]]:
    return [{"text": note.text, "at": note.code} for note in notes]


def _fact_table(row: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    for name, words in _FACT_WORDS.items():
        value = row["facts"].get(name)
        if value is not None:
            shown = ", ".join(value) if isinstance(value, list | tuple) else str(value)
            edition = row["facts"].get("status_edition", "") if name == "status" else ""
            table.add_row(words, Text.assemble(shown, (f"  {edition}", "dim")))
    return table


def _bundle(code: str, bundle: dict[str, Any]) -> str:
    other = bundle["column_2"] if bundle["column_1"] == code else bundle["column_1"]
    indicator = f" (modifier indicator {bundle['indicator']})" if bundle["indicator"] else ""
    return f"{other}{indicator}: {bundle['reason']} [{bundle['source']}]"


def _show_icd(console: Console, icd: dict[str, Any]) -> None:
    if not icd["billable"]:
        console.print(f"This is a {icd['level']}, not a billable code: report a code below it.", style="yellow", markup=False)
    for name, words in (
        ("includes", "Includes"),
        ("inclusion_terms", "Also called"),
        ("excludes1", "Never together with (Excludes1)"),
        ("excludes2", "Not included here (Excludes2)"),
        ("code_first", "Code first"),
        ("use_additional", "Use additional code"),
        ("code_also", "Code also"),
    ):
        _list(console, words, [f"{note['text']}  [{note['at']}]" for note in icd[name]])
    _list(console, "Seventh character", [f"{s['character']}: {s['meaning']}" for s in icd["seventh_characters"]])


def _list(console: Console, title: str, lines: list[str]) -> None:
    if lines:
        console.print(Text(title, style="bold"))
        for line in lines:
            console.print(Padding(Text(line), (0, 0, 0, 2)))
