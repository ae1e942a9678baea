//! Remote-control tools that bring their own relay: recognised by the names they look for, by their
//! certificates, and TeamViewer by its own frames.

use crate::read;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos};

pub static TEAMVIEWER: Dissector = Dissector {
    meta: &Meta {
        name: "teamviewer",
        title: "TeamViewer and remote-control tools by their names",
        standard: "as observed; the makers publish names and ports, not formats",
        tier: 'C',
        clues: &[("remote.tool", "remote-control tool whose relay the host looks for or speaks to (DNS question, TLS server name, HTTP host, certificate)")],
        operations: &["session"],
        details: &[],
        notes: &[],
        readings: false,
        tshark: "teamviewer",
    },
    entries: &[Entry::Stream { hints: &[5938], probe, open: || Box::new(TeamViewer::default()) }],
};

/// Domains that belong to one tool alone.
const TOOLS: &[(&str, &str)] = &[
    ("teamviewer.com", "TeamViewer"),
    ("dyngate.com", "TeamViewer"),
    ("anydesk.com", "AnyDesk"),
    ("rustdesk.com", "RustDesk"),
    ("splashtop.com", "Splashtop"),
    ("splashtop.eu", "Splashtop"),
    ("logmein.com", "LogMeIn"),
    ("logmeinrescue.com", "LogMeIn Rescue"),
    ("gotoassist.com", "GoTo"),
    ("goto-rtc.com", "GoTo"),
    ("screenconnect.com", "ScreenConnect"),
    ("connectwise.com", "ConnectWise"),
    ("islonline.net", "ISL Online"),
    ("islonline.com", "ISL Online"),
    ("beyondtrustcloud.com", "BeyondTrust"),
    ("bomgar.com", "BeyondTrust"),
    ("ultraviewer.net", "UltraViewer"),
    ("supremocontrol.com", "Supremo"),
    ("dwservice.net", "DWService"),
    ("zohoassist.com", "Zoho Assist"),
    ("zohoassist.jp", "Zoho Assist"),
    ("remotepc.com", "RemotePC"),
    ("ammyy.com", "Ammyy"),
    ("realvnc.com", "RealVNC Cloud"),
    ("remotedesktop.google.com", "Chrome Remote Desktop"),
    ("remotedesktop-pa.googleapis.com", "Chrome Remote Desktop"),
    ("optim.co.jp", "OPTiM Remote"),
    ("rview.com", "RemoteView"),
    ("magicconnect.net", "MagicConnect"),
    ("softether.net", "SoftEther VPN"),
    ("softether.jp", "SoftEther VPN"),
    ("tailscale.com", "Tailscale"),
    ("zerotier.com", "ZeroTier"),
    ("ngrok.io", "ngrok"),
    ("ngrok.com", "ngrok"),
    ("ngrok-agent.com", "ngrok"),
    ("trycloudflare.com", "Cloudflare Tunnel"),
    ("argotunnel.com", "Cloudflare Tunnel"),
];

/// The tool a name belongs to.
pub fn tool(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    TOOLS
        .iter()
        .find(|(domain, _)| name.strip_suffix(domain).is_some_and(|head| head.is_empty() || head.ends_with('.')))
        .map(|(_, tool)| *tool)
}

/// Say the tool, if the name belongs to one.
pub fn name_seen(host: Host, name: &str, cx: &mut Cx<'_>) {
    if let Some(tool) = tool(name) {
        cx.clue(host, "remote.tool", tool, None);
    }
}

/// Frames start with 0x17 0x24, a command and a length; those of the first contact are known.
fn probe(_dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    let port = [ends.client.port, ends.server.port].contains(&5938);
    match head {
        [0x17, 0x24, 0x0a, 0x20, 0, ..] => Probe::Yes,
        [0x17, 0x24, 0x0a..=0x30, _, 0, ..] if port => Probe::Yes,
        [] | [0x17] | [0x17, 0x24] | [0x17, 0x24, 0x0a] | [0x17, 0x24, 0x0a, _] => Probe::More,
        [0x17, 0x24, 0x0b..=0x30] | [0x17, 0x24, 0x0b..=0x30, _] if port => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct TeamViewer {
    begun: Nanos,
    seen: [bool; 2],
}

impl Stream for TeamViewer {
    fn feed(&mut self, dir: Dir, _bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.begun == 0 {
            self.begun = cx.time;
            cx.clue(Host::Client, "remote.tool", "TeamViewer", None);
        }
        let [up, down] = self.seen;
        self.seen = [up || dir == Dir::ToServer, down || dir == Dir::ToClient];
        Step::Done
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if self.begun == 0 {
            return;
        }
        let outcome = if self.seen == [true, true] { hinomi_model::Outcome::Ok } else { read::silence(heard, Dir::ToServer) };
        cx.exchange(Exchange { operation: "session".into(), time: self.begun, duration_ns: read::lapse(self.begun, cx.time), outcome, ..Exchange::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_matched_at_its_dots() {
        assert_eq!(tool("relay-1.net.anydesk.com"), Some("AnyDesk"));
        assert_eq!(tool("notanydesk.com"), None);
        assert_eq!(tool("TeamViewer.com."), Some("TeamViewer"));
    }
}
