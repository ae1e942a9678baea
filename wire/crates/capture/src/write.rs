//! Captures written: evidence slices as pcapng, and pcap for made-up loads.

use crate::Fault;
use crate::packets::Packet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const BUFFER_BYTES: usize = 1 << 20;

fn u32_of(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Writes pcapng in nanoseconds, one interface for each link type.
pub struct PcapngWriter {
    out: BufWriter<File>,
    name: String,
    links: Vec<u32>,
}

impl PcapngWriter {
    pub fn create(path: &Path) -> Result<PcapngWriter, Fault> {
        let name = path.display().to_string();
        let file = File::create(path).map_err(|e| Fault::io("write", &name, &e))?;
        let mut writer = PcapngWriter { out: BufWriter::with_capacity(BUFFER_BYTES, file), name, links: Vec::new() };
        let mut header = Vec::with_capacity(16);
        header.extend_from_slice(&0x1a2b_3c4d_u32.to_le_bytes()); // byte-order magic
        header.extend_from_slice(&[1, 0, 0, 0]); // version 1.0
        header.extend_from_slice(&u64::MAX.to_le_bytes()); // section length unknown
        writer.block(0x0a0d_0d0a, &header, &[]).map_err(|e| Fault::io("write", &writer.name, &e))?;
        Ok(writer)
    }

    pub fn packet(&mut self, packet: &Packet<'_>) -> Result<(), Fault> {
        self.put(packet).map_err(|e| Fault::io("write", &self.name, &e))
    }

    pub fn finish(mut self) -> Result<(), Fault> {
        self.out.flush().map_err(|e| Fault::io("write", &self.name, &e))
    }

    fn put(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        let interface = match self.links.iter().position(|l| *l == packet.link) {
            Some(n) => n,
            None => {
                let mut body = Vec::with_capacity(20);
                body.extend_from_slice(&u16::try_from(packet.link).unwrap_or(u16::MAX).to_le_bytes());
                body.extend_from_slice(&[0, 0, 0, 0, 0, 0]); // reserved, no snap length
                body.extend_from_slice(&[9, 0, 1, 0, 9, 0, 0, 0]); // if_tsresol: 10^-9
                body.extend_from_slice(&[0, 0, 0, 0]); // end of options
                self.block(1, &body, &[])?;
                self.links.push(packet.link);
                self.links.len() - 1
            }
        };
        let ticks = u64::try_from(packet.time).unwrap_or(0).to_le_bytes();
        let mut head = Vec::with_capacity(20);
        head.extend_from_slice(&u32_of(interface).to_le_bytes());
        head.extend_from_slice(ticks.get(4..).unwrap_or(&[])); // upper half first
        head.extend_from_slice(ticks.get(..4).unwrap_or(&[]));
        head.extend_from_slice(&u32_of(packet.bytes.len()).to_le_bytes());
        head.extend_from_slice(&packet.wire_len.to_le_bytes());
        self.block(6, &head, packet.bytes)
    }

    fn block(&mut self, kind: u32, head: &[u8], data: &[u8]) -> io::Result<()> {
        let padding = data.len().next_multiple_of(4) - data.len();
        let len = u32_of(12 + head.len() + data.len() + padding).to_le_bytes();
        self.out.write_all(&kind.to_le_bytes())?;
        self.out.write_all(&len)?;
        self.out.write_all(head)?;
        self.out.write_all(data)?;
        self.out.write_all([0u8; 3].get(..padding).unwrap_or(&[]))?;
        self.out.write_all(&len)
    }
}

/// Writes pcap in nanoseconds, one link type.
pub struct PcapWriter {
    out: BufWriter<File>,
    name: String,
}

impl PcapWriter {
    pub fn create(path: &Path, link: u32) -> Result<PcapWriter, Fault> {
        let name = path.display().to_string();
        let file = File::create(path).map_err(|e| Fault::io("write", &name, &e))?;
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, file);
        let mut header = Vec::with_capacity(24);
        header.extend_from_slice(&0xa1b2_3c4d_u32.to_le_bytes());
        header.extend_from_slice(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // version 2.4, no zone, no accuracy
        header.extend_from_slice(&262_144_u32.to_le_bytes());
        header.extend_from_slice(&link.to_le_bytes());
        out.write_all(&header).map_err(|e| Fault::io("write", &name, &e))?;
        Ok(PcapWriter { out, name })
    }

    pub fn packet(&mut self, packet: &Packet<'_>) -> Result<(), Fault> {
        self.put(packet).map_err(|e| Fault::io("write", &self.name, &e))
    }

    pub fn finish(mut self) -> Result<(), Fault> {
        self.out.flush().map_err(|e| Fault::io("write", &self.name, &e))
    }

    fn put(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        let seconds = u32::try_from(packet.time.div_euclid(1_000_000_000)).unwrap_or(0);
        let fraction = u32::try_from(packet.time.rem_euclid(1_000_000_000)).unwrap_or(0);
        self.out.write_all(&seconds.to_le_bytes())?;
        self.out.write_all(&fraction.to_le_bytes())?;
        self.out.write_all(&u32_of(packet.bytes.len()).to_le_bytes())?;
        self.out.write_all(&packet.wire_len.to_le_bytes())?;
        self.out.write_all(packet.bytes)
    }
}
