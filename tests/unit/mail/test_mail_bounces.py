"""What comes back: reports of every kind, plain words of old machines, absence notes in many languages, and nonsense."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.bounces import Report, ReportKind, read, says_absent
from consultant.mail.parse import parse
from tests.cast import ADA, MAILBOX

OURS = "<case.17.1.abcdefghijklmnop@consultant.example>"


def report(
    status: str, *, kind: str = "message/delivery-status", original: bool = True, report_type: str = "delivery-status"
) -> bytes:
    enclosed = f"--b\nContent-Type: message/rfc822\n\nFrom: {MAILBOX}\nMessage-ID: {OURS}\n\nDear Ada.\n" if original else ""
    return (
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={report_type}; boundary="b"\n\n'
        f"--b\n\nIt did not work.\n--b\nContent-Type: {kind}\n\n{status}\n{enclosed}--b--\n"
    ).encode()


def dsn(action: str, status: str) -> bytes:
    return report(f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {ADA}\nAction: {action}\nStatus: {status}\n")


def plain(subject: str, text: str, *, sender: str = "MAILER-DAEMON@mx.example", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, MAILBOX, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def reading(content: bytes) -> Report:
    return read(content, parse(content))


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", ReportKind.HARD),
        ("failed", "5.7.1", ReportKind.HARD),
        ("failed", "5.2.2", ReportKind.SOFT),
        ("failed", "4.4.7", ReportKind.SOFT),
        ("delayed", "4.4.1", ReportKind.DELAYED),
        ("delivered", "2.0.0", ReportKind.DELIVERED),
        ("relayed", "2.0.0", ReportKind.DELIVERED),
    ],
)
def test_a_delivery_status_says_how_hard_it_is(action, status, kind):
    assert reading(dsn(action, status)) == Report(kind, status, (OURS,))


def test_line_ends_of_the_network_change_nothing():
    assert reading(dsn("failed", "5.1.1").replace(b"\n", b"\r\n")) == reading(dsn("failed", "5.1.1"))


def test_headers_alone_name_the_original_too():
    content = report(
        f"Action: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {OURS}\n", original=False
    )

    assert reading(content).originals == (OURS,)


def test_a_complaint_is_known_by_its_feedback_report():
    content = report("Feedback-Type: abuse\nVersion: 1\n", kind="message/feedback-report", report_type="feedback-report")

    assert reading(content) == Report(ReportKind.COMPLAINT, "", (OURS,))


def test_a_read_receipt_is_no_bounce_and_names_the_original():
    status = f"Original-Message-ID: {OURS}\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    content = report(status, kind="message/disposition-notification", original=False)

    assert reading(content) == Report(ReportKind.RECEIPT, "", (OURS,))


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("Hi. This is the qmail-send program.\n<ada@lakeside.example>:\n550 5.1.1 no such user", ReportKind.HARD, "5.1.1"),
        ("said: 550 No such user here", ReportKind.HARD, "5.0.0"),
        ("said: 452 4.2.2 over quota", ReportKind.SOFT, "4.2.2"),
        ("It did not work, and I will not say why.", ReportKind.SOFT, ""),
    ],
)
def test_plain_words_of_a_machine_are_read_by_their_codes(text, kind, status):
    assert reading(plain("failure notice", text)) == Report(kind, status, ())


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Case 17: your coding question",
        "Out of Office: Re: Case 17",
        "Automatische Antwort: Case 17",
        "Abwesenheitsnotiz: Case 17",
        "Réponse automatique : Case 17",
        "Respuesta automática: Case 17",
        "Resposta automática: Case 17",
        "Risposta automatica: Case 17",
        "Automatisch antwoord: Case 17",
        "Autosvar: Case 17",
        "Automatyczna odpowiedź: Case 17",
        "Автоматический ответ: Case 17",
        "自動応答: Case 17",
        "自动回复: Case 17",
    ],
)
def test_an_absence_note_is_known_by_its_subject_in_many_languages(subject):
    content = plain(subject, "I am back on Monday.", sender=ADA, Auto_Submitted="auto-replied")

    assert reading(content).kind is ReportKind.ABSENT


@pytest.mark.parametrize("subject", ["Re: Case 17: your coding question", "Question on an out of office procedure", "heel", ""])
def test_other_subjects_are_no_absence_notes(subject):
    assert not says_absent(subject)


def test_an_automatic_answer_of_a_person_is_no_bounce_whatever_numbers_it_holds():
    content = plain("Your request", "We are at 550 5th Avenue.", sender=ADA, Auto_Submitted="auto-replied")

    assert reading(content) == Report(ReportKind.AUTOMATIC)


@given(st.binary(max_size=400), st.sampled_from([b"", dsn("failed", "5.1.1"), report("Feedback-Type: x")]), st.integers(0, 700))
def test_nothing_that_comes_back_can_stop_us(noise, content, place):
    reading(content[:place] + noise + content[place:])
