"""What hosts do: each function is one kind of action of a scenario, done by real client programs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import services
from .house import House
from .peers import dicom_objects
from .peers.patients import PATIENTS
from .topology import Host
from .truth import Truth, now


@dataclass
class Scene:
    """What an action may use."""

    house: House
    truth: Truth
    actor: Host
    args: dict[str, Any]
    seconds_left: float

    @property
    def incident(self) -> str | None:
        return self.args.get("incident")

    def target(self) -> Host:
        return self.house.host(self.args["target"])

    def talk(self, server: Host, service: str, port: int, purpose: str):
        return self.truth.conversation(self.actor.id, server.id, service, port, purpose, self.incident)

    def step(self, target: Host, what: str, at: int = 0, heard: str = "") -> None:
        """A step of the action's incident. What a perfect observer could know is said by the scenario
        (`knowable`), or else is what stands in the packets: `heard`, or the service between two addresses."""
        if not self.incident:
            return
        if not heard and "service" in self.args:
            port = f" port {self.args['port']}" if self.args.get("port") else ""
            heard = f"{self.args['service']} from {self.actor.address} to {target.address}{port}"
        knowable = self.args.get("knowable", heard or f"packets between {self.actor.address} and {target.address}")
        self.truth.step(self.incident, self.actor.id, target.id, what, knowable, at)


ACTIONS: dict[str, Callable[[Scene], None]] = {}


def action(name: str) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    def keep(function: Callable[[Scene], None]) -> Callable[[Scene], None]:
        ACTIONS[name] = function
        return function

    return keep


# --- images


def _device(host: Host) -> dict[str, str]:
    kind = host.personality
    return {
        "manufacturer": kind.manufacturer,
        "model": kind.model,
        "serial": host.serial,
        "software_version": kind.software_version,
        "station": host.hostname,
        "department": host.department,
    }


def _series(scene: Scene, modality: str) -> list[str]:
    args, house = scene.args, scene.house
    item = next((row for row in house.worklist if row["accession"] == args["accession"]), None)
    folder = house.folder(scene.actor, "images", args["accession"])
    files = dicom_objects.make_series(
        folder,
        modality=modality,
        images=args.get("images", 4),
        size=args.get("size", 128),
        patient=PATIENTS[args["patient"]],
        device=_device(scene.actor),
        accession=args["accession"],
        study_uid=item["study_uid"] if item else None,
        utf8=args.get("utf8", False),
        description=args.get("description", ""),
        start=house.clock.now(),
    )
    return [str(path) for path in files]


@action("dicom_examination")
def dicom_examination(scene: Scene) -> None:
    """A modality's examination with pynetdicom: worklist, step, images, step end, commitment."""
    house, args, actor = scene.house, scene.args, scene.actor
    archive, ris = house.hospital.by_service("pacs"), house.hospital.by_service("ris")
    files = _series(scene, args["modality"])
    command = house.peer(
        "dicom_scu",
        "--ae-title",
        actor.ae_titles[0],
        "--modality",
        args["modality"],
        "--echo",
        "--pacs",
        f"{archive.address}:104",
        "--worklist",
        f"{ris.address}:105",
        "--mpps",
        f"{ris.address}:106",
        "--pause",
        args.get("pause", 3),
    )
    if args.get("commit"):
        command += ["--commit-port", "11112"]
    with (
        scene.talk(archive, "dicom", 104, f"C-ECHO and C-STORE of a {args['modality']} series"),
        scene.talk(ris, "dicom", 105, "modality worklist query"),
        scene.talk(ris, "dicom", 106, "modality performed procedure step"),
    ):
        house.run(actor, "dicom", [*command, *files])
    if args.get("commit"):
        with scene.truth.conversation(archive.id, actor.id, "dicom", 11112, "storage commitment report"):
            pass
    scene.truth.show(actor.id, "category", "type")


@action("dicom_ct")
def dicom_ct(scene: Scene) -> None:
    """A CT examination with dcmtk: echo, worklist query, storescu."""
    house, args, actor = scene.house, scene.args, scene.actor
    archive, ris = house.hospital.by_service("pacs"), house.hospital.by_service("ris")
    title = actor.ae_titles[0]
    files = _series(scene, "CT")
    with scene.talk(ris, "dicom", 105, "modality worklist query"):
        house.run(
            actor,
            "findscu",
            [
                "findscu",
                "-W",
                "-aet",
                title,
                "-aec",
                ris.ae_titles[0],
                "-k",
                "PatientName",
                "-k",
                "PatientID",
                "-k",
                "AccessionNumber",
                "-k",
                "StudyInstanceUID",
                "-k",
                f"(0040,0100)[0].ScheduledStationAETitle={title}",
                "-k",
                "(0040,0100)[0].Modality=CT",
                "-k",
                "(0040,0100)[0].ScheduledProcedureStepStartDate",
                ris.address,
                "105",
            ],
        )
    time.sleep(args.get("pause", 5))
    with scene.talk(archive, "dicom", 104, "C-ECHO and C-STORE of a CT series"):
        house.run(actor, "echoscu", ["echoscu", "-aet", title, "-aec", archive.ae_titles[0], archive.address, "104"])
        house.run(
            actor, "storescu", ["storescu", "-aet", title, "-aec", archive.ae_titles[0], archive.address, "104", *files]
        )
    scene.truth.show(actor.id, "category", "type")
    scene.truth.show(archive.id, "category", "type")


@action("dicom_tls")
def dicom_tls(scene: Scene) -> None:
    """One store over TLS with certificates of the house's own authority."""
    house, actor = scene.house, scene.actor
    archive = house.hospital.by_service("pacs")
    certificate, key, authority = house.certificate(actor.id, [f"{actor.hostname}.{house.hospital.domain}"])
    files = _series(scene, scene.args["modality"])
    with scene.talk(archive, "tls", 2762, "C-STORE over TLS"):
        house.run(
            actor,
            "storescu-tls",
            [
                "storescu",
                "--enable-tls",
                str(key),
                str(certificate),
                "--add-cert-file",
                str(authority),
                "-aet",
                actor.ae_titles[0],
                "-aec",
                archive.ae_titles[0],
                archive.address,
                "2762",
                *files,
            ],
        )


@action("dicom_read")
def dicom_read(scene: Scene) -> None:
    """A viewer looks a patient up and has the study sent to itself (C-FIND, C-MOVE)."""
    house, actor, args = scene.house, scene.actor, scene.args
    archive = house.hospital.by_service("pacs")
    title, patient = actor.ae_titles[0], PATIENTS[args["patient"]]
    common = ["-aet", title, "-aec", archive.ae_titles[0]]
    with scene.talk(archive, "dicom", 104, "C-FIND of studies, C-MOVE to the viewer"):
        house.run(
            actor,
            "findscu",
            [
                "findscu",
                "-S",
                *common,
                "-k",
                "QueryRetrieveLevel=STUDY",
                "-k",
                f"PatientID={patient.id}",
                "-k",
                "PatientName",
                "-k",
                "StudyInstanceUID",
                "-k",
                "StudyDate",
                "-k",
                "ModalitiesInStudy",
                "-k",
                "AccessionNumber",
                archive.address,
                "104",
            ],
        )
        time.sleep(2)
        with scene.truth.conversation(archive.id, actor.id, "dicom", 11112, "C-STORE to the viewer (from its C-MOVE)"):
            house.run(
                actor,
                "movescu",
                [
                    "movescu",
                    "-S",
                    *common,
                    "-aem",
                    title,
                    "+xa",
                    "-k",
                    "QueryRetrieveLevel=STUDY",
                    "-k",
                    f"AccessionNumber={args['accession']}",
                    "-k",
                    "StudyInstanceUID=" + _study_uid(scene),
                    archive.address,
                    "104",
                ],
            )
    scene.truth.show(actor.id, "category", "type")


def _study_uid(scene: Scene) -> str:
    return next(row["study_uid"] for row in scene.house.worklist if row["accession"] == scene.args["accession"])


@action("dicom_foreign_title")
def dicom_foreign_title(scene: Scene) -> None:
    """A host asks the archive under another device's AE title."""
    house, actor = scene.house, scene.actor
    archive, title = house.hospital.by_service("pacs"), scene.args["ae_title"]
    common = ["-aet", title, "-aec", archive.ae_titles[0]]
    owner = scene.args["owner"]
    with scene.talk(archive, "dicom", 104, f"C-ECHO and C-FIND under the AE title of {owner}"):
        scene.step(
            archive,
            f"associates under the AE title {title}, which belongs to {owner}",
            heard=f"an association of {title} from {actor.address}, an address that {title} never had",
        )
        house.run(actor, "echoscu", ["echoscu", *common, archive.address, "104"])
        time.sleep(2)
        scene.step(archive, "asks for the studies of all patients (C-FIND)", heard="a C-FIND whose patient name is *")
        house.run(
            actor,
            "findscu",
            [
                "findscu",
                "-S",
                *common,
                "-k",
                "QueryRetrieveLevel=STUDY",
                "-k",
                "PatientName=*",
                "-k",
                "PatientID",
                "-k",
                "StudyInstanceUID",
                archive.address,
                "104",
            ],
        )


# --- vitals and records


@action("hl7_device")
def hl7_device(scene: Scene) -> None:
    """A bedside device sends its numerics to the gateway for as long as the scenario says."""
    house, actor = scene.house, scene.actor
    named = scene.args.get("gateway")
    gateway = house.host(named) if named else house.hospital.by_service("monitor_gateway")
    record = house.hospital.by_service("emr")
    does = next(row for row in actor.personality.does if row["kind"] == "hl7_numerics")
    kind = actor.personality
    seconds = min(scene.args.get("seconds", scene.seconds_left), scene.seconds_left)
    device = {
        "name": actor.hostname.upper(),
        "serial": actor.serial,
        "maker_code": kind.manufacturer.split()[0].upper(),
        "eui64": actor.mac.replace(":", "")[:6].upper() + "FFFE" + actor.mac.replace(":", "")[6:].upper(),
        "location": actor.extra["location"],
        "patient": scene.args.get("patient", actor.extra["patient"]),
        "mds": does["mds"],
        "manufacturer": kind.manufacturer,
        "model": kind.model,
        "software_version": kind.software_version,
    }
    jump = scene.args.get("clock_jump")
    start = now()
    if jump:
        scene.step(
            actor,
            f"the device's clock jumps by {jump[0]} s",
            at=start + int(jump[1] * 1e9),
            heard="times in its messages that leave the tap's clock from one message to the next",
        )
    with (
        scene.talk(gateway, "hl7", 2575, "ORU^R01 of numerics and waveforms"),
        scene.truth.conversation(gateway.id, record.id, "hl7", 2575, "ORU^R01 passed on to the record"),
    ):
        house.run(
            actor,
            "hl7",
            house.peer(
                "hl7_device",
                "--to",
                f"{gateway.address}:2575",
                "--device",
                json.dumps(device),
                "--values",
                json.dumps(does["value"]),
                "--every",
                does["every"],
                "--seconds",
                seconds,
                "--seed",
                house.seed,
                "--waveform-each",
                scene.args.get("waveform_each", 0),
                *(["--clock-jump", *jump] if jump else []),
            ),
            seconds=seconds + 30,
        )
    if scene.incident and not jump:
        scene.step(gateway, "sends nothing any more", heard="that its messages, regular until then, stop")
    scene.truth.use(
        actor.id,
        actor.extra["location"].split("^")[0] if actor.zone.kind == "theatre" else actor.extra["location"],
        start,
        now(),
    )
    scene.truth.show(actor.id, "category", "type")
    scene.truth.show(gateway.id, "category", "type")
    scene.truth.show(record.id, "category", "type")


@action("hl7_send")
def hl7_send(scene: Scene) -> None:
    """One message from the record (or another sender) to a receiver."""
    house, actor, args = scene.house, scene.actor, scene.args
    to = scene.target()
    command = house.peer(
        "hl7_sender",
        "--to",
        f"{to.address}:2575",
        "--kind",
        args["message"],
        "--patient",
        args["patient"],
        "--control",
        args["control"],
        "--charset",
        args.get("charset", "UNICODE UTF-8"),
    )
    for name in ("location", "accession", "ae_title", "modality", "sender", "receiver"):
        if name in args:
            command += [f"--{name.replace('_', '-')}", args[name]]
    with scene.talk(to, "hl7", 2575, f"{args['message']}{' (refused)' if args.get('refused') else ''}"):
        house.run(actor, "hl7-send", command)
    scene.truth.show(to.id, "category", "type")


# --- web


@action("browse")
def browse(scene: Scene) -> None:
    """A browser-like visit to the record or an outside page over TLS (curl)."""
    house, actor, args = scene.house, scene.actor, scene.args
    authority = house.certificate("ca-use", ["unused.example"])[2]
    outside = house.hospital.outside_names.get(args["name"])
    server = (
        next(
            h
            for h in house.hospital.hosts.values()
            if outside in (h.address, *(row.split("/")[0] for row in h.extra.get("second_addresses", [])))
        )
        if outside
        else scene.target()
    )
    plain = args.get("plain", False)
    agent = args.get(
        "agent",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Safari/537.36",
    )
    scheme, port, service = ("http", 80, "http") if plain else ("https", 443, "tls")
    resolver = house.hospital.by_service("dhcp")
    for number, page in enumerate(args.get("pages", ["/"])):
        at = now()
        with scene.talk(server, service, port, args.get("purpose", f"web visit to {args['name']}")):
            done = house.run(
                actor,
                "curl",
                [
                    "curl",
                    "-sS",
                    "--fail",
                    "--max-time",
                    "20",
                    "--cacert",
                    str(authority),
                    "-A",
                    agent,
                    "-o",
                    "/dev/null",
                    "-w",
                    "%{time_namelookup} %{time_connect}",
                    f"{scheme}://{args['name']}{page}",
                ],
            )
        resolved, connected = (int(float(word) * 1e9) for word in done.stdout.split())
        if outside:
            upstream = house.hospital.by_service("outside_dns")
            scene.truth.note(actor.id, resolver.id, "dns", 53, "name resolution", at, at + resolved)
            scene.truth.note(
                resolver.id, upstream.id, "dns", 53, "name resolution passed on to the outside", at, at + resolved
            )
            for other in (server, upstream):
                scene.truth.show(other.id, "category", "type")
            if number == 0:
                scene.step(
                    resolver, f"asks the name service for {args['name']}", at=at, heard=f"the question {args['name']}"
                )
                scene.step(
                    server,
                    f"opens a TLS connection to {args['name']} ({outside}) outside the hospital",
                    at=at + connected,
                    heard=f"{service} from {actor.address} to {outside} port {port}, the name, and how much was sent",
                )
        time.sleep(args.get("pause", 1))
    if plain:
        # The User-Agent stands in the clear. It tells a kind where it names a system; a product's own name does not.
        kind = ["category", "type"] if "(" in agent else []
        scene.truth.show(actor.id, *kind, *(["os"] if "Windows" in agent else []))


@action("record_terminal")
def record_terminal(scene: Scene) -> None:
    """A record terminal works with the record's web pages (python-requests, one session)."""
    house, actor = scene.house, scene.actor
    record = house.hospital.by_service("emr")
    authority = house.certificate("ca-use", ["unused.example"])[2]
    name = f"{record.hostname}.{house.hospital.domain}"
    with scene.talk(record, "tls", 443, "work in the medical record"):
        house.run(
            actor,
            "record",
            house.peer(
                "web_session",
                "--authority",
                authority,
                "--pause",
                1.5,
                "--url",
                *[f"https://{name}/{page}" for page in ("", "list.html", "list.html")],
            ),
        )
    scene.truth.show(actor.id, "category", "type")


# --- files, printing, names, time


@action("file_work")
def file_work(scene: Scene) -> None:
    """An office PC reads and writes files on the share (smbclient)."""
    house, actor = scene.house, scene.actor
    server = house.hospital.by_service("files")
    folder = house.folder(actor)
    (folder / "kaigi.txt").write_text("会議メモ 見本\n" * 200)
    commands = scene.args.get("commands", "ls; get 勤務表-1.csv; put kaigi.txt; ls")
    with scene.talk(server, "smb", 445, "reading and writing files on the share"):
        house.run(
            actor,
            "smbclient",
            [
                "smbclient",
                f"//{server.hostname}/share",
                "-I",
                server.address,
                "-U",
                "jimu%Kamome-2026",
                "-n",
                actor.hostname.upper(),
                "-c",
                commands,
            ],
        )
    scene.truth.show(server.id, "category", "type")
    scene.truth.show(actor.id, "category", "type", "hostname")


@action("print_raw")
def print_raw(scene: Scene) -> None:
    """An office PC prints a page on port 9100 (netcat-like, with bash's own socket)."""
    house, actor = scene.house, scene.actor
    printer = scene.target()
    page = (
        '\x1b%-12345X@PJL JOB NAME = "kaigi"\r\n@PJL ENTER LANGUAGE = PCL\r\n'
        + "Hinomi test page\r\n" * 60
        + "\x0c\x1b%-12345X"
    )
    if "what" in scene.args:
        scene.step(printer, scene.args["what"])
    with scene.talk(printer, "pjl", 9100, scene.args.get("purpose", "printing a page")):
        house.run(actor, "print", ["bash", "-c", f"cat > /dev/tcp/{printer.address}/9100"], text=page)
    scene.truth.show(printer.id, "category", "type")


@action("find_printers")
def find_printers(scene: Scene) -> None:
    house, actor = scene.house, scene.actor
    printer = scene.target()
    with scene.talk(printer, "mdns", 5353, "looking for printers by multicast DNS"):
        house.run(
            actor,
            "mdns",
            house.peer("mdns_browse", "--address", actor.address, "--service", "_pdl-datastream._tcp.local."),
        )
    scene.truth.show(printer.id, "category", "type")


@action("time_sync")
def time_sync(scene: Scene) -> None:
    """Ask the time server once, without touching the clock (chronyd -Q)."""
    house, actor = scene.house, scene.actor
    server = house.hospital.by_service("ntp")
    with scene.talk(server, "ntp", 123, "time"):
        house.run(
            actor,
            "chrony",
            [
                "chronyd",
                "-Q",
                "-t",
                "8",
                "-U",
                "-f",
                "/dev/null",
                "-u",
                "root",
                f"pidfile {house.folder(actor)}/chronyd.pid",
                "cmdport 0",
                "bindcmdaddress /",
                f"server {server.address} iburst",
            ],
            ok=(0, 1),
        )
    scene.truth.show(server.id, "category", "type")


# --- remote sessions


@action("ssh_session")
def ssh_session(scene: Scene) -> None:
    """A shell session with some commands and a pause (OpenSSH)."""
    house, actor = scene.house, scene.actor
    target = scene.target()
    seconds = scene.args.get("seconds", 10)
    with scene.talk(target, "ssh", 22, scene.args.get("purpose", "shell session")):
        heard = f"an SSH session from {actor.address} to {target.address}; not who, nor what was typed"
        scene.step(target, "logs in with SSH", heard=heard)
        house.run(
            actor,
            "ssh",
            [
                "ssh",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-i",
                str(house.work / "userkey"),
                f"service@{target.address}",
                f"uname -a; ls /etc | head -50; sleep {seconds}; df -h; uptime",
            ],
            seconds=seconds + 30,
        )
    scene.step(target, "ends the SSH session", heard="the end of the connection")
    scene.truth.show(target.id, "os")  # OpenSSH's greeting names Debian
    if actor.zone.kind == "partner":
        scene.truth.show(actor.id, "category", "type")


@action("vnc_session")
def vnc_session(scene: Scene) -> None:
    """Somebody looks at a console's screen with a VNC viewer on a virtual screen."""
    house, actor = scene.house, scene.actor
    target = scene.target()
    seconds, folder = scene.args.get("seconds", 40), house.folder(actor)
    import subprocess

    done = subprocess.run(["vncpasswd", "-f"], input=b"asagiri1\n", capture_output=True, check=True)
    (folder / "vncpasswd").write_bytes(done.stdout)
    display = 60 + list(house.hospital.hosts).index(actor.id)
    size = ("-screen", "0", "800x600x16")
    screen = house.spawn(actor, "xvfb", ["Xvfb", f":{display}", *size, "-nolisten", "tcp", *services.OWN_SCREEN])
    house.wait_for_screen(actor, display)
    with scene.talk(target, "vnc", 5900, scene.args.get("purpose", "remote screen")):
        heard = f"a VNC session from {actor.address} to {target.address}, and what the screen shows"
        scene.step(target, "opens the console's screen with VNC", heard=heard)
        viewer = house.spawn(
            actor,
            "viewer",
            ["xtightvncviewer", "-passwd", f"{folder}/vncpasswd", "-depth", "16", f"{target.address}::5900"],
            env={"DISPLAY": f":{display}"},
        )
        time.sleep(seconds)
        if viewer.poll() is not None:
            house.problem(f"{actor.id}: the VNC viewer ended early")
        viewer.terminate()
        viewer.wait(10)
    scene.step(target, "closes the console's screen", heard="the end of the connection")
    screen.terminate()


# --- devices come and go


@action("switch_on")
def switch_on(scene: Scene) -> None:
    """A host that the hospital file calls `late` is switched on for the first time: it asks for an address."""
    house, actor = scene.house, scene.actor
    server = house.hospital.by_service("dhcp")
    with scene.talk(server, "dhcp", 67, "address lease (through the core router's relay)"):
        services.lease_and_wait(house, actor)
    scene.truth.show(actor.id, "hostname")
    services.start_for_client(house, actor)


# --- what nobody hears


@action("unheard")
def unheard(scene: Scene) -> None:
    """A step of an incident that sends no packet: the truth knows it, no tap can."""
    assert scene.incident
    scene.truth.step(scene.incident, scene.actor.id, scene.target().id, scene.args["what"])
