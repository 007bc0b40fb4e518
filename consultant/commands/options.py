"""Options that several commands share, and the objects that they open from settings."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from consultant.errors import UsageError

Home = Annotated[Path | None, typer.Option(help="Data folder (CONSULTANT_HOME).", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OnDate = Annotated[str | None, typer.Option("--date", help="Date of service, YYYY-MM-DD.", show_default=False)]


def as_date(value: str | None) -> date | None:
    """The date that an option gives. Raises UsageError when it is none."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        msg = f"--date: {value!r} is not a date; write it as YYYY-MM-DD"
        raise UsageError(msg) from None


def print_json(value: Any) -> None:  # noqa: ANN401  (whatever JSON can hold)
    """Print a value as JSON, one line, the same bytes for the same value."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
