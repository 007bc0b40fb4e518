"""How far a context phrase reaches within its statement: from its direction and reach to a span of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultant.matching.clauses import Boundary, Clauses, closes, opens
from consultant.matching.context_rules import Direction, Reach, context_rules
from consultant.matching.cues import ContextHit
from consultant.model.clinical import Span

_ADJACENT = 2
"""So many characters between a phrase and a boundary still count as touching."""
_PARTICIPLES = ("ed", "en", "wn", "ne", "ught", "ade", "read", "cut")
_LAST_OF_SERIES = ("or", "nor")
_JOINING = ("and", "or", "&")
_LONGEST_LIST_ENTRY = 5
"""A list entry with more words is a clause of its own."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The places that a phrase changes; between ``listed`` and ``end`` only conditions, where a loose list goes on."""

    start: int
    end: int
    listed: int

    def holds(self, span: Span, *, is_condition: bool) -> bool:
        """Whether a cue at ``span`` is reached."""
        return self.start <= span.start and span.end <= (self.end if is_condition else self.listed)


def scopes_of(hit: ContextHit, clauses: Clauses, contexts: Sequence[Span]) -> Iterator[Scope]:
    """The scopes of a context phrase; ``contexts`` are the places of all context phrases in the statement."""
    if hit.rule.last and not _ends_its_clause(hit, clauses, before_participle=hit.rule.words > 0):
        return
    if hit.rule.direction in (Direction.FORWARD, Direction.BOTH):
        yield _forward(hit, clauses, contexts)
    if hit.rule.direction in (Direction.BACKWARD, Direction.BOTH):
        yield _backward(hit, clauses, contexts)


def _forward(hit: ContextHit, clauses: Clauses, contexts: Sequence[Span]) -> Scope:
    start = hit.span.end
    if next((word for place, word in clauses.words if place >= start), "") in context_rules().conjunctions:
        # "MRI of the neck w/o and of the back w/o contrast": what is denied stands further on.
        return Scope(start, start, start)
    ahead = [b for b in clauses.boundaries if b.start >= start and not (b.mark == ":" and b.start - start < _ADJACENT)]
    hard = min(_first_hard(ahead, clauses.span.end), _end_of_bracket(ahead, clauses.span.end))
    clause = min((b.start for b in ahead), default=hard)
    end = listed = min(clause, hard)
    if hit.rule.reach is Reach.SENTENCE:
        # "Will be ordered: EKG" goes on through its own colon, which else ends what is asked or wished.
        own = any(b.mark == ":" and 0 <= b.start - start < _ADJACENT for b in clauses.boundaries)
        end = listed = min(hard, clauses.account) if start < clauses.account and not own else hard
    elif hit.rule.reach is Reach.NEAR:
        end = listed = min(end, _after_words(clauses, start, hit.rule.words))
    elif hit.rule.reach is Reach.SERIES:
        end = listed = _end_of_series(ahead, hard, clauses, contexts)
    elif hit.rule.reach is Reach.LIST:
        end = _end_of_list(ahead, hard, clauses, contexts)
        listed = max(listed, _end_of_series(ahead, hard, clauses, contexts))
    return Scope(start, end, listed)


def _backward(hit: ContextHit, clauses: Clauses, contexts: Sequence[Span]) -> Scope:
    end = hit.span.start
    behind = [b for b in clauses.boundaries if b.end <= end + 1 and not (b.mark == ":" and not b.hard)]
    if _ends_its_clause(hit, clauses, before_participle=False):
        behind = [b for b in behind if end - b.end >= _ADJACENT or (b.hard and not b.mark)]
    if hit.rule.trailing:
        behind = [b for b in behind if b.hard or clauses.word_count(b.end, end)]
    start = max((b.end for b in behind if b.hard or hit.rule.reach is not Reach.SENTENCE), default=clauses.span.start)
    if hit.rule.reach is Reach.NEAR:
        before = [place for place, _ in clauses.words if start <= place < end]
        start = before[-hit.rule.words] if len(before) >= hit.rule.words > 0 else start
    elif hit.rule.reach is Reach.SERIES:
        start = _start_of_series(start, end, clauses, contexts)
    return Scope(start, end, end)


def _start_of_series(start: int, end: int, clauses: Clauses, contexts: Sequence[Span]) -> int:
    """Where the list before a phrase begins ("EKG, CBC and chest CT ordered"): back through short entries without a verb."""
    if not any(word in _JOINING for place, word in clauses.words if start <= place < end):
        return start
    bounds = [b for b in clauses.boundaries if b.end <= start]
    for number in reversed(range(len(bounds))):
        first = bounds[number - 1].end if number else clauses.span.start
        words = [word for place, word in clauses.words if first <= place < bounds[number].start]
        is_entry = len(words) <= _LONGEST_LIST_ENTRY and not any(word in context_rules().verbs for word in words)
        if bounds[number].mark != "," or bounds[number].hard or not is_entry or any(first <= c.start < start for c in contexts):
            break
        start = first
    return start


def _ends_its_clause(hit: ContextHit, clauses: Clauses, *, before_participle: bool) -> bool:
    """Whether nothing follows in the clause: "(declined)", ", not done." speak of what went before.

    ``before_participle`` allows one more word when it is one ("pelvis not scanned").
    """
    end = min((b.start for b in clauses.boundaries if b.start >= hit.span.end), default=clauses.span.end)
    after = [word for place, word in clauses.words if hit.span.end <= place < end]
    if before_participle:
        return len(after) == 1 and after[0].endswith(_PARTICIPLES)
    return not after


def _first_hard(ahead: Sequence[Boundary], default: int) -> int:
    return next((b.start for b in ahead if b.hard), default)


def _end_of_bracket(ahead: Sequence[Boundary], default: int) -> int:
    """Where a bracket closes that was open at the start; a phrase inside does not reach out of it."""
    depth = 0
    for boundary in ahead:
        depth += opens(boundary)
        if closes(boundary):
            if not depth:
                return boundary.start
            depth -= 1
    return default


def _after_words(clauses: Clauses, start: int, count: int) -> int:
    after = [place for place, _ in clauses.words if place >= start]
    return after[count] if count < len(after) else clauses.span.end


def _entries(ahead: Sequence[Boundary], hard: int, clauses: Clauses, contexts: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """The list entries after the first comma that have no context phrase of their own; the list ends at its verb."""
    soft = [b for b in ahead if b.start < hard]
    for number, boundary in enumerate(soft):
        end = min(soft[number + 1].start if number + 1 < len(soft) else hard, hard)
        words = [(place, word) for place, word in clauses.words if boundary.end <= place < end]
        verb = next((n for n, (_, word) in enumerate(words) if word in context_rules().verbs), len(words))
        own = any(boundary.end <= span.start < end for span in contexts)
        closes_list = any(word in _LAST_OF_SERIES for _, word in words[:verb])
        if boundary.mark != "," or own or verb > _LONGEST_LIST_ENTRY or (verb < len(words) and not closes_list):
            return
        yield boundary.end, words[verb][0] if verb < len(words) else end
        if verb < len(words):
            return


def _end_of_series(ahead: Sequence[Boundary], hard: int, clauses: Clauses, contexts: Sequence[Span]) -> int:
    first = min((b.start for b in ahead if b.start < hard), default=hard)
    for start, end in _entries(ahead, hard, clauses, contexts):
        if any(word in _LAST_OF_SERIES for place, word in clauses.words if start <= place < end):
            return end
    return min(first, hard)


def _end_of_list(ahead: Sequence[Boundary], hard: int, clauses: Clauses, contexts: Sequence[Span]) -> int:
    first = min((b.start for b in ahead if b.start < hard), default=hard)
    return max((end for _, end in _entries(ahead, hard, clauses, contexts)), default=min(first, hard))
