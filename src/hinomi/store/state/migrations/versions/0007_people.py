"""People, sessions, tokens. Frozen: a later change is a new migration."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _flag(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "person",
        *_text("name", "shown", "role", "password"),
        *_flag("short", "first"),
        *_text("totp", "totp_new"),
        *_whole("totp_step"),
        *_flag("disabled"),
        *_text("by"),
        *_whole("at"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_person")),
    )
    op.create_table(
        "session",
        *_text("id", "digest", "person"),
        *_whole("at", "seen", "until"),
        *_text("address", "agent"),
        sa.ForeignKeyConstraint(["person"], ["person.name"], name=op.f("fk_session_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_index(op.f("ix_session_person"), "session", ["person"])
    op.create_table(
        "api_token",
        *_text("id", "digest", "person", "label", "scope"),
        *_whole("at", "until", "used_day"),
        *_flag("revoked"),
        sa.ForeignKeyConstraint(["person"], ["person.name"], name=op.f("fk_api_token_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_person"), "api_token", ["person"])
    op.create_table(
        "sign_in_wait",
        *_text("key"),
        sa.Column("failures", sa.Integer(), nullable=False),
        *_whole("at", "until"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_wait")),
    )
