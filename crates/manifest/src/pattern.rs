//! Globs and regular expressions of manifests: bounded, and equal when written alike.

use std::fmt;
use std::sync::OnceLock;

use globset::{GlobBuilder, GlobMatcher};
use serde::{Serialize, Serializer};

use crate::Code;
use crate::decode::{Context, word};
use crate::quote::clip;
use crate::yaml::Node;

/// A shell-like pattern: `*` and `?` within one path component, `**` across them, `[a-z]`, `{a,b}`.
#[derive(Clone)]
pub struct Glob {
    text: String,
    /// Absent for a text without wildcards, which matches itself.
    pattern: Option<globset::Glob>,
    /// Compiled when first asked: most globs of a repository are never matched on one host.
    matcher: OnceLock<GlobMatcher>,
}

/// Why a text is no [`Glob`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// Longer than 256 bytes.
    #[error("is longer than a pattern may be (256 bytes)")]
    TooLong,
    /// Unbalanced brackets or the like.
    #[error("is not a pattern: {0}")]
    Form(String),
}

impl Glob {
    /// Reads a pattern.
    pub fn new(text: &str) -> Result<Self, GlobError> {
        const LONGEST: usize = 256;
        if text.len() > LONGEST {
            return Err(GlobError::TooLong);
        }
        let pattern = match text.contains(['*', '?', '[', ']', '{', '}', '\\']) {
            true => {
                let mut builder = GlobBuilder::new(text);
                builder.literal_separator(true).backslash_escape(true);
                Some(builder.build().map_err(|error| GlobError::Form(error.kind().to_string()))?)
            }
            false => None,
        };
        Ok(Self { text: text.to_owned(), pattern, matcher: OnceLock::new() })
    }

    /// Whether the whole of `candidate` matches.
    pub fn matches(&self, candidate: &str) -> bool {
        match &self.pattern {
            None => self.text == candidate,
            Some(pattern) => self.matcher.get_or_init(|| pattern.compile_matcher()).is_match(candidate),
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Glob {}

impl std::hash::Hash for Glob {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.text)
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Glob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

pub(crate) fn glob(node: &Node, cx: &mut Context) -> Option<Glob> {
    let text = word(node, cx)?;
    if text.is_empty() || text.chars().any(char::is_control) {
        return cx.refuse(
            node.span,
            Code::BadPattern,
            "an empty pattern or one with control characters matches nothing",
        );
    }
    match Glob::new(text) {
        Ok(glob) => Some(glob),
        Err(error) => cx.refuse_with(
            node.span,
            Code::BadPattern,
            format!("`{}` {error}", clip(text)),
            "`*` stands for anything within one path component, `**` for any components",
        ),
    }
}

/// A regular expression of the engine the wrapper uses, with its size bounded.
pub(crate) fn regex(node: &Node, cx: &mut Context) -> Option<String> {
    const LONGEST: usize = 1_024;
    const LARGEST_PROGRAM: usize = 1 << 18;
    let text = word(node, cx)?;
    if text.len() > LONGEST {
        return cx.refuse(
            node.span,
            Code::TooLong,
            format!("{} bytes; at most {LONGEST} are allowed", text.len()),
        );
    }
    match regex_lite::RegexBuilder::new(text).size_limit(LARGEST_PROGRAM).build() {
        Ok(regex) if regex.is_match("") => cx.refuse_with(
            node.span,
            Code::BadPattern,
            format!("`{}` matches the empty text", clip(text)),
            "a pattern that matches nothing at all would be found everywhere; use + instead of *",
        ),
        Ok(_) => Some(text.to_owned()),
        Err(error) => cx.refuse_with(
            node.span,
            Code::BadPattern,
            format!("`{}` is not a regular expression: {error}", clip(text)),
            "look-around, back-references and Unicode classes such as \\p{L} are not available",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_like_a_shell() {
        for (pattern, candidate, matches) in [
            ("db-*", "db-01", true),
            ("db-*", "web-01", false),
            ("db-01", "db-01", true),
            ("db-01", "db-011", false),
            ("*", "any", true),
            ("/opt/scripts/**", "/opt/scripts/a/b.sh", true),
            ("/opt/*/x", "/opt/a/b/x", false),
            ("**/rm", "/bin/rm", true),
            ("**/rm", "rm", true),
            ("**/rm", "/bin/rmdir", false),
            ("db-[0-9]", "db-7", true),
            ("{web,db}-1", "db-1", true),
        ] {
            assert_eq!(Glob::new(pattern).unwrap().matches(candidate), matches, "{pattern} {candidate}");
        }
        assert!(Glob::new("[").is_err() && Glob::new(&"*".repeat(257)).is_err());
    }
}
