"""`zones list|load|set`."""

from __future__ import annotations

import csv
import ipaddress
import json as jsonlib
import tomllib
from pathlib import Path
from typing import Any

from hinomi.cli.devices import again
from hinomi.cli.out import put_json, put_table, say, t
from hinomi.home import Home
from hinomi.model import Zone
from hinomi.texts import Problem


def listing(*, json: bool) -> None:
    home = Home()
    zones = home.state.zones()
    if json:
        put_json(zones)
        return
    counts = home.state.device_counts("zone")
    put_table(
        [t(f"head.{n}") for n in ("zone", "kind", "name_ja", "name_en", "subnets", "vlan", "devices", "said_by")],
        (
            (
                z.id,
                z.kind,
                z.name_ja,
                z.name_en,
                " ".join(z.subnets),
                "" if z.vlan is None else str(z.vlan),
                str(counts.get(z.id, 0)),
                t("cli.by_person") if z.by_person else t("cli.proposed"),
            )
            for z in zones
        ),
    )


def load(file: Path, *, by: str, replace: bool) -> None:
    """TOML ([[zone]]), JSON (list, or {"zones": […]}) or CSV with a heading."""
    home = Home()
    zones = [_zone(row, file) for row in _rows(file)]
    if not zones:
        raise Problem("zone.empty_file", path=file)
    home.state.set_zones(zones, by=by, replace=replace)
    say(t("cli.zones_loaded", number=len(zones)))
    again(home, needed=True)


def put(id: str, kind: str, subnets: list[str], name_ja: str, name_en: str, vlan: int | None, *, by: str) -> None:
    home = Home()
    row = {"id": id, "kind": kind, "name_ja": name_ja, "name_en": name_en, "subnets": subnets, "vlan": vlan}
    home.state.set_zones([_zone(row, Path("-"))], by=by)
    say(t("cli.zones_loaded", number=1))
    again(home, needed=True)


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        text = file.read_text("utf-8-sig")
        if file.suffix == ".toml":
            return list(tomllib.loads(text).get("zone", []))
        if file.suffix == ".json":
            content = jsonlib.loads(text)
            return list(content.get("zones", []) if isinstance(content, dict) else content)
        return [{k: v for k, v in row.items() if k} for row in csv.DictReader(text.splitlines())]
    except OSError as error:
        raise Problem("zone.no_file", path=file, reason=error.strerror) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise Problem("zone.bad_file", path=file, reason=error) from error


def _zone(row: dict[str, Any], file: Path) -> Zone:
    try:
        subnets = row.get("subnets") or row.get("subnet") or []
        if isinstance(subnets, str):
            subnets = subnets.replace(";", " ").replace(",", " ").split()
        vlan = row.get("vlan")
        kind = str(row["kind"])
        if kind not in kinds():
            raise Problem("zone.bad_kind", kind=kind, known=", ".join(kinds()))
        id = str(row["id"])
        name = row.get("name") or id
        return Zone(
            id=id,
            kind=kind,
            name_ja=str(row.get("name_ja") or name),
            name_en=str(row.get("name_en") or name),
            subnets=[str(ipaddress.ip_network(subnet)) for subnet in subnets],
            vlan=None if vlan in (None, "") else int(vlan),
            by_person=True,
        )
    except KeyError as error:
        raise Problem("zone.missing", path=file, name=error.args[0]) from error
    except ValueError as error:
        raise Problem("zone.bad_value", path=file, reason=error) from error


def kinds() -> list[str]:
    """The kinds of zones that the knowledge names."""
    from hinomi.watch import knowledge

    return list(knowledge.kinds())
