use std::collections::BTreeMap;

/// `NAME = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The assignments in force at a line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    values: BTreeMap<String, String>,
}

/// Names that tell cron something instead of the command.
const FOR_CRON: [&str; 9] = [
    "SHELL",
    "CRON_TZ",
    "RANDOM_DELAY",
    "MAILTO",
    "MAILFROM",
    "CONTENT_TYPE",
    "CONTENT_TRANSFER_ENCODING",
    "LOGNAME",
    "USER",
];

impl Assignment {
    /// Reads it as Debian's cron does: a name, quoted or not, `=` with blanks around it, a value, quoted or
    /// not. Nothing in the value is expanded.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=')?;
        let name = unquoted(name.trim());
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(word) {
            return None;
        }
        Some(Self { name: name.to_owned(), value: unquoted(value.trim()).to_owned() })
    }
}

impl Environment {
    pub(crate) fn set(&mut self, assignment: Assignment) {
        self.values.insert(assignment.name, assignment.value);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Bytes of all of it.
    pub(crate) fn size(&self) -> usize {
        self.values.iter().map(|(name, value)| name.len() + value.len() + 8).sum()
    }

    /// What is meant for the command itself.
    pub(crate) fn for_command(&self) -> BTreeMap<String, String> {
        let own = |(name, _): &(&String, &String)| !FOR_CRON.contains(&name.as_str());
        self.values.iter().filter(own).map(|(n, v)| (n.clone(), v.clone())).collect()
    }
}

fn unquoted(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments() {
        for (text, name, value) in [
            ("A=b", "A", "b"),
            ("A = b c ", "A", "b c"),
            ("\"A\"='b '", "A", "b "),
            ("A=", "A", ""),
            ("A=\"", "A", "\""),
            ("PATH=$HOME/bin:/bin", "PATH", "$HOME/bin:/bin"),
        ] {
            let found = Assignment::read(text).unwrap();
            assert_eq!((found.name.as_str(), found.value.as_str()), (name, value), "{text}");
        }
        for text in ["0 2 * * * A=b", "1A=b", "=b", "A B=c", "@daily x=y"] {
            assert_eq!(Assignment::read(text), None, "{text}");
        }
    }
}
