"""Exports: exactly what a list shows, as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from hinomi.api.deps import TheLook
from hinomi.api.look import Look
from hinomi.api.routes.devices import TheFilter
from hinomi.api.words import for_people, type_words, when, zone_words
from hinomi.store.state.shapes import DeviceSummary

router = APIRouter(prefix="/api/exports", tags=["exports"])

Column = Literal[
    "label", "type", "manufacturer", "model", "serial", "software_version", "os", "zone", "ip", "mac",
    "department", "services", "in_use", "sure", "findings", "first", "last",
]  # fmt: skip

_HEADS: dict[Column, tuple[str, str]] = {
    "label": ("名前", "Name"),
    "type": ("種類", "Type"),
    "manufacturer": ("メーカー", "Maker"),
    "model": ("型式", "Model"),
    "serial": ("製造番号", "Serial number"),
    "software_version": ("ソフト版数", "Software version"),
    "os": ("OS", "OS"),
    "zone": ("場所(ゾーン)", "Zone"),
    "ip": ("IPアドレス", "IP address"),
    "mac": ("MACアドレス", "MAC address"),
    "department": ("部署", "Department"),
    "services": ("提供サービス", "Services offered"),
    "in_use": ("使用中", "In use"),
    "sure": ("種類の確からしさ", "How sure of the type"),
    "findings": ("未対応の確認事項", "Open findings"),
    "first": ("初めて見た時刻", "First seen"),
    "last": ("最後に見た時刻", "Last seen"),
}
_USE = {"yes": ("使用中", "in use"), "no": ("未使用", "not in use"), "unknown": ("不明", "unknown"), "none": ("", "")}


@router.get("/devices.csv", response_class=StreamingResponse)
def devices_csv(
    look: TheLook,
    filter: TheFilter,
    columns: Annotated[list[Column] | None, Query()] = None,
    lang: Literal["ja", "en"] = "ja",
) -> StreamingResponse:
    """The device list as CSV (UTF-8 with BOM, as spreadsheets expect): the same filter, order and columns."""
    shown = columns or list(_HEADS)
    items = filter.listed(look, filter.found(look))
    place = 0 if lang == "ja" else 1

    def lines() -> Iterator[str]:
        yield "\ufeff" + _line([_HEADS[column][place] for column in shown])
        for item in items:
            yield _line([_cell(look, item, column, place) for column in shown])

    return StreamingResponse(
        lines(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="hinomi-devices.csv"'},
    )


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    # A spreadsheet runs what begins like a formula; a device chooses its own name.
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells])
    return out.getvalue()


def _cell(look: Look, item: DeviceSummary, column: Column, place: int) -> str:
    words = type_words(item.type)
    zone = look.zones.get(item.zone)
    zone_name = zone_words(zone) if zone else None
    if column == "type":
        return (words.ja, words.en)[place]
    if column == "zone":
        return (zone_name.ja, zone_name.en)[place] if zone_name else ""
    if column == "ip":
        return " ".join(for_people(item.ips))
    if column == "mac":
        return " ".join(item.macs)
    if column == "services":
        return " ".join(item.services)
    if column == "in_use":
        return _USE[look.in_use(item.id)][place]
    if column == "sure":
        return f"{item.type_confidence:.2f}" if item.type_confidence else ""
    if column == "findings":
        return str(item.open_findings)
    if column in ("first", "last"):
        return when(item.first if column == "first" else item.last)
    return str(getattr(item, column))
