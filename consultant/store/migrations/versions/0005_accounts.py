"""Accounts with a standing, and the consultations that count for each.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the column and the table; consultations of before count for nobody."""
    op.add_column("asker", sa.Column("standing", sa.Text, nullable=False, server_default="counted"))
    op.create_table(
        "charge",
        sa.Column("case_id", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_charge_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", name="pk_charge"),
    )
    op.create_index("ix_charge_payer_at", "charge", ["payer", "at"])
