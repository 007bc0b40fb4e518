"""The sentences that say why: each names the words of the mail, or says plainly that nothing was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from consultant.matching.facets import Decision, Ground
from consultant.matching.lines import Line, filled, needed_by, value_of
from consultant.model.clinical import Assertion, Cue, Evidence, Span
from consultant.model.coding import Alternative, System

_MOST_QUOTES = 3
_LONGEST_QUOTE = 80
_MOST_ALTERNATIVES = 4


def because(text: str, line: Line, *, promoted: bool) -> tuple[str, ...]:
    """The sentences for one line, in the order in which its facets were decided."""
    sentences = [f"The mail says {quoted(text, waking_spans(line))}."] if waking_spans(line) else []
    if promoted:
        sentences.append("The mail speaks of it as ordered or earlier and of nothing else; it is taken as done.")
    needed = needed_by(line.entry)
    for decision in line.awake.decisions:
        if decision.facet.id in needed and decision.facet.id in line.chosen:
            sentences += _reason(text, decision, line)
    if line.is_added:
        sentences.append("It is reported beside the main code under the same facts.")
    return tuple(dict.fromkeys(sentences))


def _reason(text: str, decision: Decision, line: Line) -> Iterator[str]:
    value = value_of(line.awake.family, decision.facet.id, line.chosen[decision.facet.id])
    shown = decision.shown_for(value.id)
    if decision.ground is Ground.DEFAULT:
        yield f"Nothing else is said, so this is taken: {value.plain}."
    elif shown and shown.spans and value.when != line.awake.family.wakes_on:
        worked_out = f" ({shown.told})" if shown.told else ""
        yield f"{quoted(text, shown.spans)}: {value.plain}{worked_out}."


def quoted(text: str, spans: Sequence[Span]) -> str:
    """The words at the spans in quotation marks, each once, at most three; spans side by side are one quotation."""
    words: dict[str, str] = {}
    for span in _side_by_side(text, sorted(spans)):
        word = " ".join(span.of(text).split())
        word = word if len(word) <= _LONGEST_QUOTE else word[: _LONGEST_QUOTE - 1].rstrip() + "…"
        words.setdefault(word.lower(), word)
    return ", ".join(f"“{word}”" for word in list(words.values())[:_MOST_QUOTES])


def _side_by_side(text: str, spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and not text[joined[-1].end : span.start].strip():
            joined[-1] = joined[-1].joined(span)
        else:
            joined.append(span)
    return joined


def _parts(cue: Cue) -> tuple[Span, ...]:
    return cue.context if cue.assertion is Assertion.PRESENT else ()


def waking_spans(line: Line) -> tuple[Span, ...]:
    """The words that woke the family; for a diagnosis only where no facet has words of its own."""
    # A composed act rests on the words of its parts too.
    spans = tuple(span for cue in line.awake.cues for span in (cue.span, *_parts(cue)))
    if line.entry.system is not System.ICD10CM:
        return spans
    return () if any(_shown_spans(line)) else spans


def _shown_spans(line: Line) -> Iterator[Span]:
    for decision in line.awake.decisions:
        shown = decision.shown_for(line.chosen.get(decision.facet.id, ""))
        if shown and decision.facet.id in needed_by(line.entry):
            yield from shown.spans


def evidence(text: str, line: Line) -> tuple[Evidence, ...]:
    """The places that a line rests on: what woke the family, and what decided its facets."""
    spans = [*waking_spans(line)[:_MOST_QUOTES], *_shown_spans(line)]
    return tuple(Evidence.quoting(text, span) for span in sorted(dict.fromkeys(spans)))


def alternatives(line: Line, *, fill_in: bool) -> tuple[Alternative, ...]:
    """The siblings that one other value of one facet would make right, those of the weakest grounds first."""
    decided = [d for d in line.awake.decisions if d.facet.id in needed_by(line.entry) and d.facet.id in line.chosen]
    found: dict[str, str] = {}
    for decision in sorted(decided, key=lambda d: -d.ground):
        for value in decision.facet.values if len(found) < _MOST_ALTERNATIVES else ():
            if value.id != line.chosen[decision.facet.id] and len(found) < _MOST_ALTERNATIVES:
                for code in siblings(line, decision.facet.id, value.id, fill_in=fill_in):
                    if code != line.code:
                        found.setdefault(code, value.plain)
    return tuple(Alternative(code, unless) for code, unless in list(found.items())[:_MOST_ALTERNATIVES])


def siblings(line: Line, facet: str, value: str, *, fill_in: bool) -> Iterator[str]:
    """The codes of the family under the line's values with one of them changed."""
    chosen = {**line.chosen, facet: value}
    for entry in line.awake.family.codes:
        fits = entry.when and all(chosen.get(name) in values for name, values in entry.when)
        if fits and (fill_in or "{" not in entry.code):
            code = filled(line.awake.family, entry, chosen)
            if code:
                yield code
