//! The wire's names for what may not be kept in clear, for logs of other sensors: the same path, file
//! or user gets the same name whoever heard it.

use hinomi_dissect::mask;
use hinomi_model::Keys;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// `text` as it may be kept. `kind`: target (path and query of a URL), file, user, secret.
#[pyfunction]
pub fn masked(kind: &str, text: &str, key: &[u8]) -> PyResult<String> {
    let key: [u8; 32] = key.try_into().map_err(|_| PyValueError::new_err("the key must be 32 bytes long"))?;
    let keys = Keys::new(key);
    match kind {
        "target" => Ok(mask::target(text, &keys)),
        "file" => Ok(mask::file(text, &keys)),
        "user" => Ok(mask::user(text, &keys)),
        "secret" => Ok(keys.secret(text.as_bytes()).as_str().to_owned()),
        _ => Err(PyValueError::new_err("kind is target, file, user or secret")),
    }
}
