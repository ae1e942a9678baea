//! How a network is run: SNMP, time, logs, discovery.

pub mod ntp;
pub mod ptp;
pub mod snmp;
pub mod ssdp;
pub mod stun;
pub mod syslog;
pub mod tftp;
