"""Whom we believe to be who he says he is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.errors import UsageError
from consultant.mail import authenticity
from consultant.mail.authenticity import Authenticity, Reason
from consultant.model.message import Envelope
from tests.cast import ADA, MAILBOX, MALLORY

RELAY = "192.0.2.7"
OURS = "mx.consultant.example"
PASS = f"{OURS}; spf=pass smtp.mailfrom=ada@lakeside.example; dmarc=pass (p=REJECT) header.from=lakeside.example"


@pytest.fixture(name="verdict")
def _verdict(mail_saying):
    def verdict(*results: str, peer=RELAY, account="", author=ADA, relays=("192.0.2.0/24",), authserv_id=OURS):
        message = mail_saying(author=author, authentication_results=results)
        envelope = Envelope(author, (MAILBOX,), peer=peer, authenticated_as=account)
        return authenticity.verdict(message, envelope, trusted_relays=relays, authserv_id=authserv_id)

    return verdict


@pytest.mark.parametrize("account", [ADA, ADA.upper(), "ada"])
def test_a_login_verifies_its_own_address(verdict, account):
    assert Authenticity(verified=True, reason=Reason.SMTP_AUTH) == verdict(account=account, peer="198.51.100.1")


@pytest.mark.parametrize("account", [MALLORY, "mallory", "lakeside.example"])
def test_a_login_verifies_nobody_else(verdict, account):
    assert Authenticity(verified=False, reason=Reason.AUTHENTICATED_AS_ANOTHER) == verdict(PASS, account=account)


@pytest.mark.parametrize("peer", [RELAY, "::ffff:192.0.2.7"])
def test_a_trusted_relay_that_saw_dmarc_pass_is_believed(verdict, peer):
    assert Authenticity(verified=True, reason=Reason.TRUSTED_RELAY) == verdict(PASS, peer=peer)


@pytest.mark.parametrize("peer", ["198.51.100.1", "", "nonsense", "2001:db8::1"])
def test_anybody_else_who_says_so_is_not(verdict, peer):
    assert Authenticity(verified=False, reason=Reason.NOT_FROM_A_TRUSTED_RELAY) == verdict(PASS, peer=peer)


def test_only_the_topmost_result_of_ours_counts(verdict):
    fail = f"{OURS}; dmarc=fail header.from=lakeside.example"
    foreign = PASS.replace(OURS, "mx.evil.example")
    assert verdict(fail, PASS).reason == "dmarc-not-passed"
    assert verdict(PASS, fail).verified
    assert verdict(foreign, PASS).verified
    assert verdict(foreign).reason == "no-result-of-ours"
    assert verdict().reason == "no-result-of-ours"
    assert verdict(PASS, authserv_id="").reason == "no-result-of-ours"


@pytest.mark.parametrize(
    "value",
    [
        f"{OURS.upper()}; DMARC=Pass header.From=Lakeside.Example",
        f'"{OURS}" 1; dmarc/1=pass header.from=lakeside.example.',
        f'(a (nested; dmarc=fail) comment) {OURS} (x); dmarc = pass (dmarc=fail) header.from = "lakeside.example"',
        f"{OURS}; dmarc=pass header.from=ada@lakeside.example",
        f"{OURS}; dmarc=pass action=none header.from=lakeside.example policy.dmarc=none",
        f"{OURS};\r\n\tdkim=fail header.d=other.example;\r\n\tdmarc=pass header.from=lakeside.example;",
    ],
)
def test_the_forms_of_the_field_are_understood(verdict, value):
    assert verdict(value).verified


@pytest.mark.parametrize(
    "value",
    [
        OURS,
        f"{OURS}; none",
        f"{OURS}; spf=pass; dkim=pass header.d=lakeside.example",
        f"{OURS}; dmarc=pass",
        f"{OURS}; dmarc=pass header.from=evil.example",
        f"{OURS}; dmarc=pass header.from=mail.lakeside.example",
        f"{OURS}; dmarc=fail header.from=lakeside.example",
        f"{OURS}; dmarc=bestguesspass header.from=lakeside.example",
        f"{OURS}; dmarc=pass header.from=lakeside.example; dmarc=fail header.from=lakeside.example",
        f"{OURS}; (dmarc=pass header.from=lakeside.example)",
        f"{OURS}; (dmarc=pass header.from=lakeside.example",
        f"{OURS}; spf=pass (domain of x\\); dmarc=pass header.from=lakeside.example (@evil.example)",
        f'{OURS}; spf=pass (domain of "x); dmarc=pass header.from=lakeside.example ("@evil.example)',
        f"{OURS}; spf=pass smtp.mailfrom=dmarc=pass header.from=lakeside.example",
        f"{OURS}; spf=pass smtp.mailfrom=dmarc=pass=header.from=lakeside.example",
        f'{OURS}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=lakeside.example"@evil.example',
        f'{OURS}; spf=pass smtp.mailfrom="x\\"; dmarc=pass header.from=lakeside.example',
        f"{OURS}; dmarc=fail smtp.mailfrom=header.from=lakeside.example header.from=evil.example",
        f"{OURS}; dmarc=pass header.from=evil.example header.from=lakeside.example",
    ],
)
def test_nothing_less_than_dmarc_pass_for_the_domain_of_the_author_counts(verdict, value):
    assert Authenticity(verified=False, reason=Reason.DMARC_NOT_PASSED) == verdict(value)


@pytest.mark.parametrize(
    "value", [f"x{OURS}; dmarc=pass header.from=lakeside.example", f"{OURS}.evil.example; dmarc=pass", ";", "", f'"{OURS};']
)
def test_another_name_is_not_ours(verdict, value):
    assert verdict(value).reason == "no-result-of-ours"


def test_a_mail_without_author_is_nobodys(verdict):
    assert Authenticity(verified=False, reason=Reason.NO_AUTHOR) == verdict(PASS, author="", account="ada")


def test_a_relay_that_is_no_network_is_named(verdict):
    with pytest.raises(UsageError, match=r"the trusted relay 'mx\.example' is not an address or a network"):
        verdict(PASS, relays=("mx.example",))


@given(st.text(alphabet='();="\\ ,/.@abdmrc=pass', max_size=200))
def test_no_field_whatever_is_more_than_understood_or_not(value):
    results = authenticity._Results.read(f"{OURS}; {value}")
    assert not results.dmarc_passed_for("lakeside.example")
