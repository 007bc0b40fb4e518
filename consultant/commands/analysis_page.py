"""An analysis as a person reads it in a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_STYLES = {"error": "red", "warning": "yellow", "info": "default"}


def show(row: dict[str, Any]) -> None:
    """Print the analysis: lines, diagnoses, verdicts, questions, what to watch out for, editions."""
    console = Console(highlight=False)
    if row["disposition"] == "ignore":
        console.print(f"Not a case: {row['reason']}.", markup=False)
        return
    for title, lines in (("Suggested", row["procedures"]), ("Diagnoses", row["diagnoses"])):
        if lines:
            console.rule(title, align="left")
            console.print(_codes(lines))
    if row["audit"]:
        console.rule("Your codes", align="left")
        console.print(_audit(row["audit"]))
    for answer in row["answers"]:
        console.rule(answer["topic"], align="left")
        console.print(answer["text"], markup=False)
    if row["ask"]:
        console.rule("To ask", align="left")
        for question in row["ask"]:
            decides = f"  ({', '.join(question['decides'])})" if question["decides"] else ""
            console.print(f"? {question['question']}{decides}", markup=False)
    _findings(console, row["findings"])
    console.print(Text("  ".join(f"{name} {edition}" for name, edition in row["editions"].items()), style="dim"))


def _codes(lines: list[dict[str, Any]]) -> Table:
    table = Table("code", "why", box=None, pad_edge=False, show_header=False)
    for line in lines:
        code = "-".join([line["code"], *line.get("modifiers", [])])
        units = f" x{line['units']}" if line.get("units", 1) > 1 else ""
        quotes = " … ".join(f"“{e['text']}”" for e in line["evidence"])
        about = Text.assemble(line["description"], (f"  {line['confidence']}", "dim"), "\n" if quotes else "", (quotes, "italic"))
        table.add_row(Text(code + units, style="bold"), about)
    return table


def _audit(lines: list[dict[str, Any]]) -> Table:
    table = Table("code", "verdict", "because", box=None, pad_edge=False, show_header=False)
    for line in lines:
        verdict = line["verdict"] + (f" to {line['to']}" if line["to"] else "")
        table.add_row(Text("-".join([line["code"], *line["modifiers"]]), style="bold"), verdict, Text(line["because"]))
    return table


def _findings(console: Console, findings: list[dict[str, Any]]) -> None:
    hits = [finding for finding in findings if finding["outcome"] == "hit"]
    if hits:
        console.rule("Watch out", align="left")
    for finding in hits:
        source = ", ".join(part for part in (finding["source"], finding["edition"]) if part)
        text = Text.assemble((f"{finding['text']} ", _STYLES[finding["severity"]]), (source, "dim"))
        console.print(Padding(text, (0, 0, 0, 2)))
