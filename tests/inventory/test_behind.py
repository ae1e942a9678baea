"""Gateways that speak for many: the devices behind them, and the same devices heard themselves."""

from __future__ import annotations

from typing import Any

from hinomi.inventory.behind import macs_in

GATEWAY = ("02:11:22:00:00:09", "10.0.2.50")
RECORD = ("02:11:22:00:00:0e", "10.0.5.10")
MONITOR = ("02:11:22:00:00:01", "10.0.2.11")
IDS = [
    "M-001^MAKER^021122FFFE000001^EUI-64",
    "M-002^MAKER^0090000000000002^EUI-64",
    "V-9^MAKER^0090000000000003^EUI-64",
]


def passed_on(tap: Any, host: tuple[str, str], ids: list[str]) -> Any:
    for number, identifier in enumerate(ids):
        kind = "SYS_PT_VENT" if identifier.startswith("V") else "MON_PHYSIO_MULTI_PARAM"
        tap.clue(*host, "hl7.behind", f"{identifier}|MDC_DEV_{kind}_MDS|ICU^10{number}^1")
        tap.clue(*host, "hl7.behind.manufacturer", f"{identifier}|Nowhere Medical")
        tap.clue(*host, "hl7.behind.serial", f"{identifier}|{identifier.split('^')[0]}")
    return tap


def test_each_device_behind_a_gateway_is_one_of_its_own(tap: Any) -> None:
    passed_on(tap, GATEWAY, IDS).talk(GATEWAY, RECORD, 2575, "hl7")
    found = tap.resolve()
    by_serial = {d.value("serial"): d for d in found.devices if d.value("serial")}
    assert set(by_serial) == {"M-001", "M-002", "V-9"}
    assert by_serial["M-001"].value("type") == "patient_monitor" and by_serial["V-9"].value("type") == "ventilator"
    assert by_serial["M-002"].value("location") == "ICU^101^1" and by_serial["M-002"].value("department") == "ICU"
    assert by_serial["M-002"].addresses == [] and by_serial["M-002"].names["spoken_for_as"]
    gateway = next(d for d in found.devices if any(a.ip == GATEWAY[1] for a in d.addresses))
    assert gateway.value("type") == "monitor_gateway" and gateway.value("serial") == ""
    assert gateway.value("manufacturer") == ""


def test_a_sender_that_speaks_for_itself_is_that_device(tap: Any) -> None:
    passed_on(tap, MONITOR, IDS[1:2]).talk(MONITOR, GATEWAY, 2575, "hl7")
    found = tap.resolve()
    assert len(found.devices) == 2
    monitor = next(d for d in found.devices if d.addresses[0].ip == MONITOR[1])
    assert monitor.value("type") == "patient_monitor" and monitor.value("serial") == "M-002"


def test_heard_itself_and_through_the_gateway_is_one_device(tap: Any) -> None:
    passed_on(tap, MONITOR, IDS[1:2]).talk(MONITOR, GATEWAY, 2575, "hl7")
    passed_on(tap, GATEWAY, IDS[1:]).talk(GATEWAY, RECORD, 2575, "hl7")
    found = tap.resolve()
    assert len([d for d in found.devices if d.value("serial") == "M-002"]) == 1
    assert len(found.devices) == 4  # monitor, ventilator behind, gateway, record


def test_the_hardware_address_in_an_identifier_finds_the_device(tap: Any) -> None:
    passed_on(tap, GATEWAY, IDS).talk(GATEWAY, RECORD, 2575, "hl7")
    tap.clue(*MONITOR, "dhcp.host_name", "mon1")
    found = tap.resolve()
    device = next(d for d in found.devices if any(a.mac == MONITOR[0] for a in d.addresses))
    assert device.value("serial") == "M-001" and device.value("hostname") == "mon1"


def test_a_gateway_for_one_device_is_not_that_device(tap: Any) -> None:
    """It takes in messages itself, so what it sends may not be its own."""
    passed_on(tap, GATEWAY, IDS[2:]).talk(GATEWAY, RECORD, 2575, "hl7").talk(("", "10.0.9.9"), GATEWAY, 2575, "hl7")
    found = tap.resolve()
    gateway = next(d for d in found.devices if any(a.ip == GATEWAY[1] for a in d.addresses))
    assert gateway.value("type") != "ventilator"
    assert [d.value("type") for d in found.devices if d.value("serial") == "V-9"] == ["ventilator"]


def test_devices_behind_keep_their_ids(tap: Any) -> None:
    passed_on(tap, GATEWAY, IDS)
    first = tap.resolve()
    second = tap.resolve(previous=first.devices)
    assert {d.id for d in first.devices} == {d.id for d in second.devices}


def test_eui64_holds_a_hardware_address() -> None:
    assert "02:54:42:00:28:08" in macs_in("tb9^x^025442fffe002808^eui-64")
    assert "00:11:22:00:00:01" in macs_in("02-11-22-ff-fe-00-00-01")
    assert macs_in("no-address^fffe") == [] and macs_in("") == []


def test_an_identifier_left_as_delivered_does_not_make_many_devices_one(tap: Any) -> None:
    for number in range(3):
        host = (f"02:11:22:00:01:0{number}", f"10.0.3.1{number}")
        tap.clue(*host, "hl7.behind", "MONITOR^MAKER|MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS|W^1").talk(
            host, GATEWAY, 2575, "hl7"
        )
    found = tap.resolve()
    monitors = [d for d in found.devices if d.value("type") == "patient_monitor"]
    assert len(monitors) == 3 and all(len(d.addresses) == 1 for d in monitors)


def test_a_gateway_for_one_that_was_heard_itself(tap: Any) -> None:
    passed_on(tap, ("02:11:22:00:09:09", "10.0.3.9"), IDS[:1])
    tap.clue(*MONITOR, "dhcp.host_name", "mon1")
    found = tap.resolve()
    monitor = next(d for d in found.devices if any(a.ip == MONITOR[1] for a in d.addresses))
    box = next(d for d in found.devices if any(a.ip == "10.0.3.9" for a in d.addresses))
    assert monitor.value("serial") == "M-001" and box.value("serial") == "" and len(found.devices) == 2
