"""PC/TC indicator of codes that may be reported, against the Medicare physician fee schedule."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored
from consultant.knowledge.check.fee_facts import compare
from consultant.knowledge.indicators import COMPONENT
from consultant.knowledge.known import FeeFact
from consultant.knowledge.verdict import Verdict

ID = "component"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every code that a family writes the fact of."""
    return compare(authored, ID, FeeFact.COMPONENT, COMPONENT)
