"""Conditions that no family is written for: places of the text whose words, all of them, name a place of ICD-10-CM.

Windows of a statement, longest first, are looked up by their words in any order (`Conditions.place_of`); what stands between must
be words that say nothing. Only statements that may tell of a diagnosis are read: diagnosis lines, assessment, impression,
indication, pathology, and the mail's own words; what was done and how is no diagnosis. A general word alone ("mass", "cough") is
none. Known limit: words of one statement; external causes and status codes are not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from consultant.knowledge.condition_words import ConditionWords, Token, condition_words, tokens_of
from consultant.knowledge.conditions import Conditions
from consultant.matching.statements import Statement, Statements
from consultant.model.clinical import ConceptKind, Cue, SectionKind, Span

NAMED = "icd10cm:"
"""Before the code of the place in the concept of such a cue."""
_READ = frozenset(
    (
        SectionKind.POSTOPERATIVE_DIAGNOSIS,
        SectionKind.PREOPERATIVE_DIAGNOSIS,
        SectionKind.ASSESSMENT,
        SectionKind.IMPRESSION,
        SectionKind.PATHOLOGY,
        SectionKind.INDICATION,
        SectionKind.SUBJECT,
        SectionKind.PREAMBLE,
    )
)
# fmt: off
_NOT_LOOKED_FOR = (
    # Outside causes and status; codes for nothing in particular; those that need to know which drug did what.
    "V", "W", "X", "Y", "Z", "B95", "B96", "B97", "C80", "D49.9", "K63.9", "N64.9", "O80", "R68", "R69",
    "T36", "T37", "T38", "T39", "T4", "T50", "T78", "T88",
)
# fmt: on
_IS_VACCINE = re.compile(r"\b(?:vaccin\w*|immuniz\w*|shots?|toxoid|booster|mmr|dtap|tdap|hep [ab] #?\d)\b", re.IGNORECASE)
"""A vaccine is called by the disease that it prevents."""
_NAMES_A_SERVICE = re.compile(
    r"[ -](?:surgery|extraction|screening|screen|clinic|prophylaxis|prevention|risk|education|counsel\w+|specialist|panel"
    r"|test|tests|testing|exposure|precautions|medication|protocol|center|program|team)\b",
    re.IGNORECASE,
)
"""After the name of a condition: what is spoken of is a service."""
_LEAST_FOR_HOLDING = 3
_CATEGORY = 3
_MOST_WORDS = 9
_LEAST_LETTERS = 4
_MOST_CHARACTERS = 20_000
_WORDS_BETWEEN = 24
"""Two words further apart than so many characters do not name one thing."""


def named_conditions(text: str, statements: Statements, conditions: Conditions) -> tuple[Cue, ...]:
    """The conditions that the text names, in order of place; not yet asserted, none inside another."""
    found: dict[str, tuple[Cue, ...]] = {}
    cues: list[Cue] = []
    length = 0
    for statement in statements.all:
        span = statement.span
        if statement.section not in _READ or _IS_VACCINE.search(text, span.start, span.end):
            continue
        # A text that says one thing thousands of times is read once, and one that never ends is not read to its end.
        words = span.of(text)
        if words not in found:
            length += len(words)
            if length > _MOST_CHARACTERS:
                break
            found[words] = tuple(_in_statement(text, statement, conditions))
        cues += [_moved(cue, span.start) for cue in found[words]]
    return tuple(cues)


def _moved(cue: Cue, by: int) -> Cue:
    return replace(cue, span=Span(cue.span.start + by, cue.span.end + by))


def tokens_in(text: str, span: Span) -> list[Token]:
    """The canonical words of one statement, with places in the whole text."""
    found = tokens_of(span.of(text), prose=True)
    return [Token(token.word, token.start + span.start, token.end + span.start, token.ends) for token in found]


def _in_statement(text: str, statement: Statement, conditions: Conditions) -> Iterator[Cue]:
    """The conditions of one statement; their places are counted from its beginning."""
    words = statement.span.of(text)
    for run in _runs(tokens_of(words, prose=True), conditions):
        start = 0
        whole = _held(run, conditions)
        while start < len(run):
            size, place = (len(run), whole) if whole else _longest(run, start, conditions)
            window = run[start : start + size]
            span = Span(window[0].start, max(token.end for token in window))
            if place and not _NAMES_A_SERVICE.match(words, span.end):
                yield Cue(span, f"{NAMED}{place}", ConceptKind.CONDITION, " ".join(token.word for token in window))
            start += size


def _runs(tokens: Sequence[Token], conditions: Conditions) -> Iterator[list[Token]]:
    """Stretches of words that ICD-10-CM knows; any other word stands between two things."""
    known = conditions.vocabulary
    run: list[Token] = []
    for token in tokens:
        apart = run and (run[-1].ends or token.start - run[-1].end > _WORDS_BETWEEN)
        if apart or token.word not in known:
            if run:
                yield run
            run = []
        if token.word in known:
            run.append(token)
    if run:
        yield run


def _held(run: Sequence[Token], conditions: Conditions) -> str:
    """The only place whose terms hold all telling words of a whole run that no key names; empty for a run of few words."""
    table = condition_words()
    words = [token.word for token in run if token.word not in table.details]
    telling = {word for word in words if word not in table.sides}
    if not _LEAST_FOR_HOLDING <= len(telling) <= _MOST_WORDS or conditions.place_of(words):
        return ""
    place = conditions.only_place_with(telling)
    # Some of its words must name a thing of the same category, or the words only happen to stand in one title.
    is_named = place and any(_longest(run, start, conditions)[1].startswith(place[:_CATEGORY]) for start in range(len(run)))
    return place if is_named else ""


def _longest(run: Sequence[Token], start: int, conditions: Conditions) -> tuple[int, str]:
    """How many words of the run from ``start`` name a place, and which; one and nothing when none do."""
    table = condition_words()
    words = [token.word for token in run[start : start + _MOST_WORDS]]
    if words[0] in table.details and len(words) == 1:
        return 1, ""
    for size in range(len(words), 0, -1):
        window = words[:size]
        if _is_worth_a_look(window, table) and (place := conditions.place_of(window)):
            return size, "" if place.startswith(_NOT_LOOKED_FOR) else place
    return 1, ""


def _is_worth_a_look(words: Sequence[str], table: ConditionWords) -> bool:
    """Whether the words say more than where, how bad, or a word that has many meanings."""
    telling = {word for word in words if word not in table.details and word not in table.sides and word[0] != "-"}
    if len(telling) != 1:
        return bool(telling)
    word = next(iter(telling))
    return len(word) >= _LEAST_LETTERS and word not in table.too_general
