"""The tables of the service, as SQLAlchemy Core knows them; the migrations make them.

Unique constraints make the wrong impossible: a content is stored once, a delivery makes one case, a draft version exists once, a
mail goes out under one key and one Message-ID. Triggers (see the first migration) keep the history append-only and the bytes of
a mail as they came. Times are moments in UTC; columns named ``due`` are empty when there is nothing to wait for.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

from consultant.model.case import CaseState
from consultant.model.draft import Action, DraftKind
from consultant.store.columns import CleanText, EnumText, JsonText, UtcDateTime
from consultant.store.states import OutboxState, Role, Standing

# SQLite counts rows up only in a column that is exactly INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")
_Count = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

raw_mail = Table(
    "raw_mail",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", _Count, nullable=False),
    # Empty after retention has removed the bytes, until the same come in again; a trigger refuses any other change.
    Column("content", LargeBinary),
)

cases = Table(
    "cases",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("state", EnumText(CaseState), nullable=False),
    Column("reason", CleanText, nullable=False, server_default=""),
    Column("sender", CleanText, nullable=False, server_default=""),
    Column("subject", CleanText, nullable=False, server_default=""),
    Column("received", UtcDateTime, nullable=False),
    Column("changed", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("opened_by", CleanText, nullable=False, server_default=""),
    Column("lease_owner", CleanText, nullable=False, server_default=""),
    Column("lease_until", UtcDateTime),
    Column("due", UtcDateTime),
    # When retention removed the words of the case; empty while they are there.
    Column("purged", UtcDateTime),
    # 0 before 1 before 2, so that the queue is read off an index in one direction.
    Column("priority", Integer, nullable=False, server_default="1"),
    Index("ix_cases_state_due", "state", "due"),
    Index("ix_cases_received", "received"),
    Index("ix_cases_queue", "state", "priority", "received", "id"),
    Index("ix_cases_state_id", "state", "id"),
    Index("ix_cases_sender", "sender"),
    sqlite_autoincrement=True,
)

message = Table(
    "message",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("case_id", _Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("sha256", Text, ForeignKey("raw_mail.sha256"), nullable=False),
    Column("recipient", CleanText, nullable=False),
    Column("received", UtcDateTime, nullable=False),
    Column("source", CleanText, nullable=False),
    Column("envelope", JsonText, nullable=False),
    Column("parsed", JsonText),
    UniqueConstraint("sha256", "recipient"),
    sqlite_autoincrement=True,
)

analysis = Table(
    "analysis",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("case_id", _Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("made", UtcDateTime, nullable=False),
    Column("analysis", JsonText, nullable=False),
    Column("made_by", CleanText, nullable=False, server_default="engine"),
    sqlite_autoincrement=True,
)

case_code = Table(
    "case_code",
    metadata,
    # The codes of a case: as the engine proposed them, and as they stand after review. Read to find like cases, and to learn.
    Column("code", Text, primary_key=True),
    Column("case_id", _Id, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    # The family that proposed it; empty for a diagnosis.
    Column("family", Text, nullable=False, server_default=""),
    Column("by_engine", Boolean, nullable=False),
    Column("stands", Boolean, nullable=False),
    Index("ix_case_code_case_id", "case_id"),
)

draft = Table(
    "draft",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("case_id", _Id, ForeignKey("cases.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", EnumText(DraftKind), nullable=False),
    Column("letter", JsonText, nullable=False),
    Column("hash", Text, nullable=False),
    Column("written_by", CleanText, nullable=False),
    Column("written", UtcDateTime, nullable=False),
    UniqueConstraint("case_id", "version"),
    sqlite_autoincrement=True,
)

decision = Table(
    "decision",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("case_id", _Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("draft_id", _Id, ForeignKey("draft.id")),
    Column("draft_hash", CleanText, nullable=False),
    Column("action", EnumText(Action), nullable=False),
    Column("consultant", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("decided", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("case_id", _Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("key", CleanText, nullable=False),
    Column("letter_name", CleanText, nullable=False),
    Column("message_id", CleanText, nullable=False),
    Column("reverse_path", CleanText, nullable=False),
    Column("recipient", CleanText, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", EnumText(OutboxState), nullable=False),
    Column("reason", CleanText, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Times that a try ended without our learning how; at most one is followed by another try.
    Column("uncertain", Integer, nullable=False, server_default="0"),
    Column("queued", UtcDateTime, nullable=False),
    Column("due", UtcDateTime),
    Column("tried", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("sent", UtcDateTime),
    UniqueConstraint("key"),
    UniqueConstraint("message_id"),
    Index("ix_outbox_state_due", "state", "due"),
    Index("ix_outbox_queued", "queued"),
    sqlite_autoincrement=True,
)

chain_head = Table(
    "chain_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("length", _Count, nullable=False),
    Column("hash", Text, nullable=False),
)

event = Table(
    "event",
    metadata,
    # Counted by the chain, not by the database: a number left out would be a break.
    Column("seq", _Id, primary_key=True, autoincrement=False),
    Column("case_id", _Id, ForeignKey("cases.id"), index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),
    # The very text that was hashed; reading it as JSON would forgive a changed blank.
    Column("detail", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

desk_user = Table(
    "desk_user",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("role", EnumText(Role), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    # Secret of the second factor (RFC 6238), encrypted by the service's key; empty when there is none.
    Column("second_factor", Text, nullable=False, server_default=""),
    # The time step of the last code that was used: no code is good twice.
    Column("second_step", _Count, nullable=False, server_default="0"),
)

desk_session = Table(
    "desk_session",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("name", CleanText, ForeignKey("desk_user.name"), nullable=False, index=True),
    Column("expires", UtcDateTime, nullable=False),
)

asker = Table(
    "asker",
    metadata,
    # An address, or a domain with its @ before it.
    Column("address", CleanText, primary_key=True),
    Column("plan", CleanText, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("standing", EnumText(Standing), nullable=False, server_default=Standing.COUNTED.value),
)

charge = Table(
    "charge",
    metadata,
    Column("case_id", _Id, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    # The account that the consultation counts for, or the address of a guest.
    Column("payer", CleanText, nullable=False),
    Column("plan", CleanText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_charge_payer_at", "payer", "at"),
)

mailbox = Table(
    "mailbox",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("uid_validity", _Count, nullable=False, server_default="0"),
    Column("last_uid", _Count, nullable=False, server_default="0"),
    Column("lease_owner", CleanText, nullable=False, server_default=""),
    Column("lease_until", UtcDateTime),
    # When everything that lay there had been looked at: work done, not a process alive.
    Column("looked", UtcDateTime),
    Column("waiting", Integer, nullable=False, server_default="0"),
    Column("trouble", CleanText, nullable=False, server_default=""),
)

mailbox_mail = Table(
    "mailbox_mail",
    metadata,
    Column("mailbox", CleanText, ForeignKey("mailbox.name"), primary_key=True),
    Column("uid_validity", _Count, primary_key=True, autoincrement=False),
    Column("uid", _Count, primary_key=True, autoincrement=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("kept", Boolean, nullable=False),
    Column("reason", CleanText, nullable=False, server_default=""),
)

delivery = Table(
    "delivery",
    metadata,
    # The hash of a content without the trace fields that each way here adds at its top.
    Column("fingerprint", Text, primary_key=True),
    Column("recipient", CleanText, primary_key=True),
    Column("message_id", _Count, ForeignKey("message.id", ondelete="CASCADE"), nullable=False),
)

reading = Table(
    "reading",
    metadata,
    # A hash of whoever reads code pages as a guest, and the month in which the page was read.
    Column("reader", CleanText, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("page", CleanText, primary_key=True),
)
