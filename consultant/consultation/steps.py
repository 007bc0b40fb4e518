"""What all steps share: the lease on a case, the number of attempts, and what happens when a step fails.

A step claims its case by a conditional update, so that of any number of workers one does it. Attempts are counted in the database
by the claim itself, so that a step that takes its process down with it is counted too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from consultant.consultation.services import Services
from consultant.errors import ConflictError
from consultant.log import describe
from consultant.model.case import Case, CaseState
from consultant.store import cases, events

LEASE = timedelta(seconds=10)
"""How long a step may hold a case. The worker's time limit is shorter, so a lease never outlives its holder by much."""
MOST_ATTEMPTS = 3
_PAUSE = timedelta(seconds=2)

log = structlog.get_logger()


def with_claim(services: Services, case_id: int, *, state: CaseState, owner: str, work: Callable[[Case], None]) -> bool:
    """Do ``work`` on the case if it stands in ``state`` and nobody holds it; tells whether it was tried.

    After too many attempts the case goes to a person instead. A failure is logged by its kind alone, and the case waits a moment
    before the next attempt.
    """
    with services.database.begin() as tx:
        claim = cases.claim(tx, case_id, state=state, owner=owner, now=services.now(), lease=LEASE)
        if claim is None:
            return False
        if claim.attempt > MOST_ATTEMPTS:
            _give_up(services, tx, claim.case)
            return True
    try:
        work(claim.case)
    except ConflictError:
        # The case moved on while we worked: a person or another worker was first, and there is nothing left to do.
        log.info("overtaken", case=case_id, state=state.value)
    except Exception as error:  # noqa: BLE001  (whatever it is, the case must not be lost and those behind it must go on)
        log.warning("step failed", case=case_id, state=state.value, error=describe(error), attempt=claim.attempt)
        with services.database.begin() as tx:
            # Only the type is kept: the words of an unforeseen exception may be words of the mail.
            detail = {"attempt": claim.attempt, "error": type(error).__name__}
            events.append(tx, case_id=case_id, at=services.now(), actor="engine", kind="attempt-failed", detail=detail)
            cases.postpone(tx, case_id, owner, services.now() + _PAUSE * claim.attempt)
    return True


def _give_up(services: Services, tx: Connection, case: Case) -> None:
    received = case.state is CaseState.RECEIVED
    to, reason = (CaseState.QUARANTINED, "poison") if received else (CaseState.SET_ASIDE, f"failed-in-{case.state.value}")
    cases.move(tx, case.id, to=to, at=services.now(), actor="engine", reason=reason, expect=case.state)
