"""Names of what the history keeps; imports nothing heavy, so that everything may import it."""

WIRE_RECORDS = ("flow", "clue", "exchange", "reading", "note", "coverage")
# Format of a segment that still grows; sealed ones are "arrow".
LIVE = "live"
RECORDS = (*WIRE_RECORDS, "conversation")
