"""A folder of official files, read straight into a file of official tables: which file is of which kind is told by its name.

Names are those that the publishers give (CMS, NUCC, CDC, AMA). Files whose name says nothing, and excerpts, are left out and told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.load import import_files
from consultant.knowledge.official_kinds import Edition, Kind

Progress = Callable[[str, int, int], None]
_PART = re.compile(r"[-_]f\d+(?=\.)", re.IGNORECASE)
_DATA = re.compile(r"\.(?:txt|csv|xlsx|xml|zip|gz)$", re.IGNORECASE)
_LEFT_OUT = re.compile(r"excerpt|shape|sample|layout|readme|rvu\d\d\w\.(?:txt|pdf)$", re.IGNORECASE)
_NAMES: tuple[tuple[str, Kind], ...] = (
    (r"^pprrvu|^rvu\d", Kind.MPFS),
    (r"mue", Kind.MUE),
    (r"^cci(?:pra|oph)", Kind.NCCI_PTP),
    (r"ptp.*pairs|pairs.*ptp", Kind.NCCI_PAIRS),
    (r"add[-_ ]?on|^aoc", Kind.ADD_ON),
    (r"^hcpcs?\d|alpha-?numeric|hcpc.*anweb", Kind.HCPCS),
    (r"icd10cm[-_]order", Kind.ICD10CM_ORDER),
    (r"icd10cm?[-_]tabular", Kind.ICD10CM_TABULAR),
    (r"icd10cm[-_]index", Kind.ICD10CM_INDEX),
    (r"taxonomy.*crosswalk|crosswalk.*taxonomy", Kind.TAXONOMY_CROSSWALK),
    (r"nucc.*taxonomy", Kind.TAXONOMY),
    (r"^pos[-_]|place[-_]of[-_]service", Kind.PLACES),
    (r"current_article|all_article", Kind.MCD),
    (r"^longulf?t?\.|^shortu\.|^medu\.|^longuf\.", Kind.CPT),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave."""

    editions: tuple[Edition, ...]
    left_out: tuple[tuple[str, str], ...]
    """Files that were not read, each with why."""


def kind_of(name: str) -> Kind | None:
    """The kind that a file's name tells, or None."""
    return next((kind for shape, kind in _NAMES if re.search(shape, name, re.IGNORECASE)), None)


def load(folder: Path, target: Path, *, now: datetime, progress: Progress | None = None) -> Loaded:
    """Read every official file below ``folder`` into ``target``.

    Raises KnowledgeError when there is not one that can be read; a single file that is refused is told in the answer.
    """
    if not folder.is_dir():
        msg = f"{folder}: is no folder; name one that holds official files"
        raise KnowledgeError(msg)
    editions: list[Edition] = []
    left_out: list[tuple[str, str]] = []
    for kind, paths in _groups(folder, left_out):
        try:
            # CPT is a set of a calendar year, and its files do not tell of which.
            effective = date(now.year, 1, 1) if kind is Kind.CPT else None
            editions.append(import_files(kind, paths, target, effective=effective, now=now, progress=progress).edition)
        except KnowledgeError as error:
            left_out.append((", ".join(path.name for path in paths), str(error)))
    if not editions:
        msg = f"{folder}: no official file in it can be read; docs/KNOWLEDGE.md names the files"
        raise KnowledgeError(msg)
    return Loaded(tuple(editions), tuple(left_out))


def _groups(folder: Path, left_out: list[tuple[str, str]]) -> Iterator[tuple[Kind, list[Path]]]:
    """The files of each edition; the numbered parts of one set of pairs belong together."""
    groups: dict[tuple[Kind, str], list[Path]] = defaultdict(list)
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and _DATA.search(path.name)):
        if _LEFT_OUT.search(path.name):
            left_out.append((path.name, "an excerpt or a description, not a whole table"))
        elif (kind := kind_of(path.name)) is None:
            left_out.append((path.name, "its name tells no kind of table"))
        else:
            whole = "" if kind is Kind.CPT else _PART.sub("", path.name)
            groups[kind, f"{path.parent}/{whole}"].append(path)
    return ((kind, paths) for (kind, _), paths in groups.items())
