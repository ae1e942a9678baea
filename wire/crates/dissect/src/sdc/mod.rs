//! IEEE 11073 SDC: devices announce and find each other by WS-Discovery (ISO/IEEE 11073-20702, OASIS
//! WS-Discovery 1.1), say what they are by DPWS metadata, and are read and set by BICEPS messages
//! (ISO/IEEE 11073-10207, -20701) in SOAP over HTTP.
//!
//! WS-Discovery is spoken by printers and cameras, too: only `sdc.*` clues mean a medical device.
//! Under TLS only the discovery remains visible.

mod biceps;
mod discovery;

use crate::http::bodies::{Body, Head, Hook};
use crate::xml::Document;
use crate::{Cx, Dissector, Entry, Meta};

pub static WSD: Dissector = Dissector {
    meta: &Meta {
        name: "wsd",
        title: "WS-Discovery",
        standard: "OASIS WS-Discovery 1.1; WS-Discovery April 2005; ISO/IEEE 11073-20702",
        tier: 'A',
        clues: &[
            ("wsd.epr", "endpoint reference, stable over addresses (WS-Discovery §4.1)"),
            ("wsd.types", "types of the service, local names (§4.1)"),
            ("wsd.scope", "scope of the service (§4.1); addresses of people and patients never stand there"),
            ("wsd.xaddrs", "transport address of the service (§4.1)"),
            ("wsd.looks_for", "types a client looks for (§5.2)"),
            ("sdc.epr", "endpoint reference of a medical device (ISO/IEEE 11073-20702 §9)"),
            ("sdc.location", "location of a medical device, `point of care^room^bed^facility` (ISO/IEEE 11073-20701 §9.4, scope sdc.ctxt.loc)"),
            ("sdc.mds_type", "nomenclature code of a medical device (scope sdc.cdc.type)"),
            ("sdc.role", "provider or consumer"),
        ],
        operations: &["Hello", "Bye", "Probe", "ProbeMatches", "Resolve", "ResolveMatches"],
        details: &[("types", "types asked for or offered"), ("epr", "endpoint reference"), ("matches", "services that answered"), ("count", "times the question was repeated")],
        notes: &[("wsd.malformed", "a datagram that is not well-formed XML"), ("wsd.pending_max", "more questions waiting than the limit")],
        readings: false,
        tshark: "",
    },
    entries: &[Entry::Datagram { hints: &[3702], probe: discovery::probe, open: || Box::new(discovery::Discovery::default()) }],
};

/// What is read of SOAP bodies inside HTTP; it has no entry of its own.
pub static SDC: Dissector = Dissector {
    meta: &Meta {
        name: "sdc",
        title: "IEEE 11073 SDC (metadata, BICEPS) in SOAP over HTTP",
        standard: "ISO/IEEE 11073-20701, -20702, -10207; OASIS DPWS 1.1",
        tier: 'A',
        clues: &[
            ("sdc.manufacturer", "Manufacturer (DPWS §5.1 ThisModel; 11073-10207 MetaData)"),
            ("sdc.model", "ModelName"),
            ("sdc.model_number", "ModelNumber"),
            ("sdc.serial", "SerialNumber (DPWS ThisDevice; MetaData)"),
            ("sdc.firmware", "FirmwareVersion (DPWS ThisDevice)"),
            ("sdc.friendly_name", "FriendlyName (DPWS ThisDevice)"),
            ("sdc.epr", "endpoint reference of the host (DPWS Relationship)"),
            ("sdc.services", "services it hosts (DPWS Relationship)"),
            ("sdc.mds_type", "nomenclature code and reference id of a medical device system, `code|reference id`"),
            ("sdc.udi", "device identifier or human readable form of the UDI (MetaData)"),
            ("sdc.location", "`point of care^room^bed^facility` (LocationContextState)"),
            ("sdc.sequence", "SequenceId of its MDIB: the same until it starts anew"),
            ("sdc.metric", "`handle|code|reference id|unit|category` of a metric; readings of reports bear the handle only"),
            ("sdc.operation", "`handle|kind|target` of an operation it offers"),
            ("sdc.role", "provider or consumer"),
        ],
        operations: &["Set*", "Activate", "OperationInvokedReport"],
        details: &[
            ("transaction", "TransactionId"),
            ("state", "InvocationState: Wait, Start, Cnclld, Fin, FinMod, Fail"),
            ("error", "InvocationError"),
            ("sequence", "SequenceId of the MDIB"),
        ],
        notes: &[],
        readings: true,
        tshark: "",
    },
    entries: &[],
};

pub static HOOK: Hook = Hook { name: "sdc", wants, read: body };

fn wants(head: &Head) -> bool {
    head.content_type.to_ascii_lowercase().starts_with("application/soap+xml")
}

/// Read a SOAP body, if it is one of SDC; for whoever holds it.
pub fn body(body: &Body<'_>, cx: &mut Cx<'_>) {
    // A cheap look before the document is read: namespaces of 11073, or DPWS metadata.
    let has = |needle: &[u8]| crate::read::find(body.bytes.get(..4096.min(body.bytes.len())).unwrap_or(&[]), needle).is_some();
    if has(b"/downloads/11073/11073-") {
        biceps::message(body.dir, &Document::read(body.bytes), cx);
    }
}
