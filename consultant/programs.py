"""The programs of the service, one function each: listen, poll, work, deliver, sweep, desk, flower.

Each runs until SIGTERM or SIGINT, then finishes what it has begun and returns. ``python -m consultant.programs PART`` runs one with
the settings of its environment; that is how ``consultant up`` starts its children. Imports that only one program needs stand in it,
because a program should not take the memory and the time of all the others.
"""

# Imports inside functions are the point here, as the docstring says.
# ruff: noqa: PLC0415

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType, ModuleType

from consultant import log, resources
from consultant.errors import ConsultantError, UsageError, WorkError
from consultant.lifecycle import stop_when_told, tell_failed, tell_ready
from consultant.model.case import Step
from consultant.opening import (
    broker_url,
    key_of,
    keyring_of,
    knowledge_file,
    now,
    open_database,
    open_knowledge,
    open_services,
    services,
)
from consultant.settings import Settings, host_and_port, load

__all__ = ["broker_url", "knowledge_file", "open_database", "open_knowledge", "open_services", "services"]

_DRAIN_SECONDS = 5.0
_BELL_SECONDS = 1.0
_BACKLOG = 128
_COURIERS = 2
_ANY_DAY = date(2026, 1, 1)
_FLIGHT_BYTES = 128 * 1024 * 1024
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def listen(settings: Settings) -> None:
    """Take mail by SMTP: 250 after the commit, 451 while the database is away."""
    from consultant.consultation.intake import Intake
    from consultant.dispatch import Bell, application
    from consultant.mail.limits import Limits
    from consultant.mail.listener import Listener
    from consultant.store.writer import GroupWriter

    _begin(settings)
    stop = stop_when_told()
    size = settings.max_mail_bytes
    bell = Bell(application(broker_url(settings)))
    with open_database(settings) as database, GroupWriter(database, now=now) as writer:
        intake = Intake(writer, mailbox=settings.our_mailbox, ring=bell.ring)
        listener = Listener(
            deliver=intake.deliver,
            accepts=_our_addresses(settings),
            limits=Limits(message_bytes=size, bytes_in_flight=max(size, _FLIGHT_BYTES)),
            address=host_and_port(settings.smtp),
            now=now,
            hostname=settings.domain,
        )
        host, port = listener.start()
        tell_ready(_joined(host, port))
        log.get("listener").info("taking mail", address=_joined(host, port))
        stop.wait()
        listener.stop(_DRAIN_SECONDS)
    bell.close(_BELL_SECONDS)


def poll(settings: Settings) -> None:
    """Fetch mail from every mailbox that is set, each in a thread of its own. Raises UsageError when none is set."""
    from consultant import polling

    _begin(settings)
    polling.poll(settings, stop_when_told(), ready=tell_ready)


def work(settings: Settings) -> None:
    """Do all steps: read, analyse, draft, deliver."""
    _work(settings, steps=tuple(Step), children=settings.workers)


def cases(settings: Settings) -> None:
    """Do the steps that read and draft cases. ``consultant up`` keeps them apart from deliveries, which wait for other servers."""
    _work(settings, steps=(Step.ANALYSE, Step.REPLY), children=settings.workers)


def deliver(settings: Settings) -> None:
    """Do the deliveries only."""
    _work(settings, steps=(Step.DELIVER,), children=_COURIERS)


def sweep(settings: Settings) -> None:
    """Find the cases that no bell announced, and ring for them."""
    from consultant.consultation.sweep import sweep as sweep_once
    from consultant.dispatch import Bell, application, waiting

    _begin(settings)
    stop = stop_when_told()
    app = application(broker_url(settings))
    bell, lines = Bell(app), log.get("sweep")
    with open_database(settings) as database:
        given = services(settings, database=database, knowledge=open_knowledge(settings), ring=bell.ring)
        tell_ready()
        while not stop.is_set():
            try:
                sweep_once(given, bells_waiting=lambda: waiting(app))
            except ConsultantError as error:
                lines.warning("sweep failed", error=log.describe(error))
            stop.wait(settings.sweep_seconds)
    bell.close(_BELL_SECONDS)


def desk(settings: Settings) -> None:
    """Serve the review desk."""
    import uvicorn

    from consultant.desk.app import create_app
    from consultant.desk.options import Options
    from consultant.dispatch import Bell, application, reach, waiting

    def bells() -> int:
        reach(broker)
        return waiting(broker)

    _begin(settings)
    broker = application(broker_url(settings))
    # The server restores and raises again the signal that stopped it; this handler is then the one that hears it.
    stop_when_told()
    bell = Bell(broker)
    host, port = host_and_port(settings.desk)
    with _bound(host, port) as listening, open_database(settings) as database:
        made = services(settings, database=database, knowledge=open_knowledge(settings), ring=bell.ring)
        # Only here is there somebody to press undo: letters that are approved from a terminal go at once.
        given = replace(made, send_delay=timedelta(seconds=settings.send_delay_seconds))
        more = Options(public_codes=settings.public_codes, flower=settings.flower_url or _flower_here(), bells=bells)
        within = timedelta(hours=settings.answer_hours)
        app = create_app(given, secure_cookies=host not in _LOOPBACK, options=more, answer_within=within)
        tell_ready(_joined(*listening.getsockname()[:2]))
        options = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=int(_DRAIN_SECONDS))
        server = uvicorn.Server(options)
        # Pages that listen for news hold a connection each, and must let go of it when the program is told to stop.
        app.state.is_stopping = lambda: server.should_exit
        server.run(sockets=[listening])
    bell.close(_BELL_SECONDS)


def flower(settings: Settings) -> None:
    """Show the tasks, by name and case number only, at the address of the variable CONSULTANT_FLOWER."""
    from consultant.dispatch import application

    _begin(settings)
    host, port = host_and_port(os.environ["CONSULTANT_FLOWER"])
    with _bound(host, port) as free:
        port = free.getsockname()[1]
    tell_ready(_joined(host, port))
    columns = "name,uuid,state,received,started,runtime,worker"
    application(broker_url(settings)).start(["flower", f"--address={host}", f"--port={port}", f"--tasks_columns={columns}"])


PARTS: MappingProxyType[str, Callable[[Settings], None]] = MappingProxyType(
    {
        "listen": listen,
        "poll": poll,
        "work": work,
        "cases": cases,
        "deliver": deliver,
        "sweep": sweep,
        "desk": desk,
        "flower": flower,
    }
)


def main(part: str) -> int:
    """Run one part with the settings of the environment; returns the exit code."""
    try:
        PARTS[part](load())
    except ConsultantError as error:
        if not tell_failed(str(error)):
            sys.stderr.write(f"consultant: {error}\n")
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _work(settings: Settings, *, steps: tuple[Step, ...], children: int) -> None:
    from celery import signals

    from consultant.consultation.analysis import analyse
    from consultant.consultation.services import Services
    from consultant.dispatch import QUEUE_OF_STEP, Bell, application, reach
    from consultant.store.session import Database

    _begin(settings)
    _quieten_celery()
    app = application(broker_url(settings))
    reach(app)
    key_of(settings)
    with open_database(settings):
        knowledge = open_knowledge(settings)
    if Step.ANALYSE in steps:
        # Compiled once before the fork, so that the children share the tables and the first case is as quick as the next.
        analyse("Warm-up.", _ANY_DAY, knowledge)

    def make_services() -> Services:
        return services(
            settings, database=Database(settings.database, keyring=keyring_of(settings)), knowledge=knowledge, ring=Bell(app).ring
        )

    _tasks().register(app, make_services)
    signals.worker_ready.connect(lambda **_details: tell_ready(), weak=False)
    worker = app.Worker(
        hostname=f"{'-'.join(steps)}@{socket.gethostname()}",
        pool_cls="prefork",
        concurrency=children,
        queues=sorted({QUEUE_OF_STEP[step] for step in steps}),
        loglevel=settings.log_level,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()


def _quieten_celery() -> None:
    """Leave the log to us, and warn nobody in several lines about being root, which a container often is."""
    from celery import signals
    from celery.exceptions import SecurityWarning
    from celery.platforms import ROOT_DISCOURAGED

    warnings.filterwarnings("ignore", message=ROOT_DISCOURAGED.split(",", maxsplit=1)[0][:20])
    warnings.simplefilter("ignore", SecurityWarning)
    signals.setup_logging.connect(_leave_log_alone)


def _leave_log_alone(**_details: object) -> None:
    """What Celery calls instead of setting up its own log."""


def _tasks() -> ModuleType:
    """``worker.py``, which stands beside the package, in the checkout and in the wheel."""
    file = Path(resources.__file__).parents[1] / "worker.py"
    spec = importlib.util.spec_from_file_location("worker", file)
    if spec is None or spec.loader is None or not file.exists():
        msg = f"{file} is missing: install the package again"
        raise WorkError(msg)
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look up the module that they stand in.
    sys.modules["worker"] = module
    spec.loader.exec_module(module)
    return module


def _begin(settings: Settings) -> None:
    log.configure(level=settings.log_level, as_json=not sys.stderr.isatty())


def _our_addresses(settings: Settings) -> Callable[[str], bool]:
    """Which addresses the listener takes mail for: the mailbox, our own bounce addresses, and postmaster (RFC 5321 §4.5.1)."""
    from consultant.mail.threads import case_in_addresses, case_of_bounce

    domain, key = settings.domain, key_of(settings)
    ours = {settings.our_mailbox.lower(), f"postmaster@{domain.lower()}", "postmaster"}
    return lambda address: (
        address.lower() in ours
        or case_of_bounce(address, domain, key) is not None
        or case_in_addresses((address,), settings.our_mailbox, key) is not None
    )


def _flower_here() -> str:
    """Where ``consultant up`` runs Flower; empty when it does not, or on a port that only Flower knows."""
    host, _, port = os.environ.get("CONSULTANT_FLOWER", "").rpartition(":")
    return f"http://{host}:{port}" if host and port != "0" else ""


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=_BACKLOG)
    except OSError as error:
        msg = f"cannot listen on {host}:{port}: {error.strerror}; choose another address"
        raise WorkError(msg) from None


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
