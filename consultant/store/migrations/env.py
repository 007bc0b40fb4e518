"""How Alembic runs our migrations: always on the connection, and inside the transaction, that ``schema.migrate`` hands over.

Alembic executes this file each time it is asked for something; that is why it acts when it is run.
"""

from __future__ import annotations

from alembic import context

from consultant.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a table by making it anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
