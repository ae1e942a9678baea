//! Back to the packets: one packet for the viewer, a slice for the evidence.

use crate::reader::raise;
use hinomi_capture::{Fault, Packets, PcapngWriter, Source};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

struct Found {
    time: i64,
    link: u32,
    wire_len: u32,
    offset: u64,
    bytes: Vec<u8>,
}

fn find(path: &Path, number: u64, offset: u64) -> Result<Found, Fault> {
    let mut packets = Packets::open_near(Source::open(path)?, path, number, offset)?;
    while let Some(packet) = packets.next_packet() {
        if packet.at.packet == number {
            return Ok(Found { time: packet.time, link: packet.link, wire_len: packet.wire_len, offset: packet.at.offset, bytes: packet.bytes.to_vec() });
        }
    }
    Err(Fault::new(format!("There is no packet {number} in {}.", path.display()), "is it still the file that was read? `capture_id` tells"))
}

/// One packet: number, offset, time (ns), link_type, wire_length, data.
#[pyfunction]
#[pyo3(signature = (path, packet, offset=0))]
pub fn packet<'py>(py: Python<'py>, path: PathBuf, packet: u64, offset: u64) -> PyResult<Bound<'py, PyDict>> {
    let found = py.detach(|| find(&path, packet, offset)).map_err(|fault| raise(py, &fault))?;
    let dict = PyDict::new(py);
    dict.set_item("packet", packet)?;
    dict.set_item("offset", found.offset)?;
    dict.set_item("time", found.time)?;
    dict.set_item("link_type", found.link)?;
    dict.set_item("wire_length", found.wire_len)?;
    dict.set_item("data", PyBytes::new(py, &found.bytes))?;
    Ok(dict)
}

/// Write the packets of these numbers as pcapng; tells how many there were.
#[pyfunction]
pub fn slice(py: Python<'_>, path: PathBuf, packets: BTreeSet<u64>, out_path: PathBuf) -> PyResult<usize> {
    let cut = || -> Result<usize, Fault> {
        let mut from = Packets::open(Source::open(&path)?)?;
        let mut writer = PcapngWriter::create(&out_path)?;
        let last = packets.last().copied().unwrap_or(0);
        let mut written = 0;
        while let Some(packet) = from.next_packet() {
            if packet.at.packet > last {
                break;
            }
            if packets.contains(&packet.at.packet) {
                writer.packet(&packet)?;
                written += 1;
            }
        }
        writer.finish()?;
        Ok(written)
    };
    py.detach(cut).map_err(|fault| raise(py, &fault))
}

/// Name of a capture file: the first 16 hex digits of its BLAKE3.
#[pyfunction]
pub fn capture_id(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    let id = py.detach(|| hinomi_capture::capture_id(&path, &AtomicBool::new(false))).map_err(|fault| raise(py, &fault))?;
    Ok(id.unwrap_or_default())
}
