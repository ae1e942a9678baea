"""Columns of a conversation; imports nothing, so that everything may import it."""

# (name, Arrow type): who talked to whom with what, by the hour.
CONVERSATION_SCHEMA: tuple[tuple[str, str], ...] = (
    ("site", "string"),
    ("hour", "int64"),  # start of the hour in which the flows began, ns
    ("client_mac", "string"),
    ("client_ip", "string"),
    ("server_mac", "string"),
    ("server_ip", "string"),
    ("vlan", "uint16"),  # null: untagged
    ("proto", "string"),
    ("server_port", "uint16"),  # 0 for protocols without ports
    ("service", "string"),  # null: not recognised
    ("flows", "uint64"),
    ("answered", "uint64"),
    ("refused", "uint64"),
    ("unanswered", "uint64"),
    ("half_heard", "uint64"),
    ("bytes_up", "uint64"),  # IP-layer bytes from the client
    ("bytes_down", "uint64"),
    ("packets", "uint64"),  # both ways
    ("first", "int64"),
    ("last", "int64"),
    ("names", "list<string>"),  # SNI, HTTP Host …; at most 8, in the order of the alphabet
    ("capture", "string"),  # best evidence: first packet of the first answered flow, else of the first
    ("packet", "uint64"),
    ("offset", "uint64"),
)
NAMES_MAX = 8
