"""The Index to Diseases of ICD-10-CM in XML: main terms, the terms below them, and their codes.

Words that need not be there (``nemod``) stay in a term, in brackets as the index writes them. A line without a code and without a
pointer is kept too, since the lines below it go on from it.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.editions import icd10cm_day
from consultant.knowledge.importers.files import Member, Meter, meter_of, pick_one
from consultant.knowledge.importers.sheet import Part, Rejections, Sheet, Values
from consultant.knowledge.importers.xml_tree import elements, words
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import ICD_INDEX

KIND = Kind.ICD10CM_INDEX
_OPTIONAL = "nemod"


def read(files: Sequence[Path]) -> Sheet:
    """The lines of one release. Raises KnowledgeError when the file is cut off or no index."""
    member = pick_one(files, r"(?<![a-z])index.*\.xml$")
    meter = meter_of([member])
    day = icd10cm_day((member.name, *(path.name for path in files)))
    return Sheet(
        parts=(Part(ICD_INDEX, _rows(member, meter)),),
        meter=meter,
        rejected=Rejections(),
        edition=day.isoformat() if day else "",
        effective=day,
    )


def main_term(title: str) -> str:
    """A main term as it is looked up: without words in brackets, in small letters."""
    return " ".join(title.partition("(")[0].casefold().split())


def _rows(member: Member, meter: Meter) -> Iterator[Values]:
    position = 0
    for term in elements(member, meter, "mainTerm"):
        main = main_term(_title(term, member.name))
        for terms, line in _lines(term, (), member.name):
            position += 1
            yield main, position, json.dumps(terms, ensure_ascii=False), *line


def _lines(term: ET.Element, above: tuple[str, ...], file: str) -> Iterator[tuple[tuple[str, ...], tuple[str, str, str]]]:
    terms = (*above, _title(term, file))
    code = words(term.find("code")) or words(term.find("subcat"))
    yield terms, (code, words(term.find("see")), words(term.find("seeAlso")))
    for child in term.iterfind("term"):
        yield from _lines(child, terms, file)


def _title(term: ET.Element, file: str) -> str:
    title = term.find("title")
    if title is None:
        msg = f"{file}: a term without a title stands in it; see whether it is an index of ICD-10-CM"
        raise KnowledgeError(msg)
    # The file sets no spaces around the optional words.
    parts = [title.text or "", *(f" {words(part)} {part.tail or ''}" for part in title if part.tag == _OPTIONAL)]
    return " ".join("".join(parts).split())
