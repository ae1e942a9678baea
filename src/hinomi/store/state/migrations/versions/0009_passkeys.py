"""Passkeys. Frozen: a later change is a new migration."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "passkey",
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("id", "credential", "person", "handle", "label")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("place", "key")],
        sa.Column("count", sa.BigInteger(), nullable=False),
        *[sa.Column(name, sa.Boolean(), nullable=False) for name in ("checks", "synced")],
        sa.Column("transports", sa.Text(), nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "used")],
        sa.ForeignKeyConstraint(["person"], ["person.name"], name=op.f("fk_passkey_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_person"), "passkey", ["person"])
