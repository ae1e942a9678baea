//! Captures of real software, fed as heard, byte by byte, cut at every byte and with bytes changed.
//! Each stands in `tests/data/<protocol>/` and is claimed by that protocol only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions, clippy::panic)]

mod infra_support;

use hinomi_dissect::{Limits, all};
use hinomi_model::{Exchange, NoteKind};
use infra_support::{Feed, Flow, OURS, Piece, datagram_claims, detail, flows, packets, read_flow, stream_claims};
use std::path::PathBuf;

/// Folder name and file of every capture.
fn captures() -> Vec<(String, PathBuf)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut out = Vec::new();
    for folder in std::fs::read_dir(root).expect("tests/data is there") {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(files) = std::fs::read_dir(&folder) else { continue };
        for file in files {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|e| e == "pcap") {
                out.push((name.clone(), file));
            }
        }
    }
    out.sort();
    assert!(out.len() >= 8, "captures are missing");
    out
}

fn ours() -> Vec<(String, PathBuf)> {
    captures().into_iter().filter(|(name, _)| OURS.contains(&name.as_str())).collect()
}

fn flows_of(path: &PathBuf) -> Vec<Flow> {
    let out = flows(&packets(&std::fs::read(path).unwrap()));
    assert!(!out.is_empty(), "{} holds nothing", path.display());
    out
}

/// What must not depend on how the bytes were cut.
fn essence(exchanges: &[Exchange]) -> Vec<String> {
    exchanges.iter().map(|e| format!("{} {} {} {} {:?}", e.operation, e.outcome.word(), e.status, e.object, e.detail)).collect()
}

#[test]
fn every_capture_is_read_by_its_own_dissector_and_without_fault() {
    for (protocol, path) in ours() {
        let mut services = Vec::new();
        for flow in flows_of(&path) {
            let said = read_flow(&flow, Feed::AsHeard, &Limits::default());
            let faults: Vec<_> = said.notes.iter().filter(|n| n.kind == NoteKind::Malformed).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", path.display());
            services.extend(said.service);
        }
        assert!(services.contains(&protocol.as_str()), "{} is read as {services:?}", path.display());
    }
}

#[test]
fn nobody_else_claims_a_capture() {
    // The parts of a protocol that another one carries. A clinical capture holds what surrounds its
    // protocol as well; there, whoever claims a flow has to be alone.
    let allowed = |mine: &str, other: &str, alone: bool| {
        mine == other || matches!((mine, other), ("rdp", "tls") | ("http2", "http")) || (alone && !OURS.contains(&mine))
    };
    for (protocol, path) in captures() {
        for flow in flows_of(&path) {
            let mut heads = [Vec::new(), Vec::new()];
            for (_, _, piece) in &flow.pieces {
                let Piece::Bytes(dir, bytes) = piece else { continue };
                if flow.proto == 0 {
                    continue;
                }
                if flow.proto != 6 {
                    let claims = datagram_claims(*dir, bytes, &flow.ends);
                    for (d, _) in &claims {
                        assert!(allowed(&protocol, d.meta.name, claims.len() == 1), "{} claims {}", d.meta.name, path.display());
                    }
                    continue;
                }
                let head = &mut heads[usize::from(*dir == hinomi_model::Dir::ToClient)];
                if head.is_empty() {
                    head.extend_from_slice(bytes);
                    for n in 1..=head.len() {
                        let claims = stream_claims(*dir, &head[..n], &flow.ends).0;
                        for (d, _) in &claims {
                            assert!(allowed(&protocol, d.meta.name, claims.len() == 1), "{} claims {} after {n} bytes", d.meta.name, path.display());
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_cut_of_the_pieces_changes_nothing() {
    for (_, path) in ours() {
        for flow in flows_of(&path).iter().filter(|f| f.proto == 6) {
            let heard = read_flow(flow, Feed::AsHeard, &Limits::default());
            let slow = read_flow(flow, Feed::ByteByByte, &Limits::default());
            assert_eq!(essence(&heard.exchanges), essence(&slow.exchanges), "{}", path.display());
            let clues = |s: &infra_support::Said| s.clues.iter().map(|c| (c.attribute, c.value.clone())).collect::<Vec<_>>();
            assert_eq!(clues(&heard), clues(&slow), "{}", path.display());
        }
    }
}

#[test]
fn a_capture_may_end_at_any_byte() {
    for (_, path) in ours() {
        for flow in flows_of(&path).iter().take(6) {
            let total: usize = flow.pieces.iter().map(|(_, _, p)| if let Piece::Bytes(_, b) = p { b.len() } else { 0 }).sum();
            // Every byte of the first 700, then every 97th.
            let cuts = (0..total).filter(|n| *n < 700 || n % 97 == 0).take(1100);
            for cut in cuts {
                let mut left = cut;
                let mut short = flow.clone();
                short.pieces.clear();
                for (time, number, piece) in &flow.pieces {
                    let Piece::Bytes(dir, bytes) = piece else { continue };
                    let n = bytes.len().min(left);
                    left -= n;
                    if n > 0 {
                        short.pieces.push((*time, *number, Piece::Bytes(*dir, bytes[..n].to_vec())));
                    }
                    if left == 0 {
                        break;
                    }
                }
                read_flow(&short, Feed::AsHeard, &Limits::default());
            }
        }
    }
}

/// xorshift64*: the same changes on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % below.max(1)
    }
}

#[test]
fn changed_bytes_and_lost_pieces_do_no_harm() {
    // HINOMI_ROUNDS=5000 makes a night of it.
    let rounds = std::env::var("HINOMI_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(60);
    let seed = std::env::var("HINOMI_SEED").ok().and_then(|r| r.parse().ok()).unwrap_or(0x1234_5678_9abc_def1);
    let mut dice = Dice(seed);
    for (_, path) in ours() {
        for flow in flows_of(&path).iter().filter(|f| !f.pieces.is_empty()).take(6) {
            for _ in 0..rounds {
                let mut changed = flow.clone();
                for _ in 0..=dice.roll(4) {
                    let n = dice.roll(changed.pieces.len().min(24));
                    let lost = dice.roll(6) == 0;
                    let (_, _, piece) = &mut changed.pieces[n];
                    let Piece::Bytes(dir, bytes) = piece else { continue };
                    if lost && flow.proto == 6 {
                        *piece = Piece::Gap(*dir, bytes.len() as u64);
                        continue;
                    }
                    if bytes.is_empty() {
                        continue;
                    }
                    let at = dice.roll(bytes.len().min(400));
                    match dice.roll(4) {
                        0 => bytes[at] = 0xff,
                        1 => bytes[at] = 0,
                        2 => bytes[at] ^= 1 << dice.roll(8),
                        _ => bytes.truncate(at),
                    }
                }
                read_flow(&changed, Feed::AsHeard, &Limits::default());
            }
        }
    }
}

#[test]
fn a_lost_piece_is_survived_in_every_stream() {
    for (_, path) in ours() {
        for flow in flows_of(&path).iter().filter(|f| f.proto == 6).take(4) {
            for n in 0..flow.pieces.len().min(40) {
                let mut holed = flow.clone();
                let (_, _, piece) = &mut holed.pieces[n];
                if let Piece::Bytes(dir, bytes) = piece {
                    *piece = Piece::Gap(*dir, bytes.len() as u64);
                }
                read_flow(&holed, Feed::AsHeard, &Limits::default());
            }
        }
    }
}

#[test]
fn noise_is_claimed_by_nobody() {
    let mut dice = Dice(0xfeed_beef_1234_5679);
    let flow = flows_of(&captures()[0].1)[0].clone();
    let mut claimed = 0u32;
    for n in 0..20_000 {
        let mut ends = flow.ends;
        ends.client.port = 49_152 + dice.roll(16_000) as u16;
        ends.server.port = dice.roll(49_152) as u16;
        let length = 1 + dice.roll(if n % 2 == 0 { 64 } else { 1400 });
        let bytes: Vec<u8> = (0..length).map(|_| dice.roll(256) as u8).collect();
        for dir in [hinomi_model::Dir::ToServer, hinomi_model::Dir::ToClient] {
            claimed += stream_claims(dir, &bytes, &ends).0.len() as u32;
            claimed += datagram_claims(dir, &bytes, &ends).len() as u32;
        }
    }
    assert_eq!(claimed, 0, "random bytes were taken for a protocol");
}

#[test]
fn what_is_said_is_declared() {
    let clues: Vec<&str> = all().iter().flat_map(|d| d.meta.clues.iter().map(|c| c.0)).collect();
    let notes: Vec<&str> = all().iter().flat_map(|d| d.meta.notes.iter().map(|c| c.0)).collect();
    let mut names: Vec<&str> = all().iter().map(|d| d.meta.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(count, names.len(), "two dissectors share a name");
    for (_, path) in ours() {
        for flow in flows_of(&path) {
            let said = read_flow(&flow, Feed::AsHeard, &Limits::default());
            for clue in &said.clues {
                assert!(clues.contains(&clue.attribute), "{} is not declared", clue.attribute);
            }
            for note in &said.notes {
                assert!(notes.contains(&note.name), "{} is not declared", note.name);
            }
            for exchange in &said.exchanges {
                // A dissector without an entry reads what another one carries (NTLMSSP, bodies of HTTP).
                // A protocol inside another one says its own name.
                let spoken = |name: &str| if exchange.protocol.is_empty() { said.service.contains(&name) } else { exchange.protocol == name };
                let metas: Vec<_> = all().iter().filter(|d| d.entries.is_empty() || spoken(d.meta.name)).collect();
                let declared = metas.iter().any(|d| d.meta.operations.iter().any(|o| *o == "*" || *o == exchange.operation || o.strip_suffix('*').is_some_and(|p| exchange.operation.starts_with(p))));
                assert!(declared, "operation {} of {:?} is not declared", exchange.operation, said.service);
                for (name, _) in &exchange.detail {
                    assert!(metas.iter().any(|d| d.meta.details.iter().any(|(n, _)| n == name)), "detail {name} of {:?} is not declared", said.service);
                }
            }
        }
    }
}

/// Facts of the captures that must come out, one line each: folder, file, what.
const TOLD: &[(&str, &str, &str)] = &[
    ("arp", "first-light", "arp.ip=10.20.0.1"),
    ("bacnet", "bacpypes", "bacnet.object_name=AHU-3F-OR"),
    ("browser", "announcement", "browser.os_version=6.1"),
    ("dcerpc", "active-directory", "dcerpc.interface=lsarpc"),
    ("dcerpc", "active-directory", "ntlm.dns_name=dc01.hospital.example"),
    ("dhcp", "dnsmasq-v4", "dhcp.vendor_class=KomorebiPump"),
    ("dhcp", "dnsmasq-v4", "dhcp.ip=10.77.0.137"),
    ("dhcp", "dnsmasq-v6", "dhcp.ip=fd77::1bb"),
    ("dns", "resolver", "dns.server=recursive"),
    ("dtls", "openssl", "tls.client_version=DTLS1.2"),
    ("enip", "cpppo", "enip.product_name=1756-L61/B LOGIX5561"),
    ("ftp", "vsftpd", "ftp.banner=(vsFTPd 3.0.3)"),
    ("http", "upnp-description", "upnp.serial=SN-0042"),
    ("http", "cups-ipp", "ipp.name=ward3"),
    ("http", "nginx-cases", "http.realm=CT console"),
    ("ike", "strongswan", "ike.vendor_id=strongSwan"),
    ("kerberos", "udp", "kerberos.realm=HOSPITAL.EXAMPLE"),
    ("l2tp", "xl2tpd", "l2tp.vendor=xelerance.com"),
    ("ldap", "active-directory", "ldap.dns_host_name=dc01.hospital.example"),
    ("lldp", "lldpd", "lldp.system_description=Hinomi lab switch 1.0"),
    ("mdns", "printer", "mdns.model=SM-550"),
    ("modbus", "pymodbus", "modbus.model=AHU-9X"),
    ("mqtt", "mosquitto", "mqtt.client_id=fridge-07"),
    ("mysql", "mariadb", "mysql.client=mysql"),
    ("nbns", "status", "nbns.workgroup=HOSPITAL"),
    ("ntp", "chrony", "ntp.server=8"),
    ("opcua", "asyncua", "opcua.policy=None"),
    ("openvpn", "tls-crypt", "openvpn.peer=server"),
    ("postgresql", "server15", "postgresql.application=lis-batch"),
    ("pptp", "pptpd", "pptp.vendor=cananian"),
    ("ptp", "linuxptp", "ptp.role=master"),
    ("quic", "aioquic", "quic.version=1"),
    ("rdp", "plain", "rdp.client_name=VENDOR-PC"),
    ("rtsp", "gstreamer", "rtsp.user_agent=endoscope-viewer"),
    ("s7", "snap7", "s7.order_number=6ES7 315-2EH14-0AB0"),
    ("smb", "version1", "smb.lan_manager=Samba 4.17.12-Debian"),
    ("smb", "version2", "smb.dialect=3.1.1"),
    ("smtp", "aiosmtpd", "smtp.banner=localhost Python SMTP 1.4.6"),
    ("snmp", "versions", "snmp.sys_descr=Kumotori UPS 3000 fw 2.1"),
    ("ssh", "admin", "ssh.client_version=SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10"),
    ("stp", "linux-bridge", "stp.version=stp"),
    ("stun", "coturn", "stun.mapped=10.77.0.2"),
    ("syslog", "logger", "syslog.application=emr-agent"),
    ("telnet", "inetutils", "telnet.banner=vm login:"),
    ("tls", "client-certificate", "tls.client_certificate.issuer=C=JP, O=Hinomi Lab, CN=fx.hospital.example"),
    ("tls", "openssl-tls1", "tls.server_version=1.0"),
    ("vnc", "console", "vnc.desktop=ct01-console console"),
    ("wireguard", "tunnel", "wireguard.peer=initiator"),
];

#[test]
fn what_the_captures_hold_comes_out() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for (folder, file, fact) in TOLD {
        let path = root.join(folder).join(format!("{file}.pcap"));
        let (attribute, value) = fact.split_once('=').unwrap();
        let found = flows_of(&path).iter().any(|f| read_flow(f, Feed::AsHeard, &Limits::default()).clue(attribute).contains(&value));
        assert!(found, "{}: {fact} does not come out", path.display());
    }
}

/// Operation, outcome and status of every exchange of one capture.
fn operations(folder: &str, file: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder).join(format!("{file}.pcap"));
    flows_of(&path).iter().flat_map(|f| read_flow(f, Feed::AsHeard, &Limits::default()).operations()).collect()
}

#[test]
fn outcomes_are_told_apart() {
    assert_eq!(operations("kerberos", "udp"), ["AS ok ", "TGS ok ", "AS ok ", "AS refused C_PRINCIPAL_UNKNOWN"]);
    assert!(operations("postgresql", "server15").contains(&"login refused 28P01".to_string()));
    assert!(operations("mysql", "mariadb").contains(&"login refused 1045".to_string()));
    assert!(operations("radius", "access").contains(&"access refused reject".to_string()));
    assert!(operations("tls", "client-certificate").contains(&"handshake failed alert protocol_version from server".to_string()));
    assert!(operations("ldap", "openldap").contains(&"bind refused 49".to_string()));
    assert!(operations("modbus", "pymodbus").contains(&"read holding registers refused 2".to_string()));
    assert!(operations("nbns", "status").contains(&"query half_heard ".to_string()));
    assert!(operations("sip", "sipsak").contains(&"OPTIONS half_heard ".to_string()));
    assert!(operations("http2", "refused").contains(&"connection refused ".to_string()));
    assert!(!operations("smb", "pipes").iter().any(|o| o.contains("unanswered")), "a negotiation that version 2 took over is answered");
    // What is said inside named pipes is said as over TCP.
    let pipes = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/smb/pipes.pcap");
    let inside: Vec<String> = flows_of(&pipes)
        .iter()
        .flat_map(|f| read_flow(f, Feed::AsHeard, &Limits::default()).exchanges)
        .filter(|e| e.protocol == "dcerpc")
        .map(|e| format!("{} {} {} in {}", e.operation, e.object, detail(&e, "returned"), detail(&e, "pipe")))
        .collect();
    for wanted in ["call samr.SamrConnect5 0x00000000:1 in samr", "call srvsvc.NetrServerGetInfo 0x00000000:1 in srvsvc", "bind samr  in samr"] {
        assert!(inside.contains(&wanted.to_string()), "{wanted} in {inside:?}");
    }
    let files = operations("smb", "version2");
    for wanted in ["WRITE ok ", "RENAME ok 0x00000000", "READ ok ", "DELETE ok ", "SESSION_SETUP refused 0xc000006d"] {
        assert!(files.contains(&wanted.to_string()), "{wanted} is missing in {files:?}");
    }
}

#[test]
fn names_and_passwords_of_persons_do_not_come_out() {
    for (_, path) in ours() {
        for flow in flows_of(&path) {
            let said = read_flow(&flow, Feed::AsHeard, &Limits::default());
            let text = format!("{:?} {:?} {:?}", said.clues, said.exchanges, said.notes).to_lowercase();
            for word in ["taro", "himitsu", "hanako", "yamada", "12345678", "fxsmb", "hospital-ro", "watcher", "authpass"] {
                assert!(!text.contains(word), "{word} comes out of {}", path.display());
            }
        }
    }
}
