//! A flat reading of small XML documents (XML 1.0, Namespaces 1.0): elements with their depth, local
//! name, attributes and text, as far as they can be read. No entities beyond the five of XML, no DTD.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Most elements of one document that are read.
pub const ELEMENTS_MAX: usize = 20_000;
/// Deepest nesting that is read.
pub const DEPTH_MAX: usize = 64;
/// Longest text or attribute value that is kept.
const TEXT_BYTES_MAX: usize = 4096;

#[derive(Debug, Default, Clone)]
pub struct Element {
    /// Name without its prefix.
    pub name: String,
    /// Index of the parent in the list.
    pub parent: Option<usize>,
    pub attributes: Vec<(String, String)>,
    pub text: String,
}

impl Element {
    /// Attribute by its local name.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }
}

/// Elements in document order, each before its children.
#[derive(Debug, Default)]
pub struct Document {
    pub elements: Vec<Element>,
    /// Why reading stopped before the end.
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Malformed,
    Elements,
    Depth,
}

impl Document {
    pub fn read(bytes: &[u8]) -> Document {
        let mut out = Document::default();
        let mut reader = Reader::from_reader(bytes);
        reader.config_mut().check_end_names = false;
        let mut stack: Vec<usize> = Vec::new();
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(_) => {
                    out.fault = Some(Fault::Malformed);
                    return out;
                }
            };
            match event {
                Event::Start(start) => {
                    if out.elements.len() >= ELEMENTS_MAX || stack.len() >= DEPTH_MAX {
                        out.fault = Some(if stack.len() >= DEPTH_MAX { Fault::Depth } else { Fault::Elements });
                        return out;
                    }
                    stack.push(out.elements.len());
                    let parent = stack.len().checked_sub(2).and_then(|n| stack.get(n)).copied();
                    out.elements.push(element(&start, parent));
                }
                Event::Empty(start) => {
                    if out.elements.len() >= ELEMENTS_MAX {
                        out.fault = Some(Fault::Elements);
                        return out;
                    }
                    out.elements.push(element(&start, stack.last().copied()));
                }
                Event::End(_) => {
                    stack.pop();
                }
                Event::Text(text) => out.append(&stack, &text),
                Event::CData(text) => out.append(&stack, &text),
                Event::GeneralRef(name) => {
                    let word = String::from_utf8_lossy(&name).into_owned();
                    let text = resolve(&word);
                    out.append(&stack, text.as_bytes());
                }
                Event::Eof => return out,
                _ => {}
            }
        }
    }

    fn append(&mut self, stack: &[usize], text: &[u8]) {
        if let Some(element) = stack.last().and_then(|n| self.elements.get_mut(*n)) {
            let room = TEXT_BYTES_MAX.saturating_sub(element.text.len()).min(text.len());
            element.text.push_str(&String::from_utf8_lossy(text.get(..room).unwrap_or(&[])));
        }
    }

    pub fn root(&self) -> &str {
        self.elements.first().map_or("", |e| e.name.as_str())
    }

    /// Elements of that local name, with their index.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Element)> {
        self.elements.iter().enumerate().filter(move |(_, e)| e.name == name)
    }

    /// Text of the first element of that name, trimmed.
    pub fn text(&self, name: &str) -> &str {
        self.elements.iter().find(|e| e.name == name).map_or("", |e| e.text.trim())
    }

    /// Everything inside an element, which stands right behind it.
    pub fn within(&self, of: usize) -> impl Iterator<Item = (usize, &Element)> {
        self.elements.iter().enumerate().skip(of.saturating_add(1)).take_while(move |(_, e)| e.parent >= Some(of))
    }

    /// Children of an element.
    pub fn children(&self, of: usize) -> impl Iterator<Item = (usize, &Element)> {
        self.within(of).filter(move |(_, e)| e.parent == Some(of))
    }

    pub fn child(&self, of: usize, name: &str) -> Option<(usize, &Element)> {
        self.children(of).find(|(_, e)| e.name == name)
    }


    /// Whether `of` stands inside an element of that name.
    pub fn inside(&self, of: usize, name: &str) -> bool {
        let mut at = self.elements.get(of).and_then(|e| e.parent);
        while let Some(element) = at.and_then(|n| self.elements.get(n)) {
            if element.name == name {
                return true;
            }
            at = element.parent;
        }
        false
    }
}

fn local(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.rsplit(':').next().unwrap_or("").to_string()
}

fn element(start: &BytesStart<'_>, parent: Option<usize>) -> Element {
    let mut out = Element { name: local(start.name().as_ref()), parent, ..Element::default() };
    for attribute in start.attributes().with_checks(false).flatten().take(64) {
        let raw = String::from_utf8_lossy(attribute.value.get(..TEXT_BYTES_MAX.min(attribute.value.len())).unwrap_or(&[])).into_owned();
        out.attributes.push((local(attribute.key.as_ref()), unescape(&raw)));
    }
    out
}

fn resolve(word: &str) -> String {
    match word {
        "lt" => "<".to_string(),
        "gt" => ">".to_string(),
        "amp" => "&".to_string(),
        "apos" => "'".to_string(),
        "quot" => "\"".to_string(),
        _ => {
            let number = match word.strip_prefix("#x") {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => word.strip_prefix('#').and_then(|n| n.parse().ok()),
            };
            number.and_then(char::from_u32).map_or_else(String::new, String::from)
        }
    }
}

fn unescape(raw: &str) -> String {
    if !raw.contains('&') {
        return raw.to_string();
    }
    let mut out = String::with_capacity(raw.len());
    let mut parts = raw.split('&');
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        match part.split_once(';') {
            Some((word, rest)) => {
                out.push_str(&resolve(word));
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_names_places_and_text() {
        let doc = Document::read(b"<?xml version='1.0'?><a:r xmlns:a='u'><b V=\"1 &amp; 2\"/><c>x &lt; <![CDATA[y]]></c><d><e/></d></a:r>");
        assert_eq!((doc.root(), doc.fault), ("r", None));
        assert_eq!(doc.named("b").next().map(|(_, e)| e.attribute("V").to_string()).as_deref(), Some("1 & 2"));
        assert_eq!(doc.text("c"), "x < y");
        assert!(doc.named("e").all(|(n, _)| doc.inside(n, "d") && doc.inside(n, "r")));
    }

    #[test]
    fn limits_and_damage_stop_quietly() {
        let deep = "<a>".repeat(DEPTH_MAX + 1);
        assert_eq!(Document::read(deep.as_bytes()).fault, Some(Fault::Depth));
        let many = "<a/>".repeat(ELEMENTS_MAX + 1);
        assert_eq!(Document::read(many.as_bytes()).fault, Some(Fault::Elements));
        let cut = Document::read(b"<a><b V='1'/><c>te");
        assert_eq!(cut.elements.len(), 3);
        assert!(Document::read(b"<a <<<").elements.len() < 2);
    }
}
