use std::fmt::{Display, Write as _};

use serde::Serialize;

/// A path with its parameters, percent-encoded as it is built.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    text: String,
    has_query: bool,
}

impl Target {
    /// A path written in the code.
    pub(crate) fn new(path: &'static str) -> Self {
        Self { text: path.to_owned(), has_query: false }
    }

    /// Adds a segment that comes from outside: no character in it can leave the segment.
    pub(crate) fn segment(mut self, segment: impl Display) -> Self {
        self.text.push('/');
        encode(&mut self.text, &segment.to_string());
        self
    }

    /// Adds a segment written in the code.
    pub(crate) fn then(mut self, path: &'static str) -> Self {
        self.text.push('/');
        self.text.push_str(path);
        self
    }

    /// Adds a parameter if it is given.
    pub(crate) fn query(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            self.text.push(if self.has_query { '&' } else { '?' });
            self.has_query = true;
            self.text.push_str(name);
            self.text.push('=');
            encode(&mut self.text, &value.to_string());
        }
        self
    }

    /// Adds a parameter of a closed set, written as in JSON.
    /// Adds a number under a name of somebody's choosing.
    pub(crate) fn metric(mut self, name: &str, value: f64) -> Self {
        self.text.push_str(if self.has_query { "&m." } else { "?m." });
        self.has_query = true;
        encode(&mut self.text, name);
        self.text.push('=');
        encode(&mut self.text, &value.to_string());
        self
    }

    pub(crate) fn query_word(self, name: &'static str, value: Option<impl Serialize>) -> Self {
        let word = value.and_then(|v| serde_json::to_value(v).ok());
        self.query(name, word.as_ref().and_then(|w| w.as_str()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Without the parameters, for messages.
    pub(crate) fn path(&self) -> &str {
        self.text.split('?').next().unwrap_or_default()
    }
}

/// Everything but RFC 3986's unreserved characters is escaped, and so are segments of dots alone.
fn encode(out: &mut String, text: &str) {
    let dots = !text.is_empty() && text.len() < 3 && text.bytes().all(|b| b == b'.');
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.') && !dots;
        if plain {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes everything");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_segment() {
        let target = Target::new("/api/v1/jobs")
            .segment("a/b")
            .segment("..")
            .segment("é?#%")
            .then("diff")
            .query("from", Some("x&to=y z"))
            .query("to", None::<&str>)
            .query_word("status", Some(crontopus_api::RunStatus::TimedOut));
        assert_eq!(
            target.as_str(),
            "/api/v1/jobs/a%2Fb/%2E%2E/%C3%A9%3F%23%25/diff?from=x%26to%3Dy%20z&status=timed_out"
        );
        assert_eq!(target.path(), "/api/v1/jobs/a%2Fb/%2E%2E/%C3%A9%3F%23%25/diff");
    }
}
