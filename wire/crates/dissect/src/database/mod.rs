//! Log-ons to databases; what is asked of them is not read.

pub mod mysql;
pub mod oracle;
pub mod postgres;
pub mod tds;
