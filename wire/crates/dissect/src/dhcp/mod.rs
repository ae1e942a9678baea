//! DHCP: names, kinds and leases of hosts, and who hands out addresses.

mod v4;
mod v6;

use crate::{Dissector, Entry, Meta};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "dhcp",
        title: "Dynamic Host Configuration Protocol, v4 and v6",
        standard: "RFC 2131, RFC 2132, RFC 3046, RFC 4702; RFC 8415",
        tier: 'A',
        clues: &[
            ("dhcp.host_name", "name the client gives itself (RFC 2132 §3.14, option 12)"),
            ("dhcp.vendor_class", "vendor class identifier (RFC 2132 §9.13, option 60; RFC 8415 §21.16)"),
            ("dhcp.parameter_list", "option numbers the client asks for, in its order (RFC 2132 §9.8, option 55; RFC 8415 §21.7)"),
            ("dhcp.option_order", "option numbers in the order sent"),
            ("dhcp.client_id", "client identifier as hex, or text where it is text (RFC 2132 §9.14, option 61)"),
            ("dhcp.fqdn", "domain name of the client (RFC 4702, option 81; RFC 4704)"),
            ("dhcp.user_class", "user class (RFC 3004, option 77)"),
            ("dhcp.requested_ip", "address the client asks for (RFC 2132 §9.1, option 50)"),
            ("dhcp.ip", "address leased to the client (RFC 2131 §2: yiaddr of an ACK; RFC 8415 §21.6)"),
            ("dhcp.duid", "DHCPv6 unique identifier of the client as hex (RFC 8415 §11)"),
            ("dhcp.server", "address by which a server names itself (RFC 2132 §9.7, option 54; DHCPv6: its DUID)"),
            ("dhcp.gives_router", "default router a server hands out (RFC 2132 §3.5, option 3)"),
            ("dhcp.gives_dns", "name server a server hands out (RFC 2132 §3.8, option 6; RFC 3646)"),
            ("dhcp.gives_domain", "domain a server hands out (RFC 2132 §3.17, option 15)"),
            ("dhcp.relay", "address of the relay agent (RFC 2131 §2: giaddr; RFC 8415 §9)"),
        ],
        operations: &[
            "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM", "FORCERENEW", "LEASEQUERY",
            "BOOTREQUEST", "BOOTREPLY", "SOLICIT", "ADVERTISE", "CONFIRM", "RENEW", "REBIND", "REPLY", "RECONFIGURE",
            "INFORMATION-REQUEST",
        ],
        details: &[
            ("xid", "transaction id, hex (RFC 2131 §2); joins question and answer that ran on two flows"),
            ("mac", "hardware address of the client"),
            ("ip", "address leased or asked for"),
            ("server", "server identifier"),
            ("relay", "relay agent"),
            ("lease_s", "lease time in seconds (option 51)"),
            ("router", "routers handed out"),
            ("dns", "name servers handed out"),
            ("domain", "domain handed out"),
            ("relay_circuit", "agent circuit id, hex (RFC 3046 §3.1)"),
        ],
        notes: &[
            ("dhcp.malformed", "the message ends inside its fixed part or an option"),
            ("dhcp.no_end", "the options do not close with the end option"),
            ("dhcp.pending_max", "over the limit of requests that wait for an answer; the oldest was said as unanswered"),
            ("dhcp.relay_depth_max", "over the limit of nested relays"),
        ],
        readings: false,
        tshark: "dhcp",
    },
    entries: &[
        Entry::Datagram { hints: &[67, 68, 4011], probe: v4::probe, open: || Box::new(v4::V4::default()) },
        Entry::Datagram { hints: &[546, 547], probe: v6::probe, open: || Box::new(v6::V6::default()) },
    ],
};

/// A question of a client that waits for its answer on the same flow.
#[derive(Debug)]
struct Asked {
    time: hinomi_model::Nanos,
    exchange: hinomi_model::Exchange,
    dir: hinomi_model::Dir,
}

impl Asked {
    /// The question when its flow ended without an answer.
    fn unanswered(mut self, outcome: hinomi_model::Outcome) -> hinomi_model::Exchange {
        self.exchange.outcome = outcome;
        self.exchange.time = self.time;
        self.exchange.reversed = self.dir == hinomi_model::Dir::ToClient;
        self.exchange
    }
}
