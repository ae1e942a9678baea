"""The state: captures, devices, zones, people's decisions, findings, marks, registers, audit.

    state = State("sqlite:////path/state.db", site="site-1a2b3c4d")
    page = state.devices(text="ct", zone="imaging", limit=50)
    with state.transaction() as tx:          # what a run writes, in one step
        tx.put_capture(...)

Each method of `State` is one transaction of its own. Reads return the dataclasses of
`hinomi.model` and `hinomi.store.state.shapes`. Use from several threads is allowed.
"""

from hinomi.store.state.shapes import (
    AuditEntry,
    AuditFilter,
    AuditVerdict,
    Capture,
    DeviceChanges,
    DeviceSummary,
    Finding,
    FindingChanges,
    FindingEvent,
    HistoryFile,
    IndicatorList,
    Mark,
    Notice,
    Page,
    RemotePath,
    WeeklyTime,
)
from hinomi.store.state.state import State
from hinomi.store.state.transaction import Transaction

__all__ = [
    "AuditEntry",
    "AuditFilter",
    "AuditVerdict",
    "Capture",
    "DeviceChanges",
    "DeviceSummary",
    "Finding",
    "FindingChanges",
    "FindingEvent",
    "HistoryFile",
    "IndicatorList",
    "Mark",
    "Notice",
    "Page",
    "RemotePath",
    "State",
    "Transaction",
    "WeeklyTime",
]
