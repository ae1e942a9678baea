"""Register of remote paths: weekly times, countries, when a path was ended. Frozen: change by a new one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("remote_path", sa.Column("weekly", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("remote_path", sa.Column("countries", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("remote_path", sa.Column("ended_at", sa.BigInteger()))
