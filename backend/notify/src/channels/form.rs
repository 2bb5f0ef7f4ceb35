//! What settings of channels have in common.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A field of a channel's settings that is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field; empty when it is the whole.
    pub field: String,
    /// What is wrong and how to mend it.
    pub detail: String,
}

impl FieldProblem {
    pub(super) fn new(field: &str, detail: impl Into<String>) -> Self {
        Self { field: field.to_owned(), detail: detail.into() }
    }
}

/// More settings than this no channel needs.
const MOST: usize = 32 << 10;

/// Settings of one kind; an unknown field is an error.
pub(super) fn read<T: DeserializeOwned>(settings: &Value) -> Result<T, Vec<FieldProblem>> {
    if settings.to_string().len() > MOST {
        return Err(vec![FieldProblem::new("", format!("the settings are longer than {} KiB", MOST >> 10))]);
    }
    serde_json::from_value(settings.clone()).map_err(|error| {
        // The texts of serde name the field in backticks, or nothing.
        let text = error.to_string();
        let field = text.split('`').nth(1).filter(|_| text.contains("field")).unwrap_or_default().to_owned();
        vec![FieldProblem { field, detail: text }]
    })
}

/// What is shown of a secret: that it is there, and of an address its host.
pub(super) fn hidden(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::String(text) => match reqwest::Url::parse(text) {
            Ok(url) if url.has_host() => {
                json!(format!("{}://{}/•••", url.scheme(), url.host_str().unwrap_or_default()))
            }
            _ => json!("•••"),
        },
        Value::Object(fields) => fields.keys().map(|name| (name.clone(), json!("•••"))).collect(),
        _ => json!("•••"),
    }
}

/// Checks that a field is an address of the web.
pub(super) fn check_url(field: &str, text: &str, https: bool) -> Option<FieldProblem> {
    match reqwest::Url::parse(text) {
        Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && !https) => {
            let wrong = !url.username().is_empty() || url.password().is_some();
            wrong
                .then(|| FieldProblem::new(field, "credentials do not belong into the address; use a header"))
        }
        Ok(_) => Some(FieldProblem::new(field, "the address begins with https://")),
        Err(error) => Some(FieldProblem::new(field, format!("this is no address: {error}"))),
    }
}

/// Checks that a field is printable ASCII of a length, as keys and tokens are.
pub(super) fn check_key(
    field: &str,
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
) -> Option<FieldProblem> {
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Some(FieldProblem::new(field, "it has characters no key has; was more copied than the key?"));
    }
    (!lengths.contains(&text.len())).then(|| {
        let (least, most) = lengths.into_inner();
        FieldProblem::new(field, format!("it has {} characters; {least} to {most} are expected", text.len()))
    })
}
