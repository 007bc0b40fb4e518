"""What a coding rule is, and the three ways it can come out.

A rule is a row of the table in ``chain``: a name, where its authority comes from, and one function. It writes down hits *and*
misses: "checked, clean" is an answer, and "no data" is never worded as clean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Outcome, Severity

Check = Callable[[Reading, Knowledge], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One coding rule: its id (in findings), its name (for people), its authority, and the function that checks a reading."""

    id: str
    name: str
    source: str
    check: Check


@dataclass(frozen=True, slots=True)
class Report:
    """Writes the findings of one rule, so that each names the rule, its source and the edition it was read from."""

    rule: str
    source: str
    edition: str

    def hit(self, severity: Severity, codes: Iterable[str], text: str) -> Finding:
        """Something a coder has to know or mend. ``text`` is a sentence of a letter."""
        return Finding(self.rule, Outcome.HIT, severity, tuple(codes), text, self.source, self.edition)

    def clean(self, codes: Iterable[str], text: str) -> Finding:
        """The codes were checked and nothing was found."""
        return Finding(self.rule, Outcome.CLEAN, Severity.INFO, tuple(codes), text, self.source, self.edition)

    def no_data(self, codes: Iterable[str], text: str) -> Finding:
        """The codes could not be checked, because what that takes is not loaded or not known here."""
        return Finding(self.rule, Outcome.NO_DATA, Severity.INFO, tuple(codes), text, self.source, self.edition)

    def read_from(self, *, source: str = "", edition: str = "") -> Report:
        """The same report on the authority of another source or edition, where these are known."""
        return replace(self, source=source or self.source, edition=edition or self.edition)
