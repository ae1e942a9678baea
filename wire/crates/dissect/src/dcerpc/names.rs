//! Interfaces and their operations by name (`interfaces.tsv`: name, id and the document that publishes
//! them; below it numbers and operations). What is not listed stays as its UUID and its number.

static TABLE: &str = include_str!("interfaces.tsv");

/// Name of an interface, or its UUID.
pub fn interface(id: &str) -> String {
    let known = TABLE.lines().filter(|line| !line.starts_with('\t')).find_map(|line| {
        let mut fields = line.split('\t');
        let name = fields.next()?;
        (fields.next()? == id).then_some(name)
    });
    known.unwrap_or(id).to_string()
}

/// Whether the table knows the interface of this name.
pub fn known(interface: &str) -> bool {
    TABLE.lines().any(|line| line.split('\t').next() == Some(interface))
}

/// Name of an operation, or its number behind `#`.
pub fn operation(interface: &str, number: u16) -> String {
    let mut lines = TABLE.lines().skip_while(|line| line.split('\t').next() != Some(interface)).skip(1);
    let name = lines.by_ref().take_while(|line| line.starts_with('\t')).find_map(|line| {
        let mut fields = line.split('\t').skip(1);
        (fields.next()?.parse() == Ok(number)).then(|| fields.next()).flatten()
    });
    name.map_or_else(|| format!("#{number}"), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_beside_their_numbers() {
        assert_eq!(interface("367abb81-9844-35f1-ad32-98f038001003"), "svcctl");
        assert_eq!(operation("svcctl", 12), "CreateServiceW");
        assert_eq!(operation("drsuapi", 3), "DRSGetNCChanges");
        assert_eq!(operation("netlogon", 26), "NetrServerAuthenticate3");
        assert_eq!(operation("svcctl", 999), "#999");
        // An interface without operations does not borrow those of the next one.
        assert_eq!(operation("browser", 0), "#0");
        assert_eq!(interface("00000000-0000-0000-0000-000000000000"), "00000000-0000-0000-0000-000000000000");
        assert!(known("efsrpc") && !known("0"));
    }

    #[test]
    fn every_line_of_the_table_can_be_read() {
        let mut heads = 0;
        for line in TABLE.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            match fields.as_slice() {
                ["", number, name] => assert!(number.parse::<u16>().is_ok() && !name.is_empty(), "{line}"),
                [name, id, document] => {
                    assert!(!name.is_empty() && id.len() == 36 && !document.is_empty(), "{line}");
                    heads += 1;
                }
                _ => assert_eq!(line, "", "no line of the table"),
            }
        }
        assert!(heads > 30);
    }
}
