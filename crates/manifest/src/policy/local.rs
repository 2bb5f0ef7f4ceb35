use super::Policy;
use crate::document::{Body, parse_with_home};
use crate::metadata::Home;
use crate::{Code, Diagnostic};

/// Reads a host's own policy file: policies only, in no namespace of a repository. Each rule only
/// forbids, so that together with the repository's policies they can only tighten.
pub fn parse_local(path: &str, text: &[u8]) -> (Vec<Policy>, Vec<Diagnostic>) {
    let parsed = parse_with_home(path, text, Home::Declared);
    let mut diagnostics = parsed.diagnostics;
    let mut policies = Vec::new();
    for document in parsed.documents {
        match document.body {
            Body::Policy(policy) => policies.push(policy),
            _ => diagnostics.push(
                Diagnostic {
                    line: document.line,
                    column: 1,
                    ..Diagnostic::of_file(
                        path,
                        Code::UnknownKind,
                        format!("a host's own file holds policies, not a {}", document.kind),
                    )
                }
                .with_help("put it into the repository"),
            ),
        }
    }
    (policies, diagnostics)
}
