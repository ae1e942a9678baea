//! What servers and offices speak beside the protocols that are read.

use super::{begins, datagram, seen, stream};
use crate::Probe;
use crate::read::Rd;
use hinomi_model::{Dir, Ends};

seen!(NFS, "nfs", "Network File System", "RFC 1813, RFC 7530; RFC 5531 §9, §11", "nfs", [stream(&[2049], nfs_tcp), datagram(&[2049], nfs_udp)]);
seen!(ONCRPC, "oncrpc", "ONC remote procedure call", "RFC 5531 §9, §11", "rpc", [stream(&[111], rpc_tcp), datagram(&[111], rpc_udp)]);
seen!(ISCSI, "iscsi", "iSCSI disk over the network", "RFC 7143 §11.12", "iscsi", [stream(&[3260], iscsi)]);
seen!(RSYNC, "rsync", "rsync daemon", "as its authors document it (rsync protocol 26 to 31)", "rsync", [stream(&[873], rsync)]);
seen!(LPD, "lpd", "Line printer daemon", "RFC 1179 §5", "lpd", [stream(&[515], lpd)]);
seen!(BJNP, "bjnp", "Canon printers and scanners (BJNP)", "as its free implementations describe it", "bjnp", [datagram(&[8611, 8612], bjnp)]);
seen!(SLP, "slp", "Service Location Protocol", "RFC 2608 §8, RFC 2165 §4", "srvloc", [datagram(&[427], slp)]);
seen!(IPMI, "ipmi", "Management controllers of servers (RMCP, IPMI)", "DMTF ASF 2.0 §3.2.2; IPMI 2.0 §13.1.3", "rmcp", [datagram(&[623], rmcp)]);
seen!(HSRP, "hsrp", "Hot Standby Router Protocol", "RFC 2281 §5", "hsrp", [datagram(&[1985], hsrp)]);
seen!(REDIS, "redis", "Redis", "Redis serialization protocol specification (RESP2, RESP3)", "", [stream(&[6379], redis)]);
seen!(MONGODB, "mongodb", "MongoDB", "MongoDB wire protocol specification", "mongo", [stream(&[27017], mongodb)]);
seen!(AMQP, "amqp", "Advanced Message Queuing Protocol", "AMQP 0-9-1 §2.2.4; ISO/IEC 19464 §2.2", "amqp", [stream(&[5672], amqp)]);
seen!(DRDA, "drda", "IBM Db2 (DRDA)", "DRDA version 5 volume 3, DSS and EXCSAT", "drda", [stream(&[446, 50000], drda)]);
seen!(ZABBIX, "zabbix", "Zabbix monitoring", "Zabbix protocol, header and data length", "", [stream(&[10050, 10051], zabbix)]);

/// RFC 5531 §9: xid, CALL, RPC version 2, program, program's version, procedure, credential flavour.
fn call(rd: &mut Rd<'_>) -> Option<u32> {
    let (_xid, kind, rpc) = (rd.u32()?, rd.u32()?, rd.u32()?);
    let (program, version, procedure, flavour) = (rd.u32()?, rd.u32()?, rd.u32()?, rd.u32()?);
    // Programs below 0x2000_0000 are assigned by IANA, those up to 0x3fff_ffff by the site.
    let meant = (100_000..=0x3fff_ffff).contains(&program) && version <= 64 && procedure <= 1024 && (flavour <= 6 || flavour == 390_003);
    (kind == 0 && rpc == 2 && meant).then_some(program)
}

const NFS_PROGRAM: u32 = 100_003;

fn over_udp(bytes: &[u8], wanted: fn(u32) -> bool) -> Probe {
    match call(&mut Rd::new(bytes)) {
        Some(program) if wanted(program) => Probe::Yes,
        _ => Probe::No,
    }
}

/// §11: on a stream each fragment has its length in front, the last one marked.
fn over_tcp(head: &[u8], wanted: fn(u32) -> bool) -> Probe {
    if head.len() < 32 {
        return if head.first().is_none_or(|mark| *mark == 0x80) { Probe::More } else { Probe::No };
    }
    let mut rd = Rd::new(head);
    match rd.u32() {
        Some(mark) if mark & 0x8000_0000 != 0 && mark & 0x7f00_0000 == 0 => {}
        _ => return Probe::No,
    }
    match call(&mut rd) {
        Some(program) if wanted(program) => Probe::Yes,
        _ => Probe::No,
    }
}

fn nfs_udp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    over_udp(bytes, |program| program == NFS_PROGRAM)
}

fn nfs_tcp(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    over_tcp(head, |program| program == NFS_PROGRAM)
}

fn rpc_udp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    over_udp(bytes, |program| program != NFS_PROGRAM)
}

fn rpc_tcp(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    over_tcp(head, |program| program != NFS_PROGRAM)
}

/// A login request begins a session and names the initiator.
fn iscsi(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir != Dir::ToServer {
        return Probe::No;
    }
    let word = b"InitiatorName=";
    match head {
        [] => Probe::More,
        [0x43 | 0x03, ..] if head.len() < 48 + word.len() => Probe::More,
        [0x43 | 0x03, _, 0, 0, ..] if head.get(48..512.min(head.len())).is_some_and(|text| text.windows(word.len()).any(|at| at == word)) => Probe::Yes,
        _ => Probe::No,
    }
}

fn rsync(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    begins(head, b"@RSYNCD: ")
}

/// A command byte, the queue's name, a line feed: too little without the port.
fn lpd(dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    if dir != Dir::ToServer || ends.server.port != 515 {
        return Probe::No;
    }
    match head {
        [1..=5, queue @ .., b'\n'] if !queue.is_empty() && queue.len() <= 64 && queue.iter().all(|b| matches!(b, b' '..=b'~')) => Probe::Yes,
        [] | [1..=5] => Probe::More,
        [1..=5, queue @ ..] if queue.len() <= 64 && queue.iter().all(|b| matches!(b, b' '..=b'~')) => Probe::More,
        _ => Probe::No,
    }
}

/// "BJNP" to a printer, "MFNP" to a scanner; the answer's type has the upper bit set.
fn bjnp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    match bytes {
        [b'B', b'J', b'N', b'P' | b'B', kind, ..] | [b'M', b'F', b'N', b'P', kind, ..] if bytes.len() >= 16 && matches!(kind & 0x7f, 1..=3) => Probe::Yes,
        _ => Probe::No,
    }
}

/// Version, function, and a length that is the datagram's own; the old version is short of marks, so by its port too.
fn slp(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    let said = match bytes {
        [2, 1..=11, a, b, c, ..] if bytes.len() >= 16 => u32::from_be_bytes([0, *a, *b, *c]),
        [1, 1..=10, a, b, ..] if bytes.len() >= 12 && ends.server.port == 427 => u32::from(u16::from_be_bytes([*a, *b])),
        _ => return Probe::No,
    };
    if usize::try_from(said).is_ok_and(|length| length == bytes.len()) { Probe::Yes } else { Probe::No }
}

/// RMCP version 1.0, no acknowledgement wanted, class ASF or IPMI.
fn rmcp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    match bytes {
        [6, 0, 0xff, 6 | 7 | 0x86 | 0x87, ..] if bytes.len() >= 8 => Probe::Yes,
        _ => Probe::No,
    }
}

/// Version 0: operation, state, hello and hold time, priority, group, reserved, eight bytes of name, address.
fn hsrp(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    match bytes {
        [0, 0..=2, 0 | 1 | 2 | 4 | 8 | 16, _, _, _, _, 0, ..] if bytes.len() >= 20 && ends.server.port == 1985 => Probe::Yes,
        _ => Probe::No,
    }
}

/// An array of bulk strings, as every client sends: `*2\r\n$4\r\n`.
fn redis(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let (Dir::ToServer, Some((b'*', rest))) = (dir, head.split_first()) else {
        return if head.is_empty() { Probe::More } else { Probe::No };
    };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    match rest.get(digits..) {
        Some([b'\r', b'\n', b'$', b'0'..=b'9', ..]) if (1..=4).contains(&digits) => Probe::Yes,
        Some([] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'$']) if digits <= 4 => Probe::More,
        _ => Probe::No,
    }
}

/// Length (little-endian, of the whole message), request id, answered id, operation code.
fn mongodb(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(head);
    let (Some(length), Some(_request), Some(answered), Some(code)) = (rd.u32_le(), rd.u32_le(), rd.u32_le(), rd.u32_le()) else {
        return if head.get(2..4).is_none_or(|upper| upper == [0, 0]) { Probe::More } else { Probe::No };
    };
    let whole = usize::try_from(length).is_ok_and(|n| (21..=1 << 20).contains(&n));
    match code {
        // OP_QUERY names a collection and OP_MSG has few flags: a second look at what follows.
        2004 if whole && answered == 0 && head.get(20..).is_some_and(|name| name.iter().take(64).any(|b| *b == b'.')) => Probe::Yes,
        2012 | 2013 if whole && head.get(16..20).is_none_or(|flags| matches!(flags, [0..=3, 0, 0 | 1, 0]) || code == 2012) => Probe::Yes,
        _ => Probe::No,
    }
}

fn amqp(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [b'A', b'M', b'Q', b'P', 0..=3, 0..=1, ..] => Probe::Yes,
        _ if head.len() < 6 && b"AMQP".starts_with(head.get(..4).unwrap_or(head)) => Probe::More,
        _ => Probe::No,
    }
}

/// DSS: length, 0xD0, format, correlation; then the object EXCSAT (0x1041).
fn drda(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [_, _, 0xd0, _, _, _, _, _, 0x10, 0x41, ..] => Probe::Yes,
        [_, _, 0xd0, ..] if head.len() < 10 => Probe::More,
        [] | [_] | [_, _] => Probe::More,
        _ => Probe::No,
    }
}

fn zabbix(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match begins(head, b"ZBXD\x01") {
        Probe::No => begins(head, b"ZBXD\x03"),
        said => said,
    }
}
