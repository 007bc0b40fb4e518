"""What comes back to our letters finds its case, is shown there and counted, and neither reopens nor answers anything."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from cast import ADA, BEN, CORA, DOMAIN, MAILBOX

from consultant.consultation import review
from consultant.mail import threads
from consultant.model.case import CaseState, Step
from consultant.store import events, outbox, sendlog
from consultant.store.sendlog import Returns


@pytest.fixture
def sent(office):
    """A case whose reply has gone out."""
    case_id = office.drafted()
    review.approve(office.services, case_id, CORA, office.drafts(case_id)[-1].hash)
    with office.services.database.begin() as tx:
        for mail in outbox.of_case(tx, case_id):
            outbox.start(tx, mail.id, office.clock(), delivery_lease())
            outbox.sent(tx, mail.id, office.clock())
    office.do(Step.DELIVER, case_id)
    assert office.state(case_id) is CaseState.SENT
    return case_id


def delivery_lease():
    from consultant.consultation.delivery import LEASE  # noqa: PLC0415  (the length does not matter here)

    return LEASE


def history(office, case_id):
    with office.services.database.reading() as tx:
        return [(event.kind, event.detail.get("what"), event.detail.get("status")) for event in events.of_case(tx, case_id)]


def returns(office, address=ADA):
    with office.services.database.reading() as tx:
        return sendlog.returns(tx, address)


def come_back(office, content, *, to=MAILBOX, reverse_path=""):
    """Let a mail come in and be read; returns its own case."""
    case_id = office.receive(content, reverse_path=reverse_path, to=to)
    office.do(Step.ANALYSE, case_id)
    return case_id


def bounce_address(office, case_id):
    return threads.bounce_address(case_id, DOMAIN, office.services.key)


def dsn(status, *, original="", number=1):
    return (
        f"From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMessage-ID: <{number}@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\nStatus: {status}\n"
        + (f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {original}\n\nx\n" if original else "")
        + "--b--\n"
    ).encode()


def absence(office, case_id, *, subject="Automatische Antwort: Case", **headers: str):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ADA, MAILBOX, subject
    mail["In-Reply-To"] = office.outbox(case_id)[-1].mail.message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Ich bin am Montag wieder da.")
    return mail.as_bytes()


def test_hard_and_soft_bounces_are_counted_for_the_asker(office, sent):
    for number, status in enumerate(["5.1.1", "4.4.7", "5.2.2"]):
        own = come_back(office, dsn(status, number=number), to=bounce_address(office, sent))
        assert office.case(own).reason == f"bounce-of-case-{sent}"

    assert returns(office) == Returns(hard=1, soft=2, complaints=0)
    assert returns(office, BEN) == Returns()
    assert ("bounced", "hard-bounce", "5.1.1") in history(office, sent)
    assert office.state(sent) is CaseState.SENT


def test_a_bounce_to_our_plain_address_finds_its_case_by_the_letter_it_encloses(office, sent):
    come_back(office, dsn("5.1.1", original=office.outbox(sent)[-1].mail.message_id))

    assert returns(office).hard == 1


def test_a_complaint_is_counted_apart(office, sent):
    content = dsn("5.1.1").replace(b"message/delivery-status", b"message/feedback-report")
    come_back(office, content, to=bounce_address(office, sent))

    assert returns(office) == Returns(complaints=1)
    assert office.state(sent) is CaseState.SENT


@pytest.mark.parametrize(
    ("headers", "reverse_path"),
    [
        ({"Auto_Submitted": "auto-replied"}, ""),
        ({"X_Auto_Response_Suppress": "All"}, ADA),
        ({"Precedence": "bulk"}, ADA),
        ({}, ADA),
    ],
    ids=["marked", "Exchange", "old", "without any mark"],
)
def test_an_absence_note_is_shown_with_its_case_and_reopens_nothing(office, sent, headers, reverse_path):
    letters = len(office.outbox(sent))

    own = come_back(office, absence(office, sent, **headers), reverse_path=reverse_path)

    assert (office.state(own), office.case(own).reason) == (CaseState.CLOSED, f"out-of-office-of-case-{sent}")
    assert ("out-of-office", "out-of-office", None) in history(office, sent)
    assert office.state(sent) is CaseState.SENT
    assert (len(office.outbox(sent)), office.outbox(own)) == (letters, ())
    assert returns(office) == Returns()


def test_a_machine_that_writes_to_the_bounce_address_is_no_person_in_whatever_language(office, sent):
    own = come_back(office, absence(office, sent, subject="Ei paikalla"), to=bounce_address(office, sent), reverse_path=ADA)

    assert office.state(own) is CaseState.CLOSED
    assert office.state(sent) is CaseState.SENT


def test_a_person_who_answers_goes_on_with_the_case(office, sent):
    come_back(office, absence(office, sent, subject="Re: Case 17"), reverse_path=ADA)

    assert office.state(sent) is CaseState.RECEIVED


def test_a_question_about_absence_is_a_question(office):
    content = office.letter(subject="On vacation, a fall: which external cause code?")

    own = come_back(office, content, reverse_path=ADA)

    assert office.state(own) is CaseState.ANALYSED


def test_a_forged_bounce_address_tells_nothing_of_any_case(office, sent):
    forged = bounce_address(office, sent).replace(f"+{sent}-", f"+{sent + 1}-")

    own = come_back(office, dsn("5.1.1"), to=forged)

    assert office.case(own).reason == "null-reverse-path"
    assert returns(office) == Returns()


def test_the_send_log_tells_each_letter_to_a_recipient(office, sent):
    with office.services.database.reading() as tx:
        to_ada, to_ben = sendlog.sendings(tx, recipient=ADA.upper()), sendlog.sendings(tx, recipient=BEN)

    assert [(one.letter_name, one.state.value) for one in to_ada] == [("reply", "sent"), ("received", "sent")]
    assert to_ben == ()
