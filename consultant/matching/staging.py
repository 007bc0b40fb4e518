"""Setting the scene: from the normalised text to cues, facts, proposed codes and acts, before any family looks at them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from consultant.knowledge.family import Concept
from consultant.matching.acts import Acts, find_acts, lent
from consultant.matching.compose import Compositions
from consultant.matching.condition_names import NAMED, named_conditions
from consultant.matching.context import assert_cues
from consultant.matching.cues import FactHit, Sightings, find_cues, phrase_index
from consultant.matching.events import Scan, bind
from consultant.matching.facts import FACT, find_facts
from consultant.matching.knowing import Knowing
from consultant.matching.layout import find_parts
from consultant.matching.ontology import Ontology
from consultant.matching.phrases import PhraseIndex
from consultant.matching.proposed import find_proposed
from consultant.matching.quantities import find_quantities
from consultant.matching.quotations import without_others_words
from consultant.matching.scene import Scene
from consultant.matching.signposts import SIGNPOST, signposted
from consultant.matching.statements import Statements, find_statements
from consultant.model.clinical import Assertion, ConceptKind, Cue, SectionKind
from consultant.model.coding import ProposedCode


@dataclass(frozen=True, slots=True)
class Lens:
    """What a text is looked at through: the lexicon, compiled once for a knowledge base."""

    index: PhraseIndex
    ontology: Ontology
    compositions: Compositions

    @classmethod
    def of(cls, concepts: Sequence[Concept], known: Iterable[str] = ()) -> Lens:
        """The compiled lexicon; ``known`` are words that are no typing errors although the lexicon has none of them."""
        ontology = Ontology(concepts)
        return cls(phrase_index(concepts, known), ontology, Compositions(concepts, ontology))


def stage(text: str, received: date, lens: Lens, knowledge: Knowing, authored: Callable[[str], bool]) -> Scene:
    """The scene of a normalised text."""
    ontology = lens.ontology
    statements = find_statements(text, find_parts(text))
    proposed = find_proposed(text, knowledge, authored)
    seen = _specific(_outside(find_cues(text, lens.index, statements), proposed), ontology)
    named = (*named_conditions(text, statements, knowledge.conditions), *signposted(text, statements))
    asserted = assert_cues(text, _with_facts(replace(seen, cues=(*seen.cues, *named))), statements, received)
    fact_cues = [cue for cue in asserted.cues if cue.concept.startswith(FACT)]
    heard = without_others_words(text, (cue for cue in asserted.cues if not cue.concept.startswith(FACT)))
    told = superseded(heard, statements)
    cues = tuple(cue for cue in told if not cue.concept.startswith((NAMED, SIGNPOST)))
    facts = find_facts(text, seen.facts, fact_cues, received)
    quantities = find_quantities(text)
    scan = Scan(text, cues, quantities, statements, ontology)
    conditions = [cue for cue in cues if cue.kind is ConceptKind.CONDITION]
    mentions = lens.compositions.composed(bind(scan, ConceptKind.PROCEDURE), conditions, text)
    acts = find_acts(mentions, asserted.weak, statements, ontology)
    return Scene(
        text=text,
        statements=statements,
        cues=cues,
        acts=acts,
        conditions=tuple(e for e in bind(scan, ConceptKind.CONDITION) if e.assertion is Assertion.PRESENT),
        lent=lent(acts, cues, text, statements),
        denied=tuple(cue for cue in cues if cue.assertion is Assertion.ABSENT),
        facts={fact.name: fact for fact in facts},
        proposed=proposed,
        ontology=ontology,
        quantities=quantities,
        named=tuple(cue for cue in told if cue.concept.startswith(NAMED)),
        posts=tuple(cue for cue in told if cue.concept.startswith(SIGNPOST)),
    )


def as_asked(scene: Scene) -> Scene:
    """The same scene with what was only asked about or proposed taken as if it were told; for questions and candidates only."""
    cues = tuple(_told(cue) for cue in scene.cues)
    events = tuple(e for e in scene.acts.others if e.assertion is Assertion.ASKED)
    told = tuple(
        replace(e, anchor=_told(e.anchor), assertion=Assertion.PRESENT, cues=tuple(_told(c) for c in e.cues)) for e in events
    )
    acts = Acts(
        (*scene.acts.performed, *told), tuple(e for e in scene.acts.others if e not in events), promoted=scene.acts.promoted
    )
    return replace(scene, cues=cues, acts=acts, lent=lent(acts, cues, scene.text, scene.statements))


def with_mere_orders(scene: Scene) -> Scene:
    """The same scene with orders that were taken as done taken as orders again: those of a visit are part of the visit."""
    acts = Acts((), (*scene.acts.orders, *scene.acts.others), promoted=False)
    return replace(scene, acts=acts, lent=lent(acts, scene.cues, scene.text, scene.statements))


def superseded(cues: tuple[Cue, ...], statements: Statements) -> tuple[Cue, ...]:
    """The cues, in which what was thought before the operation is only possible once the diagnosis after it is told."""
    section = {cue: statements.all[statements.at(cue.span.start)].section for cue in cues if cue.kind is ConceptKind.CONDITION}
    after = any(kind is SectionKind.POSTOPERATIVE_DIAGNOSIS and cue.assertion is Assertion.PRESENT for cue, kind in section.items())
    if not after:
        return cues
    return tuple(
        replace(cue, assertion=Assertion.POSSIBLE)
        if section.get(cue) is SectionKind.PREOPERATIVE_DIAGNOSIS and cue.assertion is Assertion.PRESENT
        else cue
        for cue in cues
    )


def _told(cue: Cue) -> Cue:
    return replace(cue, assertion=Assertion.PRESENT, context=()) if cue.assertion is Assertion.ASKED else cue


def _with_facts(seen: Sightings) -> Sightings:
    """The sightings with fact phrases as cues, so that "not Medicare" is no Medicare."""
    cues: Iterable[Cue] = (_fact_cue(hit) for hit in seen.facts)
    return Sightings((*seen.cues, *cues), seen.contexts, ())


def _outside(seen: Sightings, proposed: tuple[ProposedCode, ...]) -> Sightings:
    """The sightings without what stands inside a code that the asker names: the RT of 29881-RT is a modifier, not a side."""
    codes = [p.evidence.span for p in proposed]
    return replace(seen, cues=tuple(cue for cue in seen.cues if not any(code.covers(cue.span) for code in codes)))


def _specific(seen: Sightings, ontology: Ontology) -> Sightings:
    """The sightings without a general act that shares its words with a special one: "simple repair" and "repair of" are one act."""
    acts = [cue for cue in seen.cues if cue.kind is ConceptKind.PROCEDURE]
    general = {
        one
        for one, other in itertools.chain(itertools.pairwise(acts), itertools.pairwise(reversed(acts)))
        if one.span.overlaps(other.span) and one.concept != other.concept and ontology.is_a(other.concept, one.concept)
    }
    return replace(seen, cues=tuple(cue for cue in seen.cues if cue not in general)) if general else seen


def _fact_cue(hit: FactHit) -> Cue:
    return Cue(hit.span, f"{FACT}{hit.fact.name}", ConceptKind.FACT, hit.fact.value)
