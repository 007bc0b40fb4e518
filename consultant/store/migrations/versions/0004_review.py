"""What review needs: priority and order of the queue, who made an analysis, codes of cases, and second factors.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add columns with defaults, so that nothing kept is written anew; cases of before have no codes to be found by."""
    op.add_column("cases", sa.Column("priority", sa.Integer, nullable=False, server_default="1"))
    op.create_index("ix_cases_queue", "cases", ["state", "priority", "received", "id"])
    op.create_index("ix_cases_state_id", "cases", ["state", "id"])
    op.create_index("ix_cases_sender", "cases", ["sender"])
    op.add_column("analysis", sa.Column("made_by", sa.Text, nullable=False, server_default="engine"))
    op.add_column("desk_user", sa.Column("second_factor", sa.Text, nullable=False, server_default=""))
    op.add_column("desk_user", sa.Column("second_step", _NUMBER, nullable=False, server_default="0"))
    op.create_table(
        "case_code",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("family", sa.Text, nullable=False, server_default=""),
        sa.Column("by_engine", sa.Boolean, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_code_case_id_cases"),
        sa.PrimaryKeyConstraint("code", "case_id", name="pk_case_code"),
    )
    op.create_index("ix_case_code_case_id", "case_code", ["case_id"])
