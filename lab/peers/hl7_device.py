"""A bedside device that sends its numerics as HL7 ORU^R01 (IHE PCD-01 style) over MLLP (python-hl7)."""

from __future__ import annotations

import argparse
import datetime
import json
import math
import random
import time

from hl7.client import MLLPClient

from .patients import PATIENTS

CLOCK = {"offset": 0.0}  # seconds by which the device's own clock is wrong


def device_now() -> datetime.datetime:
    return datetime.datetime.now().astimezone() + datetime.timedelta(seconds=CLOCK["offset"])


def stamp() -> str:
    """The device's own time, with its offset from UTC."""
    return device_now().strftime("%Y%m%d%H%M%S%z")


def numerics(device: dict, values: list[dict], count: int, chance: random.Random) -> str:
    """One ORU^R01: MSH, PID, PV1, OBR, one OBX a value (OBX-18 names the device), one PRT."""
    patient, now = PATIENTS[device["patient"]], stamp()
    identity = f"{device['serial']}^{device['maker_code']}^{device['eui64']}^EUI-64"
    lines = [
        f"MSH|^~\\&|{device['maker_code']}^{device['eui64']}^EUI-64|HINOMI|GATEWAY|HINOMI|{now}||ORU^R01^ORU_R01|"
        f"{device['name']}{count:06d}|P|2.6|||NE|AL||UNICODE UTF-8|||"
        "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO",
        f"PID|||{patient.id}^^^HINOMI^PI||{patient.hl7_name}||{patient.birth}|{patient.sex}",
        f"PV1||I|{device['location']}",
        f"OBR|1|{device['name']}{count:06d}|{device['name']}{count:06d}|182777000^monitoring of patient^SCT|||{now}",
    ]
    number = 1
    lines.append(f"OBX|1||{device['mds']}|1.0.0.0|||||||X|||{now}||||{identity}")
    if count % 12 == 0:  # now and then the device says who it is
        for code, text in (
            ("531970^MDC_ID_MODEL_MANUFACTURER^MDC", device["manufacturer"]),
            ("531969^MDC_ID_MODEL_NUMBER^MDC", device["model"]),
            ("531972^MDC_ID_PROD_SPEC_SERIAL^MDC", device["serial"]),
            ("531975^MDC_ID_PROD_SPEC_SW^MDC", device["software_version"]),
        ):
            number += 1
            lines.append(f"OBX|{number}|ST|{code}|1.0.0.0.{number}|{text}||||||R")
    for value in values:
        if count % value.get("each", 1):
            continue
        number += 1
        drift = math.sin(count / 9) * value["spread"] / 2
        reading = value["mean"] + drift + chance.uniform(-value["spread"], value["spread"]) / 2
        digits = value.get("digits", 0)
        text = f"{reading:.{digits}f}"
        lines.append(
            f"OBX|{number}|NM|{value['mdc']}|{value['channel']}|{text}|{value['unit']}|||||R|||{now}||||{identity}"
        )
    udi = f"{device['serial']}^{device['maker_code']}^{device['eui64']}^EUI-64"
    lines.append(f"PRT|1|UC||EQUIP^Equipment^HL70912||||||{udi}")
    return "\r".join(lines) + "\r"


def waveform(device: dict, count: int) -> str:
    """One second of lead II in an OBX of type NA, as IHE's waveform content module writes it."""
    patient, now = PATIENTS[device["patient"]], device_now()
    begin, end = stamp(), (now + datetime.timedelta(seconds=1)).strftime("%Y%m%d%H%M%S%z")
    beat = [
        round(900 * math.exp(-(((i - 60) / 4) ** 2)) + 120 * math.exp(-(((i - 100) / 12) ** 2))) for i in range(200)
    ]
    samples = "^".join(str(sample) for sample in beat)
    identity = f"{device['serial']}^{device['maker_code']}^{device['eui64']}^EUI-64"
    return (
        "\r".join(
            [
                f"MSH|^~\\&|{device['maker_code']}^{device['eui64']}^EUI-64|HINOMI|GATEWAY|HINOMI|{begin}||"
                "ORU^R01^ORU_R01|"
                f"{device['name']}W{count:05d}|P|2.6|||NE|AL||UNICODE UTF-8|||"
                "IHE_DEC_WCM^IHE PCD^1.3.6.1.4.1.19376.1.6.1.9.1^ISO",
                f"PID|||{patient.id}^^^HINOMI^PI||{patient.hl7_name}||{patient.birth}|{patient.sex}",
                f"PV1||I|{device['location']}",
                f"OBR|1|{device['name']}W{count}|{device['name']}W{count}|CONTINUOUS WAVEFORM|||{begin}|{end}",
                f"OBX|1|NA|131330^MDC_ECG_ELEC_POTL_II^MDC|1.1.1.131330|{samples}|266418^MDC_DIM_MICRO_VOLT^MDC|||||R|||{begin}||||{identity}",
                "OBX|2|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.131330.1|200|264608^MDC_DIM_PER_SEC^MDC|||||R",
            ]
        )
        + "\r"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True, help="host:port of the gateway")
    parser.add_argument("--device", required=True, help="JSON: name, serial, maker_code, eui64, location, patient")
    parser.add_argument("--values", required=True, help="JSON: the values of the personality")
    parser.add_argument("--every", type=float, default=5)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--waveform-each", type=int, default=0, help="one waveform message each so many messages")
    parser.add_argument(
        "--clock-jump",
        type=float,
        nargs=2,
        metavar=("SECONDS", "AFTER"),
        help="the device's clock jumps by so many seconds, so many seconds after the start",
    )
    options = parser.parse_args()
    device, values = json.loads(options.device), json.loads(options.values)
    chance = random.Random(f"{options.seed}{device['name']}")
    host, port = options.to.rsplit(":", 1)
    begin, count = time.monotonic(), 0
    end = begin + options.seconds
    with MLLPClient(host, int(port), encoding="utf-8") as client:
        while time.monotonic() < end:
            if options.clock_jump and time.monotonic() - begin >= options.clock_jump[1]:
                CLOCK["offset"] = options.clock_jump[0]
            client.send_message(numerics(device, values, count, chance))
            if options.waveform_each and count % options.waveform_each == 0:
                client.send_message(waveform(device, count))
            count += 1
            time.sleep(options.every)


if __name__ == "__main__":
    main()
