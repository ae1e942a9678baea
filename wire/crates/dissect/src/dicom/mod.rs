//! DICOM: associations (PS3.8), DIMSE services (PS3.7) and the head of each data set (PS3.5, PS3.3).
//! Pixel data is counted and passed over, never held.
//!
//! What names a patient: Patient ID becomes a pseudonym; study, series and instance UIDs, accession
//! numbers and transaction UIDs become keyed hashes, because each of them leads to one patient in
//! any other system; patient names, birth dates and descriptions are not read at all.

mod assoc;
mod command;
mod dataset;
mod object;
mod pdu;
mod session;
mod tags;
mod uids;

use crate::read::{Rd, printable, size};
use crate::{Dissector, Entry, Meta, Probe};
use hinomi_model::{Dir, Ends};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "dicom",
        title: "DICOM upper layer and DIMSE",
        standard: "DICOM PS3.8, PS3.7, PS3.5, PS3.4, PS3.3 (2025)",
        tier: 'A',
        clues: &[
            ("dicom.ae_title", "application entity title: calling one of the client, called one of a server that accepted (PS3.8 §9.3.2)"),
            ("dicom.called_ae_title", "title that was called on a server which did not accept it"),
            ("dicom.implementation_uid", "implementation class UID (PS3.7 D.3.3.2)"),
            ("dicom.implementation_version", "implementation version name (PS3.7 D.3.3.2)"),
            ("dicom.max_pdu", "largest P-DATA-TF it takes, 0 for no limit (PS3.8 D.1)"),
            ("dicom.role", "scu or scp and the service, of accepted contexts (PS3.4; roles of PS3.7 D.3.3.4)"),
            ("dicom.sop_class", "SOP class of an accepted context, by name (PS3.6 Annex A)"),
            ("dicom.move_destination", "AE title that a server was told to send objects to (PS3.7 §9.3.4)"),
            ("dicom.equipment", "equipment of an object this host sent first hand: `manufacturer|model|station name|serial|software|modality|department|institution` (PS3.3 C.7.5.1)"),
            ("dicom.equipment.manufacturer", "Manufacturer (0008,0070) of objects this host sent"),
            ("dicom.equipment.model", "Manufacturer's Model Name (0008,1090)"),
            ("dicom.equipment.station_name", "Station Name (0008,1010)"),
            ("dicom.equipment.serial", "Device Serial Number (0018,1000)"),
            ("dicom.equipment.software", "Software Versions (0018,1020)"),
            ("dicom.equipment.modality", "Modality (0008,0060)"),
            ("dicom.equipment.institution", "Institution Name (0008,0080)"),
            ("dicom.equipment.department", "Institutional Department Name (0008,1040)"),
            ("dicom.equipment.device_uid", "Device UID (0018,1002)"),
            ("dicom.equipment.udi", "Unique Device Identifier (0018,1009)"),
            ("dicom.equipment.station_ae", "Station AE Title (0008,0055)"),
            ("dicom.passed_on", "as dicom.equipment, of an object this host sent as an archive (C-GET or C-MOVE sub-operation): somebody else made it"),
            ("dicom.contributing", "as dicom.equipment, of an item of the Contributing Equipment Sequence (0018,A001)"),
            ("dicom.worklist.station_ae", "Scheduled Station AE Title (0040,0001) the host asked a worklist for"),
            ("dicom.worklist.station_name", "Scheduled Station Name (0040,0010) it asked for"),
            ("dicom.worklist.modality", "Modality (0008,0060) it asked a worklist for"),
            ("dicom.performed.station_ae", "Performed Station AE Title (0040,0241) of a procedure step it reported"),
            ("dicom.performed.station_name", "Performed Station Name (0040,0242)"),
            ("dicom.performed.location", "Performed Location (0040,0243)"),
        ],
        operations: &[
            "A-ASSOCIATE", "A-RELEASE", "A-ABORT", "C-STORE", "C-FIND", "C-GET", "C-MOVE", "C-ECHO", "C-CANCEL", "N-EVENT-REPORT",
            "N-GET", "N-SET", "N-ACTION", "N-CREATE", "N-DELETE",
        ],
        details: &[
            ("contexts_proposed", "presentation contexts proposed"),
            ("contexts_accepted", "presentation contexts accepted"),
            ("refused_sop_classes", "SOP classes proposed and not accepted, by name"),
            ("accepted_sop_classes", "SOP classes accepted, by name"),
            ("calling_implementation", "implementation class UID and version name of the requestor"),
            ("called_implementation", "implementation class UID and version name of the acceptor"),
            ("max_pdu", "largest PDU of requestor and acceptor"),
            ("window", "operations window asked for, invoked/performed (PS3.7 D.3.3.3)"),
            ("roles", "SOP classes with role selection (PS3.7 D.3.3.4)"),
            ("extended", "SOP classes with extended negotiation and its bytes in hex (PS3.7 D.3.3.5)"),
            ("common_extended", "SOP classes with common extended negotiation and their service class (PS3.7 D.3.3.6)"),
            ("identity", "type of user identity offered (PS3.7 D.3.3.7)"),
            ("user", "keyed hash of the user name or token"),
            ("message_id", "Message ID (0000,0110)"),
            ("context", "presentation context ID"),
            ("transfer_syntax", "transfer syntax of the data set"),
            ("sop_class_uid", "SOP class UID"),
            ("priority", "priority: medium, high, low"),
            ("destination", "Move Destination (0000,0600)"),
            ("originator", "Move Originator AE Title (0000,1030)"),
            ("event_type", "Event Type ID (0000,1002)"),
            ("action_type", "Action Type ID (0000,1008)"),
            ("remaining", "sub-operations remaining"),
            ("completed", "sub-operations completed"),
            ("failed", "sub-operations failed, or objects a storage commitment failed for"),
            ("warning", "sub-operations with a warning"),
            ("matches", "answers to a query before the last"),
            ("cancelled", "yes, when the asker cancelled"),
            ("offending", "elements the answer named as offending"),
            ("error_id", "Error ID (0000,0903)"),
            ("objects", "objects a storage commitment is asked for"),
            ("study", "keyed hash of the Study Instance UID"),
            ("series", "keyed hash of the Series Instance UID"),
            ("instance", "keyed hash of the SOP Instance UID"),
            ("transaction", "keyed hash of the Transaction UID of a storage commitment"),
            ("accession", "keyed hash of the Accession Number"),
            ("modality", "Modality"),
            ("study_time", "Study Date and Time, of the device"),
            ("level", "Query/Retrieve Level"),
            ("query_keys", "elements a query was narrowed by, without their values"),
            ("manufacturer", "Manufacturer of the object's equipment"),
            ("model", "its model"),
            ("station", "its station name"),
            ("serial", "its serial number"),
            ("station_ae", "AE title of the station that made the object or does the step"),
            ("step_status", "Performed Procedure Step Status (0040,0252)"),
            ("step_start", "Performed Procedure Step Start Date and Time, of the device"),
            ("step_end", "Performed Procedure Step End Date and Time, of the device"),
        ],
        notes: &[
            ("dicom.malformed_pdu", "bytes that cannot be a PDU (PS3.8 §9.3.1)"),
            ("dicom.malformed_association", "an association PDU whose items do not fit (PS3.8 §9.3.2)"),
            ("dicom.malformed_pdv", "a presentation data value longer than its PDU, or with a context that cannot be (PS3.8 §9.3.5.1)"),
            ("dicom.malformed_command", "a command set that cannot be read (PS3.7 §6.3.1)"),
            ("dicom.malformed_data_set", "a data set whose head cannot be read (PS3.5 §7)"),
            ("dicom.pdu_bytes_max", "an association PDU over the limit of bytes held"),
            ("dicom.command_bytes_max", "a command set over the limit of bytes held"),
            ("dicom.head_bytes_max", "a data set head over the limit; elements behind it were not read"),
            ("dicom.nested_max", "sequences nested deeper than the limit"),
            ("dicom.pending_max", "more operations waiting for an answer than the limit; the oldest was given up"),
            ("dicom.gap", "a part of the stream was not heard; reading went on at the next PDU"),
            ("dicom.no_association", "data without a heard association: names and syntaxes are told from content"),
            ("dicom.response_unmatched", "a response to a request that was not heard"),
            ("dicom.unknown_command", "a Command Field that PS3.7 Annex E does not name"),
            ("dicom.unknown_item", "an association item that PS3.8 and PS3.7 do not name"),
            ("dicom.unknown_character_set", "a Specific Character Set that PS3.3 C.12.1.1.2 does not name"),
            ("dicom.pdu_over_negotiated", "a P-DATA-TF longer than the receiver said it takes"),
            ("dicom.passcode_in_clear", "a user name and passcode sent without encryption (PS3.7 D.3.3.7.1)"),
        ],
        readings: false,
        tshark: "dicom",
    },
    entries: &[Entry::Stream { hints: &[104, 11112, 4242, 2762, 11113, 5678, 2761], probe, open: || Box::new(pdu::Dicom::default()) }],
};

/// Recognise the start of an association, or a stream taken up in the middle at a PDU.
pub fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(head);
    match look(&mut rd) {
        Some(true) => Probe::Yes,
        Some(false) => Probe::No,
        None => Probe::More,
    }
}

/// `None`: more bytes are needed.
fn look(rd: &mut Rd<'_>) -> Option<bool> {
    let kind = rd.u8()?;
    if !(1..=7).contains(&kind) {
        return Some(false);
    }
    // Byte 2 is reserved, sent as 00 (PS3.8 §9.3.1).
    if rd.u8()? != 0 {
        return Some(false);
    }
    let length = rd.u32()?;
    match kind {
        1 | 2 => look_associate(rd, kind, size(length)),
        3 => {
            // PS3.8 Table 9-21: reserved, result 1-2, source 1-3, reason.
            if length != 4 {
                return Some(false);
            }
            Some(rd.u8()? == 0 && (1..=2).contains(&rd.u8()?) && (1..=3).contains(&rd.u8()?))
        }
        4 => look_data(rd, length),
        // Tables 9-24 to 9-26.
        5 | 6 => Some(length == 4 && rd.u32()? == 0),
        _ => Some(length == 4 && rd.u16()? == 0 && rd.u8()? <= 2),
    }
}

fn look_associate(rd: &mut Rd<'_>, kind: u8, length: usize) -> Option<bool> {
    // 68 fixed bytes and at least an application context (PS3.8 Table 9-11).
    if !(72..=1 << 20).contains(&length) {
        return Some(false);
    }
    let version = rd.u16()?;
    if version & 1 == 0 {
        return Some(false);
    }
    rd.skip(2)?;
    let called = rd.take(16)?;
    let calling = rd.take(16)?;
    // An acceptor should repeat the titles, but they are not significant there (Table 9-17).
    if kind == 1 && !(printable(trim_nul(called)) && printable(trim_nul(calling))) {
        return Some(false);
    }
    rd.skip(32)?;
    Some(matches!(rd.u8()?, 0x10 | 0x20 | 0x21 | 0x50))
}

fn trim_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|b| *b != 0).map_or(0, |n| n.saturating_add(1));
    bytes.get(..end).unwrap_or(&[])
}

fn look_data(rd: &mut Rd<'_>, length: u32) -> Option<bool> {
    // PS3.8 Table 9-23: item length, context (odd), message control header (PS3.8 Annex E.2).
    let item = rd.u32()?;
    let context = rd.u8()?;
    let control = rd.u8()?;
    if item < 2 || item.checked_add(4).is_none_or(|n| n > length) || context & 1 == 0 || control > 3 {
        return Some(false);
    }
    let group = rd.u16_le()?;
    let element = rd.u16_le()?;
    if control & 1 == 1 {
        // Command Group Length (0000,0000), four bytes long.
        return Some(group == 0 && element == 0 && rd.u32_le()? == 4);
    }
    // A data set: nothing surer than a PDU that one value fills, and an even first group.
    Some(item.checked_add(4) == Some(length) && group == 8 && element <= 0x0100)
}
