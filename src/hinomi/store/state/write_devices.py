"""Devices into the tables: only what changed is written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, select, update

from hinomi.model import Address, Attribute, Device
from hinomi.store.state import tables as t
from hinomi.store.state.bulk import insert_rows
from hinomi.store.state.codec import clean, device_from_json, device_to_json, dumps
from hinomi.store.state.shapes import DeviceChanges

SHOWN = 8  # addresses in the list of devices; the device page has them all
_ATTRIBUTES = ("category", "type", "manufacturer", "model", "serial", "software_version", "os", "department")


def put(connection: Connection, site: str, devices: Sequence[Device]) -> DeviceChanges:
    """Makes `devices` the devices of `site`. One statement per kind of change, whatever the number."""
    known = {
        row.id: row.digest
        for row in connection.execute(select(t.device.c.id, t.device.c.digest).where(t.device.c.site == site))
    }
    new, changed, unchanged = [], [], 0
    addresses: list[dict[str, object]] = []
    readdressed: list[str] = []
    for device in devices:
        body = device_to_json(device)
        # blake2b, not hash(): the value must be the same in the next process.
        digest = hashlib.blake2b(body.encode(), digest_size=12).hexdigest()
        before = known.pop(device.id, None)
        if before == digest:
            unchanged += 1
            continue
        row = _row(device, site, body, digest)
        if before is None:
            new.append(row)
        else:
            changed.append({"_id": device.id, **row})
            readdressed.append(device.id)
        addresses.extend(_address_rows(device))
    _delete(connection, list(known), whole=True)
    _delete(connection, readdressed, whole=False)
    insert_rows(connection, t.device, new)
    if changed:
        statement = update(t.device).where(t.device.c.id == bindparam("_id"))
        connection.execute(statement.values({c.name: bindparam(c.name) for c in t.device.c if c.name != "id"}), changed)
    insert_rows(connection, t.device_address, addresses)
    return DeviceChanges(len(new), len(changed), unchanged, len(known))


def set_attribute(connection: Connection, id: str, name: str, value: str) -> None:
    """Shows a person's word on one attribute at once; the next run keeps it through its decision."""
    row = connection.execute(select(t.device.c.site, t.device.c.body).where(t.device.c.id == id)).one()
    device = device_from_json(id, row.body)
    old = device.attributes.get(name)
    device.attributes[name] = Attribute(
        name, value, 1.0, old.sources if old else [], old.rivals if old else [], by_person=True
    )
    if name == "type":
        device.group = ""  # it is known now
    body = device_to_json(device)
    digest = hashlib.blake2b(body.encode(), digest_size=12).hexdigest()
    connection.execute(update(t.device).where(t.device.c.id == id).values(_row(device, row.site, body, digest)))


def _newest(addresses: Sequence[Address]) -> list[Address]:
    return sorted(addresses, key=lambda a: -a.last)


def _row(device: Device, site: str, body: str, digest: str) -> dict[str, object]:
    newest = _newest(device.addresses) if len(device.addresses) > 1 else device.addresses
    ips = list(dict.fromkeys([a.ip for a in newest if a.ip]))
    macs = list(dict.fromkeys([a.mac for a in newest if a.mac]))
    services = list(dict.fromkeys([s.name for s in device.services if s.role == "offers" and s.name]))
    label = clean(device.label)
    stated = device.attributes
    kind = stated.get("type")
    hostname = device.value("hostname") or next(iter(device.names.get("hostname", ())), "")
    values = {name: clean(stated[name].value) if name in stated else "" for name in _ATTRIBUTES}
    words = [label, hostname, *ips, *macs, *services, *values.values(), device.zone or ""]
    for names in device.names.values():
        words += names
    # Each word on its own line, so that a whole one can be asked for.
    distinct = dict.fromkeys("\n".join(words).lower().split("\n"))
    distinct.pop("", None)
    return {
        "id": device.id,
        "site": site,
        "label": label,
        **values,
        "type_confidence": kind.confidence if kind else 0.0,
        "hostname": clean(hostname),
        "zone": device.zone or "",
        "outside": device.outside,
        "ips": dumps(ips[:SHOWN]),
        "macs": dumps(macs[:SHOWN]),
        "services": dumps(services),
        "first_seen": device.first,
        "last_seen": device.last,
        "search": clean("\n".join(["", *distinct, ""])),
        "digest": digest,
        "body": body,
    }


def _address_rows(device: Device) -> list[dict[str, object]]:
    return [
        {
            "device": device.id,
            "place": place,
            "mac": a.mac,
            "ip": a.ip,
            "vlan": a.vlan,
            "first_seen": a.first,
            "last_seen": a.last,
        }
        for place, a in enumerate(device.addresses)
    ]


def _delete(connection: Connection, ids: Sequence[str], *, whole: bool) -> None:
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        connection.execute(delete(t.device_address).where(t.device_address.c.device.in_(part)))
        if whole:
            connection.execute(delete(t.device).where(t.device.c.id.in_(part)))
