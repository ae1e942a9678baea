//! Connections, their ends and outcomes, copies of the mirror, limits.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::{ACK, CLIENT, FIN, Lab, MS, RST, SECOND, SERVER, SYN};
use hinomi_engine::Limits;

#[test]
fn a_connection_opens_lives_and_ends() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"hello");
    lab.time += 2 * SECOND;
    lab.tcp(false, 5001, 106, ACK, b"hi");
    lab.time += 70 * SECOND;
    lab.tcp(true, 106, 5003, ACK, b"x");
    lab.time += 70 * SECOND;
    lab.tcp(true, 107, 5003, ACK | FIN, b"");
    lab.tcp(false, 5003, 108, ACK | FIN, b"");
    lab.time += 10 * SECOND;
    lab.udp((CLIENT, 9), (SERVER, 9), b"later");
    let rows = lab.done();
    let phases: Vec<_> = rows.flows.iter().filter(|f| f.resp_port == 7).map(|f| f.phase.as_str()).collect();
    assert_eq!(phases, ["open", "live", "live", "end"]);
    let end = rows.ends()[0].clone();
    assert_eq!((end.ended_by.as_str(), end.outcome.as_str()), ("fin", "answered"));
    assert_eq!((end.packets, end.payload), ((5, 3), (6, 2)));
    assert_eq!(end.bytes, (5 * 40 + 6, 3 * 40 + 2));
}

#[test]
fn outcomes_say_what_the_tap_heard() {
    // Refused by reset.
    let mut lab = Lab::new(Limits::default());
    lab.tcp(true, 100, 0, SYN, b"");
    lab.tcp(false, 0, 101, RST | ACK, b"");
    assert_eq!(lab.done().ends()[0].outcome, "refused");
    // Never answered.
    let mut lab = Lab::new(Limits::default());
    lab.tcp(true, 100, 0, SYN, b"");
    assert_eq!(lab.done().ends()[0].outcome, "unanswered");
    // Only the client's side reached the tap, and it went on.
    let mut lab = Lab::new(Limits::default());
    lab.tcp(true, 100, 0, SYN, b"");
    lab.tcp(true, 101, 5001, ACK, b"data");
    assert_eq!(lab.done().ends()[0].outcome, "half_heard");
    // Only the server's side.
    let mut lab = Lab::new(Limits::default());
    lab.tcp(false, 5000, 101, SYN | ACK, b"");
    let rows = lab.done();
    assert_eq!((rows.ends()[0].outcome.as_str(), rows.ends()[0].orig.as_str()), ("half_heard", "10.0.0.1"));
    // ICMP port unreachable.
    let mut lab = Lab::new(Limits::default());
    lab.udp((CLIENT, 4000), (SERVER, 53), b"q");
    let quoted = lab.ip(CLIENT, SERVER, 17, &[0x0f, 0xa0, 0, 53, 0, 9, 0, 0]);
    let mut icmp = vec![3, 3, 0, 0, 0, 0, 0, 0];
    icmp.extend(&quoted[14..]);
    let frame = lab.ip(SERVER, CLIENT, 1, &icmp);
    lab.frame(&frame);
    let rows = lab.done();
    assert_eq!(rows.ends().iter().find(|f| f.resp_port == 53).unwrap().outcome, "refused");
}

#[test]
fn a_port_used_again_is_a_new_connection() {
    let mut lab = Lab::new(Limits::default());
    for first in [100, 900_000] {
        lab.shake_hands(first);
        lab.tcp(true, first + 1, 5001, ACK, b"hello");
        lab.tcp(true, first + 6, 5001, RST, b"");
    }
    let rows = lab.done();
    assert_eq!(rows.ends().len(), 2);
    assert!(rows.ends().iter().all(|f| f.ended_by == "rst" && f.packets.0 == 4));
}

#[test]
fn copies_of_the_mirror_do_not_count() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    let frame = lab.tcp_frame(true, (40000, 7), 101, 5001, ACK, b"hello");
    lab.frame(&frame);
    lab.time += MS;
    lab.frame(&frame);
    // The routed copy: another VLAN, other MACs, TTL less one.
    lab.id -= 1;
    (lab.ttl, lab.vlan, lab.src_mac) = (63, Some(20), [2, 0, 0, 0, 0, 0xaa]);
    let routed = lab.tcp_frame(true, (40000, 7), 101, 5001, ACK, b"hello");
    lab.frame(&routed);
    let duplicates = lab.engine.counters().duplicates;
    let rows = lab.done();
    assert_eq!(duplicates, 2);
    assert_eq!(rows.ends().len(), 1);
    assert_eq!(rows.ends()[0].packets, (3, 1));
    assert_eq!(rows.ends()[0].orig_mac, "02:00:00:00:00:01");
    assert_eq!(rows.coverage.iter().map(|c| c.3).sum::<u64>(), 2);
}

#[test]
fn the_copy_heard_nearer_to_the_sender_gives_its_mac() {
    let mut lab = Lab::new(Limits::default());
    (lab.ttl, lab.src_mac) = (63, [2, 0, 0, 0, 0, 0xaa]);
    let routed = lab.tcp_frame(true, (40000, 7), 100, 0, SYN, b"");
    lab.frame(&routed);
    lab.id -= 1;
    (lab.ttl, lab.src_mac) = (64, [2, 0, 0, 0, 0, 1]);
    let near = lab.tcp_frame(true, (40000, 7), 100, 0, SYN, b"");
    lab.frame(&near);
    let rows = lab.done();
    assert_eq!(rows.ends()[0].orig_mac, "02:00:00:00:00:01");
    assert_eq!(rows.ends()[0].packets, (1, 0));
}

#[test]
fn flows_clues_and_subnets_have_limits() {
    let mut lab = Lab::new(Limits { flows_max: 10, clues_max: 5, subnets_max: 3, ..Limits::default() });
    for n in 0..50u8 {
        lab.udp(([10, n, 0, 1], 1000), (SERVER, 9), b"x");
        assert!(lab.engine.flows_now() <= 10);
    }
    let rows = lab.done();
    assert_eq!(rows.ends().len(), 50, "none is lost");
    assert_eq!(rows.ends().iter().filter(|f| f.ended_by == "evicted").count(), 40);
    assert!(rows.notes.iter().filter(|n| n.0 == "flow.flows_max").map(|n| n.1).sum::<u64>() == 40);
    assert!(rows.notes.iter().any(|n| n.0 == "coverage.subnets_max"));
    assert!(rows.coverage.iter().any(|c| c.0 == "other"));
    assert_eq!(rows.coverage.len(), 4);
}

#[test]
fn addresses_and_stacks_become_clues() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.ttl = 63;
    lab.src_mac = [2, 0, 0, 0, 0, 0xee];
    lab.udp(([192, 168, 7, 9], 1), (SERVER, 2), b"routed");
    let rows = lab.done();
    let has = |a: &str, v: &str, m: &str| rows.clues.iter().any(|c| c.0 == a && c.1 == v && c.3 == m);
    assert!(has("eth.ip", "10.0.0.1", "02:00:00:00:00:01"));
    assert!(has("tcp.syn", "64:256:", "02:00:00:00:00:01"));
    assert!(has("eth.routes", "192.168.7.0/24", "02:00:00:00:00:ee"));
    assert!(has("ip.ttl", "63", "00:00:00:00:00:00"));
    assert!(!has("eth.ip", "192.168.7.9", "02:00:00:00:00:ee"));
}

#[test]
fn datagrams_fragments_and_tunnels_are_read() {
    let mut lab = Lab::new(Limits::default());
    lab.udp((CLIENT, 4000), (SERVER, 2000), b"Done");
    // The same in two fragments.
    let mut whole = vec![0x0f, 0xa0, 7, 209, 0, 24, 0, 0];
    whole.extend(b"Data in pieces..");
    for (offset, more, part) in [(0u16, 0x2000u16, &whole[..16]), (2, 0, &whole[16..])] {
        let mut frame = lab.ip(CLIENT, SERVER, 17, part);
        frame[18..20].copy_from_slice(&77u16.to_be_bytes());
        frame[20..22].copy_from_slice(&(offset | more).to_be_bytes());
        lab.frame(&frame);
    }
    // The same inside GRE with Ethernet.
    let inner = lab.ip([10, 9, 0, 1], [10, 9, 0, 2], 17, &[0x0f, 0xa0, 7, 210, 0, 10, 0, 0, b'D', b'!']);
    let mut gre = vec![0, 0, 0x65, 0x58];
    gre.extend(inner);
    let frame = lab.ip(CLIENT, SERVER, 47, &gre);
    lab.frame(&frame);
    let rows = lab.done();
    let said: Vec<_> = rows.exchanges.iter().map(|e| e.1.as_str()).collect();
    assert_eq!(said, ["Done", "Data in pieces..", "D!"]);
    let fragmented = rows.ends().into_iter().find(|f| f.resp_port == 2001).unwrap().clone();
    assert_eq!((fragmented.packets, fragmented.bytes), ((2, 0), (64, 0)));
    assert!(rows.ends().iter().any(|f| f.service.as_deref() == Some("gre")));
    assert!(rows.ends().iter().any(|f| f.orig == "10.9.0.1"));
}

#[test]
fn garbage_of_any_length_is_only_counted() {
    let mut lab = Lab::new(Limits::default());
    let good = lab.tcp_frame(true, (40000, 7), 101, 5001, ACK, b"ECHOxyz");
    for n in 0..good.len() {
        lab.frame(&good[..n]);
        let mut bent = good.clone();
        bent[n] ^= 0xff;
        lab.frame(&bent);
    }
    let malformed = lab.engine.counters().malformed;
    assert!(malformed > 20);
    assert!(lab.done().note("packet.malformed").is_some());
}
