"""Letters as mails: read back from their bytes, they say what they should and nothing an attacker put in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.errors import PermanentError
from consultant.mail import threads
from consultant.mail.compose import compose
from consultant.mail.lines import has_bare_line_end, has_line_longer_than
from consultant.model.message import Letter
from tests.cast import ADA, DOMAIN, MAILBOX, NOON

LETTER = Letter("Re: Case 17", "Dear Ada,\n29881-RT.\n", "<p>Dear Ada,<br>29881-RT.</p>\n")
OUR_ID = threads.message_id(17, 1, DOMAIN, b"key")
BOUNCE = threads.bounce_address(17, DOMAIN, b"key")
HERS = "<1@lakeside.example>"

WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200).filter(lambda words: "=?" not in words)
TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), max_size=300)


def composed(letter=LETTER, **said: object):
    plain = {
        "sender": MAILBOX,
        "recipient": ADA,
        "message_id": OUR_ID,
        "in_reply_to": HERS,
        "references": (),
        "date": NOON,
        "automatic": False,
        "bounces_to": BOUNCE,
    }
    return compose(letter, **(plain | said))


def read(mail):
    return message_from_bytes(mail.content, policy=policy.default)


def body_of(mail, subtype="plain"):
    part = read(mail).get_body((subtype,))
    return part.get_content().replace("\r\n", "\n")


def names_of(mail):
    return sorted(name.lower() for name in read(mail))


def test_an_approved_reply_says_who_to_whom_about_what_in_which_thread():
    mail = composed(references=("<0@lakeside.example>",), sender_name="Coding consultation")
    message = read(mail)
    assert message["From"] == f"Coding consultation <{MAILBOX}>"
    assert message["To"] == ADA
    assert message["Subject"] == "Re: Case 17"
    assert message["Date"].datetime == NOON
    assert OUR_ID == message["Message-ID"] == mail.message_id
    assert message["In-Reply-To"] == HERS
    assert message["References"] == f"<0@lakeside.example> {HERS}"
    assert mail.recipient == ADA


def test_an_approved_reply_is_no_robots_and_its_bounce_finds_the_case():
    mail = composed()
    assert read(mail)["Auto-Submitted"] == "no"
    assert mail.reverse_path == BOUNCE
    assert "X-Auto-Response-Suppress" not in read(mail)


def test_an_automatic_letter_says_so_and_has_the_null_reverse_path():
    mail = composed(automatic=True)
    assert read(mail)["Auto-Submitted"] == "auto-replied"
    assert read(mail)["X-Auto-Response-Suppress"] == "All"
    assert mail.reverse_path == ""
    assert read(mail)["In-Reply-To"] == read(mail)["References"] == HERS


def test_text_and_html_say_the_same_side_by_side():
    message = read(composed())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert (LETTER.text, LETTER.html) == (body_of(composed()), body_of(composed(), "html"))


def test_a_letter_without_html_is_plain_text():
    mail = composed(Letter("s", "text\n", ""))
    assert (read(mail).get_content_type(), body_of(mail)) == ("text/plain", "text\n")


def test_the_same_letter_gives_the_same_bytes():
    assert composed().content == composed().content
    assert composed().content != composed(Letter("Re: Case 17", "Dear Ada,\nno.\n", "")).content


def test_nothing_of_the_program_or_the_machine_is_told():
    names = [
        "auto-submitted",
        "content-type",
        "date",
        "from",
        "in-reply-to",
        "message-id",
        "mime-version",
        "references",
        "subject",
        "to",
    ]
    assert names == names_of(composed())
    assert b"python" not in composed().content.lower()


@given(TEXTS, TEXTS)
def test_any_text_comes_back_and_travels_in_seven_bits_and_short_lines(text, html):
    mail = composed(Letter("s", text, html))
    assert mail.content.isascii()
    assert not has_bare_line_end(mail.content)
    assert not has_line_longer_than(mail.content, 1000)
    assert mail.content.endswith(b"\r\n")
    assert body_of(mail) == (text if text.endswith("\n") else text + "\n")
    if html:
        assert body_of(mail, "html") == (html if html.endswith("\n") else html + "\n")


@given(WORDS)
def test_any_subject_comes_back_on_lines_that_mail_allows(subject):
    mail = composed(Letter(subject, "x", ""))
    assert subject.strip() == str(read(mail)["Subject"]).strip()
    assert names_of(composed(Letter("s", "x", ""))) == names_of(mail)
    header = mail.content.partition(b"\r\n\r\n")[0]
    assert header.isascii()
    words = [word for line in header.split(b"\r\n") for word in line.split() if word.startswith(b"=?")]
    assert all(len(word) <= 75 for word in words)


LINE_BREAKERS = ["\r\nBcc: x@evil.example", "\nBcc: x", "\rBcc: x", "\0"]
OTHER_BREAKERS = ["\x0b", "\x85", "\u2028", "\u2029", "\x1b", "\x7f", "\ud800", "=?utf-8?q?=0D=0ABcc:_x?="]


@pytest.mark.parametrize("breaker", LINE_BREAKERS + OTHER_BREAKERS)
@pytest.mark.parametrize("field", ["subject", "sender", "sender_name", "recipient", "message_id", "bounces_to"])
def test_what_could_break_a_header_is_refused(field, breaker):
    said = {"subject": "s", "sender": MAILBOX, "recipient": ADA, "bounces_to": BOUNCE, "message_id": OUR_ID}
    value = said.get(field, "x") + breaker
    letter = Letter(value, "x", "") if field == "subject" else LETTER
    said = {} if field == "subject" else {field: value}
    with pytest.raises(PermanentError, match="cannot stand in a mail"):
        composed(letter, **said)


@pytest.mark.parametrize("breaker", LINE_BREAKERS)
def test_a_line_break_in_a_reference_is_refused(breaker):
    with pytest.raises(PermanentError, match="cannot stand in a mail"):
        composed(in_reply_to=HERS + breaker)
    with pytest.raises(PermanentError, match="cannot stand in a mail"):
        composed(references=(HERS, f"<x{breaker}@x>"))


@pytest.mark.parametrize("breaker", OTHER_BREAKERS)
def test_any_other_strange_reference_is_left_out_and_the_letter_goes_out(breaker):
    mail = composed(in_reply_to=f"<{breaker}@x>", references=("<0@x>", f"<x{breaker}@x>"))
    assert read(mail)["References"] == "<0@x>"
    assert "Bcc" not in read(mail)


@given(st.text(max_size=80), st.sampled_from(["subject", "sender_name", "in_reply_to", "references", "recipient", "message_id"]))
def test_no_value_whatever_adds_a_header(value, field):
    plain = names_of(composed())
    try:
        if field == "subject":
            mail = composed(Letter(value, *(LETTER.text, LETTER.html)))
        else:
            mail = composed(**{field: (value,) if field == "references" else value})
    except PermanentError:
        return
    assert set(names_of(mail)) <= set(plain)
    assert len(names_of(mail)) == len(set(names_of(mail)))
    assert body_of(mail) == LETTER.text


@pytest.mark.parametrize("name", ["Coding consultation", "Größe", "Smith, Ada", 'the "desk"', "x" * 45, "ö" * 22])
def test_a_display_name_comes_back_and_fits_an_encoded_word(name):
    mail = composed(sender_name=name)
    (sender,) = read(mail)["From"].addresses
    assert (name, MAILBOX) == (sender.display_name, sender.addr_spec)
    assert all(len(word) <= 75 for word in mail.content.split() if word.startswith(b"=?"))


def test_a_display_name_too_long_for_an_encoded_word_is_refused():
    with pytest.raises(PermanentError, match="a name of the sender of this length"):
        composed(sender_name="ö" * 23)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_no_mail_can_carry_is_refused(text):
    with pytest.raises(PermanentError, match="the text of the letter cannot stand in a mail"):
        composed(Letter("s", text, ""))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@x.example",
        "ada@",
        "a b@x.example",
        "ada@x.example, ben@x.example",
        "Ada <ada@x.example>",
        "ädä@x.example",
        "a" * 65 + "@x.example",
        "<a@x>",
        '"a"@x',
    ],
)
def test_an_address_that_is_not_just_one_address_is_refused(address):
    with pytest.raises(PermanentError, match="the address of the recipient cannot stand in a mail"):
        composed(recipient=address)


def test_a_reply_without_a_bounce_address_is_refused():
    with pytest.raises(PermanentError, match="bounce address"):
        composed(bounces_to="")


def test_a_date_without_time_zone_is_refused():
    with pytest.raises(PermanentError, match="time zone"):
        composed(date=datetime(2026, 11, 20, 12))  # noqa: DTZ001  (the point of the test)


def test_a_date_keeps_its_moment_in_any_zone():
    date = datetime(2026, 11, 20, 7, tzinfo=timezone(timedelta(hours=-5)))
    assert read(composed(date=date))["Date"].datetime.astimezone(UTC) == NOON


@pytest.mark.parametrize("count", [1, 12, 60, 99])
@pytest.mark.parametrize("length", [1, 50, 180, 370])
def test_long_references_stay_as_they_are(count, length):
    references = [f"<{number:03}{'a' * length}@lakeside.example>" for number in range(count)]
    mail = composed(references=references)
    header = mail.content.partition(b"\r\n\r\n")[0]
    field = header.partition(b"References: ")[2].partition(b"\r\nAuto-Submitted")[0]
    assert [*references, HERS] == field.decode("ascii").split()
    assert b"=?" not in header
    assert not has_line_longer_than(mail.content, 1000)


def test_of_very_many_references_the_root_and_the_nearest_stay():
    references = [f"<{number}@lakeside.example>" for number in range(500)]
    kept = str(read(composed(references=references))["References"]).split()
    assert [references[0], *references[-98:], HERS] == kept


def test_a_long_message_id_stays_as_it_is():
    hers = f"<{'x' * 150}@{'y' * 150}.example>"
    message = read(composed(in_reply_to=hers))
    assert hers == message["In-Reply-To"] == message["References"]


def test_what_is_no_message_id_is_left_out_of_the_thread():
    message = read(composed(in_reply_to="nonsense", references=("<a b@x>", "<é@x>", "", "<0@x>", "<0@x>", "x" * 2000)))
    assert "In-Reply-To" not in message
    assert message["References"] == "<0@x>"


def test_the_parent_stands_last_even_if_it_stood_elsewhere():
    assert read(composed(references=(HERS, "<0@x>")))["References"] == f"<0@x> {HERS}"


def test_a_mail_without_thread_has_no_thread_headers():
    message = read(composed(in_reply_to="", references=()))
    assert "References" not in message
    assert "In-Reply-To" not in message
