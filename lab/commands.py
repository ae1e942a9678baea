"""Servers and clients that a scenario file describes itself: a protocol is then a data file.

Texts may hold `{{…}}`:  folder (this host's own), work, python, root, ip (this host's own), ip:HOST,
mac, serial, hostname, model, manufacturer, version, gateway, broadcast, location, values (of the personality, as
JSON), key:HOST / cert:HOST / ca (made by the house's own authority).
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from .actions import Scene, action
from .house import PYTHON, ROOT, House
from .services import SERVICES
from .topology import Host


def fill(house: House, host: Host, text: str) -> str:
    """The text with every `{{…}}` replaced; an unknown one is a mistake."""

    def one(match: re.Match[str]) -> str:
        name, _, of = match.group(1).partition(":")
        kind = host.personality
        if name in ("key", "cert", "ca"):
            owner = house.host(of) if of else host
            certificate, key, authority = house.certificate(owner.id, [f"{owner.hostname}.{house.hospital.domain}"])
            return str({"key": key, "cert": certificate, "ca": authority}[name])
        values: dict[str, Any] = {
            "folder": house.folder(house.host(of) if of else host),
            "work": house.work,
            "python": PYTHON,
            "root": ROOT,
            "ip": house.host(of).address if of else host.address,
            "mac": host.mac,
            "serial": host.serial,
            "hostname": host.hostname,
            "model": kind.model,
            "manufacturer": kind.manufacturer,
            "version": kind.software_version,
            "gateway": host.zone.gateway,
            "broadcast": str(host.zone.subnet.broadcast_address),
            "location": host.extra.get("location", host.department),
            "values": json.dumps(kind.does[0]["value"] if kind.does else []),
        }
        return str(values[name])

    return re.sub(r"\{\{([a-z:0-9-]+)\}\}", one, text)


def write_files(house: House, host: Host, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = house.folder(host) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fill(house, host, text))
        path.chmod(0o755 if text.startswith("#!") else 0o644)


def serve(house: House, host: Host) -> None:
    """Start what the host's `[[host.serve]]` blocks describe: files, preparing commands, the server, its port."""
    for number, row in enumerate(host.extra.get("serve", [])):
        write_files(house, host, row.get("files", {}))
        for name in row.get("accounts", []):
            house.account(name)
        for command in row.get("prepare", []):
            house.run(host, "prepare", [fill(house, host, word) for word in command], seconds=60)
        if "command" in row:
            label = Path(row["command"][0]).name if "{{" not in row["command"][0] else row["command"][2].split(".")[-1]
            house.spawn(
                host, f"{label}-{number}", [fill(house, host, word) for word in row["command"]], env=row.get("env")
            )
        if "wait" in row:
            house.wait_for(host, row["wait"])
        time.sleep(row.get("settle", 0))


SERVICES["serve"] = serve


@action("command")
def command(scene: Scene) -> None:
    """Run one real client program; it is a conversation with `target`, of `service` on `port`."""
    house, actor, args = scene.house, scene.actor, scene.args
    write_files(house, actor, args.get("files", {}))
    words = [fill(house, actor, word) for word in args["command"]]
    label = args.get("label", Path(words[0]).name)
    text = fill(house, actor, args["input"]) if "input" in args else None
    target = scene.target() if "target" in args else None

    def run() -> None:
        house.run(
            actor,
            label,
            words,
            text=text,
            seconds=args.get("seconds", 60),
            ok=tuple(args.get("ok", [0])),
            env=args.get("env"),
        )

    if target is None or "service" not in args:
        run()
    else:
        if "what" in args:
            scene.step(target, args["what"])
        with scene.talk(target, args["service"], args.get("port", 0), args["purpose"]):
            run()
    for host, attributes in args.get("shows", {}).items():
        scene.truth.show(host, *attributes)


@action("background")
def background(scene: Scene) -> None:
    """Run a client that stays for `seconds` and is then ended (a stream, a session)."""
    house, actor, args = scene.house, scene.actor, scene.args
    write_files(house, actor, args.get("files", {}))
    words = [fill(house, actor, word) for word in args["command"]]
    target = scene.target()
    if "what" in args:
        scene.step(target, args["what"])
    with scene.talk(target, args["service"], args.get("port", 0), args["purpose"]):
        process = house.spawn(actor, args.get("label", Path(words[0]).name), words, env=args.get("env"))
        time.sleep(min(args.get("seconds", 10), max(1, scene.seconds_left - 2)))
        if process.poll() not in (None, 0):
            house.problem(f"{actor.id} {words[0]}: ended early with {process.returncode}")
        process.terminate()
        process.wait(10)
    for host, attributes in args.get("shows", {}).items():
        scene.truth.show(host, *attributes)
