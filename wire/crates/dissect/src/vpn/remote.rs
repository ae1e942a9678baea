//! TeamViewer by its own frames. Tools that are known by the names they look for (AnyDesk, Splashtop …)
//! are data: `knowledge/outside/remote_tools.toml`.

use crate::read;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos};

pub static TEAMVIEWER: Dissector = Dissector {
    meta: &Meta {
        name: "teamviewer",
        title: "TeamViewer",
        standard: "as observed; the maker publishes its port, not its format",
        tier: 'C',
        clues: &[("teamviewer.client", "the host speaks to a TeamViewer relay or peer")],
        operations: &["session"],
        details: &[],
        notes: &[],
        readings: false,
        tshark: "teamviewer",
    },
    entries: &[Entry::Stream { hints: &[5938], probe, open: || Box::new(TeamViewer::default()) }],
};

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
            cx.clue(Host::Client, "teamviewer.client", "yes", None);
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
