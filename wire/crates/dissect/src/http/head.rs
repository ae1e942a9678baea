//! Fields of a head that are of interest.

use super::bodies::Coding;
use super::forms::Forms;

#[derive(Default)]
pub struct Fields {
    pub host: String,
    pub user_agent: String,
    pub server: String,
    pub powered_by: String,
    pub content_type: String,
    pub action: String,
    pub challenges: Vec<String>,
    pub authorization: Option<String>,
    pub length: Option<u64>,
    pub chunked: bool,
    pub upgrade: String,
    pub coding: Coding,
    pub forms: Forms,
}

impl Fields {
    pub fn read(headers: &[httparse::Header<'_>]) -> Fields {
        let mut out = Fields::default();
        for header in headers {
            let value = || String::from_utf8_lossy(header.value).trim().to_string();
            let name = header.name.to_ascii_lowercase();
            out.forms.field(&name, header.value);
            match name.as_str() {
                "host" => out.host = value(),
                "user-agent" => out.user_agent = value(),
                "server" => out.server = value(),
                "x-powered-by" | "x-aspnet-version" if out.powered_by.is_empty() => out.powered_by = value(),
                "content-type" => out.content_type = value(),
                "soapaction" => out.action = value().trim_matches('"').to_string(),
                "www-authenticate" | "proxy-authenticate" => out.challenges.push(value()),
                "authorization" | "proxy-authorization" => out.authorization = Some(value()),
                "content-length" => out.length = value().parse().ok(),
                "transfer-encoding" => out.chunked = value().to_ascii_lowercase().ends_with("chunked"),
                "content-encoding" => out.coding = Coding::of(&value()),
                "upgrade" => out.upgrade = value().to_ascii_lowercase(),
                _ => {}
            }
        }
        out
    }
}

/// SOAP 1.1 §6.1.1 has a field, SOAP 1.2 Part 2 §6.5.3 a parameter of the content type.
pub fn action(fields: &Fields) -> String {
    if !fields.action.is_empty() {
        return fields.action.clone();
    }
    let parameter = fields.content_type.split(';').find_map(|p| p.trim().strip_prefix("action="));
    parameter.map(|a| a.trim_matches('"').to_string()).unwrap_or_default()
}
