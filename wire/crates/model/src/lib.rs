//! Plain shapes that every other crate of the wire speaks: what a dissector says (`Clue`,
//! `Exchange`, `Reading`, `Note`), where it stood (`PacketRef`, `Ends`), and the keyed names that
//! stand for patients and credentials (`Keys`). No I/O, no Arrow, no Python.
//!
//! Columns of the finished records are declared in `schema/records.toml`; the structs here are the
//! half that a dissector fills. The engine adds flow, host and packet.

pub mod json;
mod keys;
pub mod rows;
mod said;

pub use keys::{Keys, Pseudonym, SecretHash};
pub use said::{Again, Clue, CodeSystem, Exchange, Host, Note, NoteKind, Out, Outcome, Reading, ReadingKind};

use std::net::IpAddr;

/// UTC nanoseconds since 1970 of the clock that stamped it (the tap's, unless a name says else).
pub type Nanos = i64;

/// Ethernet address; all zero where the link has none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    pub const NONE: Mac = Mac([0; 6]);

    /// Multicast or broadcast (IEEE 802-2014 §8.2: I/G bit).
    pub fn is_group(self) -> bool {
        self.0.first().is_some_and(|b| b & 1 == 1)
    }
}

impl std::fmt::Display for Mac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// Where a packet stands in its capture.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct PacketRef {
    /// Frame number from 1, as Wireshark counts; 0 when there is none.
    pub packet: u64,
    /// Byte offset of the record header in the uncompressed capture.
    pub offset: u64,
}

/// One end of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    pub mac: Mac,
    pub ip: IpAddr,
    pub port: u16,
}

/// Both ends of a flow, named by role. `client` is the originator (who sent the SYN or, where the
/// start was not heard, who most likely did).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ends {
    pub client: End,
    pub server: End,
    pub vlan: Option<u16>,
}

/// Direction of bytes on a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Dir {
    ToServer,
    ToClient,
}

impl Dir {
    pub fn reverse(self) -> Dir {
        match self {
            Dir::ToServer => Dir::ToClient,
            Dir::ToClient => Dir::ToServer,
        }
    }
}

impl Ends {
    /// Who sent bytes that go in `dir`.
    pub fn sender(&self, dir: Dir) -> &End {
        match dir {
            Dir::ToServer => &self.client,
            Dir::ToClient => &self.server,
        }
    }

    pub fn receiver(&self, dir: Dir) -> &End {
        self.sender(dir.reverse())
    }
}
