//! From the bytes of a frame to the datagram or segment inside: link layers, VLANs, labels, IP with
//! options and extension headers, TCP, UDP, ICMP, and the tunnels that carry another packet. Pure
//! functions over borrowed bytes; only `Fragments` remembers anything. Nothing here can panic: what is
//! not there is a `Fault` with the offset at which reading stopped.

mod fragments;
mod ip;
mod link;
mod transport;
mod tunnel;

pub use fragments::{Fragments, FragmentLimits, Whole};
pub use ip::{Addr, Fragment, Ip, addr_v4, ip, ip_addr, is_multicast};
pub use link::{Ether, Frame, Link, Net, decode, ethernet, pair};
pub use transport::{Tcp, Transport, flags, transport};
pub use tunnel::{Inner, inner};

/// A frame that cannot be what its header says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Layer that stopped: `ipv4`, `tcp` …
    pub layer: &'static str,
    /// Offset within that layer.
    pub at: usize,
    pub why: &'static str,
}

pub(crate) fn fault<T>(layer: &'static str, at: usize, why: &'static str) -> Result<T, Fault> {
    Err(Fault { layer, at, why })
}
