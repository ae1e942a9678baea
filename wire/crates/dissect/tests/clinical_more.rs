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

// No capture of these two could be had: bytes as the standard and the guide lay them out.

fn words(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|w| w.to_be_bytes()).collect()
}

/// Length of two bytes before the content.
fn long(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u16).to_be_bytes()[..], content].concat()
}

fn attribute_list(list: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let body: Vec<u8> = list.iter().flat_map(|(id, v)| [words(&[*id]), long(v)].concat()).collect();
    [words(&[list.len() as u16]), long(&body)].concat()
}

fn model_and_serial() -> Vec<(u16, Vec<u8>)> {
    let specification = [words(&[1, 0]), long(b"DE1234")].concat();
    vec![
        (0x0928, [long(b"Philips\0"), long(b"MX800\0")].concat()),
        (0x092d, [words(&[1]), long(&specification)].concat()),
        (0x0984, long(&[0, 9, 0xfb, 1, 2, 3, 4, 5])),
    ]
}

#[test]
fn a_personal_device_associates_and_reports() {
    let information = |system_type: u32| [&[0x80, 0, 0, 0, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 0][..], &system_type.to_be_bytes(), &long(&[0, 9, 31, 255, 254, 1, 2, 3]), &words(&[0x4000, 1, 0x0100, 0, 0])].concat();
    let protocol = [words(&[0x5079]), long(&information(0x0080_0000))].concat();
    let aarq = [&[0xe2u8, 0][..], &long(&[&[0x80, 0, 0, 0][..], &words(&[1]), &long(&protocol)].concat())].concat();
    let aare = [&[0xe3u8, 0][..], &long(&[words(&[3, 0x5079]), long(&information(0x8000_0000))].concat())].concat();
    let present = |choice: u16, content: &[u8]| [&[0xe7u8, 0][..], &long(&long(&[words(&[1, choice]), long(content)].concat()))].concat();
    let event = |kind: u16, content: &[u8]| present(0x0101, &[&[0, 0, 0, 0, 0, 1][..], &words(&[kind]), &long(content)].concat());
    // One numeric: systolic pressure of a cuff, mmHg, as simple float.
    let object = attribute_list(&[(0x092f, words(&[2, 18949])), (0x0996, words(&[3872])), (0x0a55, [words(&[1]), long(&words(&[0x0a56, 4]))].concat())]);
    let configuration = event(0x0d1c, &[words(&[0x4000, 1]), long(&[words(&[6, 1]), object].concat())].concat());
    let observation = [words(&[1]), long(&[0xff, 0, 4, 0xb0])].concat();
    let report = event(0x0d1d, &[words(&[0xf000, 0, 1]), long(&observation)].concat());
    let got = present(0x0203, &[words(&[0]), attribute_list(&model_and_serial())].concat());
    let release = vec![0xe5, 0, 0, 2, 0, 0];
    let flow: Vec<Piece> = [(Dir::ToServer, aarq.clone()), (Dir::ToClient, aare), (Dir::ToServer, configuration), (Dir::ToServer, got), (Dir::ToServer, report), (Dir::ToClient, release)]
        .into_iter()
        .enumerate()
        .map(|(n, (dir, bytes))| Piece::Bytes(n as i64, dir, bytes))
        .collect();
    assert_eq!(probe("phd", Dir::ToServer, &aarq), Probe::Yes);
    assert_eq!(probe("phd", Dir::ToServer, &aarq[..9]), Probe::More);
    let said = first("phd", &flow);
    assert_eq!(said.notes, []);
    assert_eq!(said.operations(), ["association ok accepted-unknown-config", "configuration ok", "get ok", "release ok", "scan_report ok"]);
    assert_eq!(said.clue("phd.system_id")[0], "00091ffffe010203");
    assert_eq!(said.clue("phd.model"), ["MX800"]);
    assert_eq!(said.clue("phd.serial"), ["DE1234"]);
    let r = &said.readings[0];
    assert_eq!((r.code.as_str(), r.value, r.unit.as_str()), ("150021", Some(120.0), "mm[Hg]"));
    torture("phd", &flow, 200);
}

#[test]
fn a_bedside_monitor_is_polled() {
    use hinomi_dissect::{Cx, Entry, by_name};
    use hinomi_model::{Out, PacketRef};
    let Some(Entry::Datagram { open, probe, .. }) = by_name("intellivue").unwrap().entries.first() else { unreachable!() };
    let operation = |head: &[u8], kind: u16, command: u16, content: &[u8]| {
        let inner = [words(&[1, command]), long(content)].concat();
        [head, &words(&[kind]), &long(&inner)].concat()
    };
    let bed = long(&"ICU3\0".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>());
    let mut list = model_and_serial();
    list.push((0x091e, bed));
    let indication = operation(&[0, 1, 0, 0], 1, 0, &[words(&[0x21, 0, 0, 0, 0, 0x0d17]), long(&attribute_list(&list))].concat());
    let numerics = attribute_list(&[(0x0950, [words(&[0x4182, 0, 2720]), vec![0, 0, 0, 72]].concat())]);
    let polled = [words(&[1]), long(&[words(&[7]), numerics].concat())].concat();
    let contexts = [words(&[1]), long(&[words(&[0]), polled].concat())].concat();
    let result = [words(&[0, 9]), vec![0x20, 0x26, 0x11, 0x22, 0x18, 0x30, 0, 0], words(&[1, 6, 0])].concat();
    let answer = operation(&[0xe1, 0, 0, 2], 2, 7, &[words(&[0x21, 0, 0, 0x0c16]), long(&[words(&[1]), result, contexts].concat())].concat());
    let (keys, ends, limits) = (keys(), ends(), Limits::default());
    let mut reader = open();
    let mut out = Out::default();
    for (dir, bytes) in [(Dir::ToClient, &indication), (Dir::ToClient, &answer)] {
        assert_eq!(probe(dir, bytes, &ends), Probe::Yes);
        let mut cx = Cx { time: 5, packet: PacketRef::default(), ends: &ends, keys: &keys, limits: &limits, out: &mut out };
        assert_eq!(reader.datagram(dir, bytes, &mut cx), hinomi_dissect::Verdict::Read);
    }
    let has = |attribute: &str, value: &str| out.clues.iter().any(|c| c.attribute == attribute && c.value == value);
    assert!(has("intellivue.model", "MX800") && has("intellivue.serial", "DE1234") && has("intellivue.bed", "ICU3"), "{:?}", out.clues);
    let r = &out.readings[0];
    assert_eq!((r.name.as_str(), r.value, r.unit.as_str(), r.location.as_str()), ("MDC_ECG_HEART_RATE", Some(72.0), "{beat}/min", "ICU3"));
    assert_eq!(r.device_time, Some(1_795_339_800_000_000_000));
    // Any cut and any flipped byte is stood.
    for whole in [&indication, &answer] {
        for n in 0..whole.len() {
            for flip in [0u8, 0xff] {
                let mut bytes = whole[..n].to_vec();
                bytes.extend(whole[n..].iter().take(1).map(|b| b ^ flip));
                bytes.extend(whole[n..].iter().skip(1).filter(|_| flip != 0));
                let mut out = Out::default();
                let mut cx = Cx { time: 5, packet: PacketRef::default(), ends: &ends, keys: &keys, limits: &limits, out: &mut out };
                let _ = open().datagram(Dir::ToClient, &bytes, &mut cx);
            }
        }
    }
}

fn igtl_message(version: u16, kind: &str, device: &str, crc: u64, body: &[u8]) -> Vec<u8> {
    let padded = |s: &str, n: usize| [s.as_bytes(), &vec![0; n - s.len()]].concat();
    [&version.to_be_bytes()[..], &padded(kind, 12), &padded(device, 20), &[0; 8], &(body.len() as u64).to_be_bytes(), &crc.to_be_bytes(), body].concat()
}

#[test]
fn the_other_notes_can_be_raised() {
    let say = |protocol: &str, bytes: &[u8]| {
        let said = first(protocol, &[Piece::Bytes(1, Dir::ToServer, bytes.to_vec())]);
        check_declared(protocol, &said);
        said
    };
    // OpenIGTLink
    assert!(say("igtl", &igtl_message(1, "TRANSFORM", "a", 7, &[0; 48])).note("igtl.bad_crc"));
    assert!(say("igtl", &igtl_message(5, "BIND", "a", 0, &[0; 4])).note("igtl.unknown_version"));
    assert!(say("igtl", &igtl_message(1, "TRANSFORM", "a", 0, &[0; 4])).note("igtl.malformed_body"));
    assert!(say("igtl", &[0xff; 58]).note("igtl.malformed_header"));
    assert!(say("igtl", &igtl_message(1, "STRING", "a", 0, &vec![0; 70_000])).note("igtl.body_bytes_max"));
    let many: Vec<u8> = (0..600).flat_map(|n| igtl_message(1, "TRANSFORM", &n.to_string(), 0, &[0; 48])).collect();
    assert!(say("igtl", &many).note("igtl.streams_max"));
    // Status, sensor and tracking data by the specification.
    let status = [&[0u8, 13][..], &[0; 8], b"NotReady\0\0\0\0\0\0\0\0\0\0\0\0"].concat();
    let said = say("igtl", &igtl_message(1, "STATUS", "arm", 0, &status));
    assert_eq!((said.exchanges[0].outcome, detail(&said.exchanges[0], "code")), (Outcome::Failed, "13 device not ready NotReady"));
    let sensor = [&[2u8, 0][..], &[0; 8], &1.5f64.to_be_bytes(), &2.5f64.to_be_bytes()].concat();
    let said = say("igtl", &igtl_message(1, "SENSOR", "force", 0, &sensor));
    assert_eq!(said.readings.iter().map(|r| r.value).collect::<Vec<_>>(), [Some(1.5), Some(2.5)]);
    let tool: Vec<u8> = [&[b"Drill".as_slice(), &[0; 15], &[1, 0]].concat()[..], &[0; 48]].concat();
    assert_eq!(say("igtl", &igtl_message(2, "TDATA", "tracker", 0, &tool)).readings[0].name, "Drill");
    // b-CAP
    let frame = |function: u32, count: u16, arguments: &[u8]| {
        let length = (16 + arguments.len()) as u32;
        [&[1u8][..], &length.to_le_bytes(), &[1, 0, 0, 0], &function.to_le_bytes(), &count.to_le_bytes(), arguments, &[4]].concat()
    };
    assert!(say("bcap", &frame(3, 1, &[0xff, 0, 0, 0])).note("bcap.malformed_argument"));
    assert!(say("bcap", &frame(3, 0, &vec![0; 70_000])).note("bcap.frame_bytes_max"));
    assert!(say("bcap", &[1, 16, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 9]).note("bcap.malformed_frame"));
    // POCT1-A
    assert!(say("poct1a", b"<HEL.R01></HEL.R01><oops-oops>").note("poct1a.malformed_message"));
    assert!(say("poct1a", b"<HEL.R01><!-- </HEL.R01>").note("poct1a.malformed_xml"));
    // ASTM
    assert!(say("astm", b"\x05\x021H|\\^&|||A\r\x0399\r\nzzz").note("astm.malformed_frame"));
    // Personal health devices
    assert!(say("phd", &[1, 2, 3, 4]).note("phd.malformed"));
    assert!(say("phd", &[0xe7, 0, 0, 2, 0, 0]).note("phd.malformed_data"));
    for (protocol, flow) in [("astm", &capture!("astm/lab")[0]), ("poct1a", &capture!("poct1a/lab")[0]), ("igtl", &capture!("igtl/lab")[0]), ("bcap", &capture!("bcap/lab")[0])] {
        let note = format!("{protocol}.gap");
        let said = [Dir::ToServer, Dir::ToClient].map(|dir| first(protocol, &hole(flow, dir, 40, 30)));
        assert!(said.iter().any(|s| s.note(&note)), "{note}");
    }
}

#[test]
fn after_a_gap_reading_goes_on() {
    let igtl = first("igtl", &hole(&capture!("igtl/lab")[0], Dir::ToClient, 1000, 500));
    assert!((100..109).contains(&igtl.readings.len()), "{}", igtl.readings.len());
    let whole = first("bcap", &capture!("bcap/lab")[0]);
    let bcap = first("bcap", &hole(&capture!("bcap/lab")[0], Dir::ToClient, 400, 60));
    assert!(bcap.readings.len() + 6 > whole.readings.len(), "{} of {}", bcap.readings.len(), whole.readings.len());
    let poct = first("poct1a", &hole(&capture!("poct1a/lab")[0], Dir::ToServer, 400, 60));
    assert!(poct.operations().contains(&"OBS.R01 ok AA".to_string()), "{:?}", poct.operations());
    let astm = first("astm", &hole(&capture!("astm/lab")[0], Dir::ToServer, 100, 60));
    assert!(astm.operations().contains(&"results ok ACK".to_string()), "{:?}", astm.operations());
    assert!(astm.readings.len() >= 3);
}
