"""Unknown devices are grouped by likeness; known and silent ones are not."""

from __future__ import annotations

from typing import Any


def odd(tap: Any, number: int, kind: str, **more: str) -> None:
    host = (f"00:50:c2:00:0{number // 10}:{number % 10:02x}", f"10.0.4.{number}")
    tap.clue(*host, "dhcp.vendor_class", kind).clue(*host, "dhcp.parameter_list", "1,3,99")
    tap.clue(*host, "tcp.syn", "64:1024:m1400-N")
    for clue, value in more.items():
        tap.clue(*host, clue.replace("_", ".", 1), value)


def test_alike_unknown_devices_share_a_group(tap: Any) -> None:
    for number in range(1, 5):
        odd(tap, number, "Thing-A")
    for number in range(11, 13):
        odd(tap, number, "Thing-B")
    odd(tap, 21, "Thing-C")
    found = {d.addresses[0].ip: d.group for d in tap.resolve().devices}
    assert len({found[f"10.0.4.{n}"] for n in range(1, 5)}) == 1 and found["10.0.4.1"]
    assert found["10.0.4.11"] == found["10.0.4.12"] != found["10.0.4.1"]
    assert found["10.0.4.21"] == ""


def test_groups_stay_from_run_to_run(tap: Any) -> None:
    odd(tap, 1, "Thing-A")
    odd(tap, 2, "Thing-A")
    first = tap.resolve()
    assert [d.group for d in first.devices] == [d.group for d in tap.resolve(previous=first.devices).devices]


def test_devices_that_told_their_model_and_not_their_type_stand_together(tap: Any) -> None:
    for number in range(1, 5):
        host = (f"02:50:c2:00:00:{number:02x}", f"10.0.4.{number}")
        tap.clue(*host, "mqtt.device.manufacturer", "Aoi Works").clue(
            *host, "mqtt.device.model", f"AW-{1 + number % 2}"
        )
    found = {d.addresses[0].ip: d.group for d in tap.resolve().devices}
    assert found["10.0.4.1"] == found["10.0.4.3"] != found["10.0.4.2"] == found["10.0.4.4"]
    assert "" not in found.values()


def test_known_devices_and_silent_ones_have_none(tap: Any) -> None:
    for number in (1, 2):
        odd(tap, number, "Thing-A", dicom_equipment="x")
        tap.clue(f"00:50:c2:00:00:{number:02x}", f"10.0.4.{number}", "dicom.equipment.modality", "CT")
    tap.talk(("", "10.0.5.1"), ("", "10.0.5.2"), 7777, None)
    assert {d.group for d in tap.resolve().devices} == {""}
