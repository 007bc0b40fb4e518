from __future__ import annotations

import pytest
from cast import ADA, BEN, DOMAIN, MAILBOX, MALLORY

from consultant.consultation import rescue
from consultant.consultation.services import AdmissionMode
from consultant.errors import ConflictError
from consultant.model.case import CaseState, Step
from consultant.store import accounts, cases

RELAY = "192.0.2.25"
PASSED = f"{DOMAIN}; dmarc=pass header.from=lakeside.example"


def come_in(office, content, **envelope: str):
    case_id = office.receive(content, **envelope)
    office.do(Step.ANALYSE, case_id)
    return case_id, office.case(case_id)


def test_an_open_service_takes_senders_at_their_word(office):
    _, case = come_in(office, office.letter())

    assert case.state is CaseState.ANALYSED


@pytest.mark.parametrize("mode", [AdmissionMode.REGISTERED, AdmissionMode.ALLOWLIST])
def test_an_unverified_sender_is_quarantined_in_silence(office, mode):
    office = office.with_(admission=mode, allowlist=(ADA,))

    case_id, case = come_in(office, office.letter())

    assert (case.state, case.reason) == (CaseState.QUARANTINED, "not-verified: not-from-a-trusted-relay")
    assert case.sender == ADA
    assert office.outbox(case_id) == ()


@pytest.mark.parametrize(
    ("listed", "state", "reason"),
    [
        ((ADA,), CaseState.ANALYSED, ""),
        (("@LAKESIDE.example",), CaseState.ANALYSED, ""),
        ((BEN, "@hillclinic.example"), CaseState.QUARANTINED, "not-on-the-allowlist"),
        ((), CaseState.QUARANTINED, "not-on-the-allowlist"),
    ],
)
def test_a_verified_sender_must_be_on_the_allow_list(office, listed, state, reason):
    office = office.with_(admission=AdmissionMode.ALLOWLIST, allowlist=listed, trusted_relays=(RELAY,))

    _, case = come_in(office, office.letter(Authentication_Results=PASSED), peer=RELAY)

    assert (case.state, case.reason) == (state, reason)


def test_a_verified_sender_must_be_registered(office):
    office = office.with_(admission=AdmissionMode.REGISTERED, trusted_relays=(RELAY,))

    _, stranger = come_in(office, office.letter(Authentication_Results=PASSED), peer=RELAY)
    with office.services.database.begin() as tx:
        accounts.add_asker(tx, ADA)
    _, asker = come_in(office, office.letter(Authentication_Results=PASSED), peer=RELAY)

    assert (stranger.state, stranger.reason) == (CaseState.QUARANTINED, "not-registered")
    assert asker.state is CaseState.ANALYSED


def test_a_mail_without_an_author_is_closed(office):
    content = office.letter().replace(f"From: Ada Coder <{ADA}>".encode(), b"X-From: nobody")

    _, case = come_in(office, content)

    assert (case.state, case.reason) == (CaseState.CLOSED, "no-author")


def test_letters_go_to_the_author_and_to_nobody_whom_the_mail_names(office):
    case_id, _ = come_in(office, office.letter(Reply_To=MALLORY, Cc=MALLORY), reverse_path=ADA)

    assert [mail.mail.recipient for mail in office.outbox(case_id)] == [ADA]


def test_our_own_mail_coming_back_is_closed(office):
    _, case = come_in(office, office.letter(sender=MAILBOX), reverse_path=MAILBOX)

    assert (case.state, case.reason) == (CaseState.CLOSED, "own-mail")


def test_a_mail_that_a_person_lets_through_is_not_quarantined_again(office):
    office = office.with_(admission=AdmissionMode.REGISTERED)
    case_id, _ = come_in(office, office.letter())

    rescue.let_through(office.services, case_id, "otto")

    assert office.rung[-1] == (Step.ANALYSE, case_id)
    office.do(Step.ANALYSE, case_id)
    assert office.state(case_id) is CaseState.ANALYSED


def test_a_quarantined_mail_can_be_dismissed_without_a_word(office):
    office = office.with_(admission=AdmissionMode.REGISTERED)
    case_id, _ = come_in(office, office.letter())

    rescue.dismiss(office.services, case_id, "otto", "advertising")

    assert (office.state(case_id), office.case(case_id).reason) == (CaseState.CLOSED, "dismissed: advertising")
    assert office.outbox(case_id) == ()


@pytest.mark.parametrize("rescued", [rescue.let_through, rescue.send_again])
def test_only_what_was_taken_out_of_the_flow_is_rescued(office, rescued):
    case_id = office.drafted()

    with pytest.raises(ConflictError):
        rescued(office.services, case_id, "otto")
    with pytest.raises(ConflictError):
        rescue.dismiss(office.services, case_id, "otto", "because")


def test_a_letter_that_is_not_stuck_is_not_sent_again(office):
    case_id = office.drafted()
    with office.services.database.begin() as tx:
        cases.move(tx, case_id, to=CaseState.SET_ASIDE, at=office.clock(), actor="otto", expect=CaseState.DRAFTED)

    with pytest.raises(ConflictError, match="no letter that is stuck"):
        rescue.send_again(office.services, case_id, "otto")
