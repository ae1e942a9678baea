//! Rows become Arrow batches. The builders are generated from `schema/records.toml`; this crate adds
//! only the column kinds they are made of.

pub mod column;
mod generated;

pub use column::Origin;
pub use generated::*;

pub use arrow_array::RecordBatch;
pub use arrow_schema::ArrowError;
