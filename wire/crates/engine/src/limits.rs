//! Everything of the engine that can grow, with its limit. Declared once: settings, documentation and
//! counters are made from this table.

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident = $default:expr;)+) => {
        /// Named limits of the engine.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl Default for Limits {
            fn default() -> Limits {
                Limits { $($name: $default,)+ }
            }
        }

        impl Limits {
            /// Name, default and meaning of each.
            pub const ALL: &'static [(&'static str, u64, &'static str)] = &[
                $((stringify!($name), $default, concat!($($doc,)+)),)+
            ];

            /// Set one by its name; false when there is none of that name.
            pub fn set(&mut self, name: &str, value: u64) -> bool {
                match name {
                    $(stringify!($name) => self.$name = value,)+
                    _ => return false,
                }
                true
            }
        }
    };
}

limits! {
    /// Most connections followed at once; at the limit an idle or unanswered one is ended as `evicted`.
    flows_max = 1_000_000;
    /// Most bytes of TCP streams held while they wait for more (all connections together).
    reassembly_bytes_max = 256 << 20;
    /// Most bytes of one direction held while an earlier segment is missing.
    out_of_order_bytes_max = 256 << 10;
    /// Most segments of one direction held while an earlier one is missing.
    out_of_order_segments_max = 256;
    /// How long a missing segment is waited for (milliseconds of capture time).
    gap_wait_ms = 2_000;
    /// Most IP datagrams that wait for their fragments.
    fragments_max = 4_096;
    /// Most bytes of waiting fragments.
    fragment_bytes_max = 16 << 20;
    /// How long a fragment waits for the rest (milliseconds of capture time).
    fragment_wait_ms = 60_000;
    /// Bytes of one direction within which a protocol must be recognised.
    probe_bytes_max = 2_048;
    /// Packets with payload of one direction within which a protocol must be recognised.
    probe_packets_max = 8;
    /// Most distinct clues held between two emissions; at the limit they are emitted early.
    clues_max = 200_000;
    /// Most distinct notes held between two emissions; at the limit they are emitted early.
    notes_max = 50_000;
    /// Most subnets counted apart in one hour; further ones are counted together as `other`.
    subnets_max = 20_000;
    /// Interval at which clues and notes are emitted (seconds of capture time).
    clue_interval_s = 3_600;
    /// Interval of `live` rows of a connection (seconds of capture time).
    live_interval_s = 60;
    /// Silence after which a TCP connection is ended (seconds).
    tcp_idle_s = 3_600;
    /// Silence after which a TCP connection that was never answered is ended (seconds).
    tcp_attempt_s = 60;
    /// Time for which a closed TCP connection still takes late segments (seconds).
    tcp_closed_s = 5;
    /// Silence after which a UDP or other flow is ended (seconds).
    udp_idle_s = 120;
    /// Within this time an identical packet is a copy made by the mirror (milliseconds).
    mirror_window_ms = 100;
    /// The same for packets without an IPv4 identification (milliseconds).
    mirror_window_bare_ms = 2;
}
