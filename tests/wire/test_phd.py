"""Personal health devices with standard configurations, as Antidote's agents speak them over TCP."""

from __future__ import annotations

import json
from pathlib import Path

from captures import read

CASE = Path(__file__).parents[2] / "cases" / "phd"


def test_standard_configurations_give_readings() -> None:
    tables, _ = read(next(CASE.glob("capture.*")))
    told: dict[str, list[tuple[float, str]]] = {}
    for row in tables["reading"].to_pylist():
        told.setdefault(row["name"], []).append((row["value"], row["unit"]))
    assert all(20 < value <= 100 and unit == "%" for value, unit in told["MDC_PULS_OXIM_SAT_O2"])
    assert {unit for _, unit in told["MDC_PULS_OXIM_PULS_RATE"]} == {"{beat}/min"}
    pressures = [told[f"MDC_PRESS_BLD_NONINV_{part}"] for part in ("SYS", "DIA", "MEAN")]
    assert all(unit == "mm[Hg]" for each in pressures for _, unit in each)
    assert all(sys > mean > dia for (sys, _), (dia, _), (mean, _) in zip(*pressures, strict=True))
    assert told["MDC_MASS_BODY_ACTUAL"][0] == (73.2, "kg")
    assert {unit for _, unit in told["MDC_RATIO_MASS_BODY_LEN_SQ"]} == {"kg/m2"}
    assert {row["source"] for row in tables["reading"].to_pylist()} == {"1133557799bbddff"}


def test_who_speaks_is_told() -> None:
    tables, _ = read(next(CASE.glob("capture.*")))
    clues = {(row["attribute"], row["value"]) for row in tables["clue"].to_pylist()}
    assert ("phd.role", "agent") in clues and ("phd.role", "manager") in clues
    assert {value for name, value in clues if name == "phd.configuration"} == {"400", "700", "1500"}
    associations = [row for row in tables["exchange"].to_pylist() if row["operation"] == "association"]
    assert len(associations) == 3 and all(row["outcome"] == "ok" for row in associations)
    assert {json.loads(row["detail"])["system_id"] for row in associations} == {"1133557799bbddff"}
