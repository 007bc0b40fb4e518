"""Reading a published code page: its text becomes data, and nothing of it is believed.

Two shapes are read: pages with an official and a common-language description, and pages with an overview and tables. Known limit:
which code a page is about is taken from its heading, its question to the reader, or the first code it explains.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.pages_read.layout import Layout, take_apart
from consultant.knowledge.pages_read.page import Filler, PageKind, PublishedPage, TableKind
from consultant.model.coding import System

_CODE = r"([0-9]{4}[0-9TUFAM]|[A-V][0-9]{4}|[A-TV-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}|[A-TV-Z][0-9][0-9A-Z])\b"
_SYSTEM = r"\b(?:CPT|HCPCS|ICD-10(?:-CM)?)\b[^\w\n]{0,3}\s*"
_VERB = r"\s+(?:refers|describes|covers|denotes|represents|is\b)"
_SUBJECT = (
    re.compile(rf"^{_SYSTEM}(?:codes?\s+)?{_CODE}\s*[:\u2013\u2014-]", re.IGNORECASE | re.MULTILINE),
    re.compile(rf"question about\W+{_SYSTEM}(?:codes?\s+)?{_CODE}", re.IGNORECASE),
    re.compile(rf"{_SYSTEM}(?:codes?\s+)?{_CODE}{_VERB}", re.IGNORECASE),
)
_MENTION = re.compile(rf"{_SYSTEM}(?:codes?\s+)?{_CODE}", re.IGNORECASE)
_FILLER = re.compile(
    r"data (?:is |are )?not available(?: in the input)?|not available in the (?:input|data)|no data (?:is )?(?:available|provided)"
    r"|register to view(?: content)?|(?:sign up|log in|subscribe|upgrade) to (?:view|see|unlock|read)\b[^.\n]{0,30}"
    r"|create a free account[^.\n]{0,40}|coming soon|to be determined|lorem ipsum|\[?placeholder\]?",
    re.IGNORECASE,
)
_TYPESETTING = {0xA0: " ", 0x2010: "-", 0x2011: "-"}
_EXPLAINS = re.compile(rf"{_CODE}{_VERB}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.;])\s")
_MOST_BYTES = 2_000_000


def read_file(path: Path) -> PublishedPage:
    """The page saved at ``path``. Raises KnowledgeError when it cannot be read or is no code page."""
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); name the text file of a code page"
        raise KnowledgeError(msg) from None
    if len(content) > _MOST_BYTES:
        msg = f"{path}: too large for a code page; save its text alone"
        raise KnowledgeError(msg)
    return read(content.decode("utf-8", errors="replace"), name=path.name)


def read(text: str, *, name: str) -> PublishedPage:
    """The page that ``text`` is, called ``name`` in reports. Raises KnowledgeError when it is none of the shapes that are read."""
    lines = text.replace("\r\n", "\n").translate(_TYPESETTING).split("\n")
    layout = take_apart(lines)
    code, line = _subject(lines, layout, name)
    system = System.of(code)
    if system is None or not (layout.parts or layout.tables):
        msg = f"{name}: this is no code page that can be read; it needs a description or an overview of one code"
        raise KnowledgeError(msg)
    described = {"official", "common"} & {*layout.parts}
    tables = layout.tables
    return PublishedPage(
        name=name,
        kind=PageKind.DESCRIPTION if described else PageKind.OVERVIEW,
        code=code,
        system=system,
        code_line=line,
        year=max(layout.years, default=None),
        service_type=layout.labels.get("service_type", (0, ""))[1],
        sites=layout.labels.get("sites", (0, ""))[1],
        modifiers=tuple(tables.get(TableKind.MODIFIERS, ())),
        taxonomies=tuple(tables.get(TableKind.TAXONOMIES, ())),
        diagnoses=tuple(tables.get(TableKind.DIAGNOSES, ())),
        procedures=tuple(tables.get(TableKind.PROCEDURES, ())),
        cut_short=layout.cut_short,
        filler=_filler(lines),
        descriptor=layout.text("official").strip(),
        prose=layout.text(*(part for part in layout.parts if part != "official")),
        explanation=_explanation(layout, code),
    )


def _subject(lines: list[str], layout: Layout, name: str) -> tuple[str, int]:
    """The code that the page is about, and the line that says so."""
    text = "\n".join(lines)
    found = next((match for shape in _SUBJECT if (match := shape.search(text))), None)
    if found is not None:
        return found[1].upper(), text.count("\n", 0, found.start(1)) + 1
    mentions = Counter(code.upper() for code in _MENTION.findall(layout.text(*layout.parts)))
    if not mentions:
        msg = f"{name}: no code is explained here; name the text file of a code page"
        raise KnowledgeError(msg)
    code = mentions.most_common(1)[0][0]
    return code, next(number for number, line in enumerate(lines, start=1) if code in line.upper())


def _filler(lines: list[str]) -> tuple[Filler, ...]:
    found: dict[str, list[int]] = defaultdict(list)
    spelled: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        for match in _FILLER.finditer(line):
            key = match[0].casefold().strip()
            spelled.setdefault(key, match[0].strip())
            found[key].append(number)
    return tuple(Filler(spelled[key], tuple(numbers)) for key, numbers in found.items())


def _explanation(layout: Layout, code: str) -> str:
    """The first sentence of the page's own explanation that is about the code."""
    text = layout.text("overview") or layout.text("common") or layout.text("summary")
    sentences = _SENTENCE_END.split(text)
    about = (sentence for sentence in sentences if (found := _EXPLAINS.search(sentence)) and found[1].upper() == code)
    return next(about, sentences[0])
