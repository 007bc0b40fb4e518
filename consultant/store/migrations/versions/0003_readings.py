"""Which code pages guests have read in a month.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of readings."""
    op.create_table(
        "reading",
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reader", "month", "page", name="pk_reading"),
    )
