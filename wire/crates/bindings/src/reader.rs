//! `Reader`: iterate over the batches of a capture.

use crate::batch::Batch;
use crate::run::{Job, Run, Summary};
use hinomi_capture::Fault;
use hinomi_engine::Limits;
use hinomi_model::Keys;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

create_exception!(hinomi._wire, CaptureError, PyException, "A capture cannot be read: `sentence` says why, `hint` what to do.");

pub fn raise(py: Python<'_>, fault: &Fault) -> PyErr {
    let error = CaptureError::new_err((fault.sentence.clone(), fault.hint.clone()));
    let value = error.value(py);
    let _ = value.setattr("sentence", &fault.sentence);
    let _ = value.setattr("hint", &fault.hint);
    error
}

/// Set the limits by their names; those of the dissectors are among them.
pub fn set_limits(given: BTreeMap<String, u64>) -> PyResult<(Limits, hinomi_dissect::Limits)> {
    let mut limits = Limits::default();
    let mut dissect = hinomi_dissect::Limits::default();
    for (name, value) in given {
        let small = usize::try_from(value).unwrap_or(usize::MAX);
        match name.as_str() {
            "message_bytes_max" => dissect.message_bytes_max = small,
            "pending_max" => dissect.pending_max = small,
            "value_chars_max" => dissect.value_chars_max = small,
            "samples_max" => dissect.samples_max = small,
            "log_lines_max" => dissect.log_lines_max = value,
            _ if limits.set(&name, value) => {}
            _ => return Err(PyValueError::new_err(format!("there is no limit named '{name}'"))),
        }
    }
    Ok((limits, dissect))
}

#[pyclass(frozen, module = "hinomi._wire")]
pub struct Reader {
    run: Run,
}

#[pymethods]
impl Reader {
    #[new]
    #[pyo3(signature = (path, *, site, sensor, key, limits=None, threads=None, meanwhile=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        path: PathBuf,
        site: String,
        sensor: String,
        key: &[u8],
        limits: Option<BTreeMap<String, u64>>,
        threads: Option<usize>,
        meanwhile: Option<String>,
    ) -> PyResult<Reader> {
        let key: [u8; 32] = key.try_into().map_err(|_| PyValueError::new_err("the key must be 32 bytes long"))?;
        let (limits, dissect_limits) = set_limits(limits.unwrap_or_default())?;
        let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let job = Job { path, live: false, meanwhile, site, sensor, keys: Keys::new(key), limits, dissect_limits, threads };
        let run = py.detach(|| Run::start(job)).map_err(|fault| raise(py, &fault))?;
        Ok(Reader { run })
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<(&'static str, Batch)>> {
        let next = py.detach(|| self.run.next()).map_err(|fault| raise(py, &fault))?;
        Ok(next.map(|(record, batch)| (record, Batch { batch })))
    }

    /// (bytes read of the file, bytes of the file in all, packets read); from any thread, at any time.
    fn progress(&self) -> (u64, u64, u64) {
        let run = &self.run;
        (run.bytes_read.load(Ordering::Relaxed), run.bytes_total, run.progress.packets.load(Ordering::Relaxed))
    }

    /// End soon; rows that were not taken are lost.
    fn stop(&self) {
        self.run.stop();
    }

    /// What was read; None before the iteration came to its end.
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.run.summary().map(|s| summary_dict(py, &s)).transpose()
    }
}

pub fn summary_dict<'py>(py: Python<'py>, summary: &Summary) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    let c = &summary.counters;
    dict.set_item("capture_id", &summary.capture)?;
    dict.set_item("format", summary.format)?;
    dict.set_item("compression", summary.compression)?;
    dict.set_item("link_types", summary.links.clone())?;
    dict.set_item("unknown_link_types", summary.unknown_links.clone())?;
    dict.set_item("first", summary.span.map(|s| s.0))?;
    dict.set_item("last", summary.span.map(|s| s.1))?;
    dict.set_item("truncated_at", summary.truncated.as_ref().map(|t| t.0))?;
    dict.set_item("truncated_why", summary.truncated.as_ref().map(|t| t.1.clone()))?;
    dict.set_item("drops", summary.drops)?;
    dict.set_item("stopped", summary.stopped)?;
    let counted = [
        ("packets", c.packets),
        ("bytes", c.bytes),
        ("flows", c.flows),
        ("clues", c.clues),
        ("exchanges", c.exchanges),
        ("readings", c.readings),
        ("notes", c.notes),
        ("duplicates", c.duplicates),
        ("malformed", c.malformed),
        ("gap_bytes", c.gap_bytes),
        ("evicted", c.evicted),
        ("over_limit", c.over_limit),
    ];
    for (name, value) in counted {
        dict.set_item(name, value)?;
    }
    Ok(dict)
}
