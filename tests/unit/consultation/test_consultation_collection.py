"""The envelope of a mail that lay in a mailbox, and the key under which it is kept."""

from __future__ import annotations

import pytest
from cast import ADA, DOMAIN, MAILBOX
from hypothesis import given
from hypothesis import strategies as st

from consultant.consultation.collection import envelope_of
from consultant.mail import threads
from consultant.store import messages
from consultant.store.fingerprint import fingerprint, trace_end

OWN = b"From: Ada <ada@lakeside.example>\nTo: consult@consultant.example\nSubject: heel\nMessage-ID: <1@x>\n\nWhich code?\n"
TRACE = (
    b"Return-Path: <ada@lakeside.example>\nDelivered-To: consult@consultant.example\n"
    b"Received: from mx.example\n\tby mail.example; Fri, 20 Nov 2026\nARC-Seal: i=1; a=b\nAuthentication-Results: mx; spf=pass\n"
)


def test_the_reverse_path_is_what_the_last_server_noted():
    assert envelope_of(b"Return-Path: <real@x.example>\n" + OWN, MAILBOX).reverse_path == "real@x.example"
    assert envelope_of(b"Return-Path: <>\n" + OWN, MAILBOX).reverse_path == ""


def test_without_such_a_note_it_is_the_author_and_never_by_accident_empty():
    assert envelope_of(OWN, MAILBOX).reverse_path == ADA
    assert envelope_of(b"Subject: x\n\nx", MAILBOX).reverse_path != ""
    assert envelope_of(b"", MAILBOX).reverse_path != ""


def test_a_return_path_that_the_sender_wrote_is_none():
    assert envelope_of(OWN.replace(b"\n\n", b"\nReturn-Path: <>\n\n"), MAILBOX).reverse_path == ADA


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "To"])
def test_a_bounce_address_of_ours_is_found_wherever_servers_write_it(field):
    ours = threads.bounce_address(17, DOMAIN, b"k" * 32)
    mail = f"{field}: {ours}\nFrom: mailer-daemon@x.example\nSubject: x\n\nx".encode()

    assert ours in envelope_of(mail, MAILBOX).forward_paths


def test_the_same_mail_by_two_ways_has_one_mark_and_another_mail_another():
    assert fingerprint(TRACE + OWN) == fingerprint(OWN) == fingerprint(OWN.replace(b"\n", b"\r\n"))
    assert fingerprint(OWN.replace(b"heel", b"hip")) != fingerprint(OWN)
    assert fingerprint(OWN.replace(b"Which", b"What")) != fingerprint(OWN)


def test_only_the_run_at_the_very_top_is_left_out():
    below = OWN.replace(b"Subject", b"Received: from elsewhere\nSubject")

    assert trace_end(TRACE + OWN) == len(TRACE)
    assert fingerprint(below) != fingerprint(OWN)


def test_a_mail_that_came_by_smtp_and_lies_in_a_mailbox_is_one_case(office):
    first = office.receive(OWN.replace(b"\n", b"\r\n"))

    assert office.receive((TRACE + OWN).replace(b"\n", b"\r\n")) == first
    assert office.receive(OWN.replace(b"heel", b"hip")) != first
    with office.services.database.reading() as tx:
        assert len(messages.of_case(tx, first)) == 1


@given(st.binary(max_size=300))
def test_no_bytes_can_stop_the_reading_of_an_envelope(noise):
    for content in (noise, TRACE + noise, OWN + noise):
        assert MAILBOX in envelope_of(content, MAILBOX).forward_paths
        assert len(fingerprint(content)) == 64
