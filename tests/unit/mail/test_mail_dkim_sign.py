"""DKIM: what we sign, everybody can verify, and nobody can change."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from consultant.errors import PermanentError, UsageError
from consultant.mail.compose import compose
from consultant.mail.dkim_sign import Signer
from consultant.model.message import Letter
from tests.cast import ADA, DOMAIN, MAILBOX, NOON


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module", params=[serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL])
def key_file(private_key, request, tmp_path_factory):
    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    file.write_bytes(private_key.private_bytes(serialization.Encoding.PEM, request.param, serialization.NoEncryption()))
    return file


@pytest.fixture
def signer(key_file):
    return Signer.load(domain=DOMAIN, selector="desk", key_file=key_file, author=MAILBOX)


@pytest.fixture
def dns(private_key):
    public = private_key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def txt(name, timeout=5):
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public) if name == f"desk._domainkey.{DOMAIN}.".encode() else None

    return txt


def mail(text="Dear Ada,\n\n.\nBill 77080.  \n"):
    letter = Letter("Re: Case 17: your coding question, “heel”", text, f"<p>{text}</p>")
    composed = compose(
        letter,
        sender=MAILBOX,
        sender_name="Coding consultation",
        recipient=ADA,
        message_id="<case.17.1.x@consultant.example>",
        in_reply_to="<1@lakeside.example>",
        references=[f"<{number}@lakeside.example>" for number in range(60)],
        date=NOON,
        automatic=False,
        bounces_to="bounce+17@consultant.example",
    )
    return composed.content


def test_a_signed_letter_is_verified_by_anybody(signer, dns):
    signed = signer.sign(mail())

    assert signed.endswith(mail())
    assert dkim.verify(signed, dnsfunc=dns)
    assert b"\n" not in signed.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "change",
    [
        lambda signed: signed.replace(b"77080", b"77081"),
        lambda signed: signed.replace(b"Subject: ", b"Subject: no ", 1),
        lambda signed: b"From: mallory@evil.example\r\n" + signed,
        lambda signed: b"Reply-To: mallory@evil.example\r\n" + signed,
        lambda signed: signed.replace(b"Auto-Submitted: no", b"Auto-Submitted: auto-replied"),
    ],
)
def test_no_change_goes_unseen(signer, dns, change):
    changed = change(signer.sign(mail()))

    assert changed != signer.sign(mail())
    assert not dkim.verify(changed, dnsfunc=dns)


def test_a_relay_may_put_fields_on_top_and_mend_blanks(signer, dns):
    relayed = b"Received: from x\r\n" + signer.sign(mail()).replace(b"To: ", b"To:   ", 1)

    assert dkim.verify(relayed, dnsfunc=dns)


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_without_a_key_is_refused_at_start(tmp_path, content):
    file = tmp_path / "key.pem"
    file.write_bytes(content)

    with pytest.raises(UsageError, match="RSA private key"):
        Signer.load(domain=DOMAIN, selector="desk", key_file=file, author=MAILBOX)


def test_a_file_that_is_not_there_is_refused_at_start(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        Signer.load(domain=DOMAIN, selector="desk", key_file=tmp_path / "none", author=MAILBOX)


def test_a_signature_that_would_not_count_for_our_address_is_refused_at_start(key_file):
    with pytest.raises(UsageError, match="DMARC"):
        Signer.load(domain="mail.consultant.example", selector="desk", key_file=key_file, author=MAILBOX)
    assert Signer.load(domain="example", selector="desk", key_file=key_file, author=MAILBOX)


def test_the_key_is_not_shown(signer):
    assert "PRIVATE" not in repr(signer)


def test_what_is_no_mail_is_not_signed(signer):
    with pytest.raises(PermanentError):
        signer.sign(b"\xff no header\r\n\r\nx")
