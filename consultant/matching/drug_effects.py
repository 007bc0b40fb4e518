"""What a drug did: adverse effect, poisoning by intent, or underdosing, from the table of drugs in ``drug_rules.json``.

ICD-10-CM guideline I.C.19.e: a drug taken as ordered that harms is an adverse effect, coded after what it did; one taken
wrongly is a poisoning, coded before it, accidental unless told otherwise; one taken less than ordered is underdosing. The drug must be named
in the same sentence. Known limit: drugs and classes that the table does not name are left to the asker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from consultant.matching.condition_names import NAMED
from consultant.matching.general import diagnosis_at
from consultant.matching.knowing import Knowing
from consultant.matching.scene import Scene
from consultant.matching.statements import Statement
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Assertion, ConceptKind, Cue, SectionKind, Span
from consultant.model.coding import Diagnosis

_TABLE = "drug_rules.json"
_KEYS = (
    "drugs",
    "adverse",
    "poisoning",
    "underdosing",
    "intents",
    "accidental",
    "not_an_effect",
    "nature",
    "adverse_effect",
    "instead_of",
)
_READ_NOT = frozenset({SectionKind.FAMILY_HISTORY, SectionKind.CLAIM, SectionKind.TECHNIQUE, SectionKind.ALLERGIES})
_PADDED = 6
"""So many characters, without the dot, has a code of a drug with what it did."""
_MOST = 3


@dataclass(frozen=True, slots=True)
class _Drugs:
    names: re.Pattern[str]
    places: dict[str, str]
    """Each name and the place in the chapter of poisonings, without what it did."""
    adverse: re.Pattern[str]
    poisoning: re.Pattern[str]
    underdosing: tuple[re.Pattern[str], str]
    intents: tuple[tuple[re.Pattern[str], str], ...]
    accidental: str
    adverse_effect: str
    not_an_effect: re.Pattern[str]
    nature: tuple[str, ...]
    """How the codes begin that say no harm was done."""
    instead_of: tuple[str, ...]
    """How the codes begin that a code of a drug makes superfluous."""


def with_drug_effects(scene: Scene, found: Sequence[Diagnosis], knowledge: Knowing) -> tuple[Diagnosis, ...]:
    """The diagnoses with those of what drugs did; a drug that families have coded already is left as it is."""
    kept = list(found)
    instead_of = _table().instead_of
    for statement in scene.statements.all:
        if statement.section in _READ_NOT:
            continue
        for span, place in _effects(scene, statement, kept):
            cue = Cue(span, f"{NAMED}{place}", ConceptKind.CONDITION, "")
            diagnosis = diagnosis_at(scene, cue, knowledge)
            if diagnosis and len(kept) < len(found) + _MOST and not any(_is_that_drug(one, diagnosis) for one in kept):
                kept = [*(one for one in kept if not one.code.startswith(instead_of)), diagnosis]
    return tuple(kept)


def _is_that_drug(one: Diagnosis, other: Diagnosis) -> bool:
    return one.code.replace(".", "")[: _PADDED - 1] == other.code.replace(".", "")[: _PADDED - 1]


def _effects(scene: Scene, statement: Statement, found: Sequence[Diagnosis]) -> Iterator[tuple[Span, str]]:
    """Each drug of the statement that did something, and the place of what it did."""
    table = _table()
    words = statement.span.of(scene.text)
    named = list(table.names.finditer(words))
    if not named or statement.question or table.not_an_effect.search(words) or _is_denied(scene, statement):
        return
    for match in named:
        what = _what(words, match, found)
        if what:
            span = Span(match.start() + statement.span.start, match.end() + statement.span.start)
            yield span, _padded(table.places[_key(match[0])], what)


def _what(words: str, drug: re.Match[str], found: Sequence[Diagnosis]) -> str:
    """The character that says what the drug did; nothing when it did nothing that is told."""
    table = _table()
    under, character = table.underdosing
    if under.search(words):
        return character
    if table.poisoning.search(words):
        return next((code for pattern, code in table.intents if pattern.search(words)), table.accidental)
    is_told = any(match.end() <= drug.start() and _is_near(words, match, drug) for match in table.adverse.finditer(words))
    is_told = is_told or _FOLLOWING.match(words, drug.end()) is not None
    has_nature = any(not one.code.startswith(table.nature) for one in found)
    return table.adverse_effect if is_told and (has_nature or _EXPLICIT.search(words)) else ""


_FOLLOWING = re.compile(
    r"(?:[- ](?:therapy|treatment|use))?[- ](?:induced|related|associated|toxicity|side effects?|adverse|reaction|myopathy"
    r"|taken as (?:prescribed|directed|ordered)|taken (?:correctly|properly))",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(r"\b(?:adverse|side) (?:effects?|reactions?)|\btoxicity\b", re.IGNORECASE)
_FAR = 60


def _is_near(words: str, cause: re.Match[str], drug: re.Match[str]) -> bool:
    between = words[cause.end() : drug.start()]
    return len(between) <= _FAR and not re.search(r"[.,;:]|\b(?:for|rx|given|treated)\b", between)


def _is_denied(scene: Scene, statement: Statement) -> bool:
    """Whether all that the statement tells of conditions is denied or thought of only."""
    cues = [c for c in (*scene.cues, *scene.named) if c.kind is ConceptKind.CONDITION and statement.span.covers(c.span)]
    return bool(cues) and not any(c.assertion in {Assertion.PRESENT, Assertion.HISTORICAL} for c in cues)


def _padded(place: str, what: str) -> str:
    """The code of a drug down to what it did; missing characters are X."""
    bare = place.replace(".", "")
    filled = bare + "X" * (_PADDED - 1 - len(bare)) + what
    return f"{filled[:3]}.{filled[3:]}"


def _key(name: str) -> str:
    return " ".join(name.lower().split())


@cache
def _table() -> _Drugs:
    table = read_table(_TABLE)
    refuse_unknown(table, _KEYS, _TABLE)
    places = {name: row["place"] for row in table["drugs"] for name in words_of(row, "names", _TABLE)}
    longest_first = sorted(places, key=lambda name: (-len(name), name))
    return _Drugs(
        names=re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE),
        places=places,
        adverse=_any(words_of(table, "adverse", _TABLE)),
        poisoning=_any(words_of(table, "poisoning", _TABLE)),
        underdosing=(_any(words_of(table["underdosing"], "said", _TABLE)), table["underdosing"]["character"]),
        intents=tuple((_any(words_of(row, "said", _TABLE)), row["character"]) for row in table["intents"]),
        accidental=table["accidental"],
        adverse_effect=table["adverse_effect"],
        not_an_effect=_any(words_of(table, "not_an_effect", _TABLE)),
        nature=words_of(table, "nature", _TABLE),
        instead_of=words_of(table, "instead_of", _TABLE),
    )


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})" for pattern in patterns), re.IGNORECASE)
