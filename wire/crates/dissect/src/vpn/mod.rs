//! Tunnels: a session into the clinical network hides in them, so that they run is what counts.

pub mod ike;
pub mod l2tp;
pub mod openvpn;
pub mod pptp;
pub mod remote;
pub mod wireguard;
