//! The few arguments that tell what a call is for, where they travel in clear (NDR, C706 chapter 14).
//! Only little-endian NDR; passwords, names of accounts and command lines are not kept.

use crate::mask;
use crate::read::{self, Rd, utf16};
use hinomi_model::Keys;

/// Operations of an interface whose arguments are read.
pub fn wanted(interface: &str, number: u16) -> bool {
    matches!(
        (interface, number),
        ("svcctl", 12 | 16 | 45) | ("ITaskSchedulerService", 1 | 12 | 13) | ("netlogon", 4 | 5 | 15 | 26) | ("spoolss", 62 | 65) | ("netdfs", 12 | 13)
            | ("FileServerVssAgent", 8 | 9)
            | ("efsrpc", 0 | 4..=9 | 12 | 13 | 15 | 16 | 18..=21)
    )
}

/// What the arguments say, in names of `Meta::details`.
pub fn read(interface: &str, number: u16, stub: &[u8], keys: &Keys) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    // What stands before the part that ends too early was said.
    let _ = told(interface, number, stub, keys, &mut said);
    said.retain(|(_, value)| !value.is_empty());
    said
}

fn told(interface: &str, number: u16, stub: &[u8], keys: &Keys, said: &mut Vec<(&'static str, String)>) -> Option<()> {
    let mut rd = Rd::new(stub);
    match (interface, number) {
        // [MS-SCMR] 3.1.4.12, 3.1.4.44: handle, name, displayed name, four numbers, path of the program.
        ("svcctl", 12 | 45) => {
            rd.skip(20)?;
            said.push(("name", crate::tidy(&string(&mut rd)?, 64)));
            pointed(&mut rd)?;
            rd.skip(16)?;
            said.push(("program", program(&string(&mut rd)?, keys)));
        }
        // 3.1.4.16
        ("svcctl", _) => {
            rd.skip(20)?;
            said.push(("name", crate::tidy(&string(&mut rd)?, 64)));
        }
        // [MS-TSCH] 3.2.5.4.2: the path of the task may be left to the server.
        ("ITaskSchedulerService", 1) => said.push(("name", mask::file(&pointed(&mut rd)?, keys))),
        ("ITaskSchedulerService", _) => said.push(("name", mask::file(&string(&mut rd)?, keys))),
        // [MS-NRPC] 3.5.4.4.1: server, computer, challenge. 3.5.4.4.2: account and kind of channel stand before.
        ("netlogon", _) => {
            pointed(&mut rd)?;
            if number != 4 {
                string_open(&mut rd)?;
                rd.skip(2)?; // an enumeration of 16 bits, then the alignment of the string
                align(&mut rd, stub)?;
            }
            string_open(&mut rd)?;
            if rd.array::<8>()? == [0; 8] {
                said.push(("zero_challenge", "yes".into()));
            }
        }
        // [MS-RPRN] 3.1.4.10.3, 3.1.4.10.4: handle, flags, options, name of the machine that is to be told.
        ("spoolss", _) => {
            rd.skip(28)?;
            said.push(("points_to", machine(&pointed(&mut rd)?)));
        }
        // [MS-EFSR] 3.1.4.2, [MS-DFSNM] 3.1.4.4, [MS-FSRVP] 3.1.4.9: a path comes first.
        _ => said.push(("points_to", machine(&string(&mut rd)?))),
    }
    Some(())
}

/// A conformant and varying string (C706 14.3.4.2), and the padding to four bytes behind it.
fn string(rd: &mut Rd<'_>) -> Option<String> {
    let text = string_open(rd)?;
    let odd = rd.pos() % 4;
    if odd != 0 {
        // At the very end there may be none.
        let _ = rd.skip(4usize.saturating_sub(odd));
    }
    Some(text)
}

/// The same without padding: what follows needs none.
fn string_open(rd: &mut Rd<'_>) -> Option<String> {
    rd.skip(8)?;
    let units = read::size(rd.u32_le()?);
    Some(utf16(rd.take(units.checked_mul(2)?)?))
}

/// A string behind a unique pointer (14.3.12.3), empty when the pointer is null.
fn pointed(rd: &mut Rd<'_>) -> Option<String> {
    if rd.u32_le()? == 0 { Some(String::new()) } else { string(rd) }
}

fn align(rd: &mut Rd<'_>, stub: &[u8]) -> Option<()> {
    let odd = rd.pos() % 4;
    if odd != 0 && rd.pos() < stub.len() { rd.skip(4usize.saturating_sub(odd)) } else { Some(()) }
}

/// The machine of `\\machine\share\…`; a path of the server's own disks names none.
fn machine(path: &str) -> String {
    let Some(rest) = path.strip_prefix("\\\\") else { return String::new() };
    crate::tidy(rest.trim_start_matches(['?', '\\']).split(['\\', '@']).next().unwrap_or(""), 64)
}

/// The program of a command line; what it is told may hold a password.
fn program(line: &str, keys: &Keys) -> String {
    let line = line.trim();
    let path = match line.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or(""),
        None => line.split_whitespace().next().unwrap_or(""),
    };
    mask::file(path, keys)
}
