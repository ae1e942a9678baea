//! What the wire can do, told from the code itself.

use hinomi_dissect::{Dissector, Entry, Meta};
use hinomi_engine::{Limits, META};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Every dissector: what it is, says and rests on. The first is the engine itself.
#[pyfunction]
pub fn dissectors(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    list.append(meta_dict(py, &META, None)?)?;
    for dissector in hinomi_dissect::all() {
        list.append(meta_dict(py, dissector.meta, Some(dissector))?)?;
    }
    Ok(list)
}

fn meta_dict<'py>(py: Python<'py>, meta: &Meta, dissector: Option<&Dissector>) -> PyResult<Bound<'py, PyDict>> {
    let pairs = |pairs: &'static [(&'static str, &'static str)]| -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, meaning) in pairs {
            dict.set_item(name, meaning)?;
        }
        Ok(dict)
    };
    let dict = PyDict::new(py);
    dict.set_item("name", meta.name)?;
    dict.set_item("title", meta.title)?;
    dict.set_item("standard", meta.standard)?;
    dict.set_item("tier", meta.tier.to_string())?;
    dict.set_item("clues", pairs(meta.clues)?)?;
    dict.set_item("operations", meta.operations.to_vec())?;
    dict.set_item("details", pairs(meta.details)?)?;
    dict.set_item("notes", pairs(meta.notes)?)?;
    dict.set_item("readings", meta.readings)?;
    dict.set_item("tshark", meta.tshark)?;
    let (mut tcp, mut udp, mut frames) = (Vec::new(), Vec::new(), Vec::new());
    for entry in dissector.map_or(&[][..], |d| d.entries) {
        match entry {
            Entry::Stream { hints, .. } => tcp.extend_from_slice(hints),
            Entry::Datagram { hints, .. } => udp.extend_from_slice(hints),
            Entry::Frame { ethertypes, .. } => frames.extend_from_slice(ethertypes),
        }
    }
    dict.set_item("tcp_ports", tcp)?;
    dict.set_item("udp_ports", udp)?;
    dict.set_item("ethertypes", frames)?;
    Ok(dict)
}

/// Name → (default, meaning) of every limit that `Reader` takes.
#[pyfunction]
pub fn engine_limits(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for (name, default, meaning) in Limits::ALL {
        dict.set_item(name, (default, meaning.trim()))?;
    }
    let d = hinomi_dissect::Limits::default();
    dict.set_item("message_bytes_max", (d.message_bytes_max, "Longest single message that a stream dissector may have held (bytes)."))?;
    dict.set_item("pending_max", (d.pending_max, "Most requests that wait for their answer on one flow."))?;
    dict.set_item("value_chars_max", (d.value_chars_max, "Longest text of one value (characters)."))?;
    dict.set_item("samples_max", (d.samples_max, "Most samples kept of one waveform block."))?;
    dict.set_item("log_lines_max", (d.log_lines_max, "Most lines of syslog handed out of one connection; 0 hands out none."))?;
    Ok(dict)
}
