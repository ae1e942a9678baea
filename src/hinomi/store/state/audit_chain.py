"""The audit chain: each entry's hash covers the one before, so that nothing can be taken out or
changed in the middle. Its head has to leave the machine to protect the end as well."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select

from hinomi.store.state import tables as t
from hinomi.store.state.codec import canonical, clean
from hinomi.store.state.shapes import AuditVerdict


def entry_hash(seq: int, at: int, actor: str, act: str, subject: str, detail: str, previous: str) -> str:
    """SHA-256 (hex) over the previous hash and the canonical JSON of the entry."""
    content = canonical({"seq": seq, "at": at, "actor": actor, "act": act, "subject": subject, "detail": detail})
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def append(connection: Connection, at: int, actor: str, act: str, subject: str, detail: str) -> None:
    """Adds an entry. The caller's transaction is the only one that writes (see `engine.writing`)."""
    newest = select(t.audit.c.seq, t.audit.c.hash).order_by(t.audit.c.seq.desc()).limit(1)
    row = connection.execute(newest).first()
    seq, previous = (row.seq + 1, row.hash) if row else (1, "")
    actor, act, subject = clean(actor), clean(act), clean(subject)
    connection.execute(
        insert(t.audit).values(
            seq=seq,
            at=at,
            actor=actor,
            act=act,
            subject=subject,
            detail=detail,
            previous=previous,
            hash=entry_hash(seq, at, actor, act, subject, detail, previous),
        )
    )


def verify(connection: Connection) -> AuditVerdict:
    """Recomputes every hash, in order."""
    previous, entries = "", 0
    rows = connection.execution_options(stream_results=True).execute(select(t.audit).order_by(t.audit.c.seq))
    for row in rows:
        entries += 1
        problem = ""
        if row.seq != entries:
            problem = "gap"
        elif row.previous != previous:
            problem = "previous"
        elif row.hash != entry_hash(row.seq, row.at, row.actor, row.act, row.subject, row.detail, row.previous):
            problem = "hash"
        if problem:
            return AuditVerdict(entries, previous, row.seq, problem)
        previous = row.hash
    return AuditVerdict(entries, previous, None, "")
