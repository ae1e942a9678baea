"""Which devices changed is read from an index alone. Frozen: a later change is a new migration."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index(op.f("ix_device_site_id_digest"), "device", ["site", "id", "digest"], unique=False)
