//! DIMSE command sets (PS3.7 §9.3, §10.3 and Annex E), always Implicit VR Little Endian (§6.3.1).

use crate::read::{Rd, size, text};
use hinomi_model::Outcome;

#[derive(Clone, Debug, Default)]
pub struct Command {
    pub field: u16,
    /// Affected (0000,0002) or Requested (0000,0003) SOP Class UID.
    pub sop_class: String,
    pub message_id: Option<u16>,
    pub responded_id: Option<u16>,
    pub has_data_set: bool,
    pub status: Option<u16>,
    pub move_destination: String,
    pub move_originator: String,
    pub priority: Option<u16>,
    /// Affected (0000,1000) or Requested (0000,1001) SOP Instance UID.
    pub instance: String,
    pub event_type: Option<u16>,
    pub action_type: Option<u16>,
    pub error_id: Option<u16>,
    /// Tags named by Offending Element (0000,0901).
    pub offending: String,
    /// Sub-operations remaining, completed, failed, with warning (0000,1020 to 1023).
    pub counts: [Option<u16>; 4],
}

/// Read a whole command set. `Err` is the offset and the reason.
pub fn command(bytes: &[u8]) -> Result<Command, (usize, &'static str)> {
    let mut rd = Rd::new(bytes);
    let mut out = Command { has_data_set: true, ..Command::default() };
    let mut field = None;
    while !rd.is_empty() {
        let at = rd.pos();
        // PS3.5 §7.1.3: group, element, length of four bytes.
        let short = (at, "a command element is cut short");
        let group = rd.u16_le().ok_or(short)?;
        let element = rd.u16_le().ok_or(short)?;
        let length = rd.u32_le().ok_or(short)?;
        let value = rd.take(size(length)).ok_or((at, "a command element is longer than the command set"))?;
        if group != 0 {
            return Err((at, "a command set holds an element of another group than 0000"));
        }
        let number = || Rd::new(value).u16_le();
        match element {
            0x0002 | 0x0003 => out.sop_class = text(value),
            0x0100 => field = number(),
            0x0110 => out.message_id = number(),
            0x0120 => out.responded_id = number(),
            0x0600 => out.move_destination = text(value),
            0x0700 => out.priority = number(),
            // 0101H: no data set follows (Annex E.1).
            0x0800 => out.has_data_set = number() != Some(0x0101),
            0x0900 => out.status = number(),
            0x0901 => out.offending = tags(value),
            0x0903 => out.error_id = number(),
            0x1000 | 0x1001 => out.instance = text(value),
            0x1002 => out.event_type = number(),
            0x1008 => out.action_type = number(),
            0x1020..=0x1023 => {
                if let Some(slot) = out.counts.get_mut(usize::from(element.saturating_sub(0x1020))) {
                    *slot = number();
                }
            }
            0x1030 => out.move_originator = text(value),
            _ => {}
        }
    }
    out.field = field.ok_or((0, "a command set without Command Field (0000,0100)"))?;
    Ok(out)
}

fn tags(value: &[u8]) -> String {
    let mut rd = Rd::new(value);
    let mut out = Vec::new();
    while let (Some(group), Some(element)) = (rd.u16_le(), rd.u16_le()) {
        out.push(format!("({group:04X},{element:04X})"));
        if out.len() == 8 {
            break;
        }
    }
    out.join(" ")
}

pub const CANCEL: u16 = 0x0fff;

impl Command {
    pub fn is_response(&self) -> bool {
        self.field & 0x8000 != 0
    }

    /// Name of the service (Annex E.1, Command Field).
    pub fn operation(&self) -> Option<&'static str> {
        Some(match self.field & 0x7fff {
            0x0001 => "C-STORE",
            0x0010 => "C-GET",
            0x0020 => "C-FIND",
            0x0021 => "C-MOVE",
            0x0030 => "C-ECHO",
            0x0100 => "N-EVENT-REPORT",
            0x0110 => "N-GET",
            0x0120 => "N-SET",
            0x0130 => "N-ACTION",
            0x0140 => "N-CREATE",
            0x0150 => "N-DELETE",
            CANCEL => "C-CANCEL",
            _ => return None,
        })
    }
}

/// What a status means (PS3.7 Annex C); `None` while more responses follow (FF00, FF01).
pub fn outcome(status: u16) -> Option<Outcome> {
    match status {
        0xff00 | 0xff01 => None,
        0x0000 => Some(Outcome::Ok),
        0x0001 | 0x0107 | 0x0116 | 0xb000..=0xbfff => Some(Outcome::Warning),
        // C.5.20 Refused: not authorized; C.5.24 Refused: SOP class not supported.
        0x0122 | 0x0124 => Some(Outcome::Refused),
        0xfe00 => Some(Outcome::Aborted),
        _ => Some(Outcome::Failed),
    }
}
