"""Which consultations count for whom: one row a case at most, made when the case is admitted, taken back when it came to nothing.

The payer is an account (an address, or a domain with its @) or the address of a guest, in lower case. The plan stands beside it, so
that what a guest used does not count for the asker he became.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from consultant.store.columns import clean
from consultant.store.rows import insert_once
from consultant.store.tables import charge

__all__ = ["add", "take_back", "used"]


def add(tx: Connection, case_id: int, *, payer: str, plan: str, at: datetime) -> bool:
    """Count a case for a payer; False when the case was counted before."""
    return insert_once(tx, charge, {"case_id": case_id, "payer": _key(payer), "plan": plan, "at": at}, key="case_id")


def take_back(tx: Connection, case_id: int) -> bool:
    """Count a case no longer; False when it was not counted."""
    return tx.execute(delete(charge).where(charge.c.case_id == case_id)).rowcount == 1


def used(tx: Connection, payer: str, plan: str, since: datetime | None = None) -> int:
    """How many cases count for the payer under this plan, from ``since`` on, or in all."""
    of_payer = select(func.count()).select_from(charge).where(charge.c.payer == _key(payer), charge.c.plan == plan)
    query = of_payer if since is None else of_payer.where(charge.c.at >= since)
    return int(tx.execute(query).scalar_one())


def _key(payer: str) -> str:
    return clean(payer).strip().lower()
