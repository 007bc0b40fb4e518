"""Words in quotation marks that a payer, a policy or a program said: they tell of no act, whatever they name.

Doctors are quoted too ("the note says …"), so only a quotation after a word of ``quoted_others`` (context_rules.json) counts. Known
limit: straight marks only pair by turns, so that inches written as marks can shift a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from consultant.matching.context_rules import context_rules
from consultant.model.clinical import Assertion, Cue, Span

_QUOTE = re.compile(r'(?<![\w"])"(?! )([^"]{8,600})"')
_LEAD = 60
"""Characters before a quotation in which its speaker stands."""
_WORD = re.compile(r"[a-z]+")


def without_others_words(text: str, cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """The cues; those in words of a payer or a program are only asked about."""
    spans = [Span(*match.span(1)) for match in _QUOTE.finditer(text) if _is_of_others(text, match.start())]
    if not spans:
        return tuple(cues)
    return tuple(_asked(cue) if any(span.covers(cue.span) for span in spans) else cue for cue in cues)


def _is_of_others(text: str, start: int) -> bool:
    before = text[max(0, start - _LEAD) : start].lower()
    lead = re.split(r"[.;?!\n] |\n\n", before)[-1]
    return not context_rules().quoted_others.isdisjoint(_WORD.findall(lead))


def _asked(cue: Cue) -> Cue:
    return replace(cue, assertion=Assertion.ASKED) if cue.assertion is Assertion.PRESENT else cue
