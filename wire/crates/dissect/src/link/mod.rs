//! Frames between neighbours: LLDP, CDP, STP, EAPOL; and ICMPv6 neighbour discovery.

pub mod cdp;
pub mod eapol;
pub mod lldp;
pub mod nd;
pub mod stp;
