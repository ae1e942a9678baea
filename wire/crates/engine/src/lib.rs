//! Flows, reassembly, recognition, clues and coverage. Pure: packets come in as decoded frames, rows go
//! out to a `Sink`; time is capture time only. Whatever can grow stands in `Limits`.

mod community;
mod copies;
mod coverage;
mod engine;
mod flow;
mod hoard;
mod limits;
mod live;
mod merge;
mod meta;
mod read;
mod recognise;
mod sides;
mod stack;
mod table;
mod voice;
mod wheel;

pub use copies::mark;
pub use engine::Engine;
pub use limits::Limits;
pub use merge::Hoards;
pub use meta::META;
pub use voice::Counters;
