"""Who is not answered, and under which name; and that persons are."""

from __future__ import annotations

import pytest

from consultant.mail import loops, threads
from consultant.mail.loops import Refusal
from consultant.model.message import Envelope
from tests.cast import ADA, DOMAIN, MAILBOX, ROB

PERSON = Envelope(ADA, (MAILBOX,))


@pytest.fixture(name="reason")
def _reason(mail_saying):
    def reason(envelope=PERSON, **said: object):
        return loops.refusal(mail_saying(**said), envelope, our_addresses=(MAILBOX,), our_domain=DOMAIN)

    return reason


def test_a_plain_mail_of_a_person_is_answered(reason):
    assert reason() is None


@pytest.mark.parametrize("value", ["", "no", "No", "NO", " no ", "no; because=x", "(a (nested) comment) no", "no (really)"])
def test_auto_submitted_no_is_a_person(reason, value):
    assert reason(auto_submitted=value) is None


@pytest.mark.parametrize(
    "value",
    [
        "auto-replied",
        "auto-generated",
        "Auto-Replied",
        "AUTO-GENERATED",
        'auto-replied; owner-email="rob@lists.example"',
        "auto-notified; owner-email=no",
        "(no) auto-replied",
        "nonsense",
        "non",
        "yes",
        ";no",
    ],
)
def test_any_other_auto_submitted_is_a_robot(reason, value):
    expected = None if value == ";no" else Refusal.AUTO_SUBMITTED
    assert reason(auto_submitted=value) == expected


@pytest.mark.parametrize("reverse_path", ["", "<>", " <> "])
def test_the_null_reverse_path_is_a_notification(reason, reverse_path):
    assert reason(Envelope(reverse_path, (MAILBOX,))) == "null-reverse-path"


def test_list_mail_is_not_answered(reason):
    assert reason(list_fields=("list-id",)) == "list-mail"


@pytest.mark.parametrize("value", ["bulk", "list", "junk", "Bulk", "JUNK", " list "])
def test_bulk_mail_is_not_answered(reason, value):
    assert reason(precedence=value) == "bulk"


@pytest.mark.parametrize("value", ["", "normal", "first-class", "special-delivery"])
def test_another_precedence_is_a_person(reason, value):
    assert reason(precedence=value) is None


@pytest.mark.parametrize("value", ["All", "OOF", "DR, RN, NRN, OOF, AutoReply", "autoreply"])
def test_a_wish_for_no_automatic_answer_is_respected(reason, value):
    assert reason(suppress=value) == "suppressed"


@pytest.mark.parametrize("value", ["", "None", "none"])
def test_nothing_suppressed_is_a_person(reason, value):
    assert reason(suppress=value) is None


def test_a_report_is_not_answered(reason):
    assert reason(is_report=True) == "report"


@pytest.mark.parametrize(
    "said",
    [
        {"author": MAILBOX},
        {"author": MAILBOX.upper()},
        {"message_id": f"<case.17.1.x@{DOMAIN}>"},
        {"message_id": f"<whatever@{DOMAIN.upper()}>"},
        {"envelope": Envelope(MAILBOX, (MAILBOX,))},
        {"envelope": Envelope(threads.bounce_address(17, DOMAIN, b"key"), (MAILBOX,))},
    ],
)
def test_our_own_mail_is_not_answered(reason, said):
    assert reason(**said) == "own-mail"


@pytest.mark.parametrize(
    "said",
    [{"message_id": f"<1@not-{DOMAIN}>"}, {"message_id": ""}, {"author": f"someone@{DOMAIN}"}, {"references": (f"<1@{DOMAIN}>",)}],
)
def test_a_neighbour_or_an_answer_to_us_is_a_person(reason, said):
    assert reason(**said) is None


ROLES = [
    "mailer-daemon@x.example",
    "MAILER-DAEMON@x.example",
    "postmaster@x.example",
    "noreply@x.example",
    "no-reply@x.example",
    "no_reply@x.example",
    "no.reply@x.example",
    "No-Reply+123@x.example",
    "noreply-billing@x.example",
    "donotreply@x.example",
    "do-not-reply@x.example",
    "auto-reply@x.example",
    "nobody@x.example",
    "listserv@x.example",
    "owner-coders@x.example",
    "coders-owner@x.example",
    "coders-request@x.example",
    "coders-bounces@x.example",
    "bounces+17-ada=lakeside.example@x.example",
    "postmaster",
]


@pytest.mark.parametrize("address", ROLES)
def test_a_role_is_not_answered_wherever_it_stands(reason, address):
    assert reason(author=address) == "role-sender"
    assert reason(Envelope(address, (MAILBOX,))) == "role-sender"


@pytest.mark.parametrize(
    "local", ["ada", "norah.reply", "bouncer", "info", "billing", "owner", "daemonica", "postmasters.x", "SRS0=x=y=z=ada"]
)
def test_a_person_whose_name_looks_a_little_like_a_role_is_answered(reason, local):
    assert reason(Envelope(f"{local}@x.example", (MAILBOX,)), author=f"{local}@x.example") is None


@pytest.mark.parametrize(("count", "expected"), [(0, None), (50, None), (51, "too-many-received")])
def test_more_than_fifty_stations_are_a_loop(reason, count, expected):
    assert expected == reason(received_count=count)


def test_the_first_reason_of_the_table_names_the_refusal(reason):
    marks = {"auto_submitted": "auto-replied", "precedence": "bulk", "list_fields": ("list-id",), "author": ROB, "is_report": True}
    assert reason(Envelope("", (MAILBOX,)), **marks) == "null-reverse-path"
    assert reason(**marks) == "auto-submitted"
    assert reason(**(marks | {"auto_submitted": "no"})) == "list-mail"


def test_every_refusal_has_a_check():
    assert list(Refusal) == [reason for reason, _ in loops._CHECKS]
