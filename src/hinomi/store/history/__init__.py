"""The history: many rows. Six records of the wire and the conversations, as files.

    history = home.history
    history.table("exchange", ["time", "operation"], where="client_ip = ?", params=["10.0.0.1"])
    history.sql("SELECT count(*) FROM flow WHERE service = 'dicom'")

Views in SQL: flow, clue, exchange, reading, note, coverage, conversation. Time columns are BIGINT
nanoseconds (UTC, the tap's clock); words are VARCHAR.
"""

from hinomi.store.history.evidence import EvidenceFile
from hinomi.store.history.history import CONVERSATION_SCHEMA, RECORDS, History

__all__ = ["CONVERSATION_SCHEMA", "RECORDS", "EvidenceFile", "History"]
