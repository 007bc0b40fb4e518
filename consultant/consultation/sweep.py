"""The sweep: finds what no bell announced (a lost ring, a flushed broker, a dead worker's lease) and rings for it.

It also lets go what was held for a quota, once the quota allows. Any number of sweeps may run at once; leases and conditional
updates keep a step from being done twice.
"""

from __future__ import annotations

from collections.abc import Callable

from consultant.consultation import quotas
from consultant.consultation.services import Services
from consultant.store import cases

MOST_AT_ONCE = 500


def sweep(services: Services, *, bells_waiting: Callable[[], int] = lambda: 0) -> int:
    """Ring for every step that is due; tells how many there were.

    ``bells_waiting`` is how many bells stand in the broker: while these are many, the workers have enough to answer, and ringing
    again would only pile up bells for cases that have one.
    """
    if bells_waiting() >= MOST_AT_ONCE:
        return 0
    quotas.release_due(services)
    with services.database.reading() as tx:
        due = cases.due(tx, services.now(), MOST_AT_ONCE)
    for case_id, step in due:
        services.ring(step, case_id)
    return len(due)
