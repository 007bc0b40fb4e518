"""Each diagnosis code that needs a seventh character has one of those its category allows, in the seventh place.

ICD-10-CM guidelines I.A.4 (placeholder X) and I.A.5 (seventh characters). Whether the care was active treatment, routine
healing or sequela is matching's reading; here only the form is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import diagnoses
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "seventh-character"
_SOURCE = "ICD-10-CM guidelines I.A.4 and I.A.5"
_BEFORE_SEVENTH = 6
_NAMED = 3


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every diagnosis code whose category takes seventh characters."""
    codes = diagnoses(reading) if has_diagnoses(knowledge) else ()
    report = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES))
    taking = [code for code in codes if characters_of(code, knowledge)]
    lacking = [code for code in taking if lacks_only_the_seventh(code, knowledge)]
    for code in lacking:
        yield report.hit(Severity.ERROR, (code,), _text(code, knowledge))
    if good := [code for code in taking if code not in lacking and knowledge.billable(code)]:
        yield report.clean(good, f"{listed(good)} carries the seventh character that its category asks for.")


def lacks_only_the_seventh(code: str, knowledge: Knowledge) -> bool:
    """Whether the code is right as far as it goes, and a seventh character (after any X) would complete it."""
    return not knowledge.billable(code) and bool(completed(code, knowledge))


def completed(code: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The complete codes that ``code`` becomes with each seventh character its category allows; empty when none exists."""
    stems = _stems(code)
    ends = characters_of(code, knowledge)
    return tuple(whole for stem in stems for end in ends if knowledge.billable(whole := stem + end))


def characters_of(code: str, knowledge: Knowledge) -> Mapping[str, str]:
    """The seventh characters that the category of ``code`` allows and their meanings; empty when it takes none or is not known."""
    for length in range(len(code), 2, -1):
        found = knowledge.diagnosis(code[:length].rstrip("."))
        if found:
            return dict(found.seventh_characters)
    return {}


def _stems(code: str) -> tuple[str, ...]:
    """The first six characters that the code can mean: filled up with X, and with X put before a seventh set too early."""
    category, _, rest = code.partition(".")
    bare = category + rest
    if len(bare) > _BEFORE_SEVENTH:
        return ()
    filled = [bare.ljust(_BEFORE_SEVENTH, "X")]
    if len(rest) > 1 and bare[-1].isalpha() and bare[-1] != "X":
        filled.insert(0, bare[:-1].ljust(_BEFORE_SEVENTH, "X"))
    return tuple(f"{stem[:3]}.{stem[3:]}" for stem in filled)


def _text(code: str, knowledge: Knowledge) -> str:
    meanings = characters_of(code, knowledge)
    named = [f"{whole} ({meanings[whole[-1]]})" for whole in completed(code, knowledge)[:_NAMED]]
    return f"{code} lacks its seventh character: {listed(named, last='or')}."


RULE = Rule(ID, "Seventh characters are there and in place", _SOURCE, check)
