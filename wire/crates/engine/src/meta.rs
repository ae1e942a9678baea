//! What the engine itself says, declared like a dissector.

use hinomi_dissect::Meta;

/// Clues and notes of the engine's own.
pub static META: Meta = Meta {
    name: "flow",
    title: "Flows, streams and addresses",
    standard: "RFC 791, RFC 8200, RFC 9293, IEEE 802.3",
    tier: 'A',
    clues: &[
        ("eth.ip", "IP address the station sent from without a router between (initial TTL, RFC 791 §3.1)"),
        ("eth.routes", "subnet whose packets this station passed on (TTL below an initial value); `internet` for public addresses"),
        ("ip.ttl", "TTL or hop limit of the host's packets as heard"),
        ("tcp.syn", "TCP stack: TTL, window, options in their order with MSS and scale (RFC 9293 §3.1, RFC 7323) of a SYN, or of a SYN+ACK after `a:`"),
    ],
    operations: &[],
    details: &[],
    notes: &[
        ("tcp.gap", "bytes of a stream that the tap did not hear"),
        ("tcp.message_bytes_max", "a message longer than the limit message_bytes_max"),
        ("tcp.reassembly_bytes_max", "streams being put together hold more than the limit"),
        ("tcp.dissector_stuck", "a dissector took nothing; its direction was given up"),
        ("packet.malformed", "a header that cannot be what it says"),
        ("packet.tunnels_too_deep", "more tunnels inside each other than are followed"),
        ("fragment.expired", "IP fragments whose rest did not come in time"),
        ("fragment.over_limit", "IP fragments given up because of fragments_max or fragment_bytes_max"),
        ("fragment.contradicting", "IP fragments that overlap with other bytes (RFC 5722)"),
        ("flow.flows_max", "connections ended early because of flows_max"),
        ("coverage.subnets_max", "subnets counted together because of subnets_max"),
        ("capture.truncated", "the capture ends inside a record, or is damaged there"),
        ("capture.unknown_link", "packets of a link type that is not read"),
        ("capture.drops", "packets that the capturing program says it lost"),
    ],
    readings: false,
    tshark: "",
};
