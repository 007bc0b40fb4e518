"""The text of the person: their own words, apart from quoted mail, signature and notices. Nothing is thrown away.

A forward whose own words only point at it ("see below, please code") keeps what it passes on as the person's text, because the
case is in there; a reply keeps only its own words, and the quotation stays at hand beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from consultant.mail.phrases import phrases
from consultant.mail.quotes import Quote, QuoteKind, find_quotes, unquoted
from consultant.mail.signatures import find_notices, find_signature

_WORD = re.compile(r"[^\W_][\w'\u2019/.-]*")
_PREFIX = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)?([^\W\d_]{1,8})(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]")
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")
_FEW_WORDS = 40
"""A forward with fewer own words than this leaves the case to what it passes on."""
_BARE_WORDS_MAX = 30
_FORWARDS_MAX = 5


@dataclass(frozen=True, slots=True)
class PersonText:
    """A text divided: every line that says something stands in exactly one of the three, in its order."""

    text: str
    quoted: str = ""
    signature: str = ""


def split(text: str, *, subject: str = "", author: str = "", is_answer: bool = False) -> PersonText:
    """Divide a text into the person's own words, quoted mail, and signature with notices.

    ``subject`` tells a forward ("Fwd:") from an answer ("Re:"), ``author`` (name and address) helps to know the signature, and
    ``is_answer`` says that the mail has In-Reply-To. All three may be unknown.
    """
    names = frozenset(word.lower() for word in _WORD.findall(author.replace("@", " ").replace(".", " ")))
    return _split(text.split("\n"), _Circumstances(subject, names, is_answer), _FORWARDS_MAX)


def is_bare(text: str) -> bool:
    """Whether a text says nothing itself: it is empty, or only points at something else ("please code the attached")."""
    words = [word.rstrip(".").lower() for word in _WORD.findall(text)]
    if not words:
        return True
    known = phrases().filler | phrases().pointing
    return len(words) <= _BARE_WORDS_MAX and all(word in known for word in words) and not phrases().pointing.isdisjoint(words)


def leaves_the_case_to_another(text: str) -> bool:
    """Whether the own words of a forward are so few that the case must be in what it passes on."""
    return is_bare(text) or len(_WORD.findall(text)) < _FEW_WORDS or _points_plainly(text)


@dataclass(frozen=True, slots=True)
class _Circumstances:
    """What is known of a mail beside its text."""

    subject: str
    names: frozenset[str]
    is_answer: bool

    @property
    def prefix(self) -> str:
        found = _PREFIX.match(self.subject)
        return found[1].lower() if found else ""


def _split(lines: list[str], mail: _Circumstances, forwards_left: int) -> PersonText:
    quotes = find_quotes(lines)
    said, signature = _own_lines(lines, quotes, mail.names)
    own = _joined(said)
    passed_on = _passed_on(quotes, own, mail) if forwards_left else None
    if passed_on is None:
        return PersonText(own, _joined([line for quote in quotes for line in lines[quote.start : quote.end]]), _joined(signature))
    inner = _split(
        unquoted(lines[passed_on.body : passed_on.end]), _Circumstances("", frozenset(), is_answer=False), forwards_left - 1
    )
    heads = lines[passed_on.start : passed_on.body]
    others = [line for quote in quotes if quote != passed_on for line in lines[quote.start : quote.end]]
    return PersonText(
        text=_joined([own, "", inner.text]),
        quoted=_joined([*heads, inner.quoted, *others]),
        signature=_joined([*signature, inner.signature]),
    )


def _own_lines(lines: list[str], quotes: tuple[Quote, ...], names: frozenset[str]) -> tuple[list[str], list[str]]:
    """The lines outside all quotations, divided into what is said and what is signature or notice."""
    said: list[str] = []
    signature: list[str] = []
    position = 0
    for start, end in [(quote.start, quote.end) for quote in quotes] + [(len(lines), len(lines))]:
        stretch = lines[position:start]
        notices = find_notices(stretch)
        kept = [line for number, line in enumerate(stretch) if number not in notices]
        begin = find_signature(kept, names, is_all=not any(line.strip() for line in said))
        said += [*kept[:begin], ""]
        signature += kept[begin:] + [stretch[number] for number in sorted(notices)]
        position = end
    return said, signature


def _passed_on(quotes: tuple[Quote, ...], own: str, mail: _Circumstances) -> Quote | None:
    """The quotation that holds the case, None when the person's own words do."""
    forward = next((quote for quote in quotes if _is_forward(quote, mail)), None)
    if forward:
        return forward if leaves_the_case_to_another(own) else None
    if not quotes:
        return None
    if not own:
        # An answer without a word of its own says nothing; a mail of nothing but a quotation passes it on.
        is_answer = mail.is_answer or mail.prefix in phrases().reply_prefixes
        return None if is_answer else quotes[0]
    is_pointer = is_bare(own) or (len(_WORD.findall(own)) < _FEW_WORDS and _points_plainly(own))
    return quotes[0] if is_pointer else None


def _is_forward(quote: Quote, mail: _Circumstances) -> bool:
    return quote.kind is QuoteKind.FORWARD or (mail.prefix in phrases().forward_prefixes and quote.body > quote.start)


def _points_plainly(text: str) -> bool:
    lowered = text.lower()
    return any(phrase in lowered for phrase in phrases().pointing_plainly)


def _joined(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return _BLANK_LINES.sub("\n\n", text).strip("\n")
