//! Packets out of capture files: pcap and pcapng, plain or compressed, from a path or standard input.
//! The only crate that does I/O. Reading uses large buffers rather than a memory map: as fast from the
//! page cache, and a file that shrinks while it is read cannot kill the process with SIGBUS, so there
//! is no unsafe code here either.

mod blocks;
mod fault;
mod identity;
mod packets;
mod write;

pub use blocks::{Compression, Source};
pub use fault::Fault;
pub use identity::capture_id;
pub use packets::{Format, Packet, Packets, Truncation};
pub use write::{PcapWriter, PcapngWriter};
