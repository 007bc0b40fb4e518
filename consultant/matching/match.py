"""Matching: a text becomes a reading: facts, proposed codes, service lines, diagnoses, candidates and questions, all with evidence.

``Matcher.read`` is the whole story, step by step. It is pure and deterministic: no clock, no files after the tables are loaded, no
randomness. The method is that of ConText over one Aho-Corasick pass (docs/ARCHITECTURE.md, "How a case is read"). Known limits:
acts are bound within statements and list items, not across paragraphs; quantities are found but computed codes need a calculator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from consultant.knowledge.family import Family
from consultant.knowledge.templates import is_template
from consultant.matching import candidates, questions, sequencing, suggest
from consultant.matching.authored import AuthoredWords, written_words
from consultant.matching.facts import service_date
from consultant.matching.families import Wakers, wake
from consultant.matching.flow import flowed
from consultant.matching.further import with_further
from consultant.matching.general import General, general_diagnoses
from consultant.matching.kinds import disposition_of, fallback_questions, kind_of, names_service
from consultant.matching.knowing import Knowing
from consultant.matching.lines import Line, Outcome, outcome_of
from consultant.matching.noise import noise_reason
from consultant.matching.normalise import LONGEST, normalise
from consultant.matching.scene import Scene
from consultant.matching.staging import Lens, as_asked, stage, with_mere_orders
from consultant.matching.wish import wished
from consultant.model.analysis import CaseKind, Disposition, Reading
from consultant.model.clinical import ConceptKind, Fact
from consultant.model.coding import Candidate, Diagnosis, Question, Suggestion, System

Outcomes = tuple[Outcome, ...]
TwoOutcomes = tuple[Outcomes, Outcomes]
"""What families make of what was told, and of what was only asked about."""
Services = tuple[Suggestion, ...]
Conditions = tuple[Diagnosis, ...]
_NAMING = frozenset({ConceptKind.CONDITION, ConceptKind.STATUS})


class Matcher:
    """Everything that reading needs of one knowledge base, compiled once; then ``read`` any number of texts, from any thread."""

    __slots__ = ("_by_code", "_diagnosing", "_families", "_knowledge", "_lens", "_sought", "_wakers")

    def __init__(self, knowledge: Knowing) -> None:
        self._knowledge = knowledge
        self._lens = Lens.of(knowledge.concepts, written_words(knowledge.families))
        self._wakers = Wakers(knowledge.families)
        self._diagnosing = Wakers(family for family in knowledge.families if family.system is System.ICD10CM)
        self._sought = candidates.Sought(self._wakers, AuthoredWords(knowledge.families), knowledge)
        self._families = {family.id: family for family in knowledge.families}
        self._by_code: dict[str, list[Family]] = defaultdict(list)
        for family in knowledge.families:
            for entry in family.codes:
                if not is_template(entry.code):
                    self._by_code[entry.code].append(family)

    def read(self, text: str, received: date) -> Reading:
        """The reading of a mail's text (see ``normalise.case_text`` for its form) that was received on that day."""
        whole = flowed(normalise(text))
        text = whole[:LONGEST]
        reason = noise_reason(text)
        if reason:
            return Reading(text, CaseKind.NOISE, Disposition.IGNORE, reason, received)
        scene, outcomes = self._told(stage(text, received, self._lens, self._knowledge, self._is_authored))
        # What the asker only asks about, or proposes, is looked at when no service was told, and gives no lines.
        asked = () if _lines(outcomes, services=True) else self._outcomes(as_asked(scene))
        authored = suggest.diagnoses(scene, _lines(outcomes, services=False))
        known = (cue for cue in scene.cues if cue.kind in _NAMING and self._diagnosing.know(cue, scene.ontology))
        standing, general = general_diagnoses(scene, authored, known, self._knowledge)
        told = with_further(scene, (*standing, *(one.diagnosis for one in general)), self._knowledge)
        procedures, diagnoses = self._settled(scene, outcomes, told)
        reading = self._reading(scene, received, (outcomes, asked), procedures, diagnoses)
        reading = replace(reading, questions=_with_general(reading.questions, general, reading.diagnoses))
        return replace(reading, facts=(*reading.facts, *_cut(len(whole))))

    def _reading(
        self, scene: Scene, received: date, told_and_asked: TwoOutcomes, procedures: Services, diagnoses: Conditions
    ) -> Reading:
        """Everything put together: what the mail wants, what to ask, what stands behind the proposal."""
        told, asked = told_and_asked
        kind = kind_of(scene.text, scene.proposed, procedures)
        # What a general question speaks of is nobody's service or diagnosis; it stays among the candidates.
        is_question = kind is CaseKind.QUESTION
        services, kept = ((), ()) if is_question else (procedures, diagnoses)
        to_ask = () if is_question else _questions(told, asked, services, kept)
        wants_service = any(o.open for o in (*told, *asked) if o.is_service) or names_service(scene.text, scene.proposed)
        return Reading(
            text=scene.text,
            kind=kind,
            disposition=disposition_of(kind, services, kept, wants_service=wants_service),
            reason="",
            date_of_service=service_date(scene.facts.values(), received),
            facts=tuple(scene.facts.values()),
            proposed=scene.proposed,
            procedures=services,
            diagnoses=kept,
            candidates=self._candidates(scene, told_and_asked, (*procedures, *diagnoses)),
            questions=to_ask if services or kept or to_ask or is_question else fallback_questions(),
        )

    def _is_authored(self, code: str) -> bool:
        return code in self._by_code

    def _told(self, scene: Scene) -> tuple[Scene, Outcomes]:
        """The scene and what families make of it; orders are taken as done only where nothing else gives a service."""
        if scene.acts.promoted:
            plain = with_mere_orders(scene)
            outcomes = self._outcomes(plain)
            if _lines(outcomes, services=True):
                return plain, outcomes
        return scene, self._outcomes(scene)

    def _outcomes(self, scene: Scene) -> Outcomes:
        outcomes = tuple(outcome_of(awake, self._knowledge) for awake in wake(scene, self._wakers))
        return wished(scene.text, scene.facts, outcomes)

    def _settled(self, scene: Scene, outcomes: Outcomes, found: Conditions) -> tuple[Services, Conditions]:
        """The service lines with their diagnoses, and the diagnoses in claim order."""
        services = suggest.in_order(suggest.suggestions(scene, _lines(outcomes, services=True)))
        families = [self._families[s.family] for s in services]
        found = sequencing.without_symptoms(found, (o.awake.family for o in outcomes), self._knowledge)
        ordered = sequencing.sequenced(sequencing.at_peace(found, self._knowledge), families)
        return sequencing.linked(services, ordered, self._families), ordered

    def _candidates(
        self, scene: Scene, told_and_asked: TwoOutcomes, settled: Sequence[candidates.Settled]
    ) -> tuple[Candidate, ...]:
        told, asked = told_and_asked
        awake = [outcome.awake for outcome in (*told, *asked)]
        found = candidates.searched(scene, self._sought, awake, settled)
        named = [(code, self._by_code.get(code.code, ())) for code in scene.proposed]
        return candidates.rank(settled, told, asked, named, found)


def _questions(told: Outcomes, asked: Outcomes, procedures: Services, diagnoses: Conditions) -> tuple[Question, ...]:
    kept = {d.code for d in diagnoses}
    specific = questions.specificity_questions([line for line in _lines(told, services=False) if line.code in kept])
    # What was only asked about is worth a question when nothing else was told.
    second = () if procedures else questions.questions_of(asked)
    found = (*questions.questions_of(told), *second, *specific)
    return tuple({q.question: q for q in found}.values())[: questions.MOST]


def _with_general(asked: tuple[Question, ...], general: Iterable[General], kept: Conditions) -> tuple[Question, ...]:
    """The questions with those about diagnoses that no family is written for, where these were kept."""
    codes = {diagnosis.code for diagnosis in kept}
    further = (question for one in general if one.diagnosis.code in codes for question in one.questions)
    return tuple({q.question: q for q in (*asked, *further)}.values())[: questions.MOST]


def match(text: str, received: date, knowledge: Knowing) -> Reading:
    """The reading of one text; the compiled data is kept for the last knowledge base used."""
    return _matcher(knowledge).read(text, received)


@lru_cache(maxsize=2)
def _matcher(knowledge: Knowing) -> Matcher:
    return Matcher(knowledge)


def _lines(outcomes: Outcomes, *, services: bool) -> list[Line]:
    """The lines of all families of services, or of all families of diagnoses."""
    return [line for outcome in outcomes if outcome.is_service is services for line in outcome.lines]


def _cut(length: int) -> tuple[Fact, ...]:
    return (Fact("text-cut", f"{LONGEST} of {length} characters were read", ()),) if length > LONGEST else ()
