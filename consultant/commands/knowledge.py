"""``consultant knowledge``: its table of commands, and build, import and status themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from consultant import settings
from consultant.commands import knowledge_check, knowledge_new
from consultant.commands.options import AsJson, print_json
from consultant.commands.progress import progress_bar
from consultant.knowledge.official_kinds import Edition, Kind, Setting

if TYPE_CHECKING:
    from consultant.knowledge.lookup import Knowledge

_KIND = Annotated[Kind, typer.Argument(metavar="KIND", help=f"What the files are: {', '.join(Kind)}.")]
_FILES = Annotated[list[Path], typer.Argument(metavar="FILE...", help="The files of one edition, zipped or not.")]
_SETTING = Annotated[
    Setting | None,
    typer.Option(
        metavar="SETTING",
        help=f"For whom the table is, where the files do not tell: {', '.join(filter(None, Setting))}.",
        show_default=False,
    ),
]
_EDITION = Annotated[str | None, typer.Option(help="What to call the edition.", show_default=False)]
_EFFECTIVE = Annotated[
    datetime | None,
    typer.Option(metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="First day on which it is in force.", show_default=False),
]


def create_app() -> typer.Typer:
    """The ``knowledge`` group."""
    app = typer.Typer(help="The knowledge base.", no_args_is_help=True)
    app.command()(build)
    app.command()(status)
    app.command(name="import")(import_tables)
    for command in (knowledge_check.check, knowledge_check.page, knowledge_new.new, knowledge_new.schema):
        app.command()(command)
    return app


def build() -> None:
    """Build the knowledge file anew from the family files and ICD-10-CM."""
    from consultant.knowledge import build as builder
    from consultant.opening import knowledge_file

    target = knowledge_file(settings.load())
    with progress_bar() as progress:
        builder.build(target, progress=progress)
    print(f"Built {target}.")


def import_tables(
    kind: _KIND,
    files: _FILES,
    setting: _SETTING = None,
    edition: _EDITION = None,
    effective: _EFFECTIVE = None,
    as_json: AsJson = False,
) -> None:
    """Import an edition of an official table, whole or not at all. The same files again change nothing."""
    from consultant.knowledge.importers.load import import_files
    from consultant.opening import home_of

    loaded, now = settings.load(), datetime.now(UTC)
    if loaded.official is None:
        home_of(loaded)
    day = effective.date() if effective else None
    with progress_bar() as progress:
        report = import_files(
            kind, files, loaded.official_file, setting=setting, edition=edition, effective=day, now=now, progress=progress
        )
    if as_json:
        reasons = [{"file": one.file, "line": one.line, "why": one.why} for one in report.reasons]
        print_json({"changed": report.changed, **_row(report.edition, now.date()), "reasons": reasons})
        return
    rejected = f", {report.rejected:,} line{'s' if report.rejected > 1 else ''} left out" if report.rejected else ""
    what = f"{report.edition}, in force from {report.edition.effective}: {report.rows:,} rows{rejected}"
    print(f"Imported {what}." if report.changed else f"Nothing changed: these files were imported before as {what}.")
    for one in report.reasons[:5]:
        print(f"  {one.file} line {one.line}: {one.why}" if one.line else f"  {one.why}")


def status(as_json: AsJson = False) -> None:
    """Say which editions are loaded, with rows and dates, how old they are, and which tables are missing."""
    from consultant.opening import knowledge_file, open_knowledge

    loaded, today = settings.load(), datetime.now(UTC).date()
    knowledge = open_knowledge(loaded)
    tables = [
        _row(edition, today) | {"in_force": _is_in_force(edition, knowledge, today)} for edition in knowledge.official.editions()
    ]
    missing = list(knowledge.official.missing())
    row = {"file": str(knowledge_file(loaded)), "editions": knowledge.editions, "rows": knowledge.rows}
    row["official"] = {"file": str(loaded.official_file), "editions": tables, "missing": missing}
    if as_json:
        print_json(row)
        return
    console = Console(highlight=False)
    table = Table("what", "edition", "rows", box=None, pad_edge=False)
    for name in sorted({*knowledge.editions, *knowledge.rows}):
        table.add_row(name, knowledge.editions.get(name, ""), f"{knowledge.rows[name]:,}" if name in knowledge.rows else "")
    console.print(table)
    console.print(f"\nOfficial tables in {loaded.official_file}", markup=False, style="bold")
    _show_tables(console, tables, missing)


def _row(edition: Edition, today: date) -> dict[str, Any]:
    return {
        "kind": edition.kind,
        "setting": edition.setting,
        "edition": edition.name,
        "effective": edition.effective.isoformat(),
        "rows": edition.rows,
        "rejected": edition.rejected,
        "imported": edition.imported.isoformat(timespec="seconds"),
        "overdue": edition.is_overdue(today),
        "age_days": (today - edition.effective).days,
        "files": list(edition.files),
        "sha256": edition.sha256,
    }


def _is_in_force(edition: Edition, knowledge: Knowledge, today: date) -> bool:
    answering = knowledge.official.edition(edition.kind, today, edition.setting)
    return answering is not None and answering.id == edition.id


def _show_tables(console: Console, tables: list[dict[str, Any]], missing: list[Kind]) -> None:
    shown = Table(box=None, pad_edge=False)
    for heading in ("table", "edition", "from", "rows", "imported", "age"):
        shown.add_column(heading, overflow="fold", no_wrap=heading != "edition", min_width=10 if heading == "edition" else None)
    for row in tables:
        rows = f"{row['rows']:,}" + (f" ({row['rejected']:,} left out)" if row["rejected"] else "")
        age = f"{row['age_days']:,} d" + (" !" if row["in_force"] and row["overdue"] else "")
        shown.add_row(f"{row['kind']} {row['setting']}", row["edition"], row["effective"], rows, row["imported"][:10], age)
    if tables:
        console.print(shown)
    if any(row["in_force"] and row["overdue"] for row in tables):
        console.print("! A newer edition should be out.")
    if missing:
        console.print(f"Missing: {', '.join(missing)}. Import them with `consultant knowledge import KIND FILE`.", markup=False)
