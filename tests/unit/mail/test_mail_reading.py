"""Charsets, header values and pages are read as people meant them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail import charsets, html, words
from consultant.mail.addresses import mailboxes, usable
from consultant.mail.defects import Forgiven
from consultant.mail.fields import parameters
from consultant.mail.headers import answerability
from consultant.mail.mime import read_tree
from consultant.mail.reading_limits import DEFAULT_LIMITS
from tests.cast import ADA, MALLORY


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("wound \u2013 2 cm".encode(), "us-ascii", "wound \u2013 2 cm"),
        ("wound \u2013 2 cm".encode("cp1252"), "", "wound \u2013 2 cm"),
        ("膝の手術".encode("cp932"), "Shift_JIS", "膝の手術"),
        ("膝の手術".encode("iso-2022-jp"), "ISO-2022-JP", "膝の手術"),
        ("膝关节".encode("gb18030"), "gb2312", "膝关节"),
        ("knee".encode("utf-16"), "utf-16", "knee"),
        (b"\xef\xbb\xbfknee", "iso-8859-1", "knee"),
        (b"knee", '"utf-8"', "knee"),
        (b"knee", "hex", "knee"),
        (b"knee", "../../x", "knee"),
        ("R\u00f6ntgen".encode() + b"\xe2\x80", "utf-8", "R\u00f6ntgen\ufffd"),
        (b"one\x00two\x07\x0b", "", "onetwo\n"),
        (b"", "koi8-r", ""),
    ],
)
def test_bytes_become_the_text_that_was_meant(data, declared, text):
    assert charsets.to_text(data, declared, Forgiven()) == text


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cf")), max_size=50).map(lambda text: text.replace("\x85", "")))
def test_utf_8_is_read_as_written_unless_it_was_encoded_twice(text):
    forgive = Forgiven()
    read = charsets.to_text(text.encode(), "utf-8", forgive)
    assert read == text or "double-encoded" in forgive.names


@given(st.binary(max_size=100), st.text(max_size=20))
def test_any_bytes_in_any_charset_become_text(data, declared):
    assert "\0" not in charsets.to_text(data, declared, Forgiven())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8*en?b?w6k=?=", "é"),
        ("=?iso-8859-1?q?=E9?= =?utf-8?b?w6k=?=", "éé"),
        ("=?utf-8?b?w6k?=", "é"),
        ("a  \t b", "a b"),
    ],
)
def test_encoded_words_are_decoded(value, text):
    assert words.decoded(value, Forgiven()) == text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (ADA, [("", ADA)]),
        (f"Ada Asker <{ADA}>", [("Ada Asker", ADA)]),
        (f'"Asker, Ada" <{ADA}>', [("Asker, Ada", ADA)]),
        (f'"<{ADA}>" <{MALLORY}>', [(f"<{ADA}>", MALLORY)]),
        (f"{ADA} <{MALLORY}>", [(ADA, MALLORY)]),
        (f"Ada <{ADA}>, Mallory <{MALLORY}>", [("Ada", ADA), ("Mallory", MALLORY)]),
        (f"Team: {ADA}, {MALLORY};", [("", ADA), ("", MALLORY)]),
        ("Ada <ada>", []),
        ("<>", []),
        ("<a b@c.example>", []),
        ("Ada@LAKESIDE.example", [("", "Ada@lakeside.example")]),
        ("<@relay.example:ada@lakeside.example>", [("", ADA)]),
    ],
)
def test_mailboxes_are_found(value, found):
    assert [(mailbox.name, mailbox.address) for mailbox in mailboxes(value, Forgiven())] == found


@given(st.text(max_size=100))
def test_a_usable_address_has_no_space_and_one_at_sign(value):
    address = usable(value)
    assert address == "" or (address.count("@") == 1 and not any(character.isspace() for character in address))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("text/plain; charset=utf-8", {"charset": "utf-8"}),
        ('x; a="b;c"; d=e', {"a": "b;c", "d": "e"}),
        ('x; a="b\\"c"', {"a": 'b"c'}),
        ("x; a*=utf-8'en'%C3%A9", {"a": "é"}),
        ("x; a*0=one; a*1=two", {"a": "onetwo"}),
        ("x; a*1=two; a*0=one", {"a": "onetwo"}),
        ("x; A=1; a=2", {"a": "1"}),
        ("x; =; ;; b", {}),
    ],
)
def test_parameters_are_read(value, found):
    assert dict(parameters(value, Forgiven())) == found


@pytest.mark.parametrize(
    ("fields", "automatic"),
    [
        ("Auto-Submitted: auto-generated; x=y", "auto-generated"),
        ("Auto-Submitted: No (a person)", "no"),
        ("Auto-Submitted: no\nAuto-Submitted: auto-replied", "auto-replied"),
        ("X-Autorespond: yes", "auto-replied"),
        ("X-Autoreply: no", ""),
        ("X: y", ""),
    ],
)
def test_whatever_claims_to_be_automatic_counts(fields, automatic):
    mail = read_tree(f"{fields}\n\n".encode(), limits=DEFAULT_LIMITS, forgive=Forgiven())
    assert answerability(mail).auto_submitted == automatic


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("0.5<span>mL</span>", "0.5mL"),
        ("<ul><li>one<li>two</ul>", "  * one\n  * two"),
        ("<p style='DISPLAY : NONE'>x</p>y", "y"),
        ("<p style='font-size: 0.9em; line-height: 1.2'>seen</p>", "seen"),
        ("<div style='max-height:0px;overflow:hidden'>x</div>y", "y"),
        ("a<script>x</script>b", "ab"),
        ("<blockquote>own words</blockquote>", "own words"),
        ("own<blockquote type='cite'>theirs<br>too</blockquote>own", "own\n> theirs\n> too\nown"),
        ("<blockquote type=cite>a<blockquote type=cite>b</blockquote></blockquote>", "> a\n>> b"),
        ("x<div id='Signature'>Ada</div>", "x\n-- \nAda"),
        ("&#xE000;x", "x"),
        ("", ""),
    ],
)
def test_a_page_becomes_what_a_person_sees(page, text):
    assert html.to_text(page, limits=DEFAULT_LIMITS, forgive=Forgiven()) == text
