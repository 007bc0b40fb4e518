"""What the programs and the commands open from settings: database, knowledge, secret key, bell, and all of it as services."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog

from consultant import broker, log
from consultant.consultation.plans import Plans
from consultant.consultation.services import AdmissionMode, Services
from consultant.errors import UsageError, WorkError
from consultant.knowledge import build
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.mail.dkim_sign import Signer
from consultant.mail.dns import SystemResolver
from consultant.mail.sender import Outbound
from consultant.model.case import Step
from consultant.settings import Settings
from consultant.store import resealing
from consultant.store.sealing import Keyring
from consultant.store.session import Database, is_current, migrate

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_KEY_BYTES = 32
_BELL_SECONDS = 2.0


def home_of(settings: Settings) -> Path:
    """The data folder, made when it is missing. Raises WorkError."""
    try:
        settings.home.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the data folder {settings.home} cannot be made: {error.strerror}; choose another with --home"
        raise WorkError(msg) from None
    return settings.home


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database, brought to the newest schema. Raises TemporaryError when it cannot be reached; WorkError without its keys."""
    if not settings.database_url.get_secret_value():
        home_of(settings)
    if not is_current(settings.database):
        migrate(settings.database)
    with Database(settings.database, keyring=keyring_of(settings)) as database:
        with database.reading() as tx:
            resealing.check(tx)
        yield database


def keyring_of(settings: Settings) -> Keyring:
    """The keys that seal and open what is kept of mails. Raises UsageError."""
    return Keyring.of(settings.encryption_key.get_secret_value())


def knowledge_file(settings: Settings) -> Path:
    """Where the built knowledge stands: the file that is set, or the one in the user's cache that all data folders share."""
    return settings.knowledge or build.cached_file()


def open_knowledge(settings: Settings, *, progress: build.Progress | None = None) -> Knowledge:
    """The knowledge base, built when it is missing or stale. Raises KnowledgeError."""
    file = knowledge_file(settings)
    if not build.is_current(file):
        if progress is None and sys.stderr.isatty():
            sys.stderr.write("consultant: building the knowledge base, some seconds …\n")
        build.ensure(file, progress=progress)
        if settings.knowledge is None:
            build.forget_old(file)
    return Knowledge.open(file, official=Official.open(settings.official_file))


@contextmanager
def open_services(settings: Settings) -> Iterator[Services]:
    """Everything that a decision needs, for one command; its bells are given a moment to go out at the end."""
    from consultant.dispatch import Bell, application  # noqa: PLC0415  (Celery takes a while, and most commands ring no bell)

    if not structlog.is_configured():
        log.configure(level="ERROR")
    bell = Bell(application(broker_url(settings)))
    try:
        with open_database(settings) as database:
            yield services(settings, database=database, knowledge=open_knowledge(settings), ring=bell.ring)
    finally:
        bell.close(_BELL_SECONDS)


def services(settings: Settings, *, database: Database, knowledge: Knowledge, ring: Callable[[Step, int], None]) -> Services:
    """The services of these settings. Raises UsageError when the outgoing server is none."""
    return Services(
        database=database,
        knowledge=knowledge,
        outbound=Outbound.parse(settings.outbound.get_secret_value()),
        mailbox=settings.our_mailbox,
        domain=settings.domain,
        key=key_of(settings),
        admission=AdmissionMode(settings.admits.value),
        allowlist=settings.allowlist,
        trusted_relays=settings.trusted_relays,
        acknowledge=settings.acknowledge,
        daily_limit=settings.daily_limit,
        ring=ring,
        now=now,
        signer=signer_of(settings),
        plans=plans_of(settings),
        phi_gate=settings.phi_gate,
        resolver=SystemResolver() if settings.dns else None,
    )


def plans_of(settings: Settings) -> Plans:
    """The plans of accounts."""
    named = {name: int(number) for name, _, number in (plan.partition("=") for plan in settings.plans)}
    return Plans(guest=settings.guest_consultations, registered=settings.registered_consultations, named=named)


def signer_of(settings: Settings) -> Signer | None:
    """Who signs our letters; None when no DKIM key is set. Raises UsageError when what is set cannot sign."""
    if settings.dkim_key is None and not settings.dkim_selector:
        return None
    if settings.dkim_key is None or not settings.dkim_selector:
        msg = "CONSULTANT_DKIM_KEY and CONSULTANT_DKIM_SELECTOR go together: set both, or neither"
        raise UsageError(msg)
    ours = settings.our_mailbox
    domain = settings.dkim_domain or ours.rpartition("@")[2]
    return Signer.load(domain=domain, selector=settings.dkim_selector, key_file=settings.dkim_key, author=ours)


def broker_url(settings: Settings) -> str:
    """The broker that is set, or the embedded one of the data folder."""
    return settings.broker_url.get_secret_value() or broker.url_of(settings.home)


def key_of(settings: Settings) -> bytes:
    """The key that signs: as set, or made once in the data folder, for this user's eyes only. Raises WorkError."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    file = home_of(settings) / "secret.key"
    try:
        if not file.exists():
            _make_once(file, secrets.token_hex(_KEY_BYTES))
        return file.read_bytes().strip()
    except OSError as error:
        msg = f"{file} cannot be made or read: {error.strerror}; mend that, or set CONSULTANT_SECRET_KEY"
        raise WorkError(msg) from None


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _make_once(file: Path, text: str) -> None:
    """Write a private file whole or not at all; of several starters the first one wins."""
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as written:
        written.write(text + "\n")
    with suppress(FileExistsError):
        os.link(new, file)
    new.unlink()
