"""Delivery: mail in the outbox goes to the outgoing server; an approved case is sent when its reply is.

The row is in ``sending`` under a lease while we talk to the server. What the server said decides: taken → sent; try later →
pending with a growing pause; refused for good → failed, and the case is set aside; cut after the final dot → the same bytes with
the same Message-ID once more, then a person decides.
"""

from __future__ import annotations

import random
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from consultant.consultation.holding import held
from consultant.consultation.letters import REPLY
from consultant.consultation.services import Services
from consultant.errors import PermanentError, TemporaryError, UnknownOutcomeError
from consultant.mail import sender
from consultant.model.case import CaseState
from consultant.store import cases, outbox
from consultant.store.outbox import OutboxMail
from consultant.store.states import OutboxState

TIMEOUT_SECONDS = 20.0
LONGEST_SECONDS = 90.0
"""After so long a worker's delivery of one case is ended, whatever the server does."""
LEASE = timedelta(seconds=10)
"""Renewed while we talk to the server; so soon after a worker's death another takes over."""
_RENEW_SECONDS = 2.5
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=30)
_GIVE_UP_AFTER = timedelta(days=2)

log = structlog.get_logger()


def deliver_case(services: Services, case_id: int, *, owner: str) -> None:  # noqa: ARG001  (all steps have one face)
    """The step: send every mail of the case that is due, each by itself, then see whether the case is done."""
    with services.database.reading() as tx:
        due = outbox.due(tx, case_id, services.now())
    for mail in due:
        _deliver(services, mail)
    with services.database.begin() as tx:
        _settle(tx, services, case_id)


def _deliver(services: Services, mail: OutboxMail) -> None:
    with services.database.begin() as tx:
        if not outbox.start(tx, mail.id, services.now(), LEASE):
            return
    try:
        with held(lambda: _renew(services, mail), every_seconds=_RENEW_SECONDS):
            sender.send(mail.mail, services.outbound, timeout=TIMEOUT_SECONDS)
    except TemporaryError as error:
        _try_later(services, mail, str(error))
    except PermanentError as error:
        with services.database.begin() as tx:
            outbox.fail(tx, mail.id, str(error))
        log.warning("mail refused", case=mail.case_id, letter=mail.letter_name)
    except UnknownOutcomeError as error:
        with services.database.begin() as tx:
            again = outbox.unknown(tx, mail.id, services.now() + pause(mail.id, mail.attempts + 1), str(error))
        log.warning("mail outcome unknown", case=mail.case_id, letter=mail.letter_name, again=again)
    else:
        with services.database.begin() as tx:
            outbox.sent(tx, mail.id, services.now())
        log.info("mail sent", case=mail.case_id, letter=mail.letter_name)


def _renew(services: Services, mail: OutboxMail) -> None:
    with services.database.begin() as tx:
        outbox.renew(tx, mail.id, mail.attempts + 1, services.now() + LEASE)


def _try_later(services: Services, mail: OutboxMail, reason: str) -> None:
    with services.database.begin() as tx:
        if services.now() - mail.queued > _GIVE_UP_AFTER:
            outbox.fail(tx, mail.id, f"given up after {_GIVE_UP_AFTER.days} days: {reason}")
        else:
            outbox.retry(tx, mail.id, services.now() + pause(mail.id, mail.attempts + 1), reason)
    log.info("mail delayed", case=mail.case_id, letter=mail.letter_name, attempt=mail.attempts + 1)


def pause(mail_id: int, attempt: int) -> timedelta:
    """How long to wait after the given attempt (1, 2, …): doubling, up to half an hour, spread by up to a quarter.

    The spread depends on the mail and the attempt alone, so that a crowd of mails does not come back at one moment and a test can
    foretell it.
    """
    grown = min(_FIRST_PAUSE * (1 << min(attempt - 1, 20)), _LONGEST_PAUSE)
    return grown * (1 + random.Random(f"{mail_id}:{attempt}").random() / 4)  # noqa: S311  (spread, not secrecy)


def _settle(tx: Connection, services: Services, case_id: int) -> None:
    """Move an approved case on when its reply is sent, or needs a person."""
    if cases.get(tx, case_id).state is not CaseState.APPROVED:
        return
    replies = [mail for mail in outbox.of_case(tx, case_id) if mail.letter_name == REPLY]
    newest = replies[-1] if replies else None
    if newest is None or newest.state in {OutboxState.PENDING, OutboxState.SENDING}:
        return
    sent = newest.state is OutboxState.SENT
    to = CaseState.SENT if sent else CaseState.SET_ASIDE
    reason = "" if sent else f"mail-{newest.state.value}"
    cases.move(tx, case_id, to=to, at=services.now(), actor="engine", reason=reason, expect=CaseState.APPROVED)
