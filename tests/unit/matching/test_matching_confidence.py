"""How sure a line is said to be: by what was observed, and never surer for having assumed more."""

from __future__ import annotations

from matching_cast import RECEIVED

from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher
from consultant.model.coding import Confidence


def test_what_is_only_ordered_is_less_sure_than_what_was_done(knowledge: Knowledge):
    matcher = Matcher(knowledge)
    done, ordered = (
        matcher.read(text, RECEIVED).procedures[0] for text in ("EKG with interpretation done.", "EKG with interpretation ordered.")
    )
    assert (done.confidence, ordered.confidence) == (Confidence.HIGH, Confidence.MEDIUM)
    assert done.score > ordered.score


def test_a_fact_taken_by_default_lowers_the_rank(knowledge: Knowledge):
    matcher = Matcher(knowledge)
    said, assumed = (
        matcher.read(text, RECEIVED).procedures[0] for text in ("DXA of hip and spine, no VFA.", "DXA of hip and spine.")
    )
    assert said.code == assumed.code
    assert said.score > assumed.score
