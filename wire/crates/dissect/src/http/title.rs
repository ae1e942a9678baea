//! Title of a web page: many devices give their model there.

use super::bodies::{Body, Head, Hook};
use crate::Cx;
use crate::read::find;
use hinomi_model::{Dir, Host};

pub static TITLE: Hook = Hook { name: "title", wants, read };

/// Named limit: where the title must have begun.
const TITLE_WITHIN: usize = 4096;

fn wants(head: &Head) -> bool {
    // Pages further in may bear a person's name in their title; the entrance does not.
    let path = head.target.split(['?', '#']).next().unwrap_or("");
    if head.target.contains('?') || path.trim_matches('/').contains('/') {
        return false;
    }
    head.status.is_some_and(|s| (200..300).contains(&s)) && head.content_type.to_ascii_lowercase().starts_with("text/html")
}

fn read(body: &Body<'_>, cx: &mut Cx<'_>) {
    let head = body.bytes.get(..TITLE_WITHIN.min(body.bytes.len())).unwrap_or(&[]);
    let lower = head.to_ascii_lowercase();
    // HTML Living Standard §4.2.2.
    let Some(open) = find(&lower, b"<title") else { return };
    let Some(begin) = lower.get(open..).and_then(|t| t.iter().position(|b| *b == b'>')) else { return };
    let begin = open.saturating_add(begin).saturating_add(1);
    let Some(length) = lower.get(begin..).and_then(|t| find(t, b"</title")) else { return };
    let title = head.get(begin..begin.saturating_add(length)).unwrap_or(&[]);
    let title = String::from_utf8_lossy(title).replace("&amp;", "&").replace("&nbsp;", " ").replace("&#39;", "'");
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    // A page of a record system bears its patient in the title.
    if crate::mask::looks_like_id(&title) {
        return;
    }
    let host = if body.dir == Dir::ToClient { Host::Server } else { Host::Client };
    cx.clue(host, "http.title", &title, Some(cx.ends.server.port));
}
