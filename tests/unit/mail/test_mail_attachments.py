"""Attachments are named safely, read where they are text of a readable size, and noted otherwise."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.attachments import display_name, note_for
from consultant.mail.defects import Defect, Forgiven
from consultant.mail.parse import parse
from consultant.mail.reading_limits import ReadingLimits
from tests.cast import ADA

FIELDS = f"From: {ADA}\r\nSubject: Files\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
HEAD = f"{FIELDS}--b\r\n\r\nThe files of the case are here.\r\n"


def mail_with(*parts: str) -> bytes:
    return (HEAD + "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n").encode()


def part(content_type: str, name: str, data: bytes = b"x", disposition: str = "attachment") -> str:
    return (
        f'Content-Type: {content_type}\r\nContent-Disposition: {disposition}; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(data).decode()}"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("note.txt", "note.txt"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\note.txt", "note.txt"),
        ("..", ""),
        (".bashrc", "bashrc"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\u200b\u0007b.txt", "ab.txt"),
        ("=?utf-8?Q?R=C3=B6ntgen.png?=", "Röntgen.png"),
        ("=?utf-8?Q?..=2F..=2Fpasswd?=", "passwd"),
        ("two\nlines.txt", "two lines.txt"),
        ("", ""),
    ],
)
def test_a_name_is_shown_without_folders_and_invisible_characters(written, shown):
    assert display_name(written, Forgiven()) == shown


@given(st.text(max_size=300))
def test_no_name_is_a_path_or_hides_anything(written):
    shown = display_name(written, Forgiven())
    assert len(shown) <= 100
    assert not set(shown) & set("/\\\n\r\0\u202e")
    assert shown not in {".", ".."}


def test_a_very_long_name_keeps_its_ending():
    assert display_name("x" * 400 + ".pdf", Forgiven()).endswith("xx.pdf")


@pytest.mark.parametrize(
    ("content_type", "name", "data", "text"),
    [
        ("text/plain", "note.txt", "Röntgen, linke Hand".encode(), "Röntgen, linke Hand"),
        ("text/plain; charset=iso-8859-1", "note.txt", "Röntgen".encode("latin-1"), "Röntgen"),
        ("text/csv", "lines.csv", b"code,units\n20610,1\n", "code,units\n20610,1"),
        ("application/octet-stream", "LINES.CSV", b"code,units\n", "code,units"),
        ("text/html", "report.html", b"<p>Ganglion <b>excised</b></p><script>x</script>", "Ganglion excised"),
        ("text/plain", "empty.txt", b"", ""),
    ],
)
def test_a_text_file_is_read(content_type, name, data, text):
    (attachment,) = parse(mail_with(part(content_type, name, data))).attachments
    assert (attachment.text, attachment.note, attachment.size) == (text, "", len(data))


@pytest.mark.parametrize(
    ("content_type", "name", "note"),
    [
        ("image/jpeg", "wound.jpg", "image, not read"),
        ("application/pdf", "chart.pdf", "PDF, not read"),
        ("application/octet-stream", "chart.PDF", "PDF, not read"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "note.docx", "office document, not read"),
        ("application/zip", "all.zip", "archive, not opened"),
        ("audio/mpeg", "dictation.mp3", "recording, not read"),
        ("application/pkcs7-mime", "smime.p7m", "encrypted or signed as a whole, not read"),
        ("application/x-unheard-of", "x.y", "kind of file not read"),
    ],
)
def test_any_other_file_is_named_with_a_note(content_type, name, note):
    (attachment,) = parse(mail_with(part(content_type, name))).attachments
    assert (attachment.name, attachment.text, attachment.note) == (name, "", note)
    assert note_for(content_type, name) == note


def test_a_binary_file_that_calls_itself_text_is_not_read():
    (attachment,) = parse(mail_with(part("text/plain", "fake.txt", b"PK\x03\x04" + bytes(range(256))))).attachments
    assert (attachment.text, attachment.note) == ("", "cannot be read")


def test_a_file_too_large_is_named_but_not_read():
    (attachment,) = parse(mail_with(part("text/plain", "big.txt", b"word " * 40)), limits=ReadingLimits(attachment=100)).attachments
    assert (attachment.size, attachment.text, attachment.note) == (200, "", "too large to be read")


def test_files_together_are_read_up_to_their_limit():
    files = [part("text/plain", f"{number}.txt", b"word " * 20) for number in range(3)]
    read = parse(mail_with(*files), limits=ReadingLimits(all_text=250)).attachments
    assert [bool(attachment.text) for attachment in read] == [True, True, False]


def test_files_beyond_the_limit_are_not_listed_and_this_is_named():
    message = parse(mail_with(*[part("image/png", f"{number}.png") for number in range(9)]), limits=ReadingLimits(attachments=4))
    assert [attachment.name for attachment in message.attachments] == ["0.png", "1.png", "2.png", "3.png"]
    assert message.defects == (Defect.TOO_MANY_ATTACHMENTS,)


def test_an_inline_text_with_a_name_is_a_file_and_without_one_is_text():
    message = parse(
        mail_with(part("text/plain", "note.txt", b"in a file", disposition="inline"), "Content-Type: text/plain\r\n\r\nin the mail")
    )
    assert message.text == "The files of the case are here.\n\nin the mail"
    assert [attachment.text for attachment in message.attachments] == ["in a file"]


def test_the_files_of_an_enclosed_mail_are_listed_behind_it():
    inner = "Subject: op note\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nSee file.\r\n--c\r\n"
    enclosed = f"Content-Type: message/rfc822\r\n\r\n{inner}{part('text/plain', 'op.txt', b'Ganglion excised.')}\r\n--c--\r\n"
    message = parse(mail_with(enclosed))
    assert [(a.name, a.content_type) for a in message.attachments] == [("op note", "message/rfc822"), ("op.txt", "text/plain")]
    assert message.attachments[1].text == "Ganglion excised."
