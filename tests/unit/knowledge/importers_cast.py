"""The made-up official files of these tests, and making archives and workbooks of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from consultant.knowledge.importers import files
from consultant.knowledge.importers.catalogue import READERS
from consultant.knowledge.importers.load import Report, import_files
from consultant.knowledge.importers.sheet import Sheet
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import connect

CODESETS = Path(__file__).parents[2] / "corpus" / "codesets"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PTP = [CODESETS / f"ccipra-v322r0-f{number}.TXT" for number in (1, 2, 3, 4)]
CPT = [CODESETS / "cpt" / name for name in ("LONGULT.txt", "MEDU.txt", "SHORTU.txt")]
ONE_FILE = {
    Kind.NCCI_PAIRS: CODESETS / "ptp_practitioner_2024Q3_pairs.csv",
    Kind.MUE: CODESETS / "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv",
    Kind.ADD_ON: CODESETS / "add_on_pairs_2024-06.csv",
    Kind.MPFS: CODESETS / "PPRRVU2025_Oct.csv",
    Kind.HCPCS: CODESETS / "HCPC2026_OCT_ANWEB.csv",
    Kind.ICD10CM_ORDER: CODESETS / "icd10cm-order-2026.txt",
    Kind.ICD10CM_TABULAR: CODESETS / "icd10cm-tabular-2026.xml",
    Kind.ICD10CM_INDEX: CODESETS / "icd10cm-index-2026.xml",
    Kind.TAXONOMY: CODESETS / "nucc_taxonomy_251.csv",
    Kind.TAXONOMY_CROSSWALK: CODESETS / "medicare_taxonomy_crosswalk_2025-10.csv",
    Kind.PLACES: CODESETS / "pos_codes_2024-06.csv",
}
AOC_HEADER = (
    *("AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT", "AOC_Edit_EffDT", "AOC_Edit_DelDT"),
    "Special_Instruction_Notes",
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def load(kind: Kind, paths: Path | Sequence[Path], target: Path, **given: Any) -> Report:  # noqa: ANN401  (what import_files takes)
    """Import, at NOW."""
    return import_files(kind, [paths] if isinstance(paths, Path) else paths, target, now=NOW, **given)


def rows_of(
    folder: Path, kind: Kind, paths: Path | Sequence[Path], table: str, *, effective: date | None = None
) -> list[tuple[Any, ...]]:
    """Import files into a file of tables in ``folder``; gives back the rows of a table without the numbers of editions."""
    load(kind, paths, folder / "official.sqlite", effective=effective)
    with closing(connect(folder / "official.sqlite")) as connection:
        return [row[1:] for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608  (our own tables)


def sheet(kind: Kind, *paths: Path) -> Sheet:
    """What the reader of a kind makes of files."""
    return READERS[kind](paths)


def load_all(target: Path, mcd: Path) -> None:
    """Import one edition of every kind; ``mcd`` is where the archive of articles may be made."""
    for kind, path in ONE_FILE.items():
        load(kind, path, target)
    load(Kind.NCCI_PTP, PTP, target)
    load(Kind.CPT, CPT, target, effective=datetime(2026, 1, 1, tzinfo=UTC).date())
    load(Kind.MCD, articles(mcd), target)


def zipped(target: Path, contents: Mapping[str, bytes]) -> Path:
    """An archive with these members."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 4, 2, 3, 4, 6)), content)
    return target


def articles(target: Path) -> Path:
    """The made-up articles as they are shipped: a zip in a zip."""
    inner = zipped(target.with_name("inner.zip"), {path.name: path.read_bytes() for path in (CODESETS / "mcd").iterdir()})
    return zipped(target, {"current_article/current_article_csv.zip": inner.read_bytes(), "readme.txt": b"made up"})


def workbook(target: Path, rows: Iterable[Sequence[str | int | float]]) -> Path:
    """A workbook of one sheet: texts shared, numbers as numbers."""
    texts: list[str] = []
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(number, place, value, texts) for place, value in enumerate(row) if value != "")
        lines.append(f'<row r="{number}">{cells}</row>')
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    return zipped(
        target,
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": b"<workbook/>",
            "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>'.encode(),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'.encode(),
        },
    )


def _cell(number: int, place: int, value: str | float, texts: list[str]) -> str:
    reference = f"{chr(ord('A') + place)}{number}"
    if isinstance(value, str):
        texts.append(value)
        return f'<c r="{reference}" t="s"><v>{len(texts) - 1}</v></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


def member(path: Path) -> files.Member:
    """The one member of a plain file."""
    return files.members([path])[0]
