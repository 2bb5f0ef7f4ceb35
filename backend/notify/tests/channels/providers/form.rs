use std::ops::RangeInclusive;

use crontopus_notify::testing::Seen;
use serde_json::{Map, Value};

/// What a provider has against a request.
pub(super) type Checked<T = ()> = Result<T, String>;

pub(super) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// A POST of JSON to this path; its body.
pub(super) fn body(seen: &Seen, method: &str, path: &str) -> Checked<Value> {
    ensure(seen.method == method && seen.path == path, || {
        format!("no such method: {} {}", seen.method, seen.path)
    })?;
    let kind = seen.header("content-type").unwrap_or_default();
    ensure(kind == "application/json; charset=utf-8", || format!("content type {kind}"))?;
    serde_json::from_str(&seen.body).map_err(|error| error.to_string())
}

/// An object with all of these fields, and at most those besides.
pub(super) fn object<'v>(
    value: &'v Value,
    what: &str,
    needed: &[&str],
    besides: &[&str],
) -> Checked<&'v Map<String, Value>> {
    let fields = value.as_object().ok_or_else(|| format!("{what} is no object: {value}"))?;
    for name in needed {
        ensure(fields.contains_key(*name), || format!("{what} has no {name}: {value}"))?;
    }
    for name in fields.keys() {
        ensure(needed.contains(&name.as_str()) || besides.contains(&name.as_str()), || {
            format!("{what} has an unknown {name}")
        })?;
    }
    Ok(fields)
}

/// A text of so many characters.
pub(super) fn text<'v>(value: &'v Value, what: &str, lengths: RangeInclusive<usize>) -> Checked<&'v str> {
    let text = value.as_str().ok_or_else(|| format!("{what} is no text: {value}"))?;
    let length = text.chars().count();
    ensure(lengths.contains(&length), || format!("{what} has {length} characters"))?;
    Ok(text)
}

/// The same where the field may be left out.
pub(super) fn maybe_text(fields: &Map<String, Value>, name: &str, lengths: RangeInclusive<usize>) -> Checked {
    fields.get(name).map_or(Ok(()), |value| text(value, name, lengths).map(drop))
}

pub(super) fn one_of(value: &Value, what: &str, words: &[&str]) -> Checked {
    ensure(value.as_str().is_some_and(|word| words.contains(&word)), || {
        format!("{what} is none of {words:?}: {value}")
    })
}

pub(super) fn link(value: &Value, what: &str, most: usize) -> Checked {
    let url = text(value, what, 1..=most)?;
    let is_link =
        url.starts_with("https://") && !url.contains(|c: char| c.is_whitespace() || "<>\"".contains(c));
    ensure(is_link, || format!("{what} is no address: {url}"))
}

pub(super) fn list<'v>(value: &'v Value, what: &str, counts: RangeInclusive<usize>) -> Checked<&'v [Value]> {
    let items = value.as_array().ok_or_else(|| format!("{what} is no list: {value}"))?;
    ensure(counts.contains(&items.len()), || format!("{what} has {} items", items.len()))?;
    Ok(items)
}

pub(super) fn moment(value: &Value, what: &str) -> Checked {
    let valid = value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok());
    ensure(valid, || format!("{what} is no moment: {value}"))
}

pub(super) fn flag(value: &Value, what: &str) -> Checked {
    ensure(value.is_boolean(), || format!("{what} is neither true nor false: {value}"))
}
