"""What has been read of a case before any family looks at it: the one value that the later steps share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consultant.matching.acts import Acts
from consultant.matching.calculators.measures import Amount
from consultant.matching.ontology import Ontology
from consultant.matching.pool import Pool
from consultant.matching.statements import Statements
from consultant.model.clinical import CareEvent, Cue, Fact, Quantity
from consultant.model.coding import ProposedCode


@dataclass(frozen=True, slots=True)
class Scene:
    """The case as read."""

    text: str
    statements: Statements
    cues: tuple[Cue, ...]
    """All cues with their assertions."""
    acts: Acts
    conditions: tuple[CareEvent, ...]
    """Each condition that is present, with the sites, sides and attributes bound to it."""
    lent: tuple[Cue, ...]
    """The cues that may tell of what was done here and now, and of the patient's present condition."""
    denied: tuple[Cue, ...]
    facts: Mapping[str, Fact]
    proposed: tuple[ProposedCode, ...]
    ontology: Ontology
    quantities: tuple[Quantity, ...] = ()
    named: tuple[Cue, ...] = ()
    """Conditions that ICD-10-CM itself names, whether or not the lexicon knows them (`condition_names`)."""
    posts: tuple[Cue, ...] = ()
    """Words that lead to a place of ICD-10-CM (`signposts`)."""

    def pool(self, cues: tuple[Cue, ...], amounts: Mapping[str, Amount] | None = None) -> Pool:
        """A pool over some of the cues and amounts; what the case denies and its facts belong to every pool."""
        return Pool(cues, self.denied, self.facts, self.ontology, amounts)
