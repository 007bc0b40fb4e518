"""The knowledge base as others use it: dated, read-only look-ups of families, concepts, modifiers and codes.

Families, concepts and modifiers are held in memory; the hundred thousand rows of ICD-10-CM stay in the file and are read when asked
for. One `Knowledge` serves all threads of a program. The file is never changed; when a new build takes its place, programs
that have the old one open say so instead of mixing the two.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from consultant.knowledge import codec, tables
from consultant.knowledge.assemble import Parts, assemble, release_of
from consultant.knowledge.conditions import Conditions
from consultant.knowledge.diagnoses import IcdCode, Note, conflict, read_children, read_code
from consultant.knowledge.editions import ICD10CM
from consultant.knowledge.family import Bundle, Concept, Family, FamilyCode
from consultant.knowledge.guidelines import Crossing, Guideline
from consultant.knowledge.icd10cm import IcdRow, Release
from consultant.knowledge.lexicon import ancestors_of
from consultant.knowledge.modifiers import Modifier
from consultant.knowledge.neighbours import Neighbour
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Edition, Kind
from consultant.knowledge.pages import CodePage, page, page_of_diagnosis, telling
from consultant.knowledge.places import PlaceOfService
from consultant.knowledge.reader import Reader
from consultant.knowledge.search import Hit, search, suggest
from consultant.model.coding import System

_USUAL_LIMIT = 20


class Knowledge:
    """The knowledge base, opened. Make it with `open` from a built file, or with `of` from nouns."""

    def __init__(self, reader: Reader, nouns: dict[str, str], editions: dict[str, str], official: Official | None = None) -> None:
        self._reader = reader
        self.official = official or Official()
        self.conditions = Conditions(reader)
        self.families: tuple[Family, ...] = codec.loads(Family, nouns["families"])
        self.concepts: tuple[Concept, ...] = codec.loads(Concept, nouns["concepts"])
        self.modifiers: dict[str, Modifier] = {one.code: one for one in codec.loads(Modifier, nouns["modifiers"])}
        self.places: dict[str, PlaceOfService] = {one.code: one for one in codec.loads(PlaceOfService, nouns["places"])}
        self.guidelines: tuple[Guideline, ...] = codec.loads(Guideline, nouns["guidelines"])
        self.crossings: tuple[Crossing, ...] = codec.loads(Crossing, nouns["crossings"])
        self.editions = editions
        self._neighbours = {one.code: one.plain for one in codec.loads(Neighbour, nouns["neighbours"])}
        self._families = {family.id: family for family in self.families}
        self._concepts = {concept.id: concept for concept in self.concepts}
        parents = {concept.id: concept.is_a for concept in self.concepts}
        self._ancestors = {concept: ancestors_of(concept, parents) | {concept} for concept in parents}
        self._bundles: dict[str, list[Bundle]] = defaultdict(list)
        for bundle in (bundle for family in self.families for bundle in family.bundles):
            self._bundles[bundle.column_1].append(bundle)
            self._bundles[bundle.column_2].append(bundle)

    @classmethod
    def open(cls, path: Path, *, official: Official | None = None) -> Knowledge:
        """The knowledge base of a built file, with the official tables beside it; they are closed with it.

        Raises KnowledgeError when the file is missing, or no file of this version.
        """
        meta = tables.read_meta(path)
        reader = Reader.of_file(path, meta["stamp"])
        return cls(reader, dict(reader.rows("SELECT name, value FROM nouns")), json.loads(meta["editions"]), official)

    @classmethod
    def of(
        cls,
        families: Iterable[Family],
        concepts: Iterable[Concept],
        *,
        modifiers: Iterable[Modifier] = (),
        icd10cm: Iterable[IcdRow] = (),
        places: Iterable[PlaceOfService] = (),
        neighbours: Iterable[Neighbour] = (),
    ) -> Knowledge:
        """A knowledge base in memory, for tests. Without rows of ICD-10-CM, every code that the families fill exists there."""
        families, rows = tuple(families), tuple(icd10cm)
        release = Release("test", rows) if rows else release_of(families)
        authored = Parts(
            families=families,
            concepts=tuple(concepts),
            modifiers=tuple(modifiers),
            release=release,
            editions={},
            places=tuple(places),
            neighbours=tuple(neighbours),
        )
        contents = assemble(authored)
        return cls(Reader.of_contents(contents), contents.nouns, {})

    def close(self) -> None:
        """Close the files."""
        self._reader.close()
        self.official.close()

    @cached_property
    def rows(self) -> dict[str, int]:
        """How much it holds: codes that may be reported of each code set, families, concepts and modifiers."""
        counts = dict(self._reader.rows("SELECT system, count(*) FROM code WHERE billable GROUP BY system"))
        return {
            "cpt": counts.get(System.CPT, 0),
            "hcpcs": counts.get(System.HCPCS, 0),
            "icd10cm": counts.get(System.ICD10CM, 0),
            "families": len(self.families),
            "concepts": len(self.concepts),
            "modifiers": len(self.modifiers),
        }

    def family(self, family_id: str) -> Family:
        """The family with this id. Raises KeyError when there is none."""
        return self._families[family_id]

    def concept(self, concept_id: str) -> Concept:
        """The concept with this id. Raises KeyError when there is none."""
        return self._concepts[concept_id]

    def is_a(self, concept: str, ancestor: str) -> bool:
        """Whether ``concept`` is ``ancestor`` or one of it; a concept that is not known is only itself."""
        return concept == ancestor or ancestor in self._ancestors.get(concept, ())

    def ancestors(self, concept: str) -> frozenset[str]:
        """The concept and everything that it is."""
        return self._ancestors.get(concept, frozenset({concept}))

    def families_of_code(self, code: str) -> tuple[Family, ...]:
        """The families that write ``code`` or fill it, ordered by id."""
        return tuple(dict.fromkeys(family for family, _ in self.written(code)))

    def written(self, code: str) -> tuple[tuple[Family, FamilyCode], ...]:
        """Each family that writes ``code``, with the sibling that does, be it a template."""
        rows = self._reader.rows("SELECT family, position FROM member WHERE code = ? ORDER BY family, position", code)
        return tuple((self._families[family], self._families[family].codes[position]) for family, position in rows)

    def code(self, code: str, on: date | None = None) -> CodePage | None:
        """Everything known of a code, or None. With ``on``, its siblings are those that may be reported on that day.

        A code that is deleted has a page too; ask the page whether it is ``live_on`` a day. Official tables speak as of that day,
        without one as of their newest edition. A code that only they know has no page here; ask ``official.page``.
        """
        written = self.written(code)
        icd = self.diagnosis(code, on) if System.of(code) is System.ICD10CM else None
        if icd is not None:
            return page_of_diagnosis(icd, written, on)
        return replace(page(code, written, self.bundles(code), on), official=self.official.page(code, on)) if written else None

    def plain(self, code: str) -> str:
        """What a code is, in our own words (ICD-10-CM: its title), whoever writes it; empty when nobody here does."""
        written = self.written(code)
        if written and written[0][1].system is not System.ICD10CM:
            return telling(written)[1].plain
        found = self.diagnosis(code) if System.of(code) is System.ICD10CM else None
        return found.title if found else self._neighbours.get(code, "")

    def bundles(self, code: str) -> tuple[Bundle, ...]:
        """Every authored bundle in which ``code`` is a column, whichever family wrote it."""
        return tuple(self._bundles.get(code, ()))

    def icd10cm_edition(self, on: date | None = None) -> str:
        """The day from which the release of ICD-10-CM is in force that answers for a day; without one, the release built in."""
        edition = self._release_on(on, Kind.ICD10CM_TABULAR, Kind.ICD10CM_ORDER)
        return edition.effective.isoformat() if edition else self.editions.get(ICD10CM, "")

    def _release_on(self, on: date | None, *kinds: Kind) -> Edition | None:
        """The newest imported release of these kinds that answers for a day, or None where the one built in does."""
        found = [edition for kind in kinds if (edition := self.official.edition(kind, on))] if on else []
        if on is None or not found:
            return None
        edition = max(found, key=lambda one: one.effective)
        built_in = self.editions.get(ICD10CM, "")
        return None if edition.effective.isoformat() <= built_in <= on.isoformat() else edition

    def diagnosis(self, code: str, on: date | None = None) -> IcdCode | None:
        """The ICD-10-CM code, category, block (``M80-M85``) or chapter (``13``), with all notes that apply to it, or None.

        With ``on``, as of the release in force on that day, where one was imported; else as of the release built in.
        """
        return (
            self.official.diagnosis(code, on)
            if on and self._release_on(on, Kind.ICD10CM_TABULAR)
            else read_code(self._reader, code)
        )

    def children(self, code: str) -> tuple[IcdCode, ...]:
        """What stands right below a chapter, block, category or code of ICD-10-CM, in book order."""
        return read_children(self._reader, code)

    def billable(self, code: str, on: date | None = None) -> bool:
        """Whether ``code`` is an ICD-10-CM code that may be reported; with ``on``, as of the release imported for that day, if any.

        An order file alone is enough for that: it lists what may be reported, without notes.
        """
        if on and self._release_on(on, Kind.ICD10CM_TABULAR, Kind.ICD10CM_ORDER):
            return bool(self.official.billable(code, on))
        return bool(self._reader.rows("SELECT 1 FROM code WHERE code = ? AND billable AND system = 'ICD-10-CM'", code))

    def excludes1(self, one: str, other: str) -> str | None:
        """The words of the Excludes1 note under which the two codes are not coded together, or None; see `excludes1_note`."""
        note = self.excludes1_note(one, other)
        return note.text if note else None

    def excludes1_note(self, one: str, other: str) -> Note | None:
        """The Excludes1 note under which the two codes are not coded together, with the place at which it stands, or None.

        Notes of all ancestors of both count. Codes that are not known conflict with nothing.
        """
        first, second = self.diagnosis(one), self.diagnosis(other)
        return conflict(first, second) if first and second else None

    def search(self, words: str, *, system: System | None = None, limit: int = _USUAL_LIMIT) -> tuple[Hit, ...]:
        """The codes that ``words``, or the beginning of a code, find; best first. No words find nothing."""
        with self._reader.lend() as connection:
            return search(connection, words, system=system, limit=limit, conditions=self.conditions)

    def suggest(self, words: str, *, limit: int = _USUAL_LIMIT) -> tuple[Hit, ...]:
        """The codes to offer while ``words`` are being typed; answers within some milliseconds."""
        with self._reader.lend() as connection:
            return suggest(connection, words, limit=limit)
