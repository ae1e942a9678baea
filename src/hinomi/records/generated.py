"""Arrow schemas of the records. Made by tools/gen_records.py from schema/records.toml; do not edit."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

# One 5-tuple connection: when it opens (only if it lives on past a tick), at intervals while it lives, and when it ends.
FLOW: Final = pa.schema(
    [
        pa.field("site", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("sensor", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("capture", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("packet", pa.uint64(), nullable=False),
        pa.field("offset", pa.uint64(), nullable=False),
        pa.field("flow_id", pa.uint64(), nullable=False),
        pa.field("phase", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("start", pa.timestamp("ns", tz="UTC"), nullable=False),
        pa.field("last", pa.timestamp("ns", tz="UTC"), nullable=False),
        pa.field("community_id", pa.utf8(), nullable=False),
        pa.field("proto", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("vlan", pa.uint16(), nullable=True),
        pa.field("orig_mac", pa.utf8(), nullable=False),
        pa.field("resp_mac", pa.utf8(), nullable=False),
        pa.field("orig_ip", pa.utf8(), nullable=False),
        pa.field("resp_ip", pa.utf8(), nullable=False),
        pa.field("orig_port", pa.uint16(), nullable=False),
        pa.field("resp_port", pa.uint16(), nullable=False),
        pa.field("orig_packets", pa.uint64(), nullable=False),
        pa.field("resp_packets", pa.uint64(), nullable=False),
        pa.field("orig_bytes", pa.uint64(), nullable=False),
        pa.field("resp_bytes", pa.uint64(), nullable=False),
        pa.field("orig_payload", pa.uint64(), nullable=False),
        pa.field("resp_payload", pa.uint64(), nullable=False),
        pa.field("outcome", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("ended_by", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("gap_bytes", pa.uint64(), nullable=False),
        pa.field("service", pa.dictionary(pa.int32(), pa.utf8()), nullable=True),
        pa.field("sni", pa.utf8(), nullable=True),
        pa.field("ja4", pa.utf8(), nullable=True),
        pa.field("tls_version", pa.dictionary(pa.int32(), pa.utf8()), nullable=True),
        pa.field("certificate", pa.utf8(), nullable=True),
    ]
)

# One thing a host let out about itself; repeated only as count, first and last.
CLUE: Final = pa.schema(
    [
        pa.field("site", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("sensor", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("capture", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("packet", pa.uint64(), nullable=False),
        pa.field("offset", pa.uint64(), nullable=False),
        pa.field("host_mac", pa.utf8(), nullable=False),
        pa.field("host_ip", pa.utf8(), nullable=False),
        pa.field("vlan", pa.uint16(), nullable=True),
        pa.field("attribute", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("value", pa.utf8(), nullable=False),
        pa.field("protocol", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("port", pa.uint16(), nullable=True),
        pa.field("count", pa.uint64(), nullable=False),
        pa.field("first", pa.timestamp("ns", tz="UTC"), nullable=False),
        pa.field("last", pa.timestamp("ns", tz="UTC"), nullable=False),
    ]
)

# One application transaction with its outcome.
EXCHANGE: Final = pa.schema(
    [
        pa.field("site", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("sensor", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("capture", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("packet", pa.uint64(), nullable=False),
        pa.field("offset", pa.uint64(), nullable=False),
        pa.field("flow_id", pa.uint64(), nullable=False),
        pa.field("time", pa.timestamp("ns", tz="UTC"), nullable=False),
        pa.field("duration_ns", pa.uint64(), nullable=True),
        pa.field("client_mac", pa.utf8(), nullable=False),
        pa.field("client_ip", pa.utf8(), nullable=False),
        pa.field("client_port", pa.uint16(), nullable=False),
        pa.field("server_mac", pa.utf8(), nullable=False),
        pa.field("server_ip", pa.utf8(), nullable=False),
        pa.field("server_port", pa.uint16(), nullable=False),
        pa.field("protocol", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("operation", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("outcome", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("status", pa.utf8(), nullable=False),
        pa.field("client_name", pa.utf8(), nullable=False),
        pa.field("server_name", pa.utf8(), nullable=False),
        pa.field("object", pa.utf8(), nullable=False),
        pa.field("patient", pa.utf8(), nullable=False),
        pa.field("request_bytes", pa.uint64(), nullable=False),
        pa.field("response_bytes", pa.uint64(), nullable=False),
        pa.field("detail", pa.utf8(), nullable=False),
    ]
)

# One clinical value, or one block of samples.
READING: Final = pa.schema(
    [
        pa.field("site", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("sensor", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("capture", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("packet", pa.uint64(), nullable=False),
        pa.field("offset", pa.uint64(), nullable=False),
        pa.field("flow_id", pa.uint64(), nullable=False),
        pa.field("time", pa.timestamp("ns", tz="UTC"), nullable=False),
        pa.field("device_time", pa.timestamp("ns", tz="UTC"), nullable=True),
        pa.field("host_mac", pa.utf8(), nullable=False),
        pa.field("host_ip", pa.utf8(), nullable=False),
        pa.field("source", pa.utf8(), nullable=False),
        pa.field("location", pa.utf8(), nullable=False),
        pa.field("patient", pa.utf8(), nullable=False),
        pa.field("kind", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("code", pa.utf8(), nullable=False),
        pa.field("code_system", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("name", pa.utf8(), nullable=False),
        pa.field("value", pa.float64(), nullable=True),
        pa.field("text", pa.utf8(), nullable=True),
        pa.field("unit", pa.utf8(), nullable=False),
        pa.field("status", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("sample_rate_hz", pa.float64(), nullable=True),
        pa.field("samples", pa.list_(pa.float32()), nullable=True),
    ]
)

# Something odd: malformed at an offset, over a named limit, a gap, an unknown version.
NOTE: Final = pa.schema(
    [
        pa.field("site", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("sensor", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("capture", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("packet", pa.uint64(), nullable=False),
        pa.field("offset", pa.uint64(), nullable=False),
        pa.field("time", pa.timestamp("ns", tz="UTC"), nullable=False),
        pa.field("flow_id", pa.uint64(), nullable=True),
        pa.field("host_ip", pa.utf8(), nullable=False),
        pa.field("protocol", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("kind", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("name", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("at", pa.uint64(), nullable=False),
        pa.field("count", pa.uint64(), nullable=False),
        pa.field("text", pa.utf8(), nullable=False),
    ]
)

# What the tap could hear, per subnet and hour.
COVERAGE: Final = pa.schema(
    [
        pa.field("site", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("sensor", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("capture", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("packet", pa.uint64(), nullable=False),
        pa.field("offset", pa.uint64(), nullable=False),
        pa.field("hour", pa.timestamp("ns", tz="UTC"), nullable=False),
        pa.field("vlan", pa.uint16(), nullable=True),
        pa.field("subnet", pa.utf8(), nullable=False),
        pa.field("heard", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
        pa.field("packets", pa.uint64(), nullable=False),
        pa.field("bytes", pa.uint64(), nullable=False),
        pa.field("flows_answered", pa.uint64(), nullable=False),
        pa.field("flows_one_way", pa.uint64(), nullable=False),
        pa.field("hosts", pa.uint64(), nullable=False),
        pa.field("drops", pa.uint64(), nullable=False),
        pa.field("duplicates", pa.uint64(), nullable=False),
    ]
)

SCHEMAS: Final[dict[str, pa.Schema]] = {
    "flow": FLOW,
    "clue": CLUE,
    "exchange": EXCHANGE,
    "reading": READING,
    "note": NOTE,
    "coverage": COVERAGE,
}

RECORDS: Final = tuple(SCHEMAS)

# What each column means, by record and column.
DOCS: Final[dict[str, dict[str, str]]] = {
    "flow": {
        "site": "Site the sensor stands in; unique in a fleet.",
        "sensor": "Sensor (tap or capture import) that heard it; its clock stamps `time` columns.",
        "capture": (
            "Evidence source: id of the capture file (first 16 hex digits of its BLAKE3) or "
            "of the evidence ring."
        ),
        "packet": (
            "Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 "
            "when there is none."
        ),
        "offset": "Byte offset of that packet's record header in the uncompressed capture.",
        "flow_id": (
            "Identity of the connection within the sensor; the same in exchange, reading and "
            "note rows."
        ),
        "phase": (
            "open, live or end. Counters are totals since the start; `end` is the last word "
            "on a flow."
        ),
        "start": "First packet.",
        "last": "Last packet so far.",
        "community_id": "Community ID v1 (seed 0).",
        "proto": "tcp, udp, icmp, icmp6, arp, sctp, gre, esp, ah, other.",
        "vlan": "Outermost 802.1Q VLAN id.",
        "orig_mac": (
            "Ethernet address the originator's packets came from ('' where the link has "
            "none)."
        ),
        "resp_mac": (
            "Ethernet address the responder's packets came from, or went to while it is "
            "silent."
        ),
        "orig_ip": "Originator (client).",
        "resp_ip": "Responder (server).",
        "orig_port": "Originator's port; ICMP type.",
        "resp_port": "Responder's port; ICMP code.",
        "orig_packets": "Packets from the originator.",
        "resp_packets": "Packets from the responder.",
        "orig_bytes": "IP-layer bytes from the originator.",
        "resp_bytes": "IP-layer bytes from the responder.",
        "orig_payload": (
            "Transport payload bytes from the originator, without retransmissions where "
            "known."
        ),
        "resp_payload": (
            "Transport payload bytes from the responder, without retransmissions where known."
        ),
        "outcome": (
            "answered, refused (RST or ICMP unreachable), unanswered, half_heard (only one "
            "direction reached the tap)."
        ),
        "ended_by": "fin, rst, idle, capture_end, evicted; '' while it lives.",
        "gap_bytes": "TCP bytes that the tap missed.",
        "service": (
            "Protocol as recognised from content (dicom, hl7, tls, http, dhcp, dns, …); null "
            "when not recognised. Never by port alone."
        ),
        "sni": "TLS/QUIC server name, HTTP Host or other name the client asked for.",
        "ja4": "JA4 of the TLS client (FoxIO, BSD-3-Clause).",
        "tls_version": "Negotiated TLS version: 1.0 … 1.3.",
        "certificate": "SHA-256 of the server's leaf certificate (hex).",
    },
    "clue": {
        "site": "Site the sensor stands in; unique in a fleet.",
        "sensor": "Sensor (tap or capture import) that heard it; its clock stamps `time` columns.",
        "capture": (
            "Evidence source: id of the capture file (first 16 hex digits of its BLAKE3) or "
            "of the evidence ring."
        ),
        "packet": (
            "Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 "
            "when there is none."
        ),
        "offset": "Byte offset of that packet's record header in the uncompressed capture.",
        "host_mac": (
            "Ethernet address the packet bore ('' where it crossed a router or the link has "
            "none)."
        ),
        "host_ip": "Address of the host the clue is about ('' before it has one).",
        "vlan": "VLAN of the packet.",
        "attribute": (
            "Name as declared by the dissector, protocol first: dicom.ae_title, "
            "dhcp.vendor_class …"
        ),
        "value": (
            "Value as text, decoded to UTF-8; patient identifiers are pseudonyms and "
            "credentials keyed hashes already."
        ),
        "protocol": "Dissector that read it.",
        "port": "Port of the host it was read at, where the clue belongs to a service.",
        "count": "Times seen in this batch interval.",
        "first": "First time seen.",
        "last": "Last time seen.",
    },
    "exchange": {
        "site": "Site the sensor stands in; unique in a fleet.",
        "sensor": "Sensor (tap or capture import) that heard it; its clock stamps `time` columns.",
        "capture": (
            "Evidence source: id of the capture file (first 16 hex digits of its BLAKE3) or "
            "of the evidence ring."
        ),
        "packet": (
            "Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 "
            "when there is none."
        ),
        "offset": "Byte offset of that packet's record header in the uncompressed capture.",
        "flow_id": "Connection it ran on.",
        "time": "Request (or first message) at the tap.",
        "duration_ns": "From request to the answer that settled it, both at the tap.",
        "client_mac": "Ethernet address of the asking side.",
        "client_ip": "Address of the asking side.",
        "client_port": "Port of the asking side.",
        "server_mac": "Ethernet address of the answering side.",
        "server_ip": "Address of the answering side.",
        "server_port": "Port of the answering side.",
        "protocol": "dicom, hl7, http, dns, dhcp, tls, smb, rdp …",
        "operation": (
            "The standard's own word: A-ASSOCIATE, C-STORE, ORU^R01, GET, A, DISCOVER, "
            "handshake …"
        ),
        "outcome": "ok, warning, refused, failed, unanswered, aborted, half_heard.",
        "status": "The standard's own status or code as text: 0x0000, AA, 200, NXDOMAIN …",
        "client_name": (
            "Name the asker gave itself: calling AE title, MSH-3/4, user name hash … ('' if "
            "none)."
        ),
        "server_name": "Name it called: called AE title, MSH-5/6, host name asked for …",
        "object": (
            "What it was about: SOP class, DNS question, URL path (identifiers replaced), "
            "file name (identifiers replaced) …"
        ),
        "patient": "Patient pseudonym, or ''.",
        "request_bytes": "Payload bytes of the request side.",
        "response_bytes": "Payload bytes of the answer side.",
        "detail": "Further fields by the dissector's declared names, all values text.",
    },
    "reading": {
        "site": "Site the sensor stands in; unique in a fleet.",
        "sensor": "Sensor (tap or capture import) that heard it; its clock stamps `time` columns.",
        "capture": (
            "Evidence source: id of the capture file (first 16 hex digits of its BLAKE3) or "
            "of the evidence ring."
        ),
        "packet": (
            "Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 "
            "when there is none."
        ),
        "offset": "Byte offset of that packet's record header in the uncompressed capture.",
        "flow_id": "Connection it came on.",
        "time": "When the tap saw it.",
        "device_time": (
            "The device's own stamp, read with the time zone it gave, else taken as the "
            "site's local time; another clock than `time`."
        ),
        "host_mac": "Ethernet address of the sender.",
        "host_ip": "Address of the sender (often a gateway, not the device).",
        "source": "Identity of the device the sender speaks for (OBX-18, SDC EPR, MSH-3 …).",
        "location": "Place as sent (PV1-3 point of care^room^bed …).",
        "patient": "Patient pseudonym, or ''.",
        "kind": "numeric, text, waveform, alarm, transform, setting.",
        "code": "Code as sent: MDC reference id or number, LOINC, local.",
        "code_system": "MDC, LN, SCT, DCM, local.",
        "name": "Text of the code as sent.",
        "value": "Number.",
        "text": "Non-numeric value (coded value, alarm text).",
        "unit": "UCUM where it can be told, else as sent.",
        "status": "final, preliminary, corrected, cannot_obtain, alarm flags as sent.",
        "sample_rate_hz": "For waveforms.",
        "samples": "Samples of a waveform or the 12 or 16 numbers of a transform, row by row.",
    },
    "note": {
        "site": "Site the sensor stands in; unique in a fleet.",
        "sensor": "Sensor (tap or capture import) that heard it; its clock stamps `time` columns.",
        "capture": (
            "Evidence source: id of the capture file (first 16 hex digits of its BLAKE3) or "
            "of the evidence ring."
        ),
        "packet": (
            "Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 "
            "when there is none."
        ),
        "offset": "Byte offset of that packet's record header in the uncompressed capture.",
        "time": "When the tap saw it.",
        "flow_id": "Connection, where it belongs to one.",
        "host_ip": "Sender of the odd bytes ('' if none).",
        "protocol": "Dissector or stage.",
        "kind": "malformed, over_limit, gap, unknown, odd, capture.",
        "name": "Id of the note as declared: dicom.pdu_too_long, tcp.gap …",
        "at": "Byte offset of the fault within the stream or datagram.",
        "count": "Times in this batch interval; only the first is shown.",
        "text": "One plain sentence, never with patient data.",
    },
    "coverage": {
        "site": "Site the sensor stands in; unique in a fleet.",
        "sensor": "Sensor (tap or capture import) that heard it; its clock stamps `time` columns.",
        "capture": (
            "Evidence source: id of the capture file (first 16 hex digits of its BLAKE3) or "
            "of the evidence ring."
        ),
        "packet": (
            "Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 "
            "when there is none."
        ),
        "offset": "Byte offset of that packet's record header in the uncompressed capture.",
        "hour": "Start of the hour.",
        "vlan": "VLAN.",
        "subnet": "IPv4 /24 or IPv6 /64.",
        "heard": "both (some answered flow), one_way, nothing.",
        "packets": "Packets from or to the subnet.",
        "bytes": "Bytes from or to the subnet.",
        "flows_answered": "Flows heard both ways.",
        "flows_one_way": "Flows heard one way only.",
        "hosts": "Distinct addresses of the subnet that spoke.",
        "drops": "Packets the sensor lost in that hour (kernel or queue), as far as it knows.",
        "duplicates": "Mirror duplicates removed.",
    },
}


class Flow:
    """Column names of the record flow."""

    SITE: Final = "site"
    SENSOR: Final = "sensor"
    CAPTURE: Final = "capture"
    PACKET: Final = "packet"
    OFFSET: Final = "offset"
    FLOW_ID: Final = "flow_id"
    PHASE: Final = "phase"
    START: Final = "start"
    LAST: Final = "last"
    COMMUNITY_ID: Final = "community_id"
    PROTO: Final = "proto"
    VLAN: Final = "vlan"
    ORIG_MAC: Final = "orig_mac"
    RESP_MAC: Final = "resp_mac"
    ORIG_IP: Final = "orig_ip"
    RESP_IP: Final = "resp_ip"
    ORIG_PORT: Final = "orig_port"
    RESP_PORT: Final = "resp_port"
    ORIG_PACKETS: Final = "orig_packets"
    RESP_PACKETS: Final = "resp_packets"
    ORIG_BYTES: Final = "orig_bytes"
    RESP_BYTES: Final = "resp_bytes"
    ORIG_PAYLOAD: Final = "orig_payload"
    RESP_PAYLOAD: Final = "resp_payload"
    OUTCOME: Final = "outcome"
    ENDED_BY: Final = "ended_by"
    GAP_BYTES: Final = "gap_bytes"
    SERVICE: Final = "service"
    SNI: Final = "sni"
    JA4: Final = "ja4"
    TLS_VERSION: Final = "tls_version"
    CERTIFICATE: Final = "certificate"


class Clue:
    """Column names of the record clue."""

    SITE: Final = "site"
    SENSOR: Final = "sensor"
    CAPTURE: Final = "capture"
    PACKET: Final = "packet"
    OFFSET: Final = "offset"
    HOST_MAC: Final = "host_mac"
    HOST_IP: Final = "host_ip"
    VLAN: Final = "vlan"
    ATTRIBUTE: Final = "attribute"
    VALUE: Final = "value"
    PROTOCOL: Final = "protocol"
    PORT: Final = "port"
    COUNT: Final = "count"
    FIRST: Final = "first"
    LAST: Final = "last"


class Exchange:
    """Column names of the record exchange."""

    SITE: Final = "site"
    SENSOR: Final = "sensor"
    CAPTURE: Final = "capture"
    PACKET: Final = "packet"
    OFFSET: Final = "offset"
    FLOW_ID: Final = "flow_id"
    TIME: Final = "time"
    DURATION_NS: Final = "duration_ns"
    CLIENT_MAC: Final = "client_mac"
    CLIENT_IP: Final = "client_ip"
    CLIENT_PORT: Final = "client_port"
    SERVER_MAC: Final = "server_mac"
    SERVER_IP: Final = "server_ip"
    SERVER_PORT: Final = "server_port"
    PROTOCOL: Final = "protocol"
    OPERATION: Final = "operation"
    OUTCOME: Final = "outcome"
    STATUS: Final = "status"
    CLIENT_NAME: Final = "client_name"
    SERVER_NAME: Final = "server_name"
    OBJECT: Final = "object"
    PATIENT: Final = "patient"
    REQUEST_BYTES: Final = "request_bytes"
    RESPONSE_BYTES: Final = "response_bytes"
    DETAIL: Final = "detail"


class Reading:
    """Column names of the record reading."""

    SITE: Final = "site"
    SENSOR: Final = "sensor"
    CAPTURE: Final = "capture"
    PACKET: Final = "packet"
    OFFSET: Final = "offset"
    FLOW_ID: Final = "flow_id"
    TIME: Final = "time"
    DEVICE_TIME: Final = "device_time"
    HOST_MAC: Final = "host_mac"
    HOST_IP: Final = "host_ip"
    SOURCE: Final = "source"
    LOCATION: Final = "location"
    PATIENT: Final = "patient"
    KIND: Final = "kind"
    CODE: Final = "code"
    CODE_SYSTEM: Final = "code_system"
    NAME: Final = "name"
    VALUE: Final = "value"
    TEXT: Final = "text"
    UNIT: Final = "unit"
    STATUS: Final = "status"
    SAMPLE_RATE_HZ: Final = "sample_rate_hz"
    SAMPLES: Final = "samples"


class Note:
    """Column names of the record note."""

    SITE: Final = "site"
    SENSOR: Final = "sensor"
    CAPTURE: Final = "capture"
    PACKET: Final = "packet"
    OFFSET: Final = "offset"
    TIME: Final = "time"
    FLOW_ID: Final = "flow_id"
    HOST_IP: Final = "host_ip"
    PROTOCOL: Final = "protocol"
    KIND: Final = "kind"
    NAME: Final = "name"
    AT: Final = "at"
    COUNT: Final = "count"
    TEXT: Final = "text"


class Coverage:
    """Column names of the record coverage."""

    SITE: Final = "site"
    SENSOR: Final = "sensor"
    CAPTURE: Final = "capture"
    PACKET: Final = "packet"
    OFFSET: Final = "offset"
    HOUR: Final = "hour"
    VLAN: Final = "vlan"
    SUBNET: Final = "subnet"
    HEARD: Final = "heard"
    PACKETS: Final = "packets"
    BYTES: Final = "bytes"
    FLOWS_ANSWERED: Final = "flows_answered"
    FLOWS_ONE_WAY: Final = "flows_one_way"
    HOSTS: Final = "hosts"
    DROPS: Final = "drops"
    DUPLICATES: Final = "duplicates"
