//! Rows put together for Python: a million rows are grouped here in the time in which Python would
//! make a thousand objects. Arrow IPC in, one batch out; without Python's lock.

mod clues;
mod columns;
mod talks;

use crate::batch::Batch;
use arrow_ipc::reader::StreamReader;
use hinomi_records::{ArrowError, RecordBatch};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::io::Cursor;

fn fold(py: Python<'_>, stream: &[u8], put: fn(&[RecordBatch]) -> Result<RecordBatch, ArrowError>) -> PyResult<Batch> {
    let made = py.detach(|| {
        let batches: Result<Vec<_>, _> = StreamReader::try_new(Cursor::new(stream), None)?.collect();
        put(&batches?)
    });
    made.map(|batch| Batch { batch }).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Clue rows of one or several captures → one row per host, clue, value, protocol and port.
#[pyfunction]
pub fn merged_clues(py: Python<'_>, stream: &[u8]) -> PyResult<Batch> {
    fold(py, stream, clues::merged)
}

/// Flow rows → conversations: who talked to whom with what, by the hour.
#[pyfunction]
pub fn conversations(py: Python<'_>, stream: &[u8]) -> PyResult<Batch> {
    fold(py, stream, talks::conversations)
}
