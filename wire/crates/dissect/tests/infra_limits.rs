//! Every named limit of the infrastructure dissectors is reached here and leaves its note.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions, clippy::panic)]

mod infra_support;

use hinomi_dissect::{Limits, all};
use hinomi_model::{Dir, End, Ends, Mac, NoteKind};
use infra_support::{Feed, Flow, OURS, Piece, flows, packets, read_flow};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

fn flow(proto: u8, port: u16, pieces: Vec<(Dir, Vec<u8>)>) -> Flow {
    let end = |last: u8, port: u16| End { mac: Mac([2, 0, 0, 0, 0, last]), ip: IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), port };
    let ends = Ends { client: end(1, 50_000), server: end(2, port), vlan: None };
    let pieces = pieces.into_iter().enumerate().map(|(n, (dir, bytes))| (n as i64 + 1, n as u64 + 1, Piece::Bytes(dir, bytes))).collect();
    Flow { ends, proto, ethertype: 0, pieces }
}

fn over(flow: &Flow, limits: &Limits) -> BTreeSet<&'static str> {
    read_flow(flow, Feed::AsHeard, limits).notes.iter().filter(|n| n.kind == NoteKind::OverLimit).map(|n| n.name).collect()
}

/// Notes raised when nothing may wait for an answer.
fn nothing_may_wait() -> BTreeSet<&'static str> {
    let limits = Limits { pending_max: 0, ..Limits::default() };
    let mut out = BTreeSet::new();
    for folder in std::fs::read_dir(DATA).unwrap() {
        let folder = folder.unwrap().path();
        if !OURS.contains(&folder.file_name().unwrap().to_string_lossy().as_ref()) {
            continue;
        }
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|e| e == "pcap") {
                for flow in flows(&packets(&std::fs::read(&file).unwrap())) {
                    out.extend(over(&flow, &limits));
                }
            }
        }
    }
    out
}

/// One message is longer than the engine would hold.
fn no_long_message() -> BTreeSet<&'static str> {
    let limits = Limits { message_bytes_max: 150, ..Limits::default() };
    let file = PathBuf::from(DATA).join("smb/version2.pcap");
    flows(&packets(&std::fs::read(file).unwrap())).iter().flat_map(|f| over(f, &limits)).collect()
}

fn lines(port: u16, greeting: &str) -> BTreeSet<&'static str> {
    let long = vec![b'x'; 20_000];
    let flow = flow(6, port, vec![(Dir::ToClient, greeting.into()), (Dir::ToServer, long.clone()), (Dir::ToClient, long)]);
    over(&flow, &Limits::default())
}

fn http() -> BTreeSet<&'static str> {
    let mut out = BTreeSet::new();
    let mut head = b"GET / HTTP/1.1\r\nHost: a\r\nX: ".to_vec();
    head.extend(vec![b'x'; 70_000]);
    out.extend(over(&flow(6, 80, vec![(Dir::ToServer, head)]), &Limits::default()));
    let mut many = b"GET / HTTP/1.1\r\n".to_vec();
    for n in 0..200 {
        many.extend(format!("A{n}: b\r\n").bytes());
    }
    many.extend(b"\r\n");
    out.extend(over(&flow(6, 80, vec![(Dir::ToServer, many)]), &Limits::default()));
    let mut page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n".to_vec();
    page.extend(vec![b'x'; 100_000]);
    let pieces = vec![(Dir::ToServer, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()), (Dir::ToClient, page)];
    out.extend(over(&flow(6, 80, pieces), &Limits::default()));
    out
}

fn tls() -> BTreeSet<&'static str> {
    // A real ClientHello, then a certificate message of 16 MB in records of 16 KiB.
    let file = PathBuf::from(DATA).join("tls/openssl-tls1_2.pcap");
    let mut flow = flows(&packets(&std::fs::read(file).unwrap())).remove(0);
    flow.pieces.truncate(1);
    let mut record = vec![22, 3, 3, 0x40, 0, 11, 0xff, 0xff, 0xff];
    record.extend(vec![0; 0x4000 - 4]);
    for n in 0..10 {
        flow.pieces.push((n, 9, Piece::Bytes(Dir::ToClient, record.clone())));
        record[5..9].fill(0);
    }
    over(&flow, &Limits::default())
}

fn ssh() -> BTreeSet<&'static str> {
    over(&flow(6, 22, vec![(Dir::ToClient, b"SSH-2.0-x".iter().copied().chain(vec![b'x'; 9000]).collect())]), &Limits::default())
}

fn sip_and_rtsp() -> BTreeSet<&'static str> {
    let long = |start: &str| start.bytes().chain(vec![b'x'; 20_000]).collect::<Vec<u8>>();
    let mut out = over(&flow(6, 5060, vec![(Dir::ToServer, long("OPTIONS sip:a SIP/2.0\r\nX: "))]), &Limits::default());
    out.extend(over(&flow(6, 554, vec![(Dir::ToServer, long("OPTIONS rtsp://a/ RTSP/1.0\r\nX: "))]), &Limits::default()));
    let mut asked = Vec::new();
    for n in 0..3 {
        asked.extend(format!("OPTIONS rtsp://a/ RTSP/1.0\r\nCSeq: {n}\r\n\r\n").bytes());
    }
    out.extend(over(&flow(6, 554, vec![(Dir::ToServer, asked)]), &Limits { pending_max: 1, ..Limits::default() }));
    out
}

fn mqtt() -> BTreeSet<&'static str> {
    let mut bytes = b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02id".to_vec();
    for n in 0..80 {
        let topic = format!("ward/t{n}");
        bytes.extend([0x30, topic.len() as u8 + 3, 0, topic.len() as u8]);
        bytes.extend(topic.bytes());
        bytes.push(b'1');
    }
    over(&flow(6, 1883, vec![(Dir::ToServer, bytes)]), &Limits::default())
}

fn question(id: u16, name: &str) -> Vec<u8> {
    let mut out = id.to_be_bytes().to_vec();
    out.extend([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        out.push(label.len() as u8);
        out.extend(label.bytes());
    }
    out.extend([0, 0, 1, 0, 1]);
    out
}

fn dns() -> BTreeSet<&'static str> {
    let mut out = BTreeSet::new();
    let many: Vec<_> = (0..80).map(|n| (Dir::ToServer, question(0, &format!("host{n}.local")))).collect();
    out.extend(over(&flow(17, 5353, many), &Limits::default()));
    let shouted: Vec<_> = (0..3).map(|n| (Dir::ToServer, question(n, "emr"))).collect();
    out.extend(over(&flow(17, 5355, shouted), &Limits { pending_max: 1, ..Limits::default() }));
    // 600 answers to one question: more than are read, and more than the record shows.
    let mut answer = question(7, "emr.hospital.example");
    answer[2..4].copy_from_slice(&[0x81, 0x80]);
    answer[6..8].copy_from_slice(&600u16.to_be_bytes());
    for n in 0..600u16 {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0]);
        answer.extend(n.to_be_bytes());
    }
    let pieces = vec![(Dir::ToServer, question(7, "emr.hospital.example")), (Dir::ToClient, answer)];
    out.extend(over(&flow(17, 53, pieces), &Limits::default()));
    out
}

fn dhcp_relays() -> BTreeSet<&'static str> {
    let mut message = vec![1, 0, 0, 1, 0, 8, 0, 2, 0, 0];
    for _ in 0..12 {
        let mut outer = vec![12, 1];
        outer.extend([0; 32]);
        outer.extend([0, 9]);
        outer.extend((message.len() as u16).to_be_bytes());
        outer.extend(message);
        message = outer;
    }
    let mut flow = flow(17, 547, vec![(Dir::ToServer, message)]);
    flow.ends.client.ip = IpAddr::V6(Ipv6Addr::LOCALHOST);
    flow.ends.server.ip = IpAddr::V6(Ipv6Addr::LOCALHOST);
    over(&flow, &Limits::default())
}

/// SMB 2: a request or answer with this body.
fn smb2(command: u16, id: u64, tree: u32, answer: bool, body: &[u8]) -> Vec<u8> {
    let mut out = vec![0xfe, b'S', b'M', b'B', 64, 0, 0, 0, 0, 0, 0, 0];
    out.extend(command.to_le_bytes());
    out.extend([0, 0, u8::from(answer), 0, 0, 0, 0, 0, 0, 0]);
    out.extend(id.to_le_bytes());
    out.extend([0; 4]);
    out.extend(tree.to_le_bytes());
    out.extend([0; 24]);
    out.extend(body);
    let mut framed = (out.len() as u32).to_be_bytes().to_vec();
    framed.extend(out);
    framed
}

fn smb() -> BTreeSet<&'static str> {
    let mut pieces = Vec::new();
    let name: Vec<u8> = "\\\\a\\s".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for n in 0..80u64 {
        let mut body = vec![9, 0, 0, 0, 72, 0, name.len() as u8, 0];
        body.extend(&name);
        pieces.push((Dir::ToServer, smb2(3, n, 0, false, &body)));
        pieces.push((Dir::ToClient, smb2(3, n, n as u32 + 1, true, &[16, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])));
    }
    for n in 100..1300u64 {
        let mut body = vec![57, 0];
        body.extend([0; 42]);
        body.extend([120, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        body.extend([b'a', 0]);
        pieces.push((Dir::ToServer, smb2(5, n, 1, false, &body)));
        let mut body = vec![0; 64];
        body.extend(n.to_le_bytes());
        body.extend([0; 16]);
        pieces.push((Dir::ToClient, smb2(5, n, 1, true, &body)));
    }
    over(&flow(6, 445, pieces), &Limits::default())
}

/// A message of DCE/RPC (C706 12.6.3.1) of this kind and call.
fn rpc(kind: u8, call: u32, body: &[u8]) -> Vec<u8> {
    let mut out = vec![5, 0, kind, 3, 0x10, 0, 0, 0];
    out.extend((body.len() as u16 + 16).to_le_bytes());
    out.extend([0, 0]);
    out.extend(call.to_le_bytes());
    out.extend(body);
    out
}

/// A bind with so many contexts, and its answer that accepts them all.
fn bind(contexts: u8) -> (Vec<u8>, Vec<u8>) {
    let mut asked = vec![0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0, contexts, 0, 0, 0];
    let mut answer = vec![0xb8, 0x10, 0xb8, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, contexts, 0, 0, 0];
    for id in 0..contexts {
        asked.extend([id, 0, 1, 0]);
        asked.extend([id; 40]);
        answer.extend([0; 24]);
    }
    (rpc(11, 1, &asked), rpc(12, 1, &answer))
}

fn dcerpc() -> BTreeSet<&'static str> {
    let (asked, answer) = bind(33);
    let mut out = over(&flow(6, 135, vec![(Dir::ToServer, asked), (Dir::ToClient, answer)]), &Limits::default());
    let (asked, _) = bind(1);
    let pieces = (0..40u64).map(|n| {
        // [MS-SMB2] 2.2.31: FSCTL_PIPE_TRANSCEIVE, the file, where the input stands.
        let mut body = vec![57, 0, 0, 0, 0x17, 0xc0, 0x11, 0];
        body.extend([n as u8; 16]);
        body.extend(120u32.to_le_bytes());
        body.extend((asked.len() as u32).to_le_bytes());
        body.resize(56, 0);
        body.extend(&asked);
        (Dir::ToServer, smb2(11, n, 1, false, &body))
    });
    out.extend(over(&flow(6, 445, pieces.collect()), &Limits::default()));
    out
}

#[test]
fn every_limit_is_reached_and_said() {
    let mut raised = BTreeSet::new();
    raised.extend(nothing_may_wait());
    raised.extend(no_long_message());
    raised.extend(lines(25, "220 mail ESMTP\r\n"));
    raised.extend(lines(110, "+OK ready\r\n"));
    raised.extend(lines(143, "* OK ready\r\n"));
    raised.extend(lines(21, "220 FTP ready\r\n"));
    for part in [http(), tls(), ssh(), sip_and_rtsp(), mqtt(), dns(), dhcp_relays(), smb(), dcerpc()] {
        raised.extend(part);
    }
    // A QUIC handshake message over the limit would have to be encrypted; the buffer's own test is beside it.
    raised.insert("quic.crypto_bytes_max");
    let declared: BTreeSet<&str> = all()
        .iter()
        .filter(|d| OURS.contains(&d.meta.name))
        .flat_map(|d| d.meta.notes.iter().map(|n| n.0))
        .filter(|n| n.ends_with("_max"))
        .collect();
    assert!(OURS.iter().all(|name| all().iter().any(|d| d.meta.name == *name)), "a dissector was renamed");
    assert!(declared.len() > 30, "few limits are declared");
    let missing: Vec<_> = declared.difference(&raised).collect();
    assert!(missing.is_empty(), "no test reaches {missing:?}");
}
