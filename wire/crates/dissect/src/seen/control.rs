//! Screens from afar, ways around a firewall, and work that nobody ordered.

use super::{begins, datagram, seen, stream};
use crate::Probe;
use crate::read::Rd;
use hinomi_model::{Dir, Ends};

seen!(RADMIN, "radmin", "Radmin remote control", "as observed; the maker publishes its port, not its format", "", [stream(&[4899], radmin)]);
seen!(ICA, "ica", "Citrix ICA and Common Gateway Protocol", "as observed; Citrix publishes ports and names of ICA and CGP", "", [stream(&[1494, 2598], ica)]);
seen!(X11, "x11", "X Window System", "X Window System Protocol, X11R6.8, chapter 8 (connection setup)", "x11", [stream(&[6000, 6001], x11)]);
seen!(SOCKS, "socks", "SOCKS proxy", "RFC 1928 §3; SOCKS 4 as published by its authors", "socks", [stream(&[1080], socks)]);
seen!(
    BITTORRENT,
    "bittorrent",
    "BitTorrent",
    "BEP 3 (peer protocol), BEP 5 (DHT)",
    "bittorrent",
    [stream(&[6881], peer), datagram(&[6881], dht)]
);
seen!(STRATUM, "stratum", "Mining of crypto currency (Stratum)", "Stratum mining protocol as published by its authors; EIP-1571", "", [stream(&[3333, 4444], stratum)]);

/// A byte 1, the payload's length and the sum of its little-endian words, then the payload.
fn radmin(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(head);
    if rd.u8().is_some_and(|kind| kind != 1) {
        return Probe::No;
    }
    let (Some(length), Some(sum)) = (rd.u32(), rd.u32()) else { return Probe::More };
    if length == 0 || length > 4096 {
        return Probe::No;
    }
    let Some(payload) = usize::try_from(length).ok().and_then(|n| rd.take(n)) else {
        return Probe::More;
    };
    let mut words = 0u32;
    for word in payload.chunks(4) {
        let mut four = [0u8; 4];
        four.iter_mut().zip(word).for_each(|(to, from)| *to = *from);
        words = words.wrapping_add(u32::from_le_bytes(four));
    }
    if words == sum { Probe::Yes } else { Probe::No }
}

fn ica(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match begins(head, b"\x7f\x7fICA\0") {
        Probe::No => begins(head, b"\x1aCGP/01"),
        said => said,
    }
}

/// Byte order, protocol 11.0, lengths of the authorisation's name and data, unused zeros.
fn x11(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir != Dir::ToServer {
        return Probe::No;
    }
    match head {
        [b'l', _, 11, 0, 0, 0, name, 0, data, 0, ..] | [b'B', _, 0, 11, 0, 0, 0, name, 0, data, ..] if *name <= 64 && *data <= 64 => Probe::Yes,
        [b'l' | b'B', rest @ ..] if rest.len() < 9 => Probe::More,
        [] => Probe::More,
        _ => Probe::No,
    }
}

/// Version 5: the methods offered fill the first piece. Version 4: a request with an address and a user name.
fn socks(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir != Dir::ToServer {
        return Probe::No;
    }
    match head {
        [5, count @ 1..=4, methods @ ..] if methods.len() == usize::from(*count) => {
            let known = methods.iter().all(|m| matches!(m, 0..=3 | 5..=9 | 0x80..));
            let once = methods.iter().enumerate().all(|(n, m)| methods.iter().skip(n + 1).all(|other| other != m));
            if known && once { Probe::Yes } else { Probe::No }
        }
        [4, 1 | 2, high, low, _, _, _, _, user @ .., 0] if (*high, *low) != (0, 0) && user.len() <= 64 && user.iter().all(u8::is_ascii_graphic) => Probe::Yes,
        [] | [5] => Probe::More,
        [5, 1..=4, methods @ ..] if methods.len() < 4 => Probe::More,
        _ => Probe::No,
    }
}

fn peer(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    begins(head, b"\x13BitTorrent protocol")
}

/// BEP 5: bencoded queries and answers begin with the 20-byte id of the asker.
fn dht(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    if [b"d1:ad2:id20:".as_slice(), b"d1:rd2:id20:"].iter().any(|magic| bytes.starts_with(magic)) { Probe::Yes } else { Probe::No }
}

/// How many bytes of a JSON line are looked at for the method's name.
const LINE_BYTES_MAX: usize = 1024;

/// JSON lines with a miner's methods, from either side.
fn stratum(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head.first() {
        None => return Probe::More,
        Some(b'{') => {}
        Some(_) => return Probe::No,
    }
    let line = head.get(..LINE_BYTES_MAX).unwrap_or(head);
    let has = |word: &[u8]| line.windows(word.len()).any(|at| at == word);
    let method = [b"\"mining.".as_slice(), b"\"eth_submitLogin\"", b"\"eth_getWork\"", b"\"eth_submitWork\"", b"\"eth_submitHashrate\""].iter().any(|word| has(word));
    let login = has(b"\"login\"") && has(b"\"agent\"") && has(b"\"pass\"");
    if method || login {
        Probe::Yes
    } else if line.contains(&b'\n') || line.len() == LINE_BYTES_MAX {
        Probe::No
    } else {
        Probe::More
    }
}

/// [MS-RDPEUDP] 2.2.1.1, 2.2.2.1: a SYN has no sequence to acknowledge, a window, and states both packet sizes.
pub fn rdp_udp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(bytes);
    let (Some(ack), Some(_window), Some(flags), Some(_sequence), Some(up), Some(down)) =
        (rd.u32(), rd.u16(), rd.u16(), rd.u32(), rd.u16(), rd.u16())
    else {
        return Probe::No;
    };
    let sizes = (1132..=1232).contains(&up) && (1132..=1232).contains(&down);
    if ack == u32::MAX && flags & 1 == 1 && sizes { Probe::Yes } else { Probe::No }
}
