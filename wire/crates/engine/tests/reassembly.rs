//! Streams come out as they were sent, however the segments come in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::{ACK, FIN, Lab, SECOND};
use hinomi_engine::Limits;
use proptest::prelude::*;

fn text(len: usize) -> Vec<u8> {
    let mut out = b"ECHO".to_vec();
    out.extend((0..len).map(|n| b'a' + u8::try_from(n % 23).unwrap()));
    out
}

fn heard(lab: Lab) -> (String, u64) {
    let rows = lab.done();
    let gap = rows.ends()[0].gap_bytes;
    (rows.exchanges.iter().find(|e| e.0 == "ECHO").map(|e| e.1.clone()).unwrap_or_default(), gap)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_overlap_and_repetition_gives_the_same_bytes(
        len in 1usize..3000,
        first in any::<u32>(),
        cuts in prop::collection::vec(1usize..400, 1..40),
        back in prop::collection::vec(0usize..50, 40),
        order in prop::collection::vec(any::<u32>(), 40),
        again in prop::collection::vec(any::<bool>(), 40),
    ) {
        let sent = text(len);
        let mut pieces = Vec::new();
        let mut at = 0;
        for (n, cut) in cuts.iter().cycle().enumerate() {
            if at >= sent.len() { break; }
            let end = (at + cut).min(sent.len());
            let from = at.saturating_sub(back[n % 40]);
            pieces.push((order[n % 40], from, end));
            if again[n % 40] {
                pieces.push((order[(n + 7) % 40], from, end));
            }
            at = end;
        }
        pieces.sort();
        prop_assume!(pieces.len() < 200);
        let mut lab = Lab::new(Limits::default());
        lab.shake_hands(first);
        for (_, from, to) in pieces {
            let seq = first.wrapping_add(1).wrapping_add(u32::try_from(from).unwrap());
            lab.tcp(true, seq, 5001, ACK, &sent[from..to]);
        }
        let (got, gap) = heard(lab);
        prop_assert_eq!(got, String::from_utf8(sent).unwrap());
        prop_assert_eq!(gap, 0);
    }
}

#[test]
fn a_lost_segment_is_a_gap_once_the_other_side_has_acknowledged_it() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHOab");
    for n in 0..3u32 {
        lab.tcp(true, 112 + n, 5001, ACK, b"x");
    }
    lab.tcp(false, 5001, 115, ACK, b"");
    lab.tcp(true, 115, 5001, ACK, b"y");
    let rows = lab.done();
    assert_eq!(rows.exchanges[0].1, "ECHOab<5>xxxy");
    assert_eq!(rows.ends()[0].gap_bytes, 5);
    assert_eq!(rows.note("tcp.gap"), Some(1));
}

#[test]
fn a_lost_segment_is_a_gap_after_a_while_and_at_the_end() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHO");
    lab.tcp(true, 107, 5001, ACK, b"z");
    lab.time += 5 * SECOND;
    lab.tcp(true, 108, 5001, ACK, b"y");
    lab.tcp(true, 120, 5001, ACK, b"end");
    let (got, gap) = heard(lab);
    assert_eq!(got, "ECHO<2>zy<11>end");
    assert_eq!(gap, 13);
}

#[test]
fn what_is_skipped_is_not_missed() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHOSKIP1000;");
    // The first half of the skipped bytes never comes.
    lab.tcp(true, 114 + 500, 5001, ACK, &[b'x'; 500]);
    lab.tcp(true, 114 + 1000, 5001, ACK, b"after");
    let (got, gap) = heard(lab);
    assert_eq!(got, "ECHO[skip]after");
    assert_eq!(gap, 500);
}

#[test]
fn what_is_needed_is_held_and_limited() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHONEED300;");
    for n in 0..3u32 {
        lab.tcp(true, 113 + n * 100, 5001, ACK, &[b'x'; 100]);
    }
    lab.tcp(true, 413, 5001, ACK, b"NEED20000;");
    lab.tcp(true, 423, 5001, ACK, b"lost");
    let rows = lab.done();
    assert_eq!(rows.exchanges[0].1, "ECHO[whole]");
    assert_eq!(rows.note("tcp.message_bytes_max"), Some(1));
}

#[test]
fn a_stream_may_hand_over_or_turn_bad() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHOaHANDrest");
    let rows = lab.done();
    let said: Vec<_> = rows.exchanges.iter().map(|e| (e.0.as_str(), e.1.as_str())).collect();
    assert_eq!(said, [("ECHO", "ECHOa"), ("OTHER", "rest")]);
    assert_eq!(rows.ends()[0].service.as_deref(), Some("other"));

    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHOaBAD!rest");
    let rows = lab.done();
    assert_eq!(rows.exchanges[0].1, "ECHOa");
    assert_eq!(rows.note("echo.bad"), Some(1));
}

#[test]
fn a_head_in_many_pieces_is_recognised_and_mid_stream_too() {
    let mut lab = Lab::new(Limits::default());
    lab.shake_hands(u32::MAX - 3);
    for (n, b) in b"ECHOES".iter().enumerate() {
        lab.tcp(true, (u32::MAX - 2).wrapping_add(u32::try_from(n).unwrap()), 5001, ACK, &[*b]);
    }
    let (got, _) = heard(lab);
    assert_eq!(got, "ECHOES");

    let mut lab = Lab::new(Limits::default());
    lab.tcp(true, 77, 5001, ACK, b"ECHO mid");
    lab.tcp(true, 85, 5001, ACK | FIN, b"!");
    let rows = lab.done();
    assert_eq!(rows.exchanges[0].1, "ECHO mid!");
    assert_eq!(rows.ends()[0].outcome, "half_heard");
}

#[test]
fn held_bytes_have_a_limit() {
    let mut lab = Lab::new(Limits { reassembly_bytes_max: 4_000, ..Limits::default() });
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHONEED9000;");
    for n in 0..8u32 {
        lab.tcp(true, 114 + n * 1000, 5001, ACK, &[b'x'; 1000]);
        assert!(lab.engine.bytes_held() <= 6_000);
    }
    let rows = lab.done();
    assert_eq!(rows.note("tcp.reassembly_bytes_max"), Some(1));

    let mut lab = Lab::new(Limits { out_of_order_segments_max: 4, ..Limits::default() });
    lab.shake_hands(100);
    lab.tcp(true, 101, 5001, ACK, b"ECHO");
    for n in 0..6u32 {
        lab.tcp(true, 106 + n, 5001, ACK, b"x");
    }
    let (got, gap) = heard(lab);
    assert_eq!((got.as_str(), gap), ("ECHO<1>xxxxxx", 1));
}
