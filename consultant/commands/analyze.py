"""``consultant analyze``: the pure function at the heart, from a terminal. No database, no mail goes out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from consultant.commands.options import AsJson, OnDate, as_date, print_json
from consultant.errors import UsageError

_STANDARD_INPUT = "-"


def analyze(
    file: Annotated[str, typer.Argument(help="An .eml or text file; - is standard input.")] = _STANDARD_INPUT,
    on: OnDate = None,
    as_json: AsJson = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Standard input: one {id, subject, body} a line; one analysis a line comes out.")
    ] = False,
) -> None:
    """Analyse a mail or a text: suggested codes, diagnoses, findings, questions."""
    from consultant.commands.opened import the_knowledge

    knowledge = the_knowledge()
    received = as_date(on) or datetime.now(UTC).date()
    if jsonl:
        for row in _rows(sys.stdin.buffer, knowledge, received):
            print_json(row)
        return
    row = {"id": _name(file)} | _analysis_of_mail(_content(file), received, knowledge)
    if as_json:
        print_json(row)
    else:
        from consultant.commands.analysis_page import show

        show(row)


def _rows(lines: Iterable[bytes], knowledge: Any, today: date) -> Iterable[dict[str, Any]]:  # noqa: ANN401  (a Knowledge)
    """One analysis a line; a bad line gives ``{"id", "error"}`` and the run goes on."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        given: Any = None
        try:
            given = json.loads(line)
            yield {"id": given["id"]} | _analysis_of_fields(given, knowledge, today)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            name = given.get("id") if isinstance(given, dict) else None
            yield {"id": name, "error": f"line {number}: {_complaint(error)}"}


def _complaint(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"the key {error} is missing"
    if isinstance(error, json.JSONDecodeError):
        return "this is not JSON"
    return str(error)


def _analysis_of_fields(given: dict[str, Any], knowledge: Any, today: date) -> dict[str, Any]:  # noqa: ANN401  (a Knowledge)
    from consultant.consultation.analysis import analyse_fields
    from consultant.model.wire import to_json

    received = date.fromisoformat(given["received"][:10]) if given.get("received") else today
    subject, body, sender = (_text(given, key) for key in ("subject", "body", "from"))
    return to_json(analyse_fields(subject, body, sender, received, knowledge))


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        msg = f"the key {key!r} is not text"
        raise TypeError(msg)
    return value


def _analysis_of_mail(content: bytes, received: date, knowledge: Any) -> dict[str, Any]:  # noqa: ANN401  (a Knowledge)
    from consultant.consultation.analysis import analyse_bytes
    from consultant.model.wire import to_json

    return to_json(analyse_bytes(content, received, knowledge))


def _content(file: str) -> bytes:
    try:
        content = sys.stdin.buffer.read() if file == _STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        msg = f"{file}: {error.strerror}"
        raise UsageError(msg) from None
    if not content.strip():
        msg = f"{_name(file)}: there is nothing to read in it"
        raise UsageError(msg)
    return content


def _name(file: str) -> str:
    return "standard input" if file == _STANDARD_INPUT else Path(file).name
