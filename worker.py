"""The Celery process: one thin task per step, and what each worker child needs before its first task.

A task takes the number of a case and nothing else, and never fails in Celery's eyes: what went wrong is written to the log by its
kind and counted in the database, so that no text of a mail reaches the broker, Flower or a traceback. The steps themselves are in
``consultant.consultation``.
"""

from __future__ import annotations

import os
import resource
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from celery import Celery, signals
from celery.exceptions import SoftTimeLimitExceeded

from consultant import log, tether
from consultant.consultation import analysis, delivery, reply, steps
from consultant.consultation.services import Services
from consultant.dispatch import task_name
from consultant.model.case import Step


@dataclass(frozen=True, slots=True)
class Work:
    """One step: its function, and the seconds after which it is told to stop, and is killed."""

    do: Callable[..., None]
    soft_seconds: float
    hard_seconds: float


_LEASE_SECONDS = steps.LEASE.total_seconds()

STEPS = MappingProxyType(
    {
        # A step is killed before its lease ends, so that no two workers are ever at one case.
        Step.ANALYSE: Work(analysis.analyse_case, _LEASE_SECONDS - 2, _LEASE_SECONDS - 0.5),
        Step.REPLY: Work(reply.draft_reply, _LEASE_SECONDS - 2, _LEASE_SECONDS - 0.5),
        Step.DELIVER: Work(delivery.deliver_case, delivery.LONGEST_SECONDS - 10, delivery.LONGEST_SECONDS),
    }
)
_MEMORY_BYTES = 1024 * 1024 * 1024
"""What a child may take beyond what it has at its start; a mail that wants more fails its attempt."""
_PAGE_BYTES = resource.getpagesize()


def register(app: Celery, make_services: Callable[[], Services]) -> None:
    """Give the app its tasks. ``make_services`` is called once in each worker child, after the fork."""
    child = _Child(make_services)
    signals.worker_process_init.connect(child.begin, weak=False)
    for step, work in STEPS.items():
        app.task(
            child.task(step, work),
            name=task_name(step),
            soft_time_limit=work.soft_seconds,
            time_limit=work.hard_seconds,
            ignore_result=True,
            # A shared task would be given to every other app of this process too.
            shared=False,
        )


class _Child:
    """One worker child: its services, and the tasks that use them."""

    def __init__(self, make_services: Callable[[], Services]) -> None:
        self._make = make_services
        self._services: Services | None = None
        self._log = log.get("worker")

    def begin(self, **_details: object) -> None:
        """Tie this child to its parent, open what the steps need, and bound its memory."""
        tether.die_with_parent()
        self._services = self._make()
        _bound_memory()

    def task(self, step: Step, work: Work) -> Callable[[int], None]:
        """The task of a step, under the name of the step."""

        def do(case_id: int) -> None:
            with log.about_case(int(case_id)):
                self._do(step, work, int(case_id))

        do.__name__ = step.value
        return do

    def _do(self, step: Step, work: Work, case_id: int) -> None:
        try:
            if self._services is None:
                self._services = self._make()
            work.do(self._services, case_id, owner=_owner())
        except SoftTimeLimitExceeded:
            self._log.warning("step took too long", step=step.value)
        except Exception as error:  # noqa: BLE001  (Celery would keep its words; the sweep brings the case back)
            self._log.warning("step not done", step=step.value, error=log.describe(error))


def _owner() -> str:
    """A name for whoever holds a lease, never used twice."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def _bound_memory() -> None:
    with open("/proc/self/statm") as statm:  # noqa: PTH123  (a file of the kernel)
        used = int(statm.read().split()[0]) * _PAGE_BYTES
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = used + _MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (bound if most == resource.RLIM_INFINITY else min(bound, most), most))
