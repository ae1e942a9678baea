//! `hinomi._wire`: the wire as Python sees it. The only crate that knows PyO3.

mod about;
mod batch;
mod evidence;
mod fold;
mod mask;
mod measure;
mod reader;
mod run;
mod shards;
mod waiting;
mod tap;

use pyo3::prelude::*;

#[pymodule]
fn _wire(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<batch::Batch>()?;
    module.add_class::<reader::Reader>()?;
    module.add_class::<tap::Ears>()?;
    module.add("CaptureError", module.py().get_type::<reader::CaptureError>())?;
    module.add("RECORDS", hinomi_records::RECORDS.to_vec())?;
    module.add_function(wrap_pyfunction!(about::dissectors, module)?)?;
    module.add_function(wrap_pyfunction!(about::engine_limits, module)?)?;
    module.add_function(wrap_pyfunction!(evidence::packet, module)?)?;
    module.add_function(wrap_pyfunction!(evidence::slice, module)?)?;
    module.add_function(wrap_pyfunction!(evidence::capture_id, module)?)?;
    module.add_function(wrap_pyfunction!(tap::confine, module)?)?;
    module.add_function(wrap_pyfunction!(tap::parse, module)?)?;
    module.add_function(wrap_pyfunction!(mask::masked, module)?)?;
    module.add_function(wrap_pyfunction!(fold::merged_clues, module)?)?;
    module.add_function(wrap_pyfunction!(fold::conversations, module)?)?;
    module.add_function(wrap_pyfunction!(measure::count, module)?)?;
    Ok(())
}
