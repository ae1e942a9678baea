//! The live capture's two processes, each a call that lasts: `Ears` between the kernel and a pipe,
//! `parse` between that pipe and the rows. What they may still do is told by `confine`.

use crate::reader::{raise, set_limits, summary_dict};
use crate::run::{Job, Run};
use arrow_ipc::writer::StreamWriter;
use hinomi_capture::{Fault, Source, inherited};
use hinomi_confine::Role;
use hinomi_model::Keys;
use hinomi_records::{ArrowError, RECORDS, RecordBatch};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

/// Sockets on interfaces, opened while the process still has the right to.
#[pyclass(frozen, module = "hinomi._wire")]
pub struct Ears {
    ears: Mutex<hinomi_capture::Ears>,
}

#[pymethods]
impl Ears {
    #[new]
    fn new(py: Python<'_>, interfaces: Vec<String>, ring_mib: u32) -> PyResult<Ears> {
        let ears = hinomi_capture::Ears::open(interfaces, ring_mib).map_err(|fault| raise(py, &fault))?;
        Ok(Ears { ears: Mutex::new(ears) })
    }

    /// Writes pcapng to `out` and a line of JSON at each beat to `status`, until `end` is closed by the
    /// other side. The descriptors belong to the call.
    fn listen(&self, py: Python<'_>, out: i32, status: i32, end: i32) -> PyResult<()> {
        py.detach(|| {
            let (mut out, mut status) = (inherited(out), inherited(status));
            let mut ears = self.ears.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match ears.listen(&mut out, &mut status, end) {
                // Nobody takes it any more: that is an end too.
                Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
                done => done,
            }
        })
        .map_err(|e| PyOSError::new_err(e.to_string()))
    }
}

/// Confine this process for good: `role` is ears or parser, `writable` the descriptors it may write to.
#[pyfunction]
pub fn confine(role: &str, writable: Vec<i32>) -> PyResult<()> {
    let role = match role {
        "ears" => Role::Ears,
        "parser" => Role::Parser,
        _ => return Err(PyValueError::new_err("role is ears or parser")),
    };
    hinomi_confine::confine(role, &writable).map_err(PyOSError::new_err)
}

/// One frame: the record's number, the length of what follows, an Arrow stream of one batch.
fn frame(out: &mut Vec<u8>, record: &str, batch: &RecordBatch) -> Result<(), ArrowError> {
    out.clear();
    let number = RECORDS.iter().position(|r| *r == record).unwrap_or(usize::from(u8::MAX));
    out.extend_from_slice(&[u8::try_from(number).unwrap_or(u8::MAX), 0, 0, 0, 0]);
    let mut writer = StreamWriter::try_new(&mut *out, batch.schema_ref())?;
    writer.write(batch)?;
    writer.finish()?;
    drop(writer);
    let length = u32::try_from(out.len().saturating_sub(5)).unwrap_or(u32::MAX).to_le_bytes();
    if let Some(place) = out.get_mut(1..5) {
        place.copy_from_slice(&length);
    }
    Ok(())
}

fn work(job: Job, id: String, from: File, mut to: File) -> Result<Option<crate::run::Summary>, Fault> {
    let source = Source::live("the tap", id, Box::new(from))?;
    let run = Run::start_from(job, source)?;
    let mut bytes = Vec::new();
    while let Some((record, batch)) = run.next()? {
        frame(&mut bytes, record, &batch).map_err(|e| Fault::new(format!("A batch could not be written: {e}."), "this is a fault of Hinomi: please report it"))?;
        if to.write_all(&bytes).is_err() {
            return Ok(None); // nobody takes it any more
        }
    }
    Ok(run.summary())
}

/// Read the stream of `Ears` from `source` and write frames of rows to `out`, until the stream ends;
/// returns the summary, None when nobody took the rows any more. The descriptors belong to the call.
#[pyfunction]
#[pyo3(signature = (source, out, *, capture, site, sensor, key, limits=None, threads=None))]
#[allow(clippy::too_many_arguments)]
pub fn parse<'py>(
    py: Python<'py>,
    source: i32,
    out: i32,
    capture: String,
    site: String,
    sensor: String,
    key: &[u8],
    limits: Option<BTreeMap<String, u64>>,
    threads: Option<usize>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let key: [u8; 32] = key.try_into().map_err(|_| PyValueError::new_err("the key must be 32 bytes long"))?;
    let (limits, dissect_limits) = set_limits(limits.unwrap_or_default())?;
    let threads = threads.unwrap_or(2);
    let job = Job { path: PathBuf::new(), live: true, meanwhile: None, site, sensor, keys: Keys::new(key), limits, dissect_limits, threads };
    let done = py.detach(|| work(job, capture, inherited(source), inherited(out)));
    done.map_err(|fault| raise(py, &fault))?.map(|s| summary_dict(py, &s)).transpose()
}
