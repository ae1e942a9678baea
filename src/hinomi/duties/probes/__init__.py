"""Probes: each answers one matter of the checklist from what was heard. Words: `knowledge/duties/probes.toml`."""

from hinomi.duties.evidence import Probe
from hinomi.duties.probes.assets import disclosure, ledger, obsolete
from hinomi.duties.probes.flows import (
    admin_accounts,
    backup_flows,
    cleartext_credentials,
    log_flows,
    needless_services,
)
from hinomi.duties.probes.remote import remote_maintenance, remote_without_gateway, source_restriction

PROBES: dict[str, Probe] = {
    "ledger": ledger,
    "disclosure": disclosure,
    "obsolete": obsolete,
    "remote_maintenance": remote_maintenance,
    "remote_without_gateway": remote_without_gateway,
    "source_restriction": source_restriction,
    "needless_services": needless_services,
    "cleartext_credentials": cleartext_credentials,
    "admin_accounts": admin_accounts,
    "log_flows": log_flows,
    "backup_flows": backup_flows,
}
