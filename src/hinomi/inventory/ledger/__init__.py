"""The hospital's own ledger (台帳): read as it is, and held against what the tap saw.

sheet = ledger.read(Path("機器台帳.xlsx"))     # recognised columns are shown and may be corrected
found = ledger.reconcile(sheet, devices)      # matched, unlisted, unseen, differing, with why
"""

from hinomi.inventory.ledger.read import Column, LedgerError, Note, Row, Sheet, fields, keys, read
from hinomi.inventory.ledger.reconcile import (
    Difference,
    Match,
    Reconciliation,
    Unseen,
    candidates,
    export,
    hearing,
    reconcile,
)

__all__ = [
    "Column",
    "Difference",
    "LedgerError",
    "Match",
    "Note",
    "Reconciliation",
    "Row",
    "Sheet",
    "Unseen",
    "candidates",
    "export",
    "fields",
    "hearing",
    "keys",
    "read",
    "reconcile",
]
