//! Building and plant: what keeps a hospital's air, power and doors running.

pub mod bacnet;
pub mod enip;
pub mod knx;
pub mod modbus;
pub mod mqtt;
pub mod opcua;
mod opcua_identity;
pub mod s7;
