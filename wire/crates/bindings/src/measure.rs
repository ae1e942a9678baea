//! The engine alone, for the benchmark: no batches, no Python.

use crate::reader::raise;
use hinomi_capture::{Fault, Packets, Source};
use hinomi_decode::{Frame, Link};
use hinomi_engine::{Engine, Limits};
use hinomi_model::{Keys, rows};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Counts rows and forgets them.
#[derive(Default)]
struct Tally {
    rows: u64,
}

impl rows::Sink for Tally {
    fn flow(&mut self, _: &rows::Flow<'_>) {
        self.rows += 1;
    }
    fn clue(&mut self, _: &rows::Clue<'_>) {
        self.rows += 1;
    }
    fn exchange(&mut self, _: &rows::Exchange<'_>) {
        self.rows += 1;
    }
    fn reading(&mut self, _: &rows::Reading<'_>) {
        self.rows += 1;
    }
    fn note(&mut self, _: &rows::Note<'_>) {
        self.rows += 1;
    }
    fn coverage(&mut self, _: &rows::Coverage<'_>) {
        self.rows += 1;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Read,
    Decode,
    Engine,
}

#[derive(Default)]
struct Measured {
    packets: u64,
    bytes: u64,
    flows: u64,
    rows: u64,
    seconds: f64,
}

fn run(path: &Path, stage: Stage) -> Result<Measured, Fault> {
    let started = Instant::now();
    let mut packets = Packets::open(Source::open(path)?)?;
    let mut engine = Engine::new(Keys::new([0; 32]), Limits::default(), hinomi_dissect::Limits::default(), hinomi_dissect::all());
    let (mut tally, mut measured) = (Tally::default(), Measured::default());
    while let Some(packet) = packets.next_packet() {
        measured.packets += 1;
        measured.bytes += u64::from(packet.wire_len);
        let Some(link) = Link::from_linktype(packet.link).filter(|_| stage != Stage::Read) else {
            continue;
        };
        let frame = Frame { time: packet.time, at: packet.at, link, wire_len: packet.wire_len, bytes: packet.bytes };
        if stage == Stage::Engine {
            engine.packet(&frame, &mut tally);
        } else if let Ok((_, hinomi_decode::Net::Ip(ip))) = hinomi_decode::decode(link, packet.bytes) {
            measured.rows += u64::from(hinomi_decode::transport(&ip).is_ok());
        }
    }
    engine.finish(&mut tally);
    measured.flows = engine.counters().flows;
    measured.rows += tally.rows;
    measured.seconds = started.elapsed().as_secs_f64();
    Ok(measured)
}

/// Read a capture without making batches: `stage` is read, decode or engine.
#[pyfunction]
#[pyo3(signature = (path, stage="engine"))]
pub fn count<'py>(py: Python<'py>, path: PathBuf, stage: &str) -> PyResult<Bound<'py, PyDict>> {
    let stage = match stage {
        "read" => Stage::Read,
        "decode" => Stage::Decode,
        "engine" => Stage::Engine,
        _ => return Err(PyValueError::new_err("stage is read, decode or engine")),
    };
    let measured = py.detach(|| run(&path, stage)).map_err(|fault| raise(py, &fault))?;
    let dict = PyDict::new(py);
    dict.set_item("packets", measured.packets)?;
    dict.set_item("bytes", measured.bytes)?;
    dict.set_item("flows", measured.flows)?;
    dict.set_item("rows", measured.rows)?;
    dict.set_item("seconds", measured.seconds)?;
    Ok(dict)
}
