//! Any bytes into every reader of the wire, as the fuzzers do (`wire/fuzz`) and the replay test after
//! them. A target is a family of dissectors, or `engine`, `capture`, `words`. What must hold for hostile
//! bytes is asserted here: no panic, no step without progress, no more memory than the limits say.

mod family;
mod whole;
mod words;

pub use family::FAMILIES;

/// Every target, families first.
pub fn targets() -> Vec<&'static str> {
    FAMILIES.iter().map(|(name, _)| *name).chain(["engine", "capture", "words"]).collect()
}

/// Drive one target with one input; false when there is no such target.
pub fn drive(target: &str, input: &[u8]) -> bool {
    match target {
        "engine" => whole::engine(input),
        "capture" => whole::capture(input),
        "words" => words::words(input),
        _ => {
            let Some((_, protocols)) = FAMILIES.iter().find(|(name, _)| *name == target) else { return false };
            family::family(protocols, input);
        }
    }
    true
}
