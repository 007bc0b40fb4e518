"""Typed settings, read once by the programs of the top floor and refused at start when they make no sense.

Every field is an environment variable with the prefix ``CONSULTANT_``; each secret can also be given as a file by the same name
with ``_FILE``. Nothing below floor 4 reads these: values are handed down as arguments.
"""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from consultant.errors import UsageError

PREFIX = "CONSULTANT_"
SECRETS = ("DATABASE_URL", "BROKER_URL", "OUTBOUND", "SECRET_KEY", "IMAP_URL", "ENCRYPTION_KEY")
_PORT_MAX = 65535
_PLAN = re.compile(r"[a-z][a-z0-9-]{0,30}=\d{1,6}")


class Admission(StrEnum):
    """Whose mail is taken as a case."""

    OPEN = "open"
    REGISTERED = "registered"
    ACCOUNTS = "accounts"
    ALLOWLIST = "allowlist"


def host_and_port(value: str) -> tuple[str, int]:
    """Split ``HOST:PORT``; port 0 means any free port. Raises ValueError with the offending text."""
    host, separator, port = value.rpartition(":")
    if not separator or not host or not port.isdigit() or int(port) > _PORT_MAX:
        msg = f"{value!r} is not HOST:PORT"
        raise ValueError(msg)
    return host.strip("[]"), int(port)


class Settings(BaseSettings):
    """All settings of the service, with the defaults of one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    home: Path = Path(".consultant")
    """Data folder: database, broker files, secret key, run.json."""
    database_url: SecretStr = SecretStr("")
    """SQLAlchemy URL; empty means SQLite in the home folder."""
    broker_url: SecretStr = SecretStr("")
    """Celery broker; empty means the embedded Valkey."""
    knowledge: Path | None = None
    """The built knowledge file; None means one in the user's cache folder, named after its sources and shared by all homes."""
    official: Path | None = None
    """The file of official tables; None means one in the home folder, since they are the practice's own."""
    domain: str = "consultant.example"
    """Domain of our Message-IDs and bounce addresses."""
    mailbox: str = ""
    """Our address; empty means ``consult@`` the domain."""
    smtp: str = "127.0.0.1:2525"
    desk: str = "127.0.0.1:8025"
    outbound: SecretStr = SecretStr("smtp://127.0.0.1:1025")
    """Outgoing server: smtp://, smtp+starttls:// or smtps://, with user and password where needed."""
    imap_url: SecretStr = SecretStr("")
    """Mailboxes to fetch from, separated by blanks: imaps://USER@HOST/INBOX with a password or the file of a secret."""
    dkim_selector: str = ""
    """Selector of the DKIM key; empty means that our letters are not signed here."""
    dkim_key: Path | None = None
    """File with the private DKIM key, RSA in PEM."""
    dkim_domain: str = ""
    """Domain that signs; empty means that of our address."""
    admission: Admission | None = None
    """None means open while the listener is bound to loopback, registered otherwise."""
    allowlist: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses or @domains, separated by commas, for admission by allow list."""
    guest_consultations: int = Field(default=1, ge=0)
    """Consultations of a stranger in all, under admission by accounts."""
    registered_consultations: int = Field(default=5, ge=0)
    """Consultations of a registered asker a month."""
    plans: Annotated[tuple[str, ...], NoDecode] = ("practice=50",)
    """Plans of accounts as NAME=CONSULTATIONS a month, separated by commas."""
    phi_gate: bool = True
    """Whether identifiers of patients are taken out of drafts and letters."""
    dns: bool = True
    """Whether DKIM and SPF of senders are computed, where admission needs verified senders."""
    trusted_relays: Annotated[tuple[str, ...], NoDecode] = ()
    """Networks, separated by commas, whose Authentication-Results are believed."""
    secret_key: SecretStr = SecretStr("")
    """Signs case tokens and cookies; empty means a key made once in the home folder."""
    public_codes: bool = False
    """Whether guests may read code pages and use the ask box, a few pages a month."""
    flower_url: str = ""
    """Where people find Flower, for the link on the page of ops; empty leaves the link out."""
    encryption_key: SecretStr = SecretStr("")
    """Keys that seal what is kept of mails, separated by commas, the one in use first; empty means that nothing is sealed."""
    acknowledge: bool = True
    """Whether an automatic "received" letter is sent."""
    send_delay_seconds: float = Field(default=8.0, ge=0, le=600)
    """How long a letter that was approved at the desk waits before it goes out; as long, its approval can be undone."""
    answer_hours: float = Field(default=4.0, gt=0, le=720)
    """Within how many hours an asker should have the answer; the queue shows what nears that time, and what is past it."""
    daily_limit: int = Field(default=10, ge=0)
    """Most automatic letters to one sender in a day."""
    workers: int = Field(default=2, ge=1, le=64)
    """Worker children."""
    sweep_seconds: float = Field(default=3.0, gt=0, le=60)
    max_mail_bytes: int = Field(default=25 * 1024 * 1024, ge=1024)
    log_level: str = "INFO"

    @field_validator("allowlist", "trusted_relays", "plans", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("plans")
    @classmethod
    def _named_plans(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for plan in value:
            if not _PLAN.fullmatch(plan):
                msg = f"{plan!r} is not NAME=NUMBER, such as practice=50"
                raise ValueError(msg)
        return value

    @field_validator("smtp", "desk")
    @classmethod
    def _address(cls, value: str) -> str:
        host_and_port(value)
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            msg = f"{value!r} is not DEBUG, INFO, WARNING or ERROR"
            raise ValueError(msg)
        return value.upper()

    @model_validator(mode="after")
    def _mailbox_in_domain(self) -> Self:
        if self.mailbox and "@" not in self.mailbox:
            msg = f"the mailbox {self.mailbox!r} is not an address"
            raise ValueError(msg)
        return self

    @property
    def our_mailbox(self) -> str:
        """The address that askers write to."""
        return self.mailbox or f"consult@{self.domain}"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        return self.database_url.get_secret_value() or f"sqlite:///{(self.home / 'consultant.sqlite').resolve()}"

    @property
    def official_file(self) -> Path:
        """Where the official tables stand, or will once some are imported."""
        return self.official or self.home / "official.sqlite"

    @property
    def admits(self) -> Admission:
        """The admission in force."""
        loopback = host_and_port(self.smtp)[0] in {"127.0.0.1", "::1", "localhost"}
        return self.admission or (Admission.OPEN if loopback else Admission.REGISTERED)


def load(**given: Any) -> Settings:  # noqa: ANN401  (any field of Settings, checked by it)
    """Settings from the environment, with ``given`` (command-line options that are not None) on top. Raises UsageError."""
    values = _secrets_from_files() | {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        # The refused value itself is not repeated: it may be a secret.
        msg = f"{name}: {first['msg'].removeprefix('Value error, ')}"
        raise UsageError(msg) from None


def _secrets_from_files() -> dict[str, str]:
    found = {}
    for name in SECRETS:
        path = os.environ.get(f"{PREFIX}{name}_FILE")
        if path is None:
            continue
        try:
            found[name.lower()] = Path(path).read_text().strip()
        except OSError as error:
            msg = f"{PREFIX}{name}_FILE: cannot read {path}: {error.strerror}"
            raise UsageError(msg) from None
    return found
