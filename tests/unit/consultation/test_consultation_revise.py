"""A consultant's change of the claim is kept, checked and worded; an approval can be undone until its letter leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cast import CARL, CORA
from test_consultation_review_undo import history

from consultant.consultation import review
from consultant.consultation.revise import known_analyses, revise
from consultant.errors import ConflictError
from consultant.model.analysis import Disposition
from consultant.model.draft import DraftKind
from consultant.model.review import Claim, ClaimLine, Override


def analyses(office, case_id):
    with office.services.database.reading() as tx:
        return known_analyses(tx, case_id)


def change(office, case_id, *, who=CORA, reason=Override.MISREAD, draft_hash=None, **changed: object):
    claim = replace(Claim.of(analyses(office, case_id)[0]), **changed)
    seen = draft_hash or office.drafts(case_id)[-1].hash
    return revise(office.services, case_id, who, claim, reason=reason, draft_hash=seen)


def test_a_changed_line_makes_a_new_letter_and_the_engines_word_is_kept_beside_it(office):
    case_id = office.drafted()

    draft = change(office, case_id, lines=(ClaimLine("77080", ("26",), 2, ("M81.0",)),), diagnoses=("M81.0",))

    newest, engines = analyses(office, case_id)
    assert (draft.version, draft.written_by) == (2, CORA)
    assert "77080-26" in draft.letter.text
    assert "76977" not in [line.code for line in newest.reading.procedures]
    assert [line.code for line in engines.reading.procedures] == ["76977"]


def test_the_rules_speak_on_the_changed_claim_and_change_nothing_in_it(office):
    case_id = office.drafted()

    change(office, case_id, lines=(ClaimLine("76977"), ClaimLine("99999")), diagnoses=("M81.99",))

    newest = analyses(office, case_id)[0]
    assert [line.code for line in newest.reading.procedures] == ["76977", "99999"]
    assert any("M81.99" in finding.codes for finding in newest.findings if finding.rule == "code-validity")


def test_what_a_code_rests_on_comes_back_with_the_code(office):
    case_id = office.drafted()
    before = analyses(office, case_id)[0].reading.procedures[0]

    change(office, case_id, lines=())
    change(office, case_id, lines=(ClaimLine("76977"),))

    assert analyses(office, case_id)[0].reading.procedures[0].evidence == before.evidence


def test_an_answer_becomes_a_question_when_the_consultant_says_so(office):
    case_id = office.drafted()

    assert change(office, case_id, disposition=Disposition.ASK).kind is DraftKind.QUESTION


def test_the_reason_and_the_codes_that_came_and_went_stand_in_the_history(office):
    case_id = office.drafted()

    change(office, case_id, lines=(ClaimLine("77080"),), reason=Override.MISREAD)

    (told,) = [event.detail for event in history(office, case_id) if event.kind == "revised"]
    assert (told["reason"], told["added"], told["removed"]) == ("misread", ["77080"], ["76977"])


def test_a_change_made_on_an_older_draft_is_refused(office):
    case_id = office.drafted()
    old = office.drafts(case_id)[-1].hash
    review.amend(office.services, case_id, CORA, "Better words.")

    with pytest.raises(ConflictError, match="changed after you read it"):
        change(office, case_id, lines=(), draft_hash=old)

    assert len(office.drafts(case_id)) == 2


def test_nobody_changes_what_is_on_another_desk(office):
    case_id = office.drafted()
    review.open_case(office.services, case_id, CORA)

    with pytest.raises(ConflictError, match="open at cora's desk"):
        change(office, case_id, who=CARL, lines=())


def test_a_revised_draft_goes_out_only_by_an_approval_of_its_own_hash(office):
    case_id = office.drafted()
    old = office.drafts(case_id)[-1].hash
    new = change(office, case_id, lines=(ClaimLine("77080"),)).hash

    with pytest.raises(ConflictError):
        review.approve(office.services, case_id, CORA, old)
    review.approve(office.services, case_id, CORA, new)

    assert b"77080" in office.outbox(case_id)[-1].mail.content


def test_revising_waits_for_no_clock(office):
    case_id = office.drafted()
    office.clock.forward(days=2)

    change(office, case_id, lines=(ClaimLine("77080"),))

    assert office.drafts(case_id)[-1].written - office.drafts(case_id)[0].written == timedelta(days=2)
