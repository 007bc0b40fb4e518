"""The whole line on one machine: a mail comes in, is drafted, approved, and answered once."""

from __future__ import annotations

import json
from email.message import EmailMessage
from email.policy import SMTP

from cast import ADA, CARL, CORA, MAILBOX, OTTO
from service_view import wait_for

NOTE = """\
Hello,

Osteoporosis screening today. Ultrasound bone density of the left heel was done.
Which CPT and diagnosis?

Ada
"""


def case_mail(asker: str = ADA, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Ada Lane <{asker}>"
    mail["To"] = MAILBOX
    mail["Subject"] = "heel bone density"
    mail["Message-ID"] = "<second@lakeside.example>"
    mail["References"] = "<first@lakeside.example>"
    for name, value in headers.items():
        del mail[name]
        mail[name] = value
    mail.set_content(
        "Hello,\n\nOsteoporosis screening today: bone density of the left heel by ultrasound. Which CPT and diagnosis?\n\nAda\n"
    )
    return mail.as_bytes(policy=SMTP)


def words(mail: EmailMessage, *, kind: str = "plain") -> str:
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n").strip()


def test_a_case_is_drafted_approved_and_answered_once_in_its_thread(service):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")

    assert service.consultant("review", str(case["id"]), "approve", "--as", CORA).returncode == 0

    (reply,) = service.replies(1)
    assert reply["To"] == service.asker
    assert reply["In-Reply-To"] == "<second@lakeside.example>"
    assert reply["References"] == "<first@lakeside.example> <second@lakeside.example>"
    assert reply["Message-ID"].endswith("@consultant.example>")
    assert reply["Auto-Submitted"] == "no"
    assert "76977" in words(reply)
    assert "76977" in words(reply, kind="html")
    service.case_in("sent")
    assert len(service.replies(1)) == 1


def test_the_acknowledgement_is_marked_as_automatic_and_cannot_bounce(service):
    service.send(case_mail(service.asker))

    (mail,) = wait_for(service.letters)

    assert mail.reverse_path == "<>"
    assert mail.message["Auto-Submitted"] == "auto-replied"
    assert mail.recipients == (service.asker,)


def test_an_answer_in_the_thread_reopens_its_case_with_both_messages(service):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    service.consultant("review", str(case["id"]), "approve", "--as", CORA)
    (reply,) = service.replies(1)
    service.case_in("sent")

    service.send(
        case_mail(
            service.asker,
            **{"Message-ID": "<third@lakeside.example>", "In-Reply-To": reply["Message-ID"], "References": reply["Message-ID"]},
        )
    )

    again = service.case_in("drafted")
    whole = json.loads(service.consultant("case", str(again["id"]), "--json").stdout)
    assert again["id"] == case["id"]
    assert len(whole["messages"]) == 2
    assert [draft["version"] for draft in whole["drafts"]] == [1, 2]


def test_a_robot_gets_no_answer_and_its_case_says_why(service):
    service.send(case_mail(service.asker, **{"Auto-Submitted": "auto-replied"}))

    case = service.case_in("closed")

    assert case["reason"] == "auto-submitted"
    assert service.letters() == []


def test_the_same_mail_twice_is_one_case(service):
    service.send(case_mail(service.asker))
    service.send(case_mail(service.asker))

    service.case_in("drafted")

    assert len(service.cases()) == 1


def test_a_consultants_own_words_go_out_as_written(service, tmp_path):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    letter = tmp_path / "letter.txt"
    letter.write_text("Hi Ada,\n\nBill 76977 once.\n\nCora\n")

    assert service.consultant("review", str(case["id"]), "amend", "--as", CORA, "--text", str(letter)).returncode == 0
    assert service.consultant("review", str(case["id"]), "approve", "--as", CORA).returncode == 0

    (reply,) = service.replies(1)
    assert words(reply) == "Hi Ada,\n\nBill 76977 once.\n\nCora"


def test_a_declined_case_is_closed_with_its_reason_and_the_asker_is_told(service):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")

    done = service.consultant("review", str(case["id"]), "decline", "--as", CORA, "--reason", "outside what we advise on")

    assert done.returncode == 0
    (letter,) = service.replies(1)
    assert "outside what we advise on" in words(letter).lower()
    assert service.case_in("closed")["reason"].startswith("declined")


def test_what_one_consultant_has_open_another_cannot_decide(service, tmp_path):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    letter = tmp_path / "letter.txt"
    letter.write_text("Hi Ada, wait.")
    service.consultant("review", str(case["id"]), "amend", "--as", CORA, "--text", str(letter))

    refused = service.consultant("review", str(case["id"]), "approve", "--as", CARL)
    ops = service.consultant("review", str(case["id"]), "approve", "--as", OTTO)

    assert (refused.returncode, ops.returncode) == (1, 1)
    assert "cora" in refused.stderr
    assert "no consultant" in ops.stderr


def test_the_books_balance_after_a_day_of_everything(service, running):
    before = running.books()
    service.send(case_mail(service.asker))
    service.send(case_mail(service.asker, **{"Message-ID": "<robot@lakeside.example>", "Precedence": "bulk"}))
    service.case_in("drafted")
    service.case_in("closed")

    books = running.books()

    assert [books[row] - before[row] for row in ("received", "open", "closed")] == [2, 1, 1]
    assert books["chain_ok"]
