"""The order of diagnoses on a claim, what a definite cause makes superfluous, and which diagnosis supports which line.

The classes of codes stand in sequence_rules.json: screening and other reasons for an encounter come first, what the services were
for next, then other conditions, outside causes and status codes. Known limit: code-first notes are for the coding rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from consultant.knowledge.family import Family
from consultant.matching.knowing import Knowing
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.coding import Diagnosis, Suggestion, System

_TABLE = "sequence_rules.json"
_MOST_POINTERS = 4
_MOST_COMPARED = 12


@dataclass(frozen=True, slots=True)
class _Order:
    classes: tuple[tuple[str, int], ...]
    """Prefixes with their rank, longest prefix first."""
    linked_rank: int
    symptoms: tuple[str, ...]
    integral: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """Prefixes of signs, and of the conditions that they go with."""


def sequenced(found: Sequence[Diagnosis], services: Iterable[Family]) -> tuple[Diagnosis, ...]:
    """The diagnoses in claim order. ``services`` are the families of the proposed lines."""
    supporting = tuple(code for family in services for code in family.diagnoses)
    return tuple(sorted(found, key=lambda d: (_rank(d, supporting), d.evidence[0].span.start if d.evidence else 0, d.code)))


def without_symptoms(found: Sequence[Diagnosis], families: Iterable[Family], knowledge: Knowing) -> tuple[Diagnosis, ...]:
    """The diagnoses without those that another one makes superfluous: by a family's bundle, or a symptom by an Excludes1 note."""
    bundles = [b for family in families if family.system is System.ICD10CM for b in family.bundles]
    codes = [d.code for d in found]
    gone = {
        c for b in bundles for c in codes if c.startswith(b.column_2) and any(o.startswith(b.column_1) and o != c for o in codes)
    }
    symptoms = [c for c in codes[:_MOST_COMPARED] if c.startswith(_order().symptoms)]
    definite = [c for c in codes[:_MOST_COMPARED] if not c.startswith(_order().symptoms)]
    gone |= {s for s in symptoms if any(knowledge.excludes1(s, d) for d in definite)}
    # Signs that usually go with a condition are not coded beside it (guideline I.B.5).
    gone |= {c for signs, causes in _order().integral for c in codes if c.startswith(signs) and _has_cause(c, causes, codes)}
    return tuple(d for d in found if d.code not in gone)


def at_peace(found: Sequence[Diagnosis], knowledge: Knowing) -> tuple[Diagnosis, ...]:
    """The diagnoses without those that an Excludes1 note keeps apart from a better founded one.

    Better founded is what rests on more words, then what has the higher score, then what is told first.
    """
    kept: list[Diagnosis] = []
    for one in sorted(found, key=lambda d: (-sum(len(e.text) for e in d.evidence), -d.score)):
        if not any(knowledge.excludes1(one.code, other.code) for other in kept):
            kept.append(one)
    codes = {d.code for d in kept}
    return tuple(d for d in found if d.code in codes)


def _has_cause(sign: str, causes: tuple[str, ...], codes: Iterable[str]) -> bool:
    return any(code.startswith(causes) and code != sign for code in codes)


def linked(found: Sequence[Suggestion], diagnoses: Sequence[Diagnosis], families: Mapping[str, Family]) -> tuple[Suggestion, ...]:
    """Each service line with the diagnoses that support it, first-listed first; all of them where its family names none."""
    return tuple(replace(s, diagnoses=_pointers(families[s.family].diagnoses, diagnoses)) for s in found)


def _pointers(supporting: tuple[str, ...], diagnoses: Sequence[Diagnosis]) -> tuple[str, ...]:
    fitting = [d.code for d in diagnoses if not supporting or d.code.startswith(supporting)]
    return tuple(fitting[:_MOST_POINTERS])


def _rank(diagnosis: Diagnosis, supporting: tuple[str, ...]) -> int:
    rank = next((rank for prefix, rank in _order().classes if diagnosis.code.startswith(prefix)), 0)
    is_reason = _order().linked_rank < rank and diagnosis.code.startswith(supporting)
    # A status code may support a service, but it is never the reason for it.
    return _order().linked_rank if is_reason and rank <= _order().linked_rank + 2 else rank


@cache
def _order() -> _Order:
    table = read_table(_TABLE)
    refuse_unknown(table, ("classes", "linked_rank", "symptoms", "integral"), _TABLE)
    pairs = [(prefix, int(row["rank"])) for row in table["classes"] for prefix in words_of(row, "prefixes", _TABLE)]
    integral = tuple((words_of(row, "signs", _TABLE), words_of(row, "of", _TABLE)) for row in table["integral"])
    return _Order(
        classes=tuple(sorted(pairs, key=lambda p: -len(p[0]))),
        linked_rank=int(table["linked_rank"]),
        symptoms=words_of(table, "symptoms", _TABLE),
        integral=integral,
    )
