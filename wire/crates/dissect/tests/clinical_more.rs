//! ASTM, POCT1-A, OpenIGTLink, b-CAP, SDC and FHIR on captures of the laboratory and of real software.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::as_conversions, clippy::float_cmp)]

mod clinical_support;
#[allow(unused, unreachable_pub)]
mod infra_support;

use clinical_support::*;
use hinomi_dissect::{Limits, Probe};
use hinomi_model::{CodeSystem, Dir, Outcome, ReadingKind};

macro_rules! capture {
    ($path:literal) => {
        flows_of(include_bytes!(concat!("data/", $path, ".pcap")))
    };
}

fn first(protocol: &str, flow: &[Piece]) -> Said {
    read(protocol, flow, &Limits::default())
}

#[test]
fn an_analyser_reports_results() {
    let said = first("astm", &capture!("astm/lab")[0]);
    assert_eq!(said.operations(), ["results ok ACK", "results ok ACK"]);
    assert_eq!(said.clue("astm.sender"), ["Izumi Diagnostics^IZ-8000^08-02^IZ8-4410"; 1]);
    assert!(said.note("astm.bad_checksum"));
    let e = &said.exchanges[0];
    assert_eq!((detail(e, "refused_frames"), detail(e, "bad_checksums"), detail(e, "results")), ("1", "1", "3"));
    assert_eq!(e.object, "GLU CRE");
    assert_eq!(e.patient, keys().patient("1001").as_str());
    let k = said.reading("K");
    assert_eq!((k.value, k.unit.as_str(), k.status.as_str()), (Some(5.9), "mmol/L", "final H"));
    // A refused frame counts once.
    assert_eq!(said.readings.len(), 6);
    for clear in ["Yamada", "00001001", "S0001", "19550312"] {
        assert!(!said.all().contains(clear), "{clear} got out");
    }
}

#[test]
fn astm_without_frames_is_read_and_noted() {
    let text = b"H|\\^&|||AU480^1.0|||||||P|1394-97|20261122093000\rP|1\rO|1|77||^^^GLU\rR|1|^^^GLU|101|mg/dL||N||F\rL|1|N\r";
    let said = first("astm", &[Piece::Bytes(1, Dir::ToServer, text.to_vec())]);
    assert!(said.note("astm.no_frames"));
    assert_eq!(said.operations(), ["results ok"]);
    assert_eq!(said.reading("GLU").value, Some(101.0));
    let small = Limits { message_bytes_max: 64, ..Limits::default() };
    assert!(read("astm", &capture!("astm/lab")[0], &small).note("astm.message_bytes_max"));
}

#[test]
fn a_point_of_care_analyser_says_hello() {
    let said = first("poct1a", &capture!("poct1a/lab")[0]);
    assert_eq!(said.operations(), ["HEL.R01 ok AA", "DST.R01 ok AA", "OBS.R01 ok AA", "EOT.R01 ok AA"]);
    for (attribute, value) in [
        ("poct1a.vendor", "Shizuku Biotech"),
        ("poct1a.model", "SB-1"),
        ("poct1a.serial", "SB1-22019"),
        ("poct1a.software", "1.12"),
        ("poct1a.device_id", "02:53:42:00:25:01"),
    ] {
        assert_eq!(said.clue(attribute), [value], "{attribute}");
    }
    let r = &said.readings[0];
    assert_eq!((r.code.as_str(), r.code_system, r.value, r.unit.as_str()), ("2339-0", CodeSystem::Ln, Some(143.0), "mg/dL"));
    assert_eq!((r.source.as_str(), r.patient.as_str()), ("02:53:42:00:25:01", keys().patient("1003").as_str()));
    assert!(r.device_time.is_some());
    assert!(!said.all().contains("00001003") && !said.all().contains("N0001"));
    assert!(read("poct1a", &capture!("poct1a/lab")[0], &Limits { pending_max: 0, ..Limits::default() }).note("poct1a.pending_max"));
    assert!(read("poct1a", &byte_by_byte(&capture!("poct1a/lab")[0]), &Limits { message_bytes_max: 100, ..Limits::default() }).note("poct1a.message_bytes_max"));
}

#[test]
fn tools_move_in_a_theatre() {
    let said = first("igtl", &capture!("igtl/lab")[0]);
    let ops: Vec<(&str, &str)> = said.exchanges.iter().map(|e| (e.operation.as_str(), detail(e, "messages"))).collect();
    assert_eq!(ops, [("STRING", "1"), ("TRANSFORM", "55"), ("TRANSFORM", "54")]);
    assert_eq!(said.readings.len(), 109);
    assert!(said.readings.iter().all(|r| r.kind == ReadingKind::Transform && r.samples.len() == 12 && r.device_time.is_some()));
    assert!(said.clue("igtl.text")[0].contains("Hokuto Navigation HN-2 2.5 SN HN2-0042"));
    assert!(said.notes.is_empty(), "{:?}", said.notes);
}

#[test]
fn matrices_are_told_row_by_row_and_images_passed_over() {
    let said = first("igtl", &capture!("igtl/types")[0]);
    let tool = said.reading("StylusToTracker");
    assert_eq!(tool.samples, [1.0, 0.5, 0.0, 10.5, 0.0, 1.0, 0.0, -20.25, 0.0, 0.0, 1.0, 30.0]);
    assert_eq!(said.clue("igtl.model"), ["HN-2"]);
    assert!(!said.all().contains("Yamada"));
    let mr = said.exchanges.iter().find(|e| e.object == "MR").unwrap();
    assert_eq!((detail(mr, "size"), detail(mr, "scalar")), ("48x64x30", "uint8"));
    assert_eq!(mr.request_bytes, 58 + 72 + 48 * 64 * 30);
    // Behind the long image the stream is still in step.
    let moved = said.exchanges.iter().find(|e| e.object == "StylusToTracker").unwrap();
    assert_eq!(detail(moved, "messages"), "2");
    assert!(said.notes.is_empty(), "{:?}", said.notes);
}

#[test]
fn a_desk_polls_and_sets_a_robot() {
    let said = first("bcap", &capture!("bcap/lab")[0]);
    for (attribute, value) in [
        ("bcap.provider", "CaoProv.Lab"), ("bcap.controller", "desk"), ("bcap.maker", "Takumi Robotics"), ("bcap.model", "TR-6"),
        ("bcap.serial", "TR6-0071"), ("bcap.version", "1.9"),
    ] {
        assert_eq!(said.clue(attribute), [value], "{attribute}");
    }
    let put = said.exchange("Variable_PutValue");
    assert_eq!((put.object.as_str(), put.outcome, put.status.as_str()), ("SuctionPower", Outcome::Ok, "0x00000000"));
    let refused = said.exchanges.iter().find(|e| e.outcome == Outcome::Failed).unwrap();
    assert_eq!((refused.operation.as_str(), refused.object.as_str(), refused.status.as_str()), ("Controller_GetVariable", "Nothing", "0x80070057"));
    let polls: Vec<_> = said.exchanges.iter().filter(|e| e.operation == "Variable_GetValue" && e.object == "ArmAngle").collect();
    assert_eq!(polls.len(), 2);
    assert!(detail(polls[1], "count").parse::<u32>().unwrap() > 5);
    let set = said.readings.iter().find(|r| r.kind == ReadingKind::Setting).unwrap();
    assert_eq!((set.name.as_str(), set.value), ("SuctionPower", Some(55.0)));
    assert!(said.readings.iter().filter(|r| r.name == "ArmAngle").count() > 5);
    assert!(read("bcap", &capture!("bcap/lab")[0], &Limits { pending_max: 0, ..Limits::default() }).note("bcap.pending_max"));
}

#[test]
fn each_stands_any_damage_and_knows_its_own() {
    for (protocol, flow, rounds) in [
        ("astm", &capture!("astm/lab")[0], 200),
        ("poct1a", &capture!("poct1a/lab")[0], 200),
        ("igtl", &capture!("igtl/types")[0], 30),
        ("bcap", &capture!("bcap/lab")[0], 60),
    ] {
        torture(protocol, flow, rounds);
        let Some(Piece::Bytes(_, dir, head)) = joined(flow).into_iter().find(|p| matches!(p, Piece::Bytes(_, _, b) if b.len() > 3)) else { unreachable!() };
        assert_eq!(probe(protocol, dir, &head), Probe::Yes, "{protocol}");
        for other in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", &[0; 80], b"SSH-2.0-x\r\n", b"<html><body>", b"H\x00\x00\x00"] {
            assert_eq!(probe(protocol, Dir::ToServer, other), Probe::No, "{protocol} {other:?}");
        }
    }
}

/// Datagrams and HTTP bodies go through the whole crate.
fn all_of(file: &[u8]) -> Vec<infra_support::Said> {
    infra_support::flows(&infra_support::packets(file))
        .iter()
        .map(|f| infra_support::read_flow(f, infra_support::Feed::AsHeard, &Limits::default()))
        .collect()
}

fn clues<'a>(all: &'a [infra_support::Said], attribute: &str) -> Vec<&'a str> {
    let mut out: Vec<&str> = all.iter().flat_map(|s| s.clue(attribute)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

#[test]
fn medical_devices_announce_themselves() {
    let all = all_of(include_bytes!("data/wsd/lab.pcap"));
    assert_eq!(clues(&all, "sdc.epr").len(), 2);
    assert_eq!(clues(&all, "sdc.location"), ["OR1^^1^HINOMI"]);
    assert_eq!(clues(&all, "sdc.mds_type"), ["69965", "69985"]);
    assert_eq!(clues(&all, "wsd.looks_for"), ["Device MedicalDevice"]);
    let ops: Vec<String> = all.iter().flat_map(infra_support::Said::operations).collect();
    assert!(ops.iter().any(|o| o.starts_with("ProbeMatches ok")) && ops.iter().any(|o| o.starts_with("Probe ok")), "{ops:?}");
}

#[test]
fn a_pump_says_what_it_is_and_is_set() {
    let all = all_of(include_bytes!("data/http/sdc-pump.pcap"));
    for (attribute, value) in [
        ("sdc.manufacturer", "Shigure Infusion"), ("sdc.model", "SI-5"), ("sdc.serial", "SI5-9920"), ("sdc.firmware", "3.3"),
        ("sdc.friendly_name", "pump-sdc"), ("sdc.epr", "urn:uuid:324cd3e7-8ab8-5ee2-93c7-7342cb943e86"),
        ("sdc.mds_type", "69985|MDC_DEV_PUMP_INFUS_MDS"), ("sdc.location", "OR1^^1^HINOMI"), ("sdc.operation", "set_m0|SetValue|m0"),
    ] {
        assert_eq!(clues(&all, attribute), [value], "{attribute}");
    }
    assert!(clues(&all, "sdc.metric").contains(&"m0|157784|MDC_FLOW_FLUID_PUMP|mL/h|Set"));
    let ops: Vec<String> = all.iter().flat_map(infra_support::Said::operations).collect();
    assert!(ops.iter().any(|o| o.starts_with("SetValue ok")), "{ops:?}");
    assert!(ops.iter().any(|o| o == "OperationInvokedReport ok Fin"), "{ops:?}");
}
