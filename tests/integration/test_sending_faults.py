"""Faults of the last hop: whatever becomes of a try, the asker never gets two different replies, and each is signed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from service_kit import wait_for
from smtp_sink import Behaviour

from consultant.model.case import CaseState

pytestmark = [pytest.mark.faults, pytest.mark.slow]
HARMS = [
    Behaviour.CUT_AFTER_RCPT,
    Behaviour.CUT_MID_DATA,
    Behaviour.TEMPORARY_AFTER_DOT,
    Behaviour.CUT_AFTER_DOT_LOST,
    Behaviour.CUT_AT_GREETING,
    Behaviour.TEMPORARY_AT_MAIL,
]


def test_replies_survive_every_harm_on_the_way_as_the_same_signed_bytes(service, sink, tmp_path, monkeypatch):
    key = tmp_path / "dkim.pem"
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key.write_bytes(made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    for name, value in {"CONSULTANT_DKIM_KEY": str(key), "CONSULTANT_DKIM_SELECTOR": "desk"}.items():
        service.variables[name] = value
        monkeypatch.setenv(name, value)
    service.start()
    service.send_many([1, 2, 3])
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 3), "drafted")
    sink.will(*HARMS)

    for case in service.cases():
        service.approve(case.id)
    wait_for(lambda: service.all_are(CaseState.SENT, 3), "sent", seconds=45)

    assert len({mail.content for mail in sink.mails}) == 3
    assert len({mail.message["Message-ID"] for mail in sink.mails}) == 3
    assert all(mail.content.startswith(b"DKIM-Signature:") for mail in sink.mails)
    assert {mail.state.value for mail in service.outbox()} == {"sent"}
