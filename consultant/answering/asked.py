"""From a reading to the questions in it: each sentence that asks, with the codes, modifiers, places and the day it names.

A sentence that points back ("can I put 59 on it?") is about the codes named before it. Of a mail that only asks, every sentence is
background to its questions; of a case, only the questions themselves are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.answering.naming import day_in, modifiers_in, places_in
from consultant.answering.tables import question_words
from consultant.answering.words import words_of
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import CaseKind, Reading
from consultant.model.coding import System

MOST = 8
"""So many questions of one mail are answered."""
_FEW_WORDS = 2
_SENTENCE = re.compile(r"[^\n]+")
_STARTS = "what|when|which|why|how|who|where|can|do|does|did|is|are|was|should|may"
_BREAK = re.compile(
    rf"(?<=[?!])\s+|(?<=[.;])\s+(?=[A-Z0-9(\"']|(?:{_STARTS}|and|also|pls|please)\b)|(?<=\?)(?=\S)|,?\s+and\s+(?=(?:{_STARTS}|need)\s)"
)
_SUBJECT = re.compile(r"^subject:\s*", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b(?:vs|mod|no|dr|approx|e\.g|i\.e|incl|pt|dx|ch|sec)\.$", re.IGNORECASE)
_ASIDE = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|day)|thanks|thank you|regards|"
    r"and|also|so|but|ok|then|plus|2\)|1\)|3\)|[-*]|\(?[a-h1-9][.)])[\s,:!-]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    text: str
    codes: tuple[str, ...]
    """Codes that the sentence names, in order; those it points back to when it names none."""
    others: tuple[str, ...]
    """Codes that the rest of the mail names."""
    modifiers: tuple[str, ...]
    places: tuple[str, ...]
    named: bool
    """Whether the sentence names the codes itself."""
    on: date
    words: frozenset[str]
    background: frozenset[str]
    """Words of the rest of the mail; empty inside a case."""
    alone: bool
    """Whether the mail is nothing but questions."""

    def says(self, what: str) -> bool:
        """Whether the question speaks in one of the ways that the table has for ``what``."""
        return question_words().patterns[what].search(self.text) is not None

    @property
    def procedures(self) -> tuple[str, ...]:
        """The procedure codes it is about."""
        return tuple(code for code in self.codes if System.of(code) in {System.CPT, System.HCPCS})

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """The ICD-10-CM codes it is about."""
        return tuple(code for code in self.codes if System.of(code) is System.ICD10CM)

    @property
    def pair(self) -> tuple[str, ...]:
        """The procedure codes it is about, with those of the rest of the mail when it names fewer than two."""
        own = self.procedures
        if len(own) > 1:
            return own
        rest = (code for code in self.others if System.of(code) in {System.CPT, System.HCPCS})
        return tuple(dict.fromkeys((*own, *rest)))


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    text: str
    is_subject: bool


def questions_in(reading: Reading, knowledge: Knowledge) -> tuple[Asked, ...]:
    """The questions of a mail, in order, at most `MOST`."""
    pieces = tuple(_pieces(reading.text))
    alone = reading.kind is CaseKind.QUESTION
    asking = [piece for piece in pieces if _asks(piece)]
    if alone and not asking:
        asking = list(pieces)
    # A subject that only announces the question of the body is background to it.
    if any(not piece.is_subject for piece in asking):
        asking = [piece for piece in asking if not piece.is_subject or _is_news(piece, asking, knowledge)]
    return tuple(_asked(piece, pieces, reading, knowledge, alone=alone) for piece in asking[:MOST])


def is_question(text: str) -> bool:
    """Whether a sentence asks."""
    table, bare = question_words(), _ASIDE.sub("", text.strip())
    first = re.match(r"[a-z']+", bare.lower())
    return table.signs.search(text) is not None or (first is not None and first[0].replace("'", "") in table.starts)


def _asks(piece: _Piece) -> bool:
    return is_question(piece.text)


def _is_news(subject: _Piece, asking: list[_Piece], knowledge: Knowledge) -> bool:
    """Whether a subject asks something that no sentence of the body says: words of its own, and codes or modifiers."""
    own = frozenset(words_of(subject.text))
    said = frozenset(word for piece in asking if piece is not subject for word in words_of(piece.text))
    return "?" in subject.text and not own & said and bool(modifiers_in(subject.text, knowledge.modifiers))


def _pieces(text: str) -> Iterator[_Piece]:
    for line in _SENTENCE.finditer(text):
        subject = _SUBJECT.match(line[0])
        begin = line.start() + (subject.end() if subject and not line.start() else 0)
        for start, sentence in _split(text, begin, line.end()):
            yield _Piece(start, sentence, is_subject=bool(subject) and not line.start())


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    begin = start
    for gap in _BREAK.finditer(text, start, end):
        if not _ABBREVIATED.search(text[begin : gap.start()]):
            if text[begin : gap.start()].strip():
                yield begin, text[begin : gap.start()]
            begin = gap.end()
    if text[begin:end].strip():
        yield begin, text[begin:end]


def _asked(piece: _Piece, pieces: tuple[_Piece, ...], reading: Reading, knowledge: Knowledge, *, alone: bool) -> Asked:
    ends = piece.start + len(piece.text)
    named = [(one.evidence.span.start, one.code) for one in reading.proposed]
    own = tuple(dict.fromkeys(_codes_at(piece.start, ends, named, piece.text, knowledge)))
    before = tuple(dict.fromkeys(code for start, code in named if start < piece.start))
    rest = tuple(dict.fromkeys(code for _, code in named if code not in own))
    modifiers = modifiers_in(piece.text, _known_modifiers(knowledge))
    return Asked(
        text=piece.text.strip(),
        codes=own or ((before or rest) if not modifiers or _POINTS.search(piece.text) else ()),
        others=tuple(code for code in rest if code not in own),
        modifiers=modifiers,
        places=places_in(piece.text, knowledge.places),
        named=bool(own),
        on=day_in(piece.text, reading.date_of_service),
        words=_words(piece, pieces, own, knowledge, alone=alone),
        background=_background(piece, pieces, named, knowledge) if alone else frozenset(),
        alone=alone,
    )


def _known_modifiers(knowledge: Knowledge) -> frozenset[str]:
    """The modifiers that anything is written on."""
    return frozenset(knowledge.modifiers).union(*(note.modifiers for note in knowledge.guidelines))


def _background(piece: _Piece, pieces: tuple[_Piece, ...], named: list[tuple[int, str]], knowledge: Knowledge) -> frozenset[str]:
    """Words of the rest of the mail, and of what the diagnoses in it mean."""
    texts = [one.text for one in pieces if one is not piece]
    texts += [knowledge.plain(code) for _, code in named if System.of(code) is System.ICD10CM][:MOST]
    return frozenset(word for text in texts for word in words_of(text))


def _words(piece: _Piece, pieces: tuple[_Piece, ...], own: tuple[str, ...], knowledge: Knowledge, *, alone: bool) -> frozenset[str]:
    """The words of a question; one that says nothing itself ("is that ok?") speaks of the sentence before it."""
    place = pieces.index(piece)
    texts = [piece.text, *(knowledge.plain(code) for code in own if System.of(code) is System.ICD10CM)]
    if alone and place and len(frozenset(words_of(piece.text))) < _FEW_WORDS:
        texts.append(pieces[place - 1].text)
    return frozenset(word for text in texts for word in words_of(text))


_POINTS = re.compile(r"\b(?:it|its|this|that|these|those|them|they|each|both|one|ones|code|codes|there|here)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"(?<![\w.$@])(?:\d{5}|\d{4}[TtFfUu]|[A-V]\d{4}|[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4}|[0-9A-Z]{2,4})?)(?![\w@]|\.\w)"
)


def _codes_at(start: int, end: int, named: list[tuple[int, str]], text: str, knowledge: Knowledge) -> Iterator[str]:
    """The codes in a sentence in order; one that was named before with more stands only once among the proposed ones."""
    proposed = {code for _, code in named}
    here = {place - start: code for place, code in named if start <= place < end}
    for match in _NAMED.finditer(text):
        # "N18.x" is how coders write the category.
        code = match[0].upper().removesuffix(".X")
        dotted = f"{code[:3]}.{code[3:]}" if "." not in code and len(code) > len("A00") else code
        kept = here.get(match.start()) or next((one for one in (code, dotted) if one in proposed), None)
        if kept is None and System.of(dotted) is System.ICD10CM and knowledge.diagnosis(dotted) is not None:
            kept = dotted
        if kept is not None:
            yield kept
