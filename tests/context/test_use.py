"""In use on a patient: from readings, studies and procedure steps; and unknown is not free."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from hinomi.context import InUse, intervals
from hinomi.context.signs import READING_GAP_NS
from hinomi.inventory import HostIndex
from hinomi.inventory.resolver import Inventory
from hinomi.model import Address, Attribute, Device, Interval

S = 1_000_000_000
HOUR = 3600 * S
MON, GATEWAY, CT, PACS = "10.0.1.1", "10.0.1.9", "10.0.2.1", "10.0.2.9"


def device(name: str, ip: str, type_id: str, spoken: list[str] | None = None) -> Device:
    names = {"spoken_for_as": spoken} if spoken else {}
    attributes = {"type": Attribute("type", type_id, 0.9)}
    return Device(name, "s", [Address("", ip, None, 0, 9 * HOUR)], attributes, names, [], None, False, 0, 9 * HOUR)


def inventory() -> Inventory:
    devices = [
        device("mon", MON, "patient_monitor", ["SER1^MAKER^0011^EUI-64"]),
        device("gw", GATEWAY, "monitor_gateway"),
        device("ct", CT, "ct"),
        device("pacs", PACS, "pacs"),
    ]
    return Inventory(devices, [], HostIndex(devices))


def reading(
    seconds: float, ip: str = MON, source: str = "", location: str = "ICU^1", patient: str = "P-1"
) -> dict[str, Any]:
    return {
        "time": int(seconds * S),
        "host_mac": "",
        "host_ip": ip,
        "source": source,
        "location": location,
        "patient": patient,
        "capture": "c0",
        "packet": int(seconds) + 1,
        "offset": 24,
    }


def exchange(seconds: float, operation: str, client: str = CT, patient: str = "P-1", **detail: str) -> dict[str, Any]:
    return {
        "time": int(seconds * S),
        "operation": operation,
        "outcome": "ok",
        "client_mac": "",
        "client_ip": client,
        "patient": patient,
        "detail": json.dumps(detail),
        "capture": "c0",
        "packet": 7,
        "offset": 24,
    }


NO_READINGS = pa.Table.from_pylist([reading(0)]).slice(0, 0)
NO_EXCHANGES = pa.Table.from_pylist([exchange(0, "C-ECHO")]).slice(0, 0)


def of(readings: list[dict[str, Any]], exchanges: list[dict[str, Any]]) -> list[Interval]:
    return intervals(
        pa.Table.from_pylist(readings) if readings else NO_READINGS,
        pa.Table.from_pylist(exchanges) if exchanges else NO_EXCHANGES,
        inventory(),
    )


def test_nothing_heard_is_no_interval() -> None:
    assert of([], []) == []


def test_a_stream_of_readings_is_one_use_with_its_proof() -> None:
    found = of([reading(t) for t in (30, 10, 20, 40)], [])
    assert [(i.device, i.start, i.end, i.why, i.patient, i.location) for i in found] == [
        ("mon", 10 * S, 45 * S, "hl7_oru", "P-1", "ICU^1")  # between the last set and the one that did not come
    ]
    assert found[0].evidence.packet == 11


def test_a_long_pause_ends_a_use_and_another_patient_begins_one() -> None:
    gap = READING_GAP_NS / S
    assert len(of([reading(0), reading(gap)], [])) == 1
    assert len(of([reading(0), reading(gap + 1)], [])) == 2
    assert len(of([reading(0), reading(5, patient="P-2")], [])) == 2


def flow(number: int, last: float, ended_by: str = "fin") -> dict[str, Any]:
    return {"flow_id": number, "phase": "end", "ended_by": ended_by, "last": int(last * S)}


def ends(rows: list[dict[str, Any]], flows: list[dict[str, Any]]) -> list[int]:
    found = intervals(pa.Table.from_pylist(rows), NO_EXCHANGES, inventory(), pa.Table.from_pylist(flows))
    return [i.end for i in found]


def test_a_device_that_hangs_up_soon_after_its_last_set_was_there_until_then() -> None:
    one = [reading(10) | {"flow_id": 4}]
    assert ends(one, [flow(3, 20), flow(4, 30)]) == [30 * S]
    assert ends(one, [flow(4, 30, "idle")]) == [10 * S]  # nobody hung up
    assert ends(one, [flow(4, 90)]) == [10 * S]  # a connection kept open proves nothing
    assert ends(one, [flow(4, 10)]) == ends(one, [flow(3, 20)]) == [10 * S]


def test_a_gateway_that_hangs_up_says_nothing_of_the_device_behind_it() -> None:
    assert ends([reading(10, GATEWAY, "ser1^maker^0011^EUI-64") | {"flow_id": 4}], [flow(4, 30)]) == [10 * S]


def test_what_a_gateway_passes_on_is_the_use_of_the_device_behind_it() -> None:
    found = of([reading(t, GATEWAY, "ser1^maker^0011^EUI-64") for t in (10, 20)] + [reading(15, MON)], [])
    assert [(i.device, i.start, i.end) for i in found] == [("mon", 10 * S, 22 * S + S // 2)]


def test_a_study_is_a_use_of_the_maker_of_the_images_only() -> None:
    rows = [exchange(t, "C-STORE", study="H-1") for t in (100, 110)]
    rows += [exchange(200, "C-STORE", PACS), exchange(300, "C-STORE", originator="WS")]
    found = of([], rows)
    assert [(i.device, i.start, i.end, i.why) for i in found] == [("ct", 100 * S, 110 * S, "dicom_study")]


def test_a_procedure_step_lasts_from_creation_to_its_end() -> None:
    rows = [exchange(100, "N-CREATE", instance="H-7"), exchange(400, "N-SET", patient="", instance="H-7")]
    assert [(i.start, i.end, i.why) for i in of([], rows)] == [(100 * S, 400 * S, "mpps")]
    assert of([], [exchange(400, "N-SET", instance="H-9")]) == []


def test_a_detail_that_cannot_be_read_is_borne() -> None:
    row = exchange(100, "C-STORE")
    row["detail"] = "{"
    assert len(of([], [row])) == 1


def coverage(heard: str) -> pa.Table:
    return pa.table({"hour": [0, HOUR], "subnet": ["10.0.1.0/24"] * 2, "heard": [heard] * 2})


def test_silence_never_means_free() -> None:
    found = of([reading(t) for t in (10, 20)], [])
    devices = inventory().devices
    unheard, heard = InUse(found, devices), InUse(found, devices, coverage("both"))
    assert unheard.in_use_at("mon", 15 * S) is True
    assert unheard.in_use_at("mon", 20 * S + READING_GAP_NS) is True  # the next reading may be on its way
    late = HOUR + 5 * S
    assert unheard.in_use_at("mon", late) is None
    assert InUse(found, devices, coverage("one_way")).in_use_at("mon", late) is None
    assert heard.in_use_at("mon", late) is False
    assert heard.in_use_at("mon", 5 * HOUR) is None  # no coverage of that hour
    assert heard.in_use_at("ct", late) is None  # never told when it is in use
    assert heard.in_use_at("nobody", late) is None


def test_places_and_hours_of_use() -> None:
    rows = [
        Interval("a", "OR1", 0, 10 * S, "hl7_oru", "", inventory_ref()),
        Interval("a", "OR1", 5 * S, 20 * S, "mpps", "", inventory_ref()),
        Interval("a", "OR2", 40 * S, 50 * S, "mpps", "", inventory_ref()),
    ]
    use = InUse(rows)
    assert use.used_ns("a", 0, 100 * S) == 30 * S
    assert use.used_ns("a", 8 * S, 45 * S) == 17 * S
    assert use.last_used("a") == 50 * S and use.last_used("b") is None
    assert use.place_in_use_at("OR1", 3 * S) is True and use.place_in_use_at("OR9", 3 * S) is None


def inventory_ref() -> Any:
    from hinomi.model import EvidenceRef

    return EvidenceRef("c0", 1, 24)


def test_results_of_specimens_and_plant_are_no_use_of_a_device() -> None:
    for protocol, wanted in (
        ("astm", []),
        ("bcap", []),
        ("hl7", ["hl7_oru"]),
        ("intellivue", ["intellivue"]),
        ("igtl", ["openigtlink"]),
    ):
        rows = [{**reading(t), "flow_id": 7} for t in (10, 20)]
        found = of(rows, [{**exchange(5, "x"), "flow_id": 7, "protocol": protocol}])
        assert [i.why for i in found] == wanted, protocol


def test_readings_over_http_are_sdc_only_with_its_codes() -> None:
    asked = [{**exchange(5, "POST"), "flow_id": 9, "protocol": "http"}]
    for system, wanted in (("MDC", ["sdc"]), ("LN", [])):
        rows = [{**reading(t), "flow_id": 9, "code_system": system} for t in (10, 20)]
        assert [i.why for i in of(rows, asked)] == wanted


def test_a_gateways_unknown_name_shows_the_place_only() -> None:
    found = of([reading(t, GATEWAY, "nobody^known") for t in (10, 20)], [])
    assert [(i.device, i.location) for i in found] == [("", "ICU^1")]


def test_a_place_named_now_and_then_holds_in_between() -> None:
    found = of([reading(10, location="OR1"), reading(20, location=""), reading(30, location="")], [])
    assert [(i.location, i.start, i.end) for i in found] == [("OR1", 10 * S, 35 * S)]


def test_reports_of_sdc_bear_handles_only() -> None:
    asked = [{**exchange(5, "POST"), "flow_id": 9, "protocol": "http"}]
    rows = [
        {**reading(t), "flow_id": 9, "code_system": system} for t, system in ((10, "MDC"), (20, "local"), (30, "local"))
    ]
    assert [(i.why, i.end) for i in of(rows, asked)] == [("sdc", 35 * S)]
