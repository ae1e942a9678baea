"""The six records of the wire: schemas and column names, generated from `schema/records.toml`."""

from .generated import CLUE, COVERAGE, DOCS, EXCHANGE, FLOW, NOTE, READING, RECORDS, SCHEMAS

__all__ = ["CLUE", "COVERAGE", "DOCS", "EXCHANGE", "FLOW", "NOTE", "READING", "RECORDS", "SCHEMAS"]
