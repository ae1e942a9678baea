//! Packets out of capture files: pcap and pcapng, plain or compressed, from a path or standard input.
//! The only crate that does I/O. Reading uses large buffers rather than a memory map: as fast from the
//! page cache, and a file that shrinks while it is read cannot kill the process with SIGBUS. Only
//! `ring`, the live capture, holds unsafe code (decision 20).

mod blocks;
mod fault;
mod heard;
mod identity;
mod packets;
mod ring;
mod write;

pub use blocks::{Compression, Source};
pub use fault::Fault;
pub use heard::{Ears, heard_again};
pub use identity::capture_id;
pub use ring::inherited;
pub use packets::{Format, Packet, Packets, Truncation};
pub use write::{PcapWriter, PcapngWriter};
