"""What is known of an incident, for the drafts of reports: each value with where it comes from."""

from __future__ import annotations

import os
import time
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hinomi.filing import incidents, look
from hinomi.filing.incidents import Incident
from hinomi.respond import incident
from hinomi.respond.incident import Fact, Field
from hinomi.watch.text import render

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.shapes import Finding

NAMES_MAX = 12  # names written out in one field
# A finding of these says that data were carried out, that files were rewritten, or how somebody came in.
LEFT = frozenset({"exfiltration", "dns_tunnel"})
REWRITTEN = frozenset({"ransomware_files"})
ENTRY = ("remote_session_into_clinical", "cross_vendor_reach", "brute_force", "known_bad", "mail_past_server", "beacon")


@cache
def zone() -> ZoneInfo:
    """The site's time zone, as the console shows it."""
    try:
        return ZoneInfo(os.environ.get("TZ") or "Asia/Tokyo")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("Asia/Tokyo")


def clock(ns: int) -> str:
    """A moment as people write it, in the site's time zone."""
    return datetime.fromtimestamp(ns / 1e9, zone()).strftime("%Y-%m-%d %H:%M") if ns else ""


def day(ns: int) -> str:
    return datetime.fromtimestamp(ns / 1e9, zone()).strftime("%Y-%m-%d") if ns else ""


def facts(home: Home, of: Incident, lang: str) -> dict[str, Fact]:
    """Every fact that a draft may ask for; what is not known is absent."""
    found = incidents.findings_of(home, of)
    japanese = lang == "ja"
    known: dict[str, Fact] = {}

    def put(name: str, value: str, source: str) -> None:
        if value:
            known[name] = Fact(value, source)

    put("site", home.site, "settings.toml")
    put("known_at", clock(of.known_at), f"{of.id} ({of.by})")
    symptom = next((one for one in incident.symptoms() if one["id"] == of.symptom), None)
    noticed = (symptom["ja"] if japanese else symptom["en"]) if symptom else ""
    put("noticed_by", noticed or (", ".join(f.id for f in found[:1])), of.id)
    liaison = of.roles.get("outside") or of.roles.get("lead")
    put("liaison", liaison or "", of.id)
    if found:
        put("began", clock(min(f.first for f in found)), _of(found[:1]))
        put("outline", " ".join(render(f, lang).title for f in found[:3]), _of(found[:3]))
    entry = sorted((f for f in found if f.detection in ENTRY), key=lambda f: (ENTRY.index(f.detection), f.first))
    if entry:
        put("entry", render(entry[0], lang).seen, _of(entry[:1]))
    _range(home, found, known, japanese)
    rewritten = [f for f in found if f.detection in REWRITTEN]
    if rewritten:
        put("encrypted", " ".join(render(f, lang).seen for f in rewritten[:3]), _of(rewritten[:3]))
    left = [f for f in found if f.detection in LEFT]
    if left:
        put("left", " ".join(render(f, lang).seen for f in left[:3]), _of(left[:3]))
    _in_use(home, known, japanese)
    done = incident.texts("tasks")["task"]
    measures = [
        f"{clock(of.tasks_done[task['id']].at)} {task['ja' if japanese else 'en']}"
        for task in done
        if task["id"] in of.tasks_done
    ]
    put("done", "\n".join(measures), of.id)
    bodies = {body["id"]: body["ja" if japanese else "en"] for body in incident.texts("bodies")["body"]}
    sent = [
        f"{clock(at)} {bodies[key.split('/')[0]]}" for key, at in sorted(of.reports_done.items(), key=lambda p: p[1])
    ]
    put("reported", "\n".join(sent), of.id)
    copies = home.state.filed("backup")
    put(
        "backups",
        "\n".join(f"{one.body['system']}: {one.body['place']} ({one.body['detached']})" for one in copies[:NAMES_MAX]),
        "台帳「バックアップの控え」" if japanese else "register of backup copies",
    )
    return known


def _of(findings: list[Finding]) -> str:
    """Numbers of the findings with the first packet of each."""
    return ", ".join(
        f"{f.id}" + (f" ({f.evidence[0].capture[:8]}#{f.evidence[0].packet})" if f.evidence else "") for f in findings
    )


def _range(home: Home, found: list[Finding], known: dict[str, Fact], japanese: bool) -> None:
    labels = home.state.labels()
    outside = {device.id for device in look.view(home).watch.inventory.devices if device.outside}
    inside: list[str] = []
    beyond: list[str] = []
    for finding in found:
        for device in finding.devices:
            (beyond if device in outside else inside).append(labels.get(device, device))
        for name in ("client_ip", "destination_ip", "peer_ip"):
            value = finding.facts.get(name)
            if isinstance(value, str) and value and str(finding.facts.get("client_zone_kind")) == "external":
                beyond.append(value)
    inside, beyond = list(dict.fromkeys(inside)), list(dict.fromkeys(beyond))
    if inside:
        count = f"{len(inside)}台: " if japanese else f"{len(inside)}: "
        known["range"] = Fact(count + ", ".join(inside[:NAMES_MAX]), _of(found[:4]))
    if beyond:
        known["peers"] = Fact(", ".join(beyond[:NAMES_MAX]), _of(found[:4]))


def _in_use(home: Home, known: dict[str, Fact], japanese: bool) -> None:
    devices = incidents.in_use(home)
    sure = sum(1 for one in devices if one.use is True)
    if devices:
        value = (
            f"使用中 {sure}台、使用中かもしれない {len(devices) - sure}台"
            if japanese
            else f"{sure} in use, {len(devices) - sure} perhaps in use"
        )
        known["in_use"] = Fact(value, clock(look.view(home).sight.now))


def filled(home: Home, of: Incident, draft: str, lang: str) -> list[Field]:
    """A draft: what is known with its source; what a person wrote wins over it."""
    form = next(one for one in incident.drafts() if one["id"] == draft)
    rows = []
    for field in incident.fill(form, facts(home, of, lang)):
        said = of.facts.get(field.ja)
        rows.append(Field(field.ja, field.en, said.text, f"{said.by} {clock(said.at)}") if said else field)
    return rows


def now_ns() -> int:
    """The machine's clock: deadlines of people run on it, never what the tap heard."""
    return time.time_ns()
