"""DKIM, SPF and alignment, computed on the bytes of a mail against a zone of our own."""

from __future__ import annotations

import base64

import dkim
import pytest
from cast import ADA, DOMAIN, MAILBOX
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zone import Zone

from consultant.errors import TemporaryError
from consultant.mail import authenticity, dmarc, spf_check
from consultant.mail.authenticity import Reason
from consultant.mail.dkim_check import vouchers
from consultant.mail.dns import Kind, OneMail, SystemResolver, as_asked, is_possible
from consultant.mail.parse import parse
from consultant.model.message import Envelope

HOST = "198.51.100.7"
MAIL = (
    f"From: Ada <{ADA}>\r\nTo: {MAILBOX}\r\nSubject: heel\r\nDate: Fri, 20 Nov 2026 09:00:00 +0000\r\n"
    "Message-ID: <1@lakeside.example>\r\n\r\nBone density of the heel.\r\n"
).encode()
FIELDS = [b"from", b"to", b"subject", b"date", b"message-id"]


def made_key(bits):
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.fixture(scope="module")
def key():
    return made_key(2048)


@pytest.fixture
def zone(key):
    return Zone({("s1._domainkey.lakeside.example", "TXT"): [key[1]], ("s1._domainkey.mail.lakeside.example", "TXT"): [key[1]],
                 ("s1._domainkey.evil.example", "TXT"): [key[1]]})  # fmt: skip


def signed(key, *, domain=b"lakeside.example", content=MAIL, **how: object):
    return dkim.sign(content, b"s1", domain, key[0], include_headers=how.pop("fields", FIELDS), **how) + content


def verdict(zone, content=MAIL, *, peer=HOST, reverse_path=ADA, relays=()):
    envelope = Envelope(reverse_path, (MAILBOX,), peer=peer)
    return authenticity.verdict(parse(content), envelope, trusted_relays=relays, authserv_id=DOMAIN, content=content, resolver=zone)


def test_a_signature_of_the_author_s_domain_verifies_him(key, zone):
    found = verdict(zone, signed(key), peer="", reverse_path="somebody@relay.example")

    assert (found.verified, found.reason, found.domain) == (True, Reason.DKIM, "lakeside.example")


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.replace(b"of the heel", b"of the hips"),
        lambda mail: mail.replace(b"Subject: heel", b"Subject: hips"),
        lambda mail: mail.replace(b"From: Ada", b"From: Bea"),
        lambda mail: b"From: ben@hillclinic.example\r\n" + mail,
        lambda mail: mail + b"Also bill 99215.\r\n",
        lambda mail: mail.replace(b"d=lakeside", b"d=hillclinic"),
    ],
)
def test_a_changed_mail_verifies_nobody(key, zone, change):
    assert not verdict(zone, change(signed(key))).verified


def test_a_signature_of_another_domain_verifies_nobody(key, zone):
    found = verdict(zone, signed(key, domain=b"evil.example"))

    assert (found.verified, found.reason) == (False, Reason.NOT_ALIGNED)


def test_one_good_signature_among_others_is_enough(key, zone):
    content = signed(key, domain=b"evil.example", content=signed(key))

    assert vouchers(content, zone).domains == {"evil.example", "lakeside.example"}
    assert verdict(zone, content).reason is Reason.DKIM


def test_a_body_left_open_and_weak_algorithms_vouch_for_nothing(key, zone):
    assert not verdict(zone, signed(key, length=True)).verified
    assert not verdict(zone, signed(key, signature_algorithm=b"rsa-sha1")).verified
    # A signature that does not cover the body's hash of these bytes is worth as little as none.
    assert not verdict(zone, signed(key).replace(b"bh=", b"bh=A", 1)).verified


def test_a_subdomain_is_aligned_unless_the_owner_is_strict(key, zone):
    content = signed(key, domain=b"mail.lakeside.example")
    relaxed = verdict(zone, content)
    zone.records["_dmarc.lakeside.example", "TXT"] = [b"v=DMARC1; p=reject; adkim=s"]

    assert (relaxed.reason, relaxed.domain) == (Reason.DKIM, "mail.lakeside.example")
    assert verdict(zone, content).reason is Reason.NOT_ALIGNED


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("mail.lakeside.co.uk", "lakeside.co.uk"),
        ("a.b.lakeside.com", "lakeside.com"),
        ("alice.github.io", "alice.github.io"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
    ],
)
def test_the_public_suffix_list_tells_who_owns_a_domain(domain, owner):
    assert dmarc.organizational(domain) == owner


def test_neighbours_under_a_public_suffix_do_not_vouch_for_one_another():
    assert dmarc.aligned("alice.github.io", ["mallory.github.io", "github.io"], Zone(), tag="adkim") == ""


@pytest.mark.parametrize(
    ("record", "peer", "passes"),
    [
        (b"v=spf1 ip4:198.51.100.0/24 -all", HOST, True),
        (b"v=spf1 ip4:198.51.100.0/24 -all", f"::ffff:{HOST}", True),
        (b"v=spf1 mx -all", HOST, True),
        (b"v=spf1 a:out.lakeside.example -all", HOST, True),
        (b"v=spf1 include:_spf.lakeside.example -all", HOST, True),
        (b"v=spf1 ip6:2001:db8::/32 -all", "2001:db8::9", True),
        (b"v=spf1 ip4:203.0.113.0/24 -all", HOST, False),
        (b"v=spf1 ip4:203.0.113.0/24 ~all", HOST, False),
        (b"v=spf1 ?all", HOST, False),
        (b"v=spf1 nonsense", HOST, False),
        (b"v=spf1 include:lakeside.example", HOST, False),
        (b"v=spf1 +all", "127.0.0.1", False),
        (b"v=spf1 +all", "", False),
    ],
)
def test_spf_lets_pass_whom_the_record_names(record, peer, passes):
    zone = Zone(
        {
            ("lakeside.example", "TXT"): [b"other text", record],
            ("lakeside.example", "MX"): [b"10 out.lakeside.example."],
            ("out.lakeside.example", "A"): [HOST.encode()],
            ("_spf.lakeside.example", "TXT"): [b"v=spf1 ip4:198.51.100.7 -all"],
        }
    )
    found = verdict(zone, peer=peer)

    assert (found.verified, found.reason) == ((True, Reason.SPF) if passes else (False, Reason.NOT_ALIGNED))


def test_spf_of_another_domain_verifies_nobody():
    zone = Zone({("evil.example", "TXT"): [b"v=spf1 +all"]})

    assert verdict(zone, reverse_path="mallory@evil.example").reason is Reason.NOT_ALIGNED
    assert zone.asked == []


def test_spf_does_not_judge_a_trusted_relay(key, zone):
    zone.records["lakeside.example", "TXT"] = [b"v=spf1 +all"]

    assert verdict(zone, relays=(HOST,)).reason is Reason.NOT_ALIGNED
    assert verdict(zone, signed(key), relays=(HOST,)).reason is Reason.DKIM


def test_a_relay_that_says_fail_is_not_overruled(key, zone):
    said = f"Authentication-Results: {DOMAIN}; dmarc=fail header.from=lakeside.example\r\n".encode()

    assert verdict(zone, said + signed(key), relays=(HOST,)).reason is Reason.DMARC_NOT_PASSED


@pytest.mark.parametrize("broken", ["s1._domainkey.lakeside.example", "lakeside.example"])
def test_dns_trouble_is_no_verdict(key, zone, broken):
    zone.broken.add(broken)
    content = signed(key) if broken.startswith("s1") else MAIL

    assert verdict(zone, content).reason is Reason.DNS_TROUBLE


def test_dns_trouble_over_one_check_does_not_hide_that_another_passed(key, zone):
    zone.broken.add("s1._domainkey.lakeside.example")
    zone.records["lakeside.example", "TXT"] = [b"v=spf1 ip4:198.51.100.7 -all"]

    assert verdict(zone, signed(key)).reason is Reason.SPF


def test_an_include_that_never_ends_costs_a_bounded_number_of_questions():
    records = {(f"n{number}.evil.example", "TXT"): [f"v=spf1 include:n{number + 1}.evil.example".encode()] for number in range(99)}
    zone = Zone(records)

    assert not spf_check.passes("mallory@n0.evil.example", HOST, OneMail(zone))
    assert len(zone.asked) < 30


def test_one_mail_asks_each_question_once_and_not_for_ever(zone):
    asking = OneMail(zone, questions=2)
    for _ in range(3):
        asking.look_up("a.example", Kind.A)
        asking.look_up("b.example", Kind.A)
        asking.look_up("c.example", Kind.A)

    assert zone.asked == [("a.example", Kind.A), ("b.example", Kind.A)]
    with pytest.raises(TemporaryError):
        OneMail(zone, seconds=-1).look_up("a.example", Kind.A)


def test_names_that_cannot_be_are_not_asked_for():
    assert not any(map(is_possible, ("a..b", "x" * 64 + ".example", "ä.example", "", ("a." * 130) + "b")))
    assert SystemResolver().look_up("a..b", Kind.TXT) == ()
    assert as_asked("BÜCHER.example.") == "xn--bcher-kva.example"


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.binary(max_size=300), tail=st.binary(max_size=200))
def test_no_signature_makes_the_check_raise(zone, head, tail):
    content = (
        b"DKIM-Signature: v=1; a=rsa-sha256; d=lakeside.example; s=s1; h=from; " + head + b"\r\nFrom: a@b.example\r\n\r\n" + tail
    )

    assert vouchers(content, zone).domains == frozenset()


@settings(deadline=None, max_examples=60)
@given(record=st.text(alphabet="v=spf1 aincludemxptrexisall:%{}idh/-+~?.0129example", max_size=80))
def test_no_record_makes_the_check_raise(record):
    zone = Zone({("lakeside.example", "TXT"): [b"v=spf1 " + record.encode()]})

    assert spf_check.passes(ADA, HOST, OneMail(zone)) in {True, False}
