"""``consultant knowledge new`` and ``consultant knowledge schema``: what helps a coder to write a family file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from consultant import settings

_FAMILY = Annotated[str, typer.Argument(metavar="FAMILY", help="Id of the family, which is also the name of its file.")]
_SECTION = Annotated[str, typer.Option(help="Folder of families/ that it belongs to, such as radiology.")]
_CODES = Annotated[str, typer.Option(help="Its codes, separated by commas.", show_default=False)]
_ROOT = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder that holds families/ and lexicon/.", show_default=False)]


def new(family: _FAMILY, section: _SECTION, codes: _CODES = "", root: _ROOT = None) -> None:
    """Begin a family file: everything that is needed stands in it, with blanks to fill."""
    from consultant.knowledge import scaffold, sources
    from consultant.knowledge.asking import Tables
    from consultant.knowledge.official import Official

    given = tuple(code.strip().upper() for code in codes.split(",") if code.strip())
    tables = Tables(Official.open(settings.load().official_file), datetime.now(UTC).date())
    path = scaffold.write(scaffold.Wanted(family, section, given), root or sources.HERE, tables)
    print(f"Wrote {path}. Fill its blanks, then run consultant knowledge build.")


def schema(root: _ROOT = None) -> None:
    """Write the JSON Schemas of the written files, for editors that check YAML while somebody types."""
    from consultant.errors import WorkError
    from consultant.knowledge import json_schema, sources

    folder = root or sources.HERE
    try:
        paths = json_schema.write(folder)
    except OSError as error:
        raise WorkError(f"{folder}: cannot be written ({error.strerror}); name another folder with --root") from None
    for path in paths:
        print(f"Wrote {path}.")
