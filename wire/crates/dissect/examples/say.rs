//! What the dissectors say about an Ethernet capture, for people who write dissectors.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../tests/infra_support/mod.rs"]
mod infra_support;

use hinomi_dissect::Limits;
use infra_support::{Feed, flows, packets, read_flow};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = std::fs::read(arguments.next().unwrap_or_default()).unwrap();
    let only = arguments.next();
    for flow in flows(&packets(&file)) {
        let said = read_flow(&flow, Feed::AsHeard, &Limits::default());
        if only.as_ref().is_some_and(|o| !said.service.iter().any(|s| s == o)) {
            continue;
        }
        let e = &flow.ends;
        println!("{} {}:{} > {}:{} {:?} sni={:?} ja4={:?}", flow.proto, e.client.ip, e.client.port, e.server.ip, e.server.port, said.service, said.sni, said.ja4);
        for c in &said.clues {
            println!("    clue {:?} {} = {} {:?}", c.host, c.attribute, c.value, c.port);
        }
        for x in &said.exchanges {
            println!(
                "    {} {} [{}] {} | {} > {} | rev={} {:?} {}/{} {:?}",
                x.operation, x.outcome.word(), x.status, x.object, x.client_name, x.server_name, x.reversed, x.duration_ns, x.request_bytes, x.response_bytes, x.detail
            );
        }
        for n in &said.notes {
            println!("    NOTE {} {} at {}: {}", n.kind.word(), n.name, n.at, n.text);
        }
    }
}
