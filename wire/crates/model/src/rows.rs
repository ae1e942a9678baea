//! Rows of the records, and who takes them. Made by tools/gen_records.py from schema/records.toml; do not edit.

use crate::{Mac, Nanos};
use std::net::IpAddr;

/// One 5-tuple connection: when it opens (only if it lives on past a tick), at intervals while it lives, and when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow<'a> {
    /// Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 when there is none.
    pub packet: u64,
    /// Byte offset of that packet's record header in the uncompressed capture.
    pub offset: u64,
    /// Identity of the connection within the sensor; the same in exchange, reading and note rows.
    pub flow_id: u64,
    /// open, live or end. Counters are totals since the start; `end` is the last word on a flow.
    pub phase: &'a str,
    /// First packet.
    pub start: Nanos,
    /// Last packet so far.
    pub last: Nanos,
    /// Community ID v1 (seed 0).
    pub community_id: &'a str,
    /// tcp, udp, icmp, icmp6, arp, sctp, gre, esp, ah, other.
    pub proto: &'a str,
    /// Outermost 802.1Q VLAN id.
    pub vlan: Option<u16>,
    /// Ethernet address the originator's packets came from ('' where the link has none).
    pub orig_mac: Mac,
    /// Ethernet address the responder's packets came from, or went to while it is silent.
    pub resp_mac: Mac,
    /// Originator (client).
    pub orig_ip: Option<IpAddr>,
    /// Responder (server).
    pub resp_ip: Option<IpAddr>,
    /// Originator's port; ICMP type.
    pub orig_port: u16,
    /// Responder's port; ICMP code.
    pub resp_port: u16,
    /// Packets from the originator.
    pub orig_packets: u64,
    /// Packets from the responder.
    pub resp_packets: u64,
    /// IP-layer bytes from the originator.
    pub orig_bytes: u64,
    /// IP-layer bytes from the responder.
    pub resp_bytes: u64,
    /// Transport payload bytes from the originator, without retransmissions where known.
    pub orig_payload: u64,
    /// Transport payload bytes from the responder, without retransmissions where known.
    pub resp_payload: u64,
    /// answered, refused (RST or ICMP unreachable), unanswered, half_heard (only one direction reached the tap).
    pub outcome: &'a str,
    /// fin, rst, idle, capture_end, evicted; '' while it lives.
    pub ended_by: &'a str,
    /// TCP bytes that the tap missed.
    pub gap_bytes: u64,
    /// Protocol as recognised from content (dicom, hl7, tls, http, dhcp, dns, …); null when not recognised. Never by port alone.
    pub service: Option<&'a str>,
    /// TLS/QUIC server name, HTTP Host or other name the client asked for.
    pub sni: Option<&'a str>,
    /// JA4 of the TLS client (FoxIO, BSD-3-Clause).
    pub ja4: Option<&'a str>,
    /// Negotiated TLS version: 1.0 … 1.3.
    pub tls_version: Option<&'a str>,
    /// SHA-256 of the server's leaf certificate (hex).
    pub certificate: Option<&'a str>,
}

/// One thing a host let out about itself; repeated only as count, first and last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clue<'a> {
    /// Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 when there is none.
    pub packet: u64,
    /// Byte offset of that packet's record header in the uncompressed capture.
    pub offset: u64,
    /// Ethernet address the packet bore ('' where it crossed a router or the link has none).
    pub host_mac: Mac,
    /// Address of the host the clue is about ('' before it has one).
    pub host_ip: Option<IpAddr>,
    /// VLAN of the packet.
    pub vlan: Option<u16>,
    /// Name as declared by the dissector, protocol first: dicom.ae_title, dhcp.vendor_class …
    pub attribute: &'a str,
    /// Value as text, decoded to UTF-8; patient identifiers are pseudonyms and credentials keyed hashes already.
    pub value: &'a str,
    /// Dissector that read it.
    pub protocol: &'a str,
    /// Port of the host it was read at, where the clue belongs to a service.
    pub port: Option<u16>,
    /// Times seen in this batch interval.
    pub count: u64,
    /// First time seen.
    pub first: Nanos,
    /// Last time seen.
    pub last: Nanos,
}

/// One application transaction with its outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exchange<'a> {
    /// Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 when there is none.
    pub packet: u64,
    /// Byte offset of that packet's record header in the uncompressed capture.
    pub offset: u64,
    /// Connection it ran on.
    pub flow_id: u64,
    /// Request (or first message) at the tap.
    pub time: Nanos,
    /// From request to the answer that settled it, both at the tap.
    pub duration_ns: Option<u64>,
    /// Ethernet address of the asking side.
    pub client_mac: Mac,
    /// Address of the asking side.
    pub client_ip: Option<IpAddr>,
    /// Port of the asking side.
    pub client_port: u16,
    /// Ethernet address of the answering side.
    pub server_mac: Mac,
    /// Address of the answering side.
    pub server_ip: Option<IpAddr>,
    /// Port of the answering side.
    pub server_port: u16,
    /// dicom, hl7, http, dns, dhcp, tls, smb, rdp …
    pub protocol: &'a str,
    /// The standard's own word: A-ASSOCIATE, C-STORE, ORU^R01, GET, A, DISCOVER, handshake …
    pub operation: &'a str,
    /// ok, warning, refused, failed, unanswered, aborted, half_heard.
    pub outcome: &'a str,
    /// The standard's own status or code as text: 0x0000, AA, 200, NXDOMAIN …
    pub status: &'a str,
    /// Name the asker gave itself: calling AE title, MSH-3/4, user name hash … ('' if none).
    pub client_name: &'a str,
    /// Name it called: called AE title, MSH-5/6, host name asked for …
    pub server_name: &'a str,
    /// What it was about: SOP class, DNS question, URL path (identifiers replaced), file name (identifiers replaced) …
    pub object: &'a str,
    /// Patient pseudonym, or ''.
    pub patient: &'a str,
    /// Payload bytes of the request side.
    pub request_bytes: u64,
    /// Payload bytes of the answer side.
    pub response_bytes: u64,
    /// Further fields by the dissector's declared names, all values text.
    pub detail: &'a str,
}

/// One clinical value, or one block of samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading<'a> {
    /// Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 when there is none.
    pub packet: u64,
    /// Byte offset of that packet's record header in the uncompressed capture.
    pub offset: u64,
    /// Connection it came on.
    pub flow_id: u64,
    /// When the tap saw it.
    pub time: Nanos,
    /// The device's own stamp, read with the time zone it gave, else taken as the site's local time; another clock than `time`.
    pub device_time: Option<Nanos>,
    /// Ethernet address of the sender.
    pub host_mac: Mac,
    /// Address of the sender (often a gateway, not the device).
    pub host_ip: Option<IpAddr>,
    /// Identity of the device the sender speaks for (OBX-18, SDC EPR, MSH-3 …).
    pub source: &'a str,
    /// Place as sent (PV1-3 point of care^room^bed …).
    pub location: &'a str,
    /// Patient pseudonym, or ''.
    pub patient: &'a str,
    /// numeric, text, waveform, alarm, transform, setting.
    pub kind: &'a str,
    /// Code as sent: MDC reference id or number, LOINC, local.
    pub code: &'a str,
    /// MDC, LN, SCT, DCM, local.
    pub code_system: &'a str,
    /// Text of the code as sent.
    pub name: &'a str,
    /// Number.
    pub value: Option<f64>,
    /// Non-numeric value (coded value, alarm text).
    pub text: Option<&'a str>,
    /// UCUM where it can be told, else as sent.
    pub unit: &'a str,
    /// final, preliminary, corrected, cannot_obtain, alarm flags as sent.
    pub status: &'a str,
    /// For waveforms.
    pub sample_rate_hz: Option<f64>,
    /// Samples of a waveform or the 12 or 16 numbers of a transform, row by row.
    pub samples: Option<&'a [f32]>,
}

/// Something odd: malformed at an offset, over a named limit, a gap, an unknown version.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Note<'a> {
    /// Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 when there is none.
    pub packet: u64,
    /// Byte offset of that packet's record header in the uncompressed capture.
    pub offset: u64,
    /// When the tap saw it.
    pub time: Nanos,
    /// Connection, where it belongs to one.
    pub flow_id: Option<u64>,
    /// Sender of the odd bytes ('' if none).
    pub host_ip: Option<IpAddr>,
    /// Dissector or stage.
    pub protocol: &'a str,
    /// malformed, over_limit, gap, unknown, odd, capture.
    pub kind: &'a str,
    /// Id of the note as declared: dicom.pdu_too_long, tcp.gap …
    pub name: &'a str,
    /// Byte offset of the fault within the stream or datagram.
    pub at: u64,
    /// Times in this batch interval; only the first is shown.
    pub count: u64,
    /// One plain sentence, never with patient data.
    pub text: &'a str,
}

/// What the tap could hear, per subnet and hour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Coverage<'a> {
    /// Frame number (from 1, as Wireshark counts) of the packet that shows it best; 0 when there is none.
    pub packet: u64,
    /// Byte offset of that packet's record header in the uncompressed capture.
    pub offset: u64,
    /// Start of the hour.
    pub hour: Nanos,
    /// VLAN.
    pub vlan: Option<u16>,
    /// IPv4 /24 or IPv6 /64.
    pub subnet: &'a str,
    /// both (some answered flow), one_way, nothing.
    pub heard: &'a str,
    /// Packets from or to the subnet.
    pub packets: u64,
    /// Bytes from or to the subnet.
    pub bytes: u64,
    /// Flows heard both ways.
    pub flows_answered: u64,
    /// Flows heard one way only.
    pub flows_one_way: u64,
    /// Distinct addresses of the subnet that spoke.
    pub hosts: u64,
    /// Packets the sensor lost in that hour (kernel or queue), as far as it knows.
    pub drops: u64,
    /// Mirror duplicates removed.
    pub duplicates: u64,
}

/// Takes rows as they are said; what becomes of them is its affair.
pub trait Sink {
    fn flow(&mut self, row: &Flow<'_>);
    fn clue(&mut self, row: &Clue<'_>);
    fn exchange(&mut self, row: &Exchange<'_>);
    fn reading(&mut self, row: &Reading<'_>);
    fn note(&mut self, row: &Note<'_>);
    fn coverage(&mut self, row: &Coverage<'_>);
}
