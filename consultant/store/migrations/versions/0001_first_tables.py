"""The first tables, the head of the history, and the triggers that keep history and mail unchanged.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_GENESIS = "0" * 64

_SQLITE_TRIGGERS = (
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END",
    "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END",
    (
        "CREATE TRIGGER raw_mail_is_never_changed BEFORE UPDATE ON raw_mail "
        "WHEN (old.content IS NOT NULL AND new.content IS NOT NULL) OR new.sha256 <> old.sha256 OR new.size <> old.size "
        "BEGIN SELECT RAISE(ABORT, 'the bytes of a mail are never changed'); END"
    ),
)
_POSTGRES_TRIGGERS = (
    (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    ),
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    (
        "CREATE TRIGGER raw_mail_is_never_changed BEFORE UPDATE ON raw_mail FOR EACH ROW "
        "WHEN ((old.content IS NOT NULL AND new.content IS NOT NULL) OR new.sha256 <> old.sha256 OR new.size <> old.size) "
        "EXECUTE FUNCTION refuse_change()"
    ),
)


def upgrade() -> None:
    """Make everything."""
    _raw_mail()
    _cases()
    _messages()
    _work_on_cases()
    _outbox()
    _history()
    _people()
    for trigger in _SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else _POSTGRES_TRIGGERS:
        op.execute(trigger)


def _id() -> sa.Column[int]:
    return sa.Column("id", _ID, primary_key=True, autoincrement=True)


def _of_case(table: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column("case_id", _ID, sa.ForeignKey("cases.id", name=f"fk_{table}_case_id_cases"), nullable=nullable)


def _text(name: str, *, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _raw_mail() -> None:
    op.create_table(
        "raw_mail",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", _ID, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("sha256", name="pk_raw_mail"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        _id(),
        _text("state"),
        _text("reason", default=""),
        _text("sender", default=""),
        _text("subject", default=""),
        sa.Column("received", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _text("opened_by", default=""),
        _text("lease_owner", default=""),
        sa.Column("lease_until", _MOMENT),
        sa.Column("due", _MOMENT),
        sa.Column("purged", _MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_state_due", "cases", ["state", "due"])
    op.create_index("ix_cases_received", "cases", ["received"])


def _messages() -> None:
    op.create_table(
        "message",
        _id(),
        _of_case("message"),
        sa.Column("sha256", sa.Text, sa.ForeignKey("raw_mail.sha256", name="fk_message_sha256_raw_mail"), nullable=False),
        _text("recipient"),
        sa.Column("received", _MOMENT, nullable=False),
        _text("source"),
        _text("envelope"),
        sa.Column("parsed", sa.Text),
        sa.UniqueConstraint("sha256", "recipient", name="uq_message_sha256_recipient"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_case_id", "message", ["case_id"])


def _work_on_cases() -> None:
    op.create_table(
        "analysis",
        _id(),
        _of_case("analysis"),
        sa.Column("made", _MOMENT, nullable=False),
        _text("analysis"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_analysis_case_id", "analysis", ["case_id"])
    op.create_table(
        "draft",
        _id(),
        _of_case("draft"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("kind"),
        _text("letter"),
        _text("hash"),
        _text("written_by"),
        sa.Column("written", _MOMENT, nullable=False),
        sa.UniqueConstraint("case_id", "version", name="uq_draft_case_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "decision",
        _id(),
        _of_case("decision"),
        sa.Column("draft_id", _ID, sa.ForeignKey("draft.id", name="fk_decision_draft_id_draft")),
        _text("draft_hash"),
        _text("action"),
        _text("consultant"),
        _text("reason"),
        sa.Column("decided", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_case_id", "decision", ["case_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        _id(),
        _of_case("outbox"),
        _text("key"),
        _text("letter_name"),
        _text("message_id"),
        _text("reverse_path"),
        _text("recipient"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        _text("state"),
        _text("reason", default=""),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("uncertain", sa.Integer, nullable=False, server_default="0"),
        sa.Column("queued", _MOMENT, nullable=False),
        sa.Column("due", _MOMENT),
        sa.Column("tried", _MOMENT),
        sa.Column("lease_until", _MOMENT),
        sa.Column("sent", _MOMENT),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due"])
    op.create_index("ix_outbox_queued", "outbox", ["queued"])


def _history() -> None:
    head = op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("length", _ID, nullable=False),
        _text("hash"),
        sa.PrimaryKeyConstraint("id", name="pk_chain_head"),
    )
    op.bulk_insert(head, [{"id": 1, "length": 0, "hash": _GENESIS}])
    op.create_table(
        "event",
        sa.Column("seq", _ID, nullable=False, autoincrement=False),
        _of_case("event", nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        _text("actor"),
        _text("kind"),
        _text("detail"),
        _text("hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
    )
    op.create_index("ix_event_case_id", "event", ["case_id"])


def _people() -> None:
    op.create_table(
        "desk_user",
        _text("name"),
        _text("role"),
        _text("password_hash"),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_desk_user"),
    )
    op.create_table(
        "desk_session",
        _text("token_hash"),
        sa.Column("name", sa.Text, sa.ForeignKey("desk_user.name", name="fk_desk_session_name_desk_user"), nullable=False),
        sa.Column("expires", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_desk_session"),
    )
    op.create_index("ix_desk_session_name", "desk_session", ["name"])
    op.create_table(
        "asker",
        _text("address"),
        _text("plan"),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_asker"),
    )
