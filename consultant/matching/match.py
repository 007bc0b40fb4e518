"""Matching: a text becomes a reading: facts, proposed codes, service lines, diagnoses, candidates and questions, all with evidence.

``Matcher.read`` is the whole story, step by step. It is pure and deterministic: no clock, no files after the tables are loaded, no
randomness. The method is that of ConText over one Aho-Corasick pass (docs/ARCHITECTURE.md, "How a case is read"). Known limits:
acts are bound within statements and list items, not across paragraphs; quantities are found but computed codes need a calculator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from consultant.knowledge.family import Family
from consultant.knowledge.templates import is_template
from consultant.matching import candidates, questions, sequencing
from consultant.matching.cues import phrase_index
from consultant.matching.facts import service_date
from consultant.matching.families import Awake, Wakers, wake
from consultant.matching.kinds import disposition_of, fallback_questions, kind_of, names_service
from consultant.matching.knowing import Knowing
from consultant.matching.lines import Line, Outcome, outcome_of
from consultant.matching.noise import noise_reason
from consultant.matching.normalise import LONGEST, normalise
from consultant.matching.ontology import Ontology
from consultant.matching.scene import Scene
from consultant.matching.staging import as_asked, stage
from consultant.matching.suggest import diagnoses, in_order, suggestions
from consultant.model.analysis import CaseKind, Disposition, Reading
from consultant.model.clinical import Fact
from consultant.model.coding import Candidate, Diagnosis, Question, Suggestion, System


class Matcher:
    """Everything that reading needs of one knowledge base, compiled once; then ``read`` any number of texts, from any thread."""

    __slots__ = ("_by_code", "_families", "_index", "_knowledge", "_ontology", "_wakers")

    def __init__(self, knowledge: Knowing) -> None:
        self._knowledge = knowledge
        self._index = phrase_index(knowledge.concepts)
        self._ontology = Ontology(knowledge.concepts)
        self._wakers = Wakers(knowledge.families)
        self._families = {family.id: family for family in knowledge.families}
        self._by_code: dict[str, list[Family]] = defaultdict(list)
        for family in knowledge.families:
            for entry in family.codes:
                if not is_template(entry.code):
                    self._by_code[entry.code].append(family)

    def read(self, text: str, received: date) -> Reading:
        """The reading of a mail's text (see ``normalise.case_text`` for its form) that was received on that day."""
        whole = normalise(text)
        text = whole[:LONGEST]
        reason = noise_reason(text)
        if reason:
            return Reading(text, CaseKind.NOISE, Disposition.IGNORE, reason, received)
        scene = stage(text, received, self._index, self._ontology, self._knowledge, self._is_authored)
        outcomes = self._outcomes(scene)
        asked = () if _lines(outcomes, services=True) else self._outcomes(as_asked(scene))
        procedures, conditions = self._settled(scene, outcomes)
        kind = kind_of(text, scene.proposed, procedures)
        if kind is CaseKind.QUESTION:
            # What a general question speaks of is nobody's diagnosis; it stays among the candidates.
            conditions = ()
        to_ask = self._questions(outcomes, asked, procedures, conditions)
        open_services = any(o.open for o in (*outcomes, *asked) if o.awake.family.system is not System.ICD10CM)
        return Reading(
            text=text,
            kind=kind,
            disposition=disposition_of(
                kind, procedures, conditions, wants_service=open_services or names_service(text, scene.proposed)
            ),
            reason="",
            date_of_service=service_date(scene.facts.values(), received),
            facts=(*scene.facts.values(), *_cut(len(whole))),
            proposed=scene.proposed,
            procedures=procedures,
            diagnoses=conditions,
            candidates=self._candidates(scene, outcomes, asked, (*procedures, *conditions)),
            questions=to_ask if procedures or conditions or to_ask or kind is CaseKind.QUESTION else fallback_questions(),
        )

    def _is_authored(self, code: str) -> bool:
        return code in self._by_code

    def _outcomes(self, scene: Scene) -> tuple[Outcome, ...]:
        return tuple(outcome_of(awake, self._knowledge) for awake in wake(scene, self._wakers))

    def _settled(self, scene: Scene, outcomes: Sequence[Outcome]) -> tuple[tuple[Suggestion, ...], tuple[Diagnosis, ...]]:
        """The service lines with their diagnoses, and the diagnoses in claim order."""
        services = in_order(suggestions(scene, _lines(outcomes, services=True)))
        families = [self._families[s.family] for s in services]
        found = diagnoses(scene, _lines(outcomes, services=False))
        found = sequencing.without_symptoms(found, (o.awake.family for o in outcomes), self._knowledge)
        conditions = sequencing.sequenced(found, families)
        return sequencing.linked(services, conditions, self._families), conditions

    def _questions(
        self,
        outcomes: Sequence[Outcome],
        asked: Sequence[Outcome],
        procedures: Sequence[Suggestion],
        conditions: Sequence[Diagnosis],
    ) -> tuple[Question, ...]:
        kept = {d.code for d in conditions}
        specific = questions.specificity_questions([line for line in _lines(outcomes, services=False) if line.code in kept])
        first = questions.questions_of(outcomes)
        # What was only asked about is worth a question when nothing else was told.
        second = () if procedures else questions.questions_of(asked)
        return tuple({q.question: q for q in (*first, *second, *specific)}.values())[: questions.MOST]

    def _candidates(
        self, scene: Scene, outcomes: Sequence[Outcome], asked: Sequence[Outcome], settled: Sequence[Suggestion | Diagnosis]
    ) -> tuple[Candidate, ...]:
        awake: list[Awake] = [outcome.awake for outcome in (*outcomes, *asked)]
        found = candidates.searched(scene, self._wakers, awake, settled, self._knowledge)
        named = [(code, self._by_code.get(code.code, ())) for code in scene.proposed]
        return candidates.rank(settled, outcomes, asked, named, found)


def match(text: str, received: date, knowledge: Knowing) -> Reading:
    """The reading of one text; the compiled data is kept for the last knowledge base used."""
    return _matcher(knowledge).read(text, received)


@lru_cache(maxsize=2)
def _matcher(knowledge: Knowing) -> Matcher:
    return Matcher(knowledge)


def _lines(outcomes: Sequence[Outcome], *, services: bool) -> list[Line]:
    """The lines of all families of services, or of all families of diagnoses."""
    return [line for o in outcomes if (o.awake.family.system is not System.ICD10CM) is services for line in o.lines]


def _cut(length: int) -> tuple[Fact, ...]:
    return (Fact("text-cut", f"{LONGEST} of {length} characters were read", ()),) if length > LONGEST else ()
