"""``consultant up``: the whole service on one machine, as children of one process.

Broker, listener, workers, couriers, sweep, desk and, when wanted, poller and Flower run as processes of their own; what dies is
started again, and all die with this process, even when it is killed. ``run.json`` in the data folder says where everything is, from
the moment mail is accepted until the end. SIGTERM and SIGINT drain for at most ten seconds; a second service on one data folder is
refused.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from consultant import log
from consultant.broker import Broker, forget
from consultant.children import Child
from consultant.errors import TemporaryError, UsageError, WorkError
from consultant.lifecycle import stop_when_told
from consultant.mail.mailbox_address import parse_all
from consultant.opening import broker_url, home_of, key_of, open_database, open_knowledge, signer_of
from consultant.settings import PREFIX, Settings, host_and_port

RUN_FILE = "run.json"
_LOCK_FILE = "up.lock"
_LOOK_SECONDS = 0.2
_READY_SECONDS = 60.0
_DRAIN_SECONDS = 8.0
_FLOWER_VARIABLE = f"{PREFIX}FLOWER"
# What a part listens on, and the variable that keeps the port it got when it has to be started again.
_ADDRESS_VARIABLES = {"listen": f"{PREFIX}SMTP", "desk": f"{PREFIX}DESK", "flower": _FLOWER_VARIABLE}
_log = log.get("up")


def up(settings: Settings, *, flower: str | None = None) -> None:
    """Run the service until SIGTERM or SIGINT. Raises a ConsultantError with one line when it cannot start."""
    log.configure(level=settings.log_level, as_json=not sys.stderr.isatty())
    if flower is not None:
        _check_address(flower)
    with only_one(home_of(settings)):
        stop = stop_when_told()
        _prepare(settings)
        with _broker(settings) as broker, _children(settings, flower) as children:
            for child in children:
                child.start()
            if _all_ready(children, stop):
                _run(settings, broker, children, stop)


def _prepare(settings: Settings) -> None:
    """What must be right before anything is started: database, knowledge, key. Each raises its own one line."""
    with open_database(settings) as database:
        database.check()
        keys = len(database.keyring.names)
    _log.info(
        "what is kept of mails is sealed" if keys else "what is kept of mails is not sealed: see CONSULTANT_ENCRYPTION_KEY",
        keys=keys,
    )
    open_knowledge(settings).close()
    key_of(settings)
    signer_of(settings)
    parse_all(settings.imap_url.get_secret_value())


@contextmanager
def _broker(settings: Settings) -> Iterator[Broker | None]:
    """The embedded broker, or none when another is set; that one must answer."""
    if settings.broker_url.get_secret_value():
        from consultant.dispatch import application, reach  # noqa: PLC0415  (Celery is not needed with an embedded broker)

        reach(application(broker_url(settings)))
        yield None
        return
    broker = Broker(settings.home)
    _start(broker)
    try:
        yield broker
    finally:
        broker.stop()


def _start(broker: Broker) -> None:
    try:
        broker.start()
    except TemporaryError:
        # Its files hold bells only; a broker that cannot read them any more starts without.
        forget(broker.home)
        broker.start()


@contextmanager
def _children(settings: Settings, flower: str | None) -> Iterator[tuple[Child, ...]]:
    """The parts in the order in which they are started; all are stopped at the end, whatever happened."""
    variables = _variables(settings)
    parts = ["listen", "cases", "deliver", "sweep", "desk"]
    if settings.imap_url.get_secret_value():
        parts.append("poll")
    if flower is not None:
        parts.append("flower")
        variables[_FLOWER_VARIABLE] = flower
    children = tuple(Child(part, variables) for part in parts)
    try:
        yield children
    finally:
        for child in children:
            child.tell_to_stop()
        until = time.monotonic() + _DRAIN_SECONDS
        killed = [child.part for child in children if not child.end(until)]
        if killed:
            _log.warning("parts had to be killed", which=killed)


def _variables(settings: Settings) -> dict[str, str]:
    """The settings as the environment of a child, so that no secret stands in a command line."""
    given: dict[str, str] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, tuple):
            value = ",".join(value)
        if value is not None:
            given[PREFIX + name.upper()] = str(value)
    # The data folder may have been given relative, and the admission may depend on the address that was asked for.
    return given | {f"{PREFIX}HOME": str(settings.home.resolve()), f"{PREFIX}ADMISSION": settings.admits.value}


def _all_ready(children: tuple[Child, ...], stop: threading.Event) -> bool:
    """Wait for every part; False when we are told to stop first. Raises WorkError with a part's own complaint."""
    until = time.monotonic() + _READY_SECONDS
    for child in children:
        if not child.wait_until_ready(until - time.monotonic(), give_up=stop.is_set):
            if stop.is_set():
                return False
            msg = f"{child.part} was not ready within {_READY_SECONDS:.0f} s: look at the lines above"
            raise WorkError(msg)
    return True


def _run(settings: Settings, broker: Broker | None, children: tuple[Child, ...], stop: threading.Event) -> None:
    addresses = {child.part: child.address for child in children}
    # A part that is started again listens where it did, although it was told any free port at first.
    kept = {variable: addresses[part] for part, variable in _ADDRESS_VARIABLES.items() if part in addresses}
    run_file = settings.home / RUN_FILE
    _write(run_file, addresses)
    _log.info("the service is up", smtp=addresses["listen"], desk=addresses["desk"])
    try:
        while not stop.wait(_LOOK_SECONDS):
            _keep(broker)
            for child in children:
                child.keep(kept)
    finally:
        run_file.unlink(missing_ok=True)


def _keep(broker: Broker | None) -> None:
    if broker is None or not broker.has_ended():
        return
    _log.warning("the broker has died")
    try:
        _start(broker)
    except TemporaryError as error:
        _log.error("the broker does not start", error=log.describe(error))


def _write(run_file: Path, addresses: Mapping[str, str]) -> None:
    """Write where everything is, whole or not at all."""
    row = {"smtp": addresses["listen"], "desk": f"http://{addresses['desk']}", "pid": os.getpid()}
    if "flower" in addresses:
        row["flower"] = f"http://{addresses['flower']}"
    new = run_file.with_name(f"{run_file.name}.new")
    new.write_text(json.dumps(row) + "\n")
    new.replace(run_file)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the data folder. The system gives it back when we are killed. Raises WorkError when another service holds it."""
    lock = os.open(home / _LOCK_FILE, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.read(lock, 20).decode(errors="replace").strip()
            msg = f"another consultant up runs on {home} (process {other}): stop it, or choose another --home"
            raise WorkError(msg) from None
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        (home / RUN_FILE).unlink(missing_ok=True)
        yield
    finally:
        os.close(lock)


def _check_address(flower: str) -> None:
    try:
        host_and_port(flower)
    except ValueError as error:
        msg = f"--flower: {error}"
        raise UsageError(msg) from None
