"""The tables of the state, once. Plain Core tables: the ORM would cost every command 80 ms.

The migrations under `migrations/versions` build them; a test holds the two together.
Times are BIGINT nanoseconds, objects with a story are JSON text (written canonically, so that
the same text means the same thing on SQLite and PostgreSQL).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for INTEGER PRIMARY KEY.
_Serial = BigInteger().with_variant(Integer(), "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

capture = Table(
    "capture",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("sensor", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("kept", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("run", Text, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("packets", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("records", Text, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("problem", Text, nullable=False),
    Column("details", Text, nullable=False),
)

history_file = Table(
    "history_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("record", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("run", Text, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("type_confidence", Float, nullable=False),
    Column("manufacturer", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("software_version", Text, nullable=False),
    Column("os", Text, nullable=False),
    Column("hostname", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("outside", Boolean, nullable=False),
    Column("ips", Text, nullable=False),
    Column("macs", Text, nullable=False),
    Column("services", Text, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("search", Text, nullable=False),  # lower-case words of everything above
    Column("digest", Text, nullable=False),  # of body: an unchanged device is not written again
    Column("body", Text, nullable=False),  # attributes with sources, addresses, names, services
    Index(None, "site", "zone"),
    Index(None, "site", "type"),
    Index(None, "site", "id", "digest"),  # which devices changed, without walking their bodies
)

device_address = Table(
    "device_address",
    metadata,
    Column("device", Text, ForeignKey("device.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("mac", Text, nullable=False),
    Column("ip", Text, nullable=False),
    Column("vlan", Integer),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Index(None, "ip"),
    Index(None, "mac"),
)

zone = Table(
    "zone",
    metadata,
    Column("site", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_ja", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("subnets", Text, nullable=False),
    Column("vlan", Integer),
    Column("by_person", Boolean, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("attribute", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "device"),
)

finding = Table(
    "finding",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("detection", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("severity_rank", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("in_use", Boolean),
    Column("story", Text, nullable=False),
    Column("devices", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("reproduced_at", BigInteger, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_last", BigInteger),  # last_seen when it was decided: newer traffic reopens
    Column("reason", Text, nullable=False),
    Column("until", BigInteger),
    UniqueConstraint("site", "detection", "key"),
    Index(None, "site", "status"),
)

finding_device = Table(
    "finding_device",
    metadata,
    Column("finding", Text, ForeignKey("finding.id"), primary_key=True),
    Column("device", Text, primary_key=True),
    Column("place", Integer, nullable=False),  # 0: the one to act on first
    Index(None, "device"),
)

finding_event = Table(
    "finding_event",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("finding", Text, ForeignKey("finding.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", BigInteger),
    Index(None, "finding"),
)

interval = Table(
    "interval",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("capture", Text, nullable=False),
    Column("packet", BigInteger, nullable=False),
    Column("byte_offset", BigInteger, nullable=False),
    Index(None, "site", "device"),
    Index(None, "site", "location"),
)

mark = Table(
    "mark",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("end_time", BigInteger),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "site", "location", "time"),
)

remote_path = Table(
    "remote_path",
    metadata,
    Column("site", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("peers", Text, nullable=False),
    Column("devices", Text, nullable=False),
    Column("services", Text, nullable=False),
    Column("windows", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("box", Text, nullable=False),
    Column("firmware", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("ticket", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("weekly", Text, nullable=False, server_default="[]"),
    Column("countries", Text, nullable=False, server_default="[]"),
    Column("ended_at", BigInteger),
)

# What people file for the duties: answers, registers, incidents and their log. Rows are only added; the newest
# row of an id is how it stands, the older ones are how it stood.
filed = Table(
    "filed",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("gone", Boolean, nullable=False),
    Index(None, "site", "kind"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("header_row", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    Column("rows", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("replaced", Boolean, nullable=False),
    Index(None, "site", "replaced"),
)

ledger_link = Table(
    "ledger_link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("row_key", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "site"),
)

# What switches and DHCP servers told: pasted or from a file. One source's rows are replaced together.
told_place = Table(
    "told_place",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("mac", Text, nullable=False),
    Column("ip", Text, nullable=False),
    Column("hostname", Text, nullable=False),
    Column("port", Text, nullable=False),
    Column("vlan", Integer),
    Column("until", BigInteger),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "site", "mac"),
)

document = Table(
    "document",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("manufacturer", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("components", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
    Index(None, "site"),
)

# A person's word on one weakness of one device: wins over the matching, and survives.
weakness_word = Table(
    "weakness_word",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("weakness", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "site"),
)

# A person's word on what is usual for a device: stands above what was learnt, and survives.
habit_word = Table(
    "habit_word",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("kind", Text, nullable=False),  # peer, outside, service
    Column("value", Text, nullable=False),
    Column("usual", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "site"),
)

indicator_list = Table(
    "indicator_list",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("skipped", Text, nullable=False),  # reason -> how many
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("site", "name"),
)

indicator = Table(
    "indicator",
    metadata,
    Column("list", Text, ForeignKey("indicator_list.id"), primary_key=True),
    Column("kind", Text, primary_key=True),  # ip, net, domain, ja4, certificate
    Column("value", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("until", BigInteger, nullable=False),  # 0: without end
)

notice = Table(
    "notice",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("finding", Text, ForeignKey("finding.id"), nullable=False),
    Column("event", BigInteger, nullable=False),  # seq of the finding's event
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", Text, nullable=False),  # waiting, sent, given_up, not_needed
    Column("error", Text, nullable=False),
    Column("done_at", BigInteger),
    UniqueConstraint("channel", "event"),
    Index(None, "site", "state", "due_at"),
)

# Who may use Hinomi. Nobody is ever removed: the audit chain names them.
person = Table(
    "person",
    metadata,
    Column("name", Text, primary_key=True),
    Column("shown", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),  # Argon2id
    Column("short", Boolean, nullable=False),  # a password that needs the second factor
    Column("first", Boolean, nullable=False),  # a password that somebody else gave
    Column("totp", Text, nullable=False),  # sealed; "" without
    Column("totp_new", Text, nullable=False),  # sealed, not yet confirmed
    Column("totp_step", BigInteger, nullable=False),  # the newest step used: a code counts once
    Column("disabled", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),  # to name it in a list; opens nothing
    Column("digest", Text, nullable=False, unique=True),  # of the secret in the cookie
    Column("person", Text, ForeignKey("person.name"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Index(None, "person"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("person", Text, ForeignKey("person.name"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("used_day", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Index(None, "person"),
)

# Keys that a person's phone, computer or security key holds (WebAuthn); here only their public half.
passkey = Table(
    "passkey",
    metadata,
    Column("id", Text, primary_key=True),
    Column("credential", Text, nullable=False, unique=True),
    Column("person", Text, ForeignKey("person.name"), nullable=False),
    Column("handle", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("checks", Boolean, nullable=False),
    Column("synced", Boolean, nullable=False),
    Column("transports", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Index(None, "person"),
)

# Whom a sign-in service of the hospital names, and as whom that person is known here.
identity = Table(
    "identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.name"), nullable=False),
    Column("at", BigInteger, nullable=False),
)

# How often a name or an address was wrong lately, and until when it has to wait.
sign_in_wait = Table(
    "sign_in_wait",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
