//! The clinical dissectors on captures of real software (see tests/data/*/README).
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

fn dicom(pieces: &[Piece]) -> Said {
    read("dicom", pieces, &Limits::default())
}

fn hl7(pieces: &[Piece]) -> Said {
    read("hl7", pieces, &Limits::default())
}

#[test]
fn equipment_is_read_in_every_transfer_syntax() {
    for (name, flow, syntax) in [
        ("implicit", &capture!("dicom/store-implicit")[0], "ImplicitVRLittleEndian"),
        ("explicit", &capture!("dicom/store-explicit")[0], "ExplicitVRLittleEndian"),
        ("big", &capture!("dicom/store-big")[0], "ExplicitVRBigEndian"),
        ("deflated", &capture!("dicom/store-deflated")[0], "DeflatedExplicitVRLittleEndian"),
    ] {
        let said = dicom(flow);
        assert_eq!(said.operations(), ["A-ASSOCIATE ok accepted", "C-STORE ok 0x0000", "A-RELEASE ok"], "{name}");
        assert!(said.notes.is_empty(), "{name}: {:?}", said.notes);
        for (attribute, value) in [
            ("dicom.equipment", "Asagiri Medical|Asagiri X1|CT1|SN-4711|VA1.0\\P3|CT|放射線科|火の見病院"),
            ("dicom.equipment.manufacturer", "Asagiri Medical"),
            ("dicom.equipment.model", "Asagiri X1"),
            ("dicom.equipment.serial", "SN-4711"),
            ("dicom.equipment.software", "VA1.0\\P3"),
            ("dicom.equipment.institution", "火の見病院"),
            ("dicom.equipment.department", "放射線科"),
            ("dicom.equipment.udi", "(01)04912345678904(21)SN-4711"),
            ("dicom.contributing", "Kasumi|Dose Watcher|DW1|||||"),
        ] {
            assert_eq!(said.clue(attribute), [value], "{name} {attribute}");
        }
        assert_eq!(said.clue("dicom.ae_title"), ["ASAGIRI_CT1", "PACS"]);
        let store = said.exchange("C-STORE");
        assert_eq!(detail(store, "transfer_syntax"), syntax);
        assert_eq!(store.patient, keys().patient("12345").as_str());
        assert_eq!(store.object, "CT Image Storage");
        assert_eq!(detail(store, "study_time"), "2026-11-22T09:30:15");
        assert_eq!(detail(store, "study"), keys().secret(b"1.2.826.0.1.3680043.8.498.1").as_str());
        let all = said.all();
        for clear in ["Yamada", "山田", "太郎", "00012345", "19600101", "8.498.1001", "A0001"] {
            assert!(!all.contains(clear), "{name}: {clear} got out");
        }
    }
}

#[test]
fn every_dimse_service_is_one_exchange() {
    let flow = &capture!("dicom/services")[0];
    let said = dicom(flow);
    let mut ops = said.operations();
    ops.sort();
    let mut expected = vec![
        "A-ABORT aborted service-user", "A-ASSOCIATE ok accepted", "C-CANCEL ok", "C-ECHO ok 0x0000", "C-FIND ok 0x0000", "C-FIND ok 0x0000",
        "N-ACTION ok 0x0000", "N-CREATE ok 0x0000", "N-DELETE ok 0x0000", "N-EVENT-REPORT ok 0x0000", "N-GET failed 0x0112", "N-SET ok 0x0000",
    ];
    expected.sort_unstable();
    assert_eq!(ops, expected);
    let associate = said.exchange("A-ASSOCIATE");
    assert_eq!(detail(associate, "identity"), "username_passcode");
    assert_eq!(detail(associate, "user"), keys().secret(b"operator").as_str());
    assert_eq!(detail(associate, "window"), "5/5");
    assert_eq!(detail(associate, "max_pdu"), "16382/0");
    assert_eq!(detail(associate, "refused_sop_classes"), "MR Image Storage");
    assert!(detail(associate, "extended").ends_with(":0101"));
    assert!(said.note("dicom.passcode_in_clear"));
    let report = said.exchange("N-EVENT-REPORT");
    assert!(report.reversed);
    assert_eq!((report.client_name.as_str(), report.server_name.as_str()), ("RIS", "ASAGIRI_CT1"));
    assert_eq!((detail(report, "objects"), detail(report, "failed"), detail(report, "event_type")), ("1", "2", "2"));
    assert_eq!(detail(said.exchange("N-ACTION"), "objects"), "3");
    let create = said.exchange("N-CREATE");
    assert_eq!(detail(create, "step_status"), "IN PROGRESS");
    assert_eq!(create.patient, keys().patient("12345").as_str());
    assert_eq!(detail(said.exchange("N-SET"), "step_end"), "2026-11-22T09:45:00");
    assert_eq!(said.clue("dicom.performed.location"), ["撮影室2"]);
    assert_eq!(said.clue("dicom.worklist.station_ae"), ["ASAGIRI_CT1"]);
    assert_eq!(detail(said.exchange("C-FIND"), "matches"), "3");
    assert!(said.clue("dicom.role").contains(&"scu worklist"));
    for clear in ["operator", "secret", "Test^A", "山田"] {
        assert!(!said.all().contains(clear), "{clear} got out");
    }
}

#[test]
fn retrievals_tell_counts_and_archives_are_no_makers() {
    let flows = capture!("dicom/retrieve");
    let said = dicom(&flows[0]);
    let get = said.exchange("C-GET");
    assert_eq!((detail(get, "completed"), detail(get, "failed")), ("2", "0"));
    let store = said.exchange("C-STORE");
    assert!(store.reversed && store.client_name == "PACS");
    assert!(said.clue("dicom.equipment").is_empty());
    assert!(said.clue("dicom.passed_on")[0].starts_with("Asagiri Medical|"));
    let moves: Vec<_> = said.exchanges.iter().filter(|e| e.operation == "C-MOVE").collect();
    assert_eq!((moves[0].outcome, detail(moves[0], "warning")), (Outcome::Warning, "1"));
    assert_eq!((moves[1].outcome, moves[1].status.as_str(), detail(moves[1], "destination")), (Outcome::Failed, "0xA801", "NOBODY"));
    let sub = dicom(&flows[1]);
    assert_eq!(detail(sub.exchange("C-STORE"), "originator"), "PACS");
    assert!(sub.clue("dicom.equipment").is_empty());
    let refused = dicom(&flows[2]);
    assert_eq!(refused.operations(), ["A-ASSOCIATE refused rejected-permanent called-AE-title-not-recognized"]);
    assert_eq!(refused.clue("dicom.ae_title"), ["VIEWER"]);
    assert_eq!(refused.clue("dicom.called_ae_title"), ["WRONG"]);
}

#[test]
fn another_toolkit_reads_the_same() {
    let all: Vec<Said> = capture!("dicom/dcmtk-orthanc").iter().map(|f| dicom(f)).collect();
    let ops: Vec<String> = all.iter().flat_map(Said::operations).filter(|o| !o.starts_with("A-")).collect();
    assert_eq!(ops, ["C-ECHO ok 0x0000", "C-STORE ok 0x0000", "C-STORE ok 0x0000", "C-FIND ok 0x0000", "C-MOVE ok 0x0000", "C-STORE ok 0x0000", "C-STORE ok 0x0000"]);
    for said in &all {
        assert!(said.notes.is_empty(), "{:?}", said.notes);
    }
    assert_eq!(all[0].clue("dicom.implementation_version"), ["OFFIS_DCMTK_367"]);
    assert_eq!(all[2].clue("dicom.equipment.institution"), ["火の見病院"]);
}

#[test]
fn lost_pixels_do_not_lose_the_association() {
    for flow in [&capture!("dicom/store-implicit")[0], &capture!("dicom/store-explicit")[0]] {
        let whole = dicom(flow);
        let size: usize = flow.iter().map(|p| if let Piece::Bytes(_, Dir::ToServer, b) = p { b.len() } else { 0 }).sum();
        for (from, missing) in [(size - 3000, 500), (size - 4200, 1500), (size / 2, 64)] {
            let said = dicom(&hole(flow, Dir::ToServer, from, missing));
            assert_eq!(said.operations(), whole.operations(), "{missing} bytes from {from}");
            assert_eq!(said.clue("dicom.equipment"), whole.clue("dicom.equipment"));
            assert_eq!(detail(said.exchange("C-STORE"), "model"), "Asagiri X1");
            if missing == 64 {
                assert_eq!(said.exchange("C-STORE").request_bytes, whole.exchange("C-STORE").request_bytes);
            }
        }
        // The head of the data set itself is lost.
        let said = dicom(&hole(flow, Dir::ToServer, 500, 200));
        assert_eq!(said.operations(), whole.operations());
        // The association is lost, too.
        let said = dicom(&hole(flow, Dir::ToServer, 0, 300));
        assert!(said.note("dicom.gap"));
        assert!(said.operations().contains(&"A-RELEASE ok".to_string()), "{:?}", said.operations());
    }
}

#[test]
fn a_stream_heard_from_the_middle_is_told_by_content() {
    let flow = &capture!("dicom/store-explicit")[0];
    let middle: Vec<Piece> = flow.iter().skip_while(|p| !matches!(p, Piece::Bytes(_, Dir::ToServer, b) if b[0] == 4)).cloned().collect();
    let Piece::Bytes(_, dir, bytes) = &middle[0] else { unreachable!() };
    assert_eq!(probe("dicom", *dir, bytes), Probe::Yes);
    let said = dicom(&middle);
    assert!(said.note("dicom.no_association"));
    assert_eq!(said.operations(), ["C-STORE ok 0x0000", "A-RELEASE ok"]);
    assert_eq!(said.clue("dicom.equipment.model"), ["Asagiri X1"]);
}

#[test]
fn one_side_alone_is_half_heard() {
    let flow = &capture!("dicom/store-explicit")[0];
    let side = |d: Dir| flow.iter().filter(|p| matches!(p, Piece::Bytes(_, dir, _) if *dir == d)).cloned().collect::<Vec<_>>();
    let said = dicom(&side(Dir::ToServer));
    assert!(said.operations().contains(&"C-STORE half_heard".to_string()), "{:?}", said.operations());
    assert_eq!(said.clue("dicom.equipment.model"), ["Asagiri X1"]);
    let said = dicom(&side(Dir::ToClient));
    assert!(said.note("dicom.response_unmatched"));
    assert!(said.operations().contains(&"C-STORE ok 0x0000".to_string()));
    assert_eq!(said.clue("dicom.ae_title"), ["PACS"]);
}

#[test]
fn dicom_limits_are_named() {
    let flow = &capture!("dicom/services")[0];
    let limits = Limits { message_bytes_max: 128, ..Limits::default() };
    assert!(read("dicom", flow, &limits).note("dicom.pdu_bytes_max"));
    // Two requests at once (a query and its association's echo never overlap here): no room at all.
    let limits = Limits { pending_max: 0, ..Limits::default() };
    assert!(read("dicom", flow, &limits).note("dicom.pending_max"));
}

#[test]
fn dicom_is_recognised_from_either_side_and_nothing_else_is() {
    for flow in [&capture!("dicom/store-big")[0], &capture!("dicom/retrieve")[2], &capture!("dicom/dcmtk-orthanc")[0]] {
        let mut seen = [false; 2];
        for piece in flow.iter() {
            let Piece::Bytes(_, dir, bytes) = piece else { continue };
            if !std::mem::replace(&mut seen[*dir as usize], true) {
                assert_eq!(probe("dicom", *dir, bytes), Probe::Yes);
                for n in 1..bytes.len().min(74) {
                    assert_ne!(probe("dicom", *dir, &bytes[..n]), Probe::No, "{n} bytes");
                }
            }
        }
    }
    for other in [&b"\x0bMSH|^~\\&|A|B|C|D|||ADT^A01"[..], b"GET / HTTP/1.1\r\n", &[0u8; 100], &[1u8; 100], &[4, 0, 0, 0, 0, 9, 0, 0, 0, 8, 1, 3, 0, 0], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"] {
        assert_eq!(probe("dicom", Dir::ToServer, other), Probe::No, "{other:?}");
    }
}

#[test]
fn dicom_stands_any_damage() {
    for flow in capture!("dicom/services").iter().chain(&capture!("dicom/store-big")).chain(&capture!("dicom/store-deflated")).chain(&capture!("dicom/retrieve")) {
        torture("dicom", flow, 300);
    }
}

#[test]
fn a_monitor_speaks_in_readings() {
    let said = hl7(&capture!("hl7/monitor")[0]);
    assert_eq!(said.operations(), ["ORU^R01 ok AA", "ORU^R01 ok AA", "ORU^R40 ok AA"]);
    assert!(said.notes.is_empty(), "{:?}", said.notes);
    let id = "TB9-1^TSUBAME^025442FFFE002808^EUI-64";
    assert_eq!(said.clue("hl7.behind"), [format!("{id}|MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS|ICU^101^1").as_str()]);
    assert_eq!(said.clue("hl7.behind.model"), [format!("{id}|TB-900").as_str()]);
    assert_eq!(said.clue("hl7.behind.lot"), [format!("{id}|L77").as_str()]);
    assert_eq!(said.clue("hl7.profile"), ["IHE_PCD_001", "IHE_DEC_WCM", "IHE_PCD_001"]);
    let rate = said.reading("MDC_ECG_HEART_RATE");
    assert_eq!((rate.value, rate.unit.as_str(), rate.code.as_str()), (Some(72.0), "{beat}/min", "147842"));
    assert_eq!((rate.code_system, rate.source.as_str(), rate.location.as_str()), (CodeSystem::Mdc, id, "ICU^101^1"));
    assert_eq!(rate.patient, keys().patient("12345").as_str());
    // 2026-11-22 18:30:00.5 in Japan.
    assert_eq!(rate.device_time, Some(1_795_339_800_500_000_000));
    let spo2 = said.reading("MDC_PULS_OXIM_SAT_O2");
    assert_eq!((spo2.unit.as_str(), spo2.status.as_str(), spo2.device_time), ("%", "final", Some(1_795_339_800_000_000_000)));
    assert_eq!(said.reading("MDC_PRESS_BLD_NONINV_SYS").value, Some(118.0));
    let creatinine = said.reading("Creatinine");
    assert_eq!((creatinine.value, creatinine.text.as_deref(), creatinine.code_system), (None, Some("<0.3"), CodeSystem::Ln));
    assert_eq!(said.reading("MDC_ATTR_X").text.as_deref(), Some("心房細動"));
    let wave = said.reading("MDC_ECG_ELEC_POTL_II");
    assert_eq!((wave.kind, wave.samples.len(), wave.sample_rate_hz, wave.unit.as_str()), (ReadingKind::Waveform, 200, Some(250.0), "mV"));
    let alarm = said.readings.iter().find(|r| r.kind == ReadingKind::Alarm).unwrap();
    assert_eq!((alarm.name.as_str(), alarm.text.as_deref(), alarm.status.as_str()), ("MDC_EVT_HI", Some("HR 140 > 120"), "start active PH"));
    assert_eq!(said.reading("Label").text.as_deref().map(|t| t.contains("P-")), Some(true));
    for clear in ["山田", "太郎", "ﾔﾏﾀﾞ", "19600101", "千代田", "03-1234", "00012345", "P100", "Narrative"] {
        assert!(!said.all().contains(clear), "{clear} got out");
    }
}

#[test]
fn japanese_comes_out_right_in_every_charset() {
    for (name, flow, guessed) in [
        ("jis", &capture!("hl7/jis")[0], ""),
        ("sjis", &capture!("hl7/sjis")[0], "Shift_JIS"),
        ("eucjp", &capture!("hl7/eucjp")[0], "EUC-JP"),
    ] {
        let said = hl7(flow);
        let adt = said.exchange("ADT^A01");
        assert_eq!(detail(adt, "location"), "第一病棟^５０１号室^2", "{name}");
        assert_eq!(adt.client_name, "電子カルテ/HINOMI");
        assert_eq!(said.clue("hl7.charset_used").concat(), guessed);
        assert_eq!(said.note("hl7.charset_guessed"), !guessed.is_empty());
        assert_eq!(said.clue("hl7.software"), ["Tsubame Soft|Gateway|3.2.1|B77"]);
        assert!(!said.all().contains("山田"));
    }
}

#[test]
fn acknowledgements_settle_exchanges() {
    let refused = hl7(&capture!("hl7/eucjp")[0]);
    assert_eq!(refused.operations(), ["ADT^A01 refused CR"]);
    assert_eq!(detail(refused.exchange("ADT^A01"), "error"), "207 Application internal error E");
    let both = hl7(&capture!("hl7/enhanced")[0]);
    assert_eq!(both.operations(), ["ORU^R01 failed AE"]);
    assert_eq!(detail(both.exchange("ORU^R01"), "commit"), "CA");
    let transport = hl7(&capture!("hl7/delimiters")[0]);
    assert_eq!(transport.operations(), ["ORU^R01 ok AA"]);
    assert_eq!(detail(transport.exchange("ORU^R01"), "commit"), "ack");
    assert_eq!(transport.reading("Glucose#blood").value, Some(5.5));
    let library = hl7(&capture!("hl7/hl7apy")[0]);
    assert_eq!(library.operations(), ["ADT^A01 ok AA"]);
}

#[test]
fn sloppy_framing_is_read_and_noted() {
    let said = hl7(&capture!("hl7/odd")[0]);
    assert_eq!(said.exchanges.len(), 3);
    for e in &said.exchanges {
        assert_eq!((e.operation.as_str(), e.outcome), ("ORM^O01", Outcome::HalfHeard));
        assert_eq!(detail(e, "order"), keys().secret(b"ORD1").as_str());
    }
    for note in ["hl7.line_feed", "hl7.no_start_block", "hl7.no_end_block"] {
        assert!(said.note(note), "{note}");
    }
    assert_eq!(said.clue("hl7.station_ae"), ["ASAGIRI_CT1"]);
    let batch = hl7(&capture!("hl7/batch")[0]);
    assert_eq!(batch.exchanges.len(), 3);
    assert!(batch.exchanges.iter().all(|e| detail(e, "batch") == keys().secret(b"BATCH7").as_str() && detail(e, "segments") == "15"));
}

#[test]
fn hl7_limits_are_named() {
    let flow = &capture!("hl7/monitor")[0];
    let said = read("hl7", flow, &Limits { message_bytes_max: 600, ..Limits::default() });
    assert!(said.note("hl7.message_bytes_max"));
    assert_eq!(detail(said.exchange("ORU^R01"), "truncated"), "yes");
    assert!(said.operations().contains(&"ORU^R40 ok AA".to_string()), "{:?}", said.operations());
    let said = read("hl7", flow, &Limits { samples_max: 10, ..Limits::default() });
    assert!(said.note("hl7.samples_max"));
    assert_eq!(said.reading("MDC_ECG_ELEC_POTL_II").samples.len(), 10);
    let said = read("hl7", flow, &Limits { pending_max: 0, ..Limits::default() });
    assert!(said.note("hl7.pending_max"));
    let many = format!("\x0bMSH|^~\\&|A||||||ORU^R01|1|P|2.5\r{}\x1c\r", "NTE|1\r".repeat(5000));
    assert!(hl7(&[Piece::Bytes(1, Dir::ToServer, many.into_bytes())]).note("hl7.segments_max"));
}

#[test]
fn after_a_gap_the_next_message_is_read() {
    let flow = &capture!("hl7/monitor")[0];
    let said = hl7(&hole(flow, Dir::ToServer, 700, 300));
    assert!(said.note("hl7.gap"));
    assert_eq!(said.operations(), ["ACK^R01 ok AA", "ORU^R01 ok AA", "ORU^R40 ok AA"]);
    assert!(said.note("hl7.ack_unmatched"));
}

#[test]
fn hl7_is_recognised_with_any_delimiters() {
    for yes in [&b"\x0bMSH|^~\\&|A|"[..], b"MSH|^~\\&|", b"\x0bMSH#*+!:#", b"\x0bFHS|^~\\&|LAB", b"BHS|^~\\&|", b"rest of one|||\x1c\r\x0bMSH|^~\\&|A|B"] {
        assert_eq!(probe("hl7", Dir::ToServer, yes), Probe::Yes, "{yes:?}");
    }
    for more in [&b"\x0b"[..], b"\x0bM", b"MS", b"\x0bMSH|^~"] {
        assert_eq!(probe("hl7", Dir::ToServer, more), Probe::More, "{more:?}");
    }
    for no in [&b"MSHAPE is a word"[..], b"GET / HTTP/1.1", b"\x16\x03\x01", &[0; 64]] {
        assert_eq!(probe("hl7", Dir::ToServer, no), Probe::No, "{no:?}");
    }
}

#[test]
fn hl7_stands_any_damage() {
    for flow in [
        &capture!("hl7/monitor")[0], &capture!("hl7/jis")[0], &capture!("hl7/sjis")[0], &capture!("hl7/enhanced")[0], &capture!("hl7/odd")[0],
        &capture!("hl7/batch")[0], &capture!("hl7/delimiters")[0],
    ] {
        torture("hl7", flow, 300);
    }
}

/// The first `from` in the bytes of one direction replaced by `to`, of the same length.
fn changed(flow: &[Piece], dir: Dir, from: &[u8], to: &[u8]) -> Vec<Piece> {
    assert_eq!(from.len(), to.len());
    let mut out = flow.to_vec();
    for piece in &mut out {
        if let Piece::Bytes(_, d, bytes) = piece
            && *d == dir
            && let Some(n) = bytes.windows(from.len()).position(|w| w == from)
        {
            bytes[n..n + to.len()].copy_from_slice(to);
            return out;
        }
    }
    unreachable!("{from:02x?} is not in the stream")
}

#[test]
fn every_dicom_note_can_be_raised() {
    use Dir::{ToClient, ToServer};
    let services = &capture!("dicom/services")[0];
    let store = &capture!("dicom/store-explicit")[0];
    for (note, flow, dir, from, to) in [
        // Command Field (0000,0100) of the C-ECHO.
        ("dicom.unknown_command", services, ToServer, &[0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0][..], &[0, 0, 0, 1, 2, 0, 0, 0, 0x33, 0][..]),
        // Type of the implementation version sub-item.
        ("dicom.unknown_item", services, ToServer, &[0x55, 0, 0, 14], &[0x5e, 0, 0, 14]),
        ("dicom.unknown_character_set", store, ToServer, b"ISO_IR 192", b"ISO_IR 999"),
        // Maximum length sub-item of the acceptor.
        ("dicom.pdu_over_negotiated", store, ToClient, &[0x51, 0, 0, 4, 0, 0, 0x3f, 0xfe], &[0x51, 0, 0, 4, 0, 0, 0, 16]),
        // Length of the application context item.
        ("dicom.malformed_association", store, ToServer, &[0x10, 0, 0, 21], &[0x10, 0, 0xff, 21]),
        // Length of the first element of the C-STORE command.
        ("dicom.malformed_command", store, ToServer, &[0, 0, 2, 0, 0x1a, 0, 0, 0], &[0, 0, 2, 0, 0x1a, 0, 9, 0]),
        // Value representation of Manufacturer (0008,0070).
        ("dicom.malformed_data_set", store, ToServer, &[8, 0, 0x70, 0, b'L', b'O'], &[8, 0, 0x70, 0, 1, b'O']),
    ] {
        let said = dicom(&changed(flow, dir, from, to));
        assert!(said.note(note), "{note}: {:?}", said.notes);
        check_declared("dicom", &said);
        assert!(!dicom(flow).note(note), "{note} is there without cause");
    }
    let start = |bytes: &[u8]| [store[0].clone(), store[1].clone(), Piece::Bytes(9, ToServer, bytes.to_vec())];
    assert!(dicom(&start(&[4, 0, 0, 0, 0, 10, 0, 0, 0, 99, 1, 3])).note("dicom.malformed_pdv"));
    assert!(dicom(&start(&[9, 0, 0, 0, 0, 10])).note("dicom.malformed_pdu"));
    // A command set in fragments without end.
    let fragment = [&[4u8, 0, 0, 0, 0x10, 6, 0, 0, 0x10, 2, 1, 1][..], &[0; 4096]].concat();
    assert!(dicom(&start(&fragment.repeat(5))).note("dicom.command_bytes_max"));
    // A C-STORE whose data set is one sequence in the other, or one short element after the other.
    let command = store.iter().find_map(|p| match p {
        Piece::Bytes(_, ToServer, b) if b[0] == 4 => Some(b[..b[5] as usize + 6].to_vec()),
        _ => None,
    });
    let command = command.unwrap();
    let object = |content: &[u8]| {
        let (item, pdu) = (content.len() as u32 + 2, content.len() as u32 + 6);
        [&command[..], &[4, 0], &pdu.to_be_bytes(), &item.to_be_bytes(), &[1, 2], content].concat()
    };
    let sequence: &[u8] = &[8, 0, 0x40, 0x11, b'S', b'Q', 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff];
    assert!(dicom(&start(&object(&sequence.repeat(20)))).note("dicom.nested_max"));
    let element: &[u8] = &[8, 0, 0x16, 0, b'U', b'I', 2, 0, b'1', 0];
    assert!(dicom(&start(&object(&element.repeat(8000)))).note("dicom.head_bytes_max"));
}

#[test]
fn two_channels_of_one_pump_are_told_apart() {
    let obx = |n: u8, rate: u8| format!("OBX|{n}|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.{n}.157784|{rate}|265266^MDC_DIM_MILLI_L_PER_HR^MDC|||||R|||||||P7\r");
    let text = format!("\x0bMSH|^~\\&|P||||||ORU^R01|1|P|2.6\rOBR|1\r{}{}\x1c\r", obx(1, 20), obx(2, 35));
    let said = hl7(&[Piece::Bytes(1, Dir::ToServer, text.into_bytes())]);
    assert_eq!(said.reading("MDC_FLOW_FLUID_PUMP [1.1.1.157784]").value, Some(20.0));
    assert_eq!(said.reading("MDC_FLOW_FLUID_PUMP [1.1.2.157784]").unit, "mL/h");
}

#[test]
fn every_hl7_note_can_be_raised() {
    let say = |text: &str| hl7(&[Piece::Bytes(1, Dir::ToServer, text.as_bytes().to_vec())]);
    for (note, text) in [
        ("hl7.hybrid_framing", "\x0bD23\rMSH|^~\\&|A||||||ADT^A01|1|P|2.5\r00123456\x1c\r"),
        ("hl7.not_a_message", "\x0bhello\x1c\r"),
        ("hl7.unknown_character_set", "\x0bMSH|^~\\&|A||||||ADT^A01|1|P|2.5||||||KLINGON\r\x1c\r"),
    ] {
        let said = say(text);
        assert!(said.note(note), "{note}: {:?}", said.notes);
    }
    assert_eq!(say("\x0bD23\rMSH|^~\\&|A||||||ADT^A01|1|P|2.5\r00123456\x1c\r").exchanges.len(), 1);
}
