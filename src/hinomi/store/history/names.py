"""Names of what the history keeps; imports nothing heavy, so that everything may import it."""

WIRE_RECORDS = ("flow", "clue", "exchange", "reading", "note", "coverage")
RECORDS = (*WIRE_RECORDS, "conversation")
