//! Every dissector, in the order in which an unknown flow is shown to them.

use crate::Dissector;

static ALL: &[&Dissector] = &[];

pub fn all() -> &'static [&'static Dissector] {
    ALL
}

pub fn by_name(name: &str) -> Option<&'static Dissector> {
    ALL.iter().copied().find(|d| d.meta.name == name)
}
