"""The doorbell: the Celery app with its settings, and ``ring(step, case_id)``. It holds no task and no truth.

What travels through the broker is the name of a step and the number of a case, nothing else. A bell that is lost (broker away,
flushed, or its process killed) costs seconds: the sweep finds the case in the database and rings again.

The settings were measured on Celery 5.7 with Redis and Valkey; each says what happens without it.
"""

from __future__ import annotations

import queue
import threading
from types import MappingProxyType
from typing import Any

from celery import Celery

from consultant import log
from consultant.errors import TemporaryError
from consultant.model.case import Step

CASES_QUEUE = "consultant"
DELIVERY_QUEUE = "consultant.delivery"
"""Deliveries wait for other people's servers, so they stand in a queue of their own and hold up no case."""

QUEUE_OF_STEP = MappingProxyType({Step.ANALYSE: CASES_QUEUE, Step.REPLY: CASES_QUEUE, Step.DELIVER: DELIVERY_QUEUE})

_SOCKET_SECONDS = 5
_BELLS_WAITING = 20_000
_END = None


def task_name(step: Step) -> str:
    """The name of the task of a step, for people who look at Flower: ``consultant.analyse``."""
    return f"consultant.{step.value}"


def application(broker_url: str) -> Celery:
    """A Celery app that talks to this broker. Nothing is connected yet."""
    app = Celery("consultant", broker=broker_url, set_as_current=False)
    app.conf.update(_SETTINGS)
    return app


_SETTINGS: dict[str, Any] = {
    "task_default_queue": CASES_QUEUE,
    # A task is acknowledged when it is done, and given back when its worker child is killed.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    # A worker takes one task at a time; otherwise a killed one takes others down with it.
    "worker_prefetch_multiplier": 1,
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    "broker_transport_options": {
        # Far above the longest task: with 4 s a task of 240 s was started three times.
        "visibility_timeout": 3600,
        # Without these two a killed worker's task comes back only after 100 s.
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        # A frozen broker must not hang the one who rings.
        "socket_timeout": _SOCKET_SECONDS,
        "socket_connect_timeout": _SOCKET_SECONDS,
        "health_check_interval": _SOCKET_SECONDS,
    },
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_connection_timeout": _SOCKET_SECONDS,
    "task_publish_retry": False,
    # A child that has grown beyond this (KiB) is replaced after its task.
    "worker_max_memory_per_child": 600_000,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "accept_content": ["json"],
    "task_serializer": "json",
    "enable_utc": True,
    "timezone": "UTC",
}


class Bell:
    """Rings in a thread of its own, so that nobody who has just committed waits for the broker. Never raises.

    Make it after a fork, and close it to let the bells that wait go out.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._log = log.get("bell")
        self._waiting: queue.Queue[tuple[Step, int] | None] = queue.Queue(_BELLS_WAITING)
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    def ring(self, step: Step, case_id: int) -> None:
        """Announce that a step of a case can be done. When too many bells wait, this one is dropped: the sweep rings again."""
        try:
            self._waiting.put_nowait((step, case_id))
        except queue.Full:
            self._log.debug("bell dropped", case=case_id, step=step.value)

    def close(self, seconds: float) -> None:
        """Let what waits go out for at most so many seconds."""
        try:
            self._waiting.put(_END, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _run(self) -> None:
        while (bell := self._waiting.get()) is not None:
            step, case_id = bell
            try:
                ring(self._app, step, case_id)
            except Exception as error:  # noqa: BLE001  (whatever the broker's client raises, the next bell must be rung)
                self._log.warning(
                    "bell not heard, the sweep will ring again", case=case_id, step=step.value, error=log.describe(error)
                )


def ring(app: Celery, step: Step, case_id: int) -> None:
    """Announce at once, in this thread. Raises what the broker's client raises when it cannot be reached."""
    app.send_task(task_name(step), args=[case_id], queue=QUEUE_OF_STEP[step], ignore_result=True, retry=False)


def waiting(app: Celery) -> int:
    """How many bells stand in the broker; 0 when it cannot be asked."""
    try:
        with app.connection_for_read() as connection, connection.channel() as channel:
            return sum(int(channel._size(name)) for name in (CASES_QUEUE, DELIVERY_QUEUE))  # noqa: SLF001  (kombu has no other way to ask without declaring)
    except Exception as error:  # noqa: BLE001  (whatever the broker's client raises: a broker that is away holds no bells)
        log.get("bell").debug("broker not asked", error=log.describe(error))
        return 0


def reach(app: Celery) -> None:
    """Raise TemporaryError with one line when the broker cannot be reached now."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=_SOCKET_SECONDS)
    except Exception as error:  # noqa: BLE001  (whatever the broker's client raises, it is not there)
        # The address is not repeated: it may hold a password.
        msg = f"the broker cannot be reached ({type(error).__name__}): see that it runs, and look at CONSULTANT_BROKER_URL"
        raise TemporaryError(msg) from None
