use std::collections::BTreeMap;

/// Reads `key=value`.
pub(crate) fn parse(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as key=value".to_owned()),
    }
}

/// `a=b, c=d`; `-` for none.
pub(crate) fn show(labels: &BTreeMap<String, String>) -> String {
    if labels.is_empty() {
        return "-".to_owned();
    }
    let pairs: Vec<_> = labels.iter().map(|(k, v)| crate::output::plain(&format!("{k}={v}"))).collect();
    pairs.join(", ")
}
