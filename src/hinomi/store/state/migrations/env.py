"""Alembic's entry: always runs on the connection it is given."""

from alembic import context

from hinomi.store.state.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
