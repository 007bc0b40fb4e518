"""Counting consultations: what is left to a sender, what a case costs, and the release of mail that was held for a quota.

A case counts once it is admitted; what belongs to it later is free, and a case that came to nothing is given back. Mail beyond the
quota is quarantined under a reason of its own and is let go by the machine as soon as the quota allows, the oldest first.
All writing transactions take turns, so that two workers never admit one consultation too many.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from consultant.consultation.plans import Plan
from consultant.consultation.services import AdmissionMode, Services
from consultant.errors import ConflictError
from consultant.model.case import CaseState, Step
from consultant.store import accounts, cases, charges
from consultant.store.accounts import Asker, Standing

OVER = "over-quota"
"""Beginning of the reason of a case that waits for a quota; the plan follows."""
COUNTED_MODES = frozenset({AdmissionMode.ACCOUNTS, AdmissionMode.REGISTERED})
_ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Balance:
    """What a sender has used of a plan; ``account`` is None for a guest."""

    account: Asker | None
    payer: str
    plan: Plan
    used: int

    @property
    def left(self) -> int | None:
        """Consultations left; None without a limit."""
        limit = self.plan.consultations
        return None if limit is None else max(0, limit - self.used)


def balance(tx: Connection, services: Services, author: str) -> Balance:
    """What this sender has used and has left now."""
    account = accounts.account_of(tx, author)
    if account is None:
        return _counted(tx, None, author.lower(), services.plans.of_guest(), services.now())
    name = "unlimited" if account.standing is Standing.ALLOWED else account.plan
    return _counted(tx, account, account.address, services.plans.of_account(name), services.now())


def _counted(tx: Connection, account: Asker | None, payer: str, plan: Plan, now: datetime) -> Balance:
    return Balance(account, payer, plan, charges.used(tx, payer, plan.name, plan.since(now)))


def charge(tx: Connection, services: Services, case_id: int, author: str) -> None:
    """Count a case for its sender, where cases are counted."""
    if services.admission in COUNTED_MODES:
        paid = balance(tx, services, author)
        charges.add(tx, case_id, payer=paid.payer, plan=paid.plan.name, at=services.now())


def release_due(services: Services) -> int:
    """Let go what the quotas allow by now; how many cases. Safe to call from many places at once."""
    if services.admission not in COUNTED_MODES:
        return 0
    with services.database.reading() as tx:
        held = [(case.id, balance(tx, services, case.sender)) for case in cases.held_back(tx, OVER)]
    taken: dict[str, int] = {}
    free = []
    for case_id, paid in held:
        if paid.left is None or taken.get(paid.payer, 0) < paid.left:
            taken[paid.payer] = taken.get(paid.payer, 0) + 1
            free.append(case_id)
    return sum(_release(services, case_id) for case_id in free)


def _release(services: Services, case_id: int) -> bool:
    try:
        with services.database.begin() as tx:
            to, expect = CaseState.RECEIVED, CaseState.QUARANTINED
            cases.move(tx, case_id, to=to, at=services.now(), actor=_ENGINE, reason="quota-allows", expect=expect)
    except ConflictError:
        # A person, or another sweep, was first.
        return False
    services.ring(Step.ANALYSE, case_id)
    return True
