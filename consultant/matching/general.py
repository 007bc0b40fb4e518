"""Diagnoses from the tabular list itself, for conditions that the text names and no family is written for.

The place that the words name is followed down by what the statement tells: side, episode of care, sex, hand, weeks. Where that does
not decide, the unspecified code is proposed, said to be so, and the fact is asked for. What a family has already coded
is left to it, and so is whatever an Excludes1 note keeps apart from it; a symptom is proposed only where no cause is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from consultant.knowledge.condition_words import Token, condition_words, words_of_line
from consultant.knowledge.conditions import Choice
from consultant.matching.condition_names import NAMED, tokens_in
from consultant.matching.knowing import Knowing
from consultant.matching.number_words import numbers_in_words
from consultant.matching.scene import Scene
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Assertion, ConceptKind, Cue, Evidence, Fact, Span
from consultant.model.coding import Alternative, Confidence, Diagnosis, Question

_TABLE = "general_rules.json"
_CATEGORY = 3
_UNSPECIFIED = "unspecified"
_MOST = 8
_MOST_ALTERNATIVES = 4
_MOST_CODES = 12
_INITIAL = "A"
_NAMED_SCORE, _DEFAULT_SCORE = 0.9, 0.1


@dataclass(frozen=True, slots=True)
class General:
    """A diagnosis read from the tabular list, and what would make it more specific."""

    diagnosis: Diagnosis
    questions: tuple[Question, ...]
    words: frozenset[str]
    """What names it, without degree and side."""


def general_diagnoses(
    scene: Scene, authored: Sequence[Diagnosis], known: Iterable[Cue], knowledge: Knowing
) -> tuple[tuple[Diagnosis, ...], tuple[General, ...]]:
    """The diagnoses of families that stand, and the further ones. ``known`` are the cues that families are about.

    What a family is about is left to it, save that a longer name outranks a symptom in it ("dengue fever" is no fever).
    """
    spans = tuple(cue.span for cue in known)
    free: list[Cue] = []
    outranked: set[str] = set()
    for cue in scene.named:
        if cue.assertion is Assertion.PRESENT:
            inside = _outranked_by(cue, spans, authored, knowledge)
            if inside is not None:
                free.append(cue)
                outranked |= inside
    standing = tuple(d for d in authored if d.code not in outranked)
    return standing, _further(scene, free, [d.code for d in standing], knowledge)


def _outranked_by(cue: Cue, known: Iterable[Span], authored: Sequence[Diagnosis], knowledge: Knowing) -> set[str] | None:
    """What families made of a part of the name and the whole name outranks; None when it is left to them.

    A symptom gives way to a name that holds it, and an unspecified code to a place of the same category whose name holds it.
    """
    met = [span for span in known if span.overlaps(cue.span)]
    if not met:
        return set()
    place = cue.concept.removeprefix(NAMED)
    codes = {d.code for d in authored if any(e.span.overlaps(cue.span) for e in d.evidence)}
    is_longer = all(cue.span.covers(span) and span != cue.span for span in met)
    if not codes or not is_longer or place.startswith(_rules().symptoms):
        return None
    symptoms = all(code.startswith(_rules().symptoms) for code in codes)
    vaguer = all(_is_vaguer(code, place, knowledge) for code in codes)
    return codes if symptoms or vaguer else None


def _is_vaguer(code: str, place: str, knowledge: Knowing) -> bool:
    """Whether a code leaves open what a billable place of its category tells."""
    is_one_category = code[:_CATEGORY] == place[:_CATEGORY] and code != place
    return is_one_category and knowledge.billable(place) and _UNSPECIFIED in knowledge.conditions.title(code).lower()


def _further(scene: Scene, free: Sequence[Cue], codes: list[str], knowledge: Knowing) -> tuple[General, ...]:
    """One diagnosis for each free name that nothing has said yet: fuller names first, symptoms only where there is no cause."""
    fuller_first = sorted(free, key=lambda cue: (-len(set(cue.phrase.split())), cue.span))
    found = [one for cue in fuller_first if (one := _general(scene, cue, knowledge))]
    causes = [one for one in found if not one.diagnosis.code.startswith(_rules().symptoms)]
    has_cause = bool(causes) or any(not code.startswith(_rules().symptoms) for code in codes)
    kept: list[General] = []
    said = [frozenset(words_of_line(knowledge.conditions.title(code))) for code in codes]
    for one in causes if has_cause else found:
        code = one.diagnosis.code
        is_said = any(_is_said_by(code, other, knowledge) for other in codes) or any(one.words <= other for other in said)
        if len(kept) < _MOST and not is_said:
            kept.append(one)
            said.append(one.words)
            codes.append(code)
    return tuple(sorted(kept, key=lambda one: one.diagnosis.evidence[0].span))


def diagnosis_at(scene: Scene, cue: Cue, knowledge: Knowing) -> Diagnosis | None:
    """The diagnosis at the place that a cue names, as specific as its statement tells; None when that does not suffice."""
    found = _general(scene, cue, knowledge)
    return found.diagnosis if found else None


def _is_said_by(code: str, other: str, knowledge: Knowing) -> bool:
    """Whether the other diagnosis says it already, or is never coded beside it."""
    return code[:_CATEGORY] == other[:_CATEGORY] or bool(knowledge.excludes1(code, other))


def _general(scene: Scene, cue: Cue, knowledge: Knowing) -> General | None:
    statement = scene.statements.all[scene.statements.at(cue.span.start)]
    tokens = tokens_in(scene.text, statement.span)
    place = cue.concept.removeprefix(NAMED)
    told = {token.word for token in tokens if token.word not in condition_words().sides} | set(cue.phrase.split())
    sides = _sides(scene, tokens, cue)
    told |= sides | _told_by_facts(scene.facts, told) | _dominance(scene.text, sides) | numbers_in_words(scene.text)
    choice = knowledge.conditions.most_specific(place, told, episode=_episode(scene.text))
    return _as_diagnosis(scene, cue, choice) if choice else None


def _as_diagnosis(scene: Scene, cue: Cue, choice: Choice) -> General:
    evidence = Evidence.quoting(scene.text, cue.span)
    others = tuple(code for codes in choice.open for code in codes if code != choice.code)
    because = [f"“{' '.join(evidence.text.split())}” is what ICD-10-CM calls “{choice.title}”."]
    if choice.open:
        because.append("Nothing more is said, so the code for what is not told is taken.")
    diagnosis = Diagnosis(
        code=choice.code,
        description=choice.title,
        confidence=Confidence.MEDIUM if choice.open else Confidence.HIGH,
        score=round(max(_NAMED_SCORE - _DEFAULT_SCORE * len(choice.open), _DEFAULT_SCORE), 4),
        evidence=(evidence,),
        because=tuple(because),
        alternatives=tuple(Alternative(code, "the record says so") for code in others[:_MOST_ALTERNATIVES]),
    )
    table = condition_words()
    words = frozenset(word for word in cue.phrase.split() if word not in table.details and word not in table.sides)
    return General(diagnosis, tuple(_questions(evidence.text, choice)), words)


def _questions(words: str, choice: Choice) -> Iterator[Question]:
    """One question about what was taken by default last, which is what the code is about to be told apart by."""
    for codes in choice.open[-1:]:
        is_side = choice.title.lower().count("unspecified") and any(side in choice.title.lower() for side in _rules().paired)
        name, asked = ("side", "which side is it on") if is_side else ("specificity", "what more does the record say of it")
        yield Question(name, f"“{' '.join(words.split())}”: {asked}?", codes[:_MOST_CODES])


def _sides(scene: Scene, tokens: Sequence[Token], cue: Cue) -> set[str]:
    """The side told nearest to the condition in its statement, or the only one of the case."""
    # "Right-handed" tells the hand of the patient, and not the side of anything.
    after = itertools.zip_longest(tokens, tokens[1:])
    sides = [one for one, follower in after if one.word in condition_words().sides and not (follower and follower.word == "handed")]
    if sides:
        distances = {token: max(cue.span.start - token.end, token.start - cue.span.end, 0) for token in sides}
        nearest = min(distances.values())
        return {token.word for token, distance in distances.items() if distance == nearest}
    told = {c.concept for c in scene.cues if c.kind is ConceptKind.SIDE and c.assertion is Assertion.PRESENT}
    return told if len(told) == 1 and told <= condition_words().sides else set()


def _dominance(text: str, sides: set[str]) -> set[str]:
    """Whether the affected side is the dominant one; where it is not told, the right one is (guideline I.C.6.a)."""
    if len(sides) != 1:
        return set()
    side, lowered = next(iter(sides)), text.lower()
    hand = next((one for one in ("right", "left") if f"{one}-hand" in lowered or f"{one} hand" in lowered), "")
    is_dominant = "ambidextrous" in lowered or side == (hand or "right")
    return {"dominant"} if is_dominant else {"nondominant"}


def _told_by_facts(facts: Mapping[str, Fact], told: set[str]) -> set[str]:
    """What facts of the case say in the words of ICD-10-CM."""
    sex = facts.get("sex")
    found = {sex.value.lower()} if sex else set[str]()
    if told & set(_rules().newborn) and "newborn" not in told:
        found.add("newborn")
    return found


def _episode(text: str) -> str:
    """The seventh character that the words of the case speak for; active treatment unless told otherwise (guideline I.C.19.a)."""
    lowered = text.lower()
    for character, phrases in _rules().episodes:
        if any(phrase in lowered for phrase in phrases):
            return character
    return _INITIAL


@dataclass(frozen=True, slots=True)
class _Rules:
    symptoms: tuple[str, ...]
    paired: tuple[str, ...]
    newborn: tuple[str, ...]
    episodes: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def _rules() -> _Rules:
    table = read_table(_TABLE)
    refuse_unknown(table, ("symptoms", "paired", "newborn", "episodes"), _TABLE)
    return _Rules(
        symptoms=words_of(table, "symptoms", _TABLE),
        paired=words_of(table, "paired", _TABLE),
        newborn=words_of(table, "newborn", _TABLE),
        episodes=tuple((row["character"], words_of(row, "phrases", _TABLE)) for row in table["episodes"]),
    )
