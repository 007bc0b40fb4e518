"""Threads: what goes on with a case, what is only linked to it; and mail whose sender the DNS could not speak of yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import ADA, BEN, DOMAIN, MAILBOX
from zone import Zone

from consultant.consultation import review
from consultant.consultation.services import AdmissionMode
from consultant.mail import threads
from consultant.model.case import CaseState, Step
from consultant.store import cases, events

HOST = "198.51.100.7"


def answered(office, *, asked_back=False):
    """A case whose letter has been sent: an answer, or a question back."""
    case_id = office.drafted()
    if asked_back:
        review.ask(office.services, case_id, "cora", "How long was the wound?")
    else:
        review.approve(office.services, case_id, "cora", office.drafts(case_id)[-1].hash)
    with office.services.database.begin() as tx:
        cases.move(tx, case_id, to=CaseState.SENT, at=office.clock(), actor="engine", expect=CaseState.APPROVED)
    return case_id


def come_back(office, case_id, *, sender=ADA, subject="Re: your coding question", to=MAILBOX, thread=True):
    headers = {"In_Reply_To": office.outbox(case_id)[-1].mail.message_id} if thread else {}
    new = office.receive(
        office.letter("It was the left heel.", sender=sender, subject=subject, **headers), reverse_path=sender, to=to
    )
    office.do(Step.ANALYSE, new)
    return new


def links(office, case_id):
    with office.services.database.reading() as tx:
        return [dict(event.detail) for event in events.of_case(tx, case_id) if event.kind == "linked"]


@pytest.mark.parametrize(
    "subject", ["", "RE: Case 1: your coding question", "AW: heel ultrasound", "[EXT] Re: your coding question"]
)
def test_a_reply_goes_on_with_its_case(office, subject):
    case_id = answered(office)
    new = come_back(office, case_id, subject=subject)

    assert office.case(new).reason == f"joined:{case_id}"


def test_a_new_subject_after_the_answer_is_a_new_linked_case(office):
    case_id = answered(office)
    new = come_back(office, case_id, subject="Re: knee injection, other patient")

    assert office.state(new) is CaseState.ANALYSED
    assert links(office, new) == [{"to": case_id, "because": "other-subject"}]
    assert office.state(case_id) is CaseState.SENT


def test_a_new_subject_in_answer_to_a_question_is_an_answer(office):
    case_id = answered(office, asked_back=True)

    assert office.case(come_back(office, case_id, subject="size of the wound")).reason == f"joined:{case_id}"


def test_another_sender_is_linked_and_joins_nothing(office):
    case_id = answered(office)
    new = come_back(office, case_id, sender=BEN)

    assert (office.state(new), office.state(case_id)) == (CaseState.ANALYSED, CaseState.SENT)
    assert links(office, new) == [{"to": case_id, "because": "other-sender"}]


def test_a_closed_case_is_not_opened_again_but_linked(office):
    case_id = office.drafted()
    review.open_case(office.services, case_id, "cora")
    review.decline(office.services, case_id, "cora", "not a coding question")
    new = come_back(office, case_id)

    assert (office.state(new), office.state(case_id)) == (CaseState.ANALYSED, CaseState.CLOSED)
    assert links(office, new) == [{"to": case_id, "because": "closed"}]


def test_the_token_in_the_address_joins_without_references(office):
    case_id = answered(office)
    local, _, domain = MAILBOX.partition("@")
    to = f"{local}+{threads.token(case_id, office.services.key)}@{domain}"

    assert office.case(come_back(office, case_id, to=to, thread=False)).reason == f"joined:{case_id}"


@pytest.mark.parametrize("tag", ["1-abcdefghijklmnop", "1", "", "x"])
def test_a_forged_token_joins_nothing(office, tag):
    case_id = answered(office)
    new = come_back(office, case_id, to=MAILBOX.replace("@", f"+{tag}@"), thread=False)

    assert office.state(new) is CaseState.ANALYSED
    assert links(office, new) == []


@pytest.fixture
def strict(office):
    """An office that asks the DNS, and its zone."""
    zone = Zone({("lakeside.example", "TXT"): [b"v=spf1 ip4:198.51.100.7 -all"]})
    return office.with_(admission=AdmissionMode.ACCOUNTS, resolver=zone), zone


def test_who_vouched_for_the_sender_stands_in_the_history(strict):
    office, _ = strict
    case_id = office.receive(office.letter(), peer=HOST)
    office.do(Step.ANALYSE, case_id)

    assert office.state(case_id) is CaseState.ANALYSED
    with office.services.database.reading() as tx:
        (told,) = [dict(event.detail) for event in events.of_case(tx, case_id) if event.kind == "sender-checked"]
    assert told == {"verified": True, "reason": "spf", "domain": "lakeside.example"}


def test_a_forged_sender_is_quarantined_in_silence(strict):
    office, _ = strict
    case_id = office.receive(office.letter(), peer="203.0.113.99")
    office.do(Step.ANALYSE, case_id)

    assert (office.state(case_id), office.case(case_id).reason) == (CaseState.QUARANTINED, "not-verified: neither-dkim-nor-spf")
    assert office.outbox(case_id) == ()


def test_dns_trouble_holds_the_mail_as_long_as_it_takes(strict):
    office, zone = strict
    zone.broken.add("lakeside.example")
    case_id = office.receive(office.letter(), peer=HOST)
    for _ in range(12):
        office.do(Step.ANALYSE, case_id)
        assert (office.state(case_id), office.case(case_id).attempts) == (CaseState.RECEIVED, 0)
        office.clock.forward(hours=1)
    asked = len(zone.asked)
    office.do(Step.ANALYSE, case_id)
    office.do(Step.ANALYSE, case_id)
    assert len(zone.asked) == asked + 1, "it waits between two tries"

    zone.broken.clear()
    office.clock.forward(hours=1)
    office.do(Step.ANALYSE, case_id)
    assert office.state(case_id) is CaseState.ANALYSED


def test_dns_trouble_of_days_goes_to_a_person(strict):
    office, zone = strict
    zone.broken.add("lakeside.example")
    case_id = office.receive(office.letter(), peer=HOST)
    office.clock.forward(seconds=timedelta(days=4).total_seconds())
    office.do(Step.ANALYSE, case_id)

    assert office.case(case_id).reason == "not-verified: dns-trouble"


def test_only_a_verified_sender_joins(strict):
    office, _ = strict
    case_id = office.receive(office.letter(), peer=HOST)
    office.do(Step.ANALYSE, case_id)
    reference = threads.message_id(case_id, 0, DOMAIN, office.services.key)
    forged = office.receive(office.letter("The left one.", In_Reply_To=reference), peer="203.0.113.99")
    office.do(Step.ANALYSE, forged)

    assert office.state(forged) is CaseState.QUARANTINED
    assert office.state(case_id) is CaseState.ANALYSED
