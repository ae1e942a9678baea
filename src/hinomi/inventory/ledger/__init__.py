"""The hospital's own ledger (台帳): read as it is, and held against what the tap saw.

sheet = ledger.read(Path("機器台帳.xlsx"))     # recognised columns are shown and may be corrected
found = ledger.reconcile(sheet, devices)      # matched, unlisted, unseen, differing, with why
"""

from hinomi.inventory.ledger.read import LedgerError, Row, Sheet, read
from hinomi.inventory.ledger.reconcile import Difference, Match, Reconciliation, export, reconcile

__all__ = ["Difference", "LedgerError", "Match", "Reconciliation", "Row", "Sheet", "export", "read", "reconcile"]
