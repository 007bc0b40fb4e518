"""Mailboxes that are fetched from, their leases, what was fetched and still lies there, and how a delivery is known again.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the three tables; deliveries of before are known by their hash alone, as they were."""
    op.create_table(
        "mailbox",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("uid_validity", _NUMBER, nullable=False, server_default="0"),
        sa.Column("last_uid", _NUMBER, nullable=False, server_default="0"),
        sa.Column("lease_owner", sa.Text, nullable=False, server_default=""),
        sa.Column("lease_until", _MOMENT),
        sa.Column("looked", _MOMENT),
        sa.Column("waiting", sa.Integer, nullable=False, server_default="0"),
        sa.Column("trouble", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("name", name="pk_mailbox"),
    )
    op.create_table(
        "mailbox_mail",
        sa.Column("mailbox", sa.Text, sa.ForeignKey("mailbox.name", name="fk_mailbox_mail_mailbox_mailbox"), nullable=False),
        sa.Column("uid_validity", _NUMBER, nullable=False),
        sa.Column("uid", _NUMBER, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("mailbox", "uid_validity", "uid", name="pk_mailbox_mail"),
    )
    op.create_table(
        "delivery",
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("message_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_delivery_message_id_message", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fingerprint", "recipient", name="pk_delivery"),
    )
