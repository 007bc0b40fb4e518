"""A code page in a terminal: one column of headings and one of what stands under them, at any width from 60 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

_HEADINGS = 14
_WIDEST = 124
_INDENT = 2
_NOTES = (
    ("includes", "Includes"),
    ("inclusion_terms", "Also called"),
    ("excludes1", "Never with"),
    ("excludes2", "Not here"),
    ("code_first", "Code first"),
    ("use_additional", "Code besides"),
    ("code_also", "Code also"),
    ("notes", "Notes"),
)
Part = tuple[str, RenderableType]


def show(row: dict[str, Any], console: Console) -> None:
    """Print the page for a person."""
    width = min(console.width, _WIDEST)
    console.print(_head(row), width=width)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=_HEADINGS, style="bold cyan", no_wrap=True)
    grid.add_column(ratio=1)
    parts = list(_of_diagnosis(row) if row["icd10cm"] else _of_procedure(row))
    for heading, content in parts:
        grid.add_row(heading, Padding(content, (0, 0, 1, 0)))
    console.print(grid, width=width)
    console.print(Text(_editions(row), style="dim"), width=width)


def _editions(row: dict[str, Any]) -> str:
    named = [f"{name} {edition}" for name, edition in sorted(row["editions"].items())]
    official = [f"{kind} {name}" for kind, name in sorted(row["official_editions"].items())]
    return "Read from " + " · ".join([*named, *official])


def _head(row: dict[str, Any]) -> RenderableType:
    category = f" category {row['facts']['category']}" if row["facts"].get("category") else ""
    line = Table.grid(expand=True)
    line.add_column(ratio=1)
    line.add_column(justify="right")
    line.add_row(Text.assemble((row["code"], "bold"), (f"  {row['system']}{category}", "dim")), _standing(row))
    under = "" if row["icd10cm"] else " · ".join(part for part in (row["title"], row["service_type"]) if part)
    lines: list[RenderableType] = [Rule(style="dim"), line, _plain(row)]
    return Group(*lines, *([Text(under, style="dim")] if under else []), Rule(style="dim"))


def _plain(row: dict[str, Any]) -> Text:
    words = row["title"] if row["icd10cm"] else row["plain"]
    return Text(words, style="bold") if words else Text("not described here in words of our own", style="dim")


def _standing(row: dict[str, Any]) -> Text:
    if row["icd10cm"]:
        level = row["icd10cm"]["level"]
        return Text("complete code", style="green") if row["billable"] else Text(f"{level}, not to be reported", style="bold red")
    words = f"in force on {row['date']}" if row["live"] else f"not in force on {row['date']}"
    return Text(words, style="green" if row["live"] else "bold red")


def _of_procedure(row: dict[str, Any]) -> Iterator[Part]:
    if not row["live"]:
        yield from _listed("Instead", _instead(row))
    yield from _texts(("Context", row["context"] or row["summary"]), ("Right when", row["needs"]), ("Mind", row["trap"]))
    yield from _lines("Dates", _dates(row["dates"], row["date"]))
    yield from _medicare(row)
    if row["official"]:
        yield from _official(row["official"])
    if row["sites_of_service"]:
        yield "Where", _pairs((one["place"], _place(one)) for one in row["sites_of_service"])
    if row["live"]:
        yield from _beside(row)
    yield from _listed("Siblings", row["siblings"])
    yield from _listed("See also", row["related"])
    if row["taxonomies"]:
        yield "Who", _pairs((one["code"], one["name"]) for one in row["taxonomies"])
    yield from _texts(("Notes", row["notes"]), ("Disputed", row["facts"].get("disputed", [])))
    yield from _ending(row)


def _instead(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What is reported on the day when this code is not: what came after it, or what was there before it."""
    dates = row["dates"]
    is_young = dates["effective"] is not None and row["date"] < dates["effective"]
    found: list[dict[str, Any]] = dates["predecessors" if is_young else "successors"]
    return found


def _beside(row: dict[str, Any]) -> Iterator[Part]:
    """What goes on a line with the code; of one that is not in force nobody needs it."""
    if row["modifiers"]:
        yield "Modifiers", _pairs((one["modifier"], one["when"]) for one in row["modifiers"])
    if row["not_with"] or row["edits"]:
        yield "Not with", _pairs([*_bundles(row["not_with"]), *(_edit(one) for one in row["edits"])])
    yield from _listed("Together with", row["adds"])
    if row["diagnoses"]:
        yield "Diagnoses", _pairs((one["code"] + ("" if one["billable"] else "-"), one["title"]) for one in row["diagnoses"])


def _of_diagnosis(row: dict[str, Any]) -> Iterator[Part]:
    icd = row["icd10cm"]
    if row["plain"] != row["title"]:
        yield "In our words", Text(row["plain"])
    yield from _texts(("Right when", row["needs"]), ("Mind", row["trap"]))
    if icd["path"]:
        yield "Stands under", _pairs((one["code"], one["title"]) for one in icd["path"])
    if icd["below"]:
        yield "Below it", _tree(icd["below"])
    if icd["seventh_characters"]:
        yield "7th character", _pairs((one["character"], one["meaning"]) for one in icd["seventh_characters"])
    for name, heading in _NOTES:
        if icd[name]:
            yield heading, _notes(icd[name], row["code"])
    if icd["supports"]:
        yield "Supports", Text("\n".join(one["title"] for one in icd["supports"]))
    yield from _listed("Siblings", row["siblings"])
    yield from _listed("See also", row["related"])
    yield from _texts(("Notes", row["notes"]))
    yield from _ending(row)


def _ending(row: dict[str, Any]) -> Iterator[Part]:
    yield from _texts(("Not known", row["not_known"]))
    if row["sources"]:
        yield "Sources", Text("; ".join(row["sources"]), style="dim")


def _texts(*parts: tuple[str, str | list[str]]) -> Iterator[Part]:
    for heading, given in parts:
        lines = [given] if isinstance(given, str) else list(given)
        if any(lines):
            yield heading, Group(*(Text(line) for line in lines))


def _lines(heading: str, lines: Iterable[Text]) -> Iterator[Part]:
    found = list(lines)
    if found:
        yield heading, Group(*found)


def _listed(heading: str, codes: list[dict[str, Any]]) -> Iterator[Part]:
    if codes:
        yield heading, _codes(codes)


def _codes(codes: list[dict[str, Any]]) -> Table:
    return _pairs((one["code"], _words(one)) for one in codes)


def _words(one: dict[str, Any]) -> Text:
    words = one["plain"] or "not described here"
    return Text(words) if one.get("live", True) else Text(f"{words}  (not in force)", style="dim")


def _pairs(rows: Iterable[tuple[str, str | Text]]) -> Table:
    """A column of codes and one of words."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(ratio=1)
    for code, words in rows:
        table.add_row(Text(code), Text(words) if isinstance(words, str) else words)
    return table


def _dates(dates: dict[str, Any], on: str) -> Iterator[Text]:
    if dates["effective"]:
        before = ", ".join(one["code"] for one in dates["predecessors"])
        since = "since" if dates["effective"] <= on else "only from"
        yield Text(f"in force {since} {dates['effective']}" + (f"; before that {before}" if before else ""))
    if dates["ended"]:
        yield Text(f"no longer reported from {dates['ended']} on")
    if dates["sunset"]:
        yield Text(f"a temporary code, archived in {dates['sunset']} unless renewed")


def _medicare(row: dict[str, Any]) -> Iterator[Part]:
    medicare = row["medicare"]
    if medicare["indicators"]:
        lines = [Text.assemble((f"{one['name']} {one['value']}", "bold"), f": {one['means']}") for one in medicare["indicators"]]
        source = Text(f"[{medicare['indicators'][0]['source']}]", style="dim")
        yield "Medicare", Group(*lines, source)
    units = medicare["units"]
    if units:
        told = f"at most {units['units']} a day" if units["adjudication"] != "1" else f"at most {units['units']} on a line"
        means = f"; {units['means']}" if units["adjudication"] else ""
        yield "Units", Text.assemble(f"{told}{means}  ", (f"[{units['source']}]", "dim"))
    add_on = medicare["add_on_to"]
    if add_on:
        beside = ", ".join(add_on["codes"]) or "the Medicare contractor decides beside which codes"
        yield "Added to", Text.assemble(beside, (f"  [{add_on['source']}]", "dim"))


def _official(official: dict[str, Any]) -> Iterator[Part]:
    if official["descriptor"]:
        source = (f"  [{official['descriptor']['edition']}; © AMA, licensed]", "dim")
        yield "Descriptor", Text.assemble(official["descriptor"]["long"], source)
    priced = [fee for fee in official["fees"] if fee["amount_non_facility"] or fee["amount_facility"]]
    if priced:
        yield "Price", _prices(priced)


def _prices(fees: list[dict[str, Any]]) -> Group:
    table = Table.grid(padding=(0, 3))
    for heading in ("", "non-facility", "facility"):
        table.add_column(heading, justify="right" if heading else "left")
    table.add_row("", Text("non-facility", style="dim"), Text("facility", style="dim"))
    for fee in fees:
        table.add_row(fee["modifier"] or "whole", _price(fee, "non_facility"), _price(fee, "facility"))
    return Group(table, Text(f"national, before the area's adjustment  [{fees[0]['edition']}]", style="dim"))


def _price(fee: dict[str, Any], place: str) -> str:
    amount = fee[f"amount_{place}"]
    return f"${amount}  ({fee[f'rvu_{place}']} RVU)" if amount else "none"


def _place(site: dict[str, Any]) -> Text:
    return Text.assemble(site["name"], ("" if site["facility"] else "  non-facility rate", "dim"))


def _bundles(bundles: list[dict[str, Any]]) -> Iterator[tuple[str, Text]]:
    """Pairs with one reason stand together, those that no modifier changes first."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in sorted(bundles, key=lambda one: str(one["indicator"])):
        groups.setdefault((one["reason"], *_denied(one)), []).append(one["other"])
    return (("\n".join(codes), Text.assemble(reason, (denied, style))) for (reason, denied, style), codes in groups.items())


def _edit(edit: dict[str, Any]) -> tuple[str, Text]:
    words = edit["plain"] or "a code that is not described here"
    return edit["other"], Text.assemble(words, _denied(edit))


def _denied(pair: dict[str, Any]) -> tuple[str, str]:
    """Which of the two is denied, what may change that, and who says so."""
    denied = "denied beside this code" if pair["column_2"] == pair["other"] else "this code is denied beside it"
    changes = {"0": "; no modifier changes that", "1": "; a proper modifier may change that"}.get(pair["indicator"], "")
    return f"  [{denied}{changes}; {pair['source']}]", "dim"


def _tree(below: list[dict[str, Any]]) -> Table:
    def row(one: dict[str, Any]) -> tuple[str, Text]:
        indent, ending = " " * (_INDENT * one["depth"]), "" if one["billable"] else "-"
        asked = "  takes a 7th character" if one["takes_seventh"] and not one["has_below"] else ""
        return f"{indent}{one['code']}{ending}", Text.assemble(one["title"], (asked, "dim"))

    return _pairs(row(one) for one in below)


def _notes(notes: list[dict[str, str]], code: str) -> Group:
    return Group(*(Text.assemble(note["text"], (f"  [{note['at']}]" if note["at"] != code else "", "dim")) for note in notes))
