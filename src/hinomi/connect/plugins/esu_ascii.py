"""Example: an electrosurgical unit that prints a line each half second, as many do for their service port.

    ESU CUT=035 COAG=000 ACTIVE=1 RET=042<CR><LF>

CUT and COAG are watts, RET is the return electrode's ohms. Copy this file for your device and change
`SETTINGS` and `parse`; keep it under 100 lines.
"""

import re

SETTINGS = {"baudrate": 9600, "bytesize": 8, "parity": "N", "stopbits": 1}
UNITS = {"CUT": ("cut power", "W"), "COAG": ("coagulation power", "W"), "RET": ("return electrode", "Ohm")}
FIELD = re.compile(rb"([A-Z]+)=(-?\d+(?:\.\d+)?)")


def parse(data: bytes) -> tuple[list[tuple[str, float, str]], bytes]:
    """Bytes so far -> (values, bytes that wait for the rest of their line)."""
    *lines, rest = data.split(b"\n")
    values = []
    for line in lines:
        if not line.startswith(b"ESU "):
            continue
        for field, number in FIELD.findall(line):
            name = field.decode()
            if name == "ACTIVE":
                values.append(("active", float(number), "1"))
            elif name in UNITS:
                values.append((UNITS[name][0], float(number), UNITS[name][1]))
    return values, rest
