use serde_json::Value as Json;

use crate::duration::parse_duration;
use crate::size::parse_size;

/// Writes a JSON value as block YAML in the order its keys have, so that one value has one text. Nulls
/// do not occur in canonical forms and are written as `null`.
pub(crate) fn emit(value: &Json) -> String {
    let mut out = String::new();
    match value {
        Json::Object(map) if !map.is_empty() => mapping(&mut out, map, 0, false),
        other => {
            inline(&mut out, other);
            out.push('\n');
        }
    }
    out
}

fn mapping(out: &mut String, map: &serde_json::Map<String, Json>, indent: usize, mut continued: bool) {
    for (key, value) in map {
        if !std::mem::take(&mut continued) {
            out.push_str(&" ".repeat(indent));
        }
        scalar(out, key);
        out.push(':');
        nested(out, value, indent);
    }
}

fn sequence(out: &mut String, items: &[Json], indent: usize) {
    for item in items {
        out.push_str(&" ".repeat(indent));
        out.push('-');
        match item {
            Json::Object(map) if !map.is_empty() => {
                out.push(' ');
                mapping(out, map, indent + 2, true);
            }
            other => nested(out, other, indent),
        }
    }
}

/// What follows `key:` or `-`.
fn nested(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Object(map) if !map.is_empty() => {
            out.push('\n');
            mapping(out, map, indent + 2, false);
        }
        Json::Array(items) if !items.is_empty() => {
            out.push('\n');
            sequence(out, items, indent + 2);
        }
        other => {
            out.push(' ');
            inline(out, other);
            out.push('\n');
        }
    }
}

fn inline(out: &mut String, value: &Json) {
    match value {
        Json::String(text) => scalar(out, text),
        Json::Object(_) => out.push_str("{}"),
        Json::Array(_) => out.push_str("[]"),
        other => out.push_str(&other.to_string()),
    }
}

/// Plain where no YAML reader could take it for anything but this text; otherwise double-quoted.
fn scalar(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

fn is_plain(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b'+');
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'/');
    const RESERVED: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"];
    let first = first || is_quantity(text);
    first
        && text.len() <= 512
        && text.bytes().all(|b| word(b) || b == b' ')
        && !text.ends_with(' ')
        && !RESERVED.iter().any(|reserved| text.eq_ignore_ascii_case(reserved))
}

/// `1h30m` and `64KiB` begin with a digit and are no numbers to any reader.
fn is_quantity(text: &str) -> bool {
    parse_duration(text).is_ok() || (text.ends_with('B') && parse_size(text).is_some())
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) && u32::from(c) > 0xFFFF => {
                out.push_str(&format!("\\U{:08X}", u32::from(c)))
            }
            c if needs_escape(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Characters that a reader would refuse, fold or not show.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_blocks() {
        let value = json!({
            "kind": "Job",
            "labels": {"version": "1.10", "on": "yes", "team": "platform"},
            "args": ["--a=b", "", "two words", "new\nline", "-"],
            "list": [{"a": 1, "b": [true]}, {"c": {}}],
            "none": [],
        });
        insta::assert_snapshot!(emit(&value), @r#"
        kind: Job
        labels:
          version: "1.10"
          "on": "yes"
          team: platform
        args:
          - "--a=b"
          - ""
          - two words
          - "new\nline"
          - "-"
        list:
          - a: 1
            b:
              - true
          - c: {}
        none: []
        "#);
    }
}
