//! What a field means, from the same words as the JSON Schema.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::Kind;
use crate::choice::Choice;
use crate::quote::alternatives;
use crate::schema::json_schema;

/// Explains a field by its path, such as `spec.startWindow` or `Policy.spec.rules.minInterval`; without a
/// kind in front, that of a Job, or of the only kind that has it. `None` when there is no such field.
pub fn explain(field_path: &str) -> Option<String> {
    let path = field_path.trim().trim_start_matches('.');
    let (kinds, path) = split_kind(path);
    let (kind, node) = kinds.into_iter().find_map(|kind| Some((kind, find(kind, path)?)))?;
    Some(describe(kind, path, &node))
}

/// Every path that [`explain`] knows, with its kind in front; for completion and suggestions.
pub fn field_paths() -> Vec<String> {
    let mut found = Vec::new();
    for (word, kind) in Kind::WORDS {
        if let Some(root) = find(*kind, "") {
            collect(&root, word, &mut found, 0);
        }
    }
    found
}

fn collect(node: &Value, path: &str, found: &mut Vec<String>, depth: usize) {
    const DEEPEST: usize = 8;
    found.push(path.to_owned());
    if depth < DEEPEST {
        for (name, child) in properties(node) {
            collect(&child, &format!("{path}.{name}"), found, depth + 1);
        }
    }
}

fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(json_schema)
}

fn split_kind(path: &str) -> (Vec<Kind>, &str) {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    let named = Kind::WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(head));
    match named {
        Some((_, kind)) => (vec![*kind], rest),
        None => (Kind::WORDS.iter().map(|(_, kind)| *kind).collect(), path),
    }
}

fn find(kind: Kind, path: &str) -> Option<Value> {
    let documents = schema()["oneOf"].as_array()?;
    let mut node = documents.iter().find(|document| document["title"] == kind.as_str())?.clone();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let name = part.split('[').next().unwrap_or(part);
        node = properties(&node).remove(name)?;
    }
    Some(node)
}

/// The fields of an object, of the items of a list, and of every shape a value may have.
fn properties(node: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    gather(node, &mut found, 0);
    found
}

fn gather(node: &Value, found: &mut Map<String, Value>, depth: usize) {
    const DEEPEST: usize = 12;
    if depth > DEEPEST {
        return;
    }
    if let Some(target) = node["$ref"].as_str().and_then(|target| target.strip_prefix("#/$defs/")) {
        gather(&schema()["$defs"][target], found, depth + 1);
    }
    for (name, child) in node["properties"].as_object().into_iter().flatten() {
        found.entry(name.clone()).or_insert_with(|| child.clone());
    }
    for shapes in ["allOf", "anyOf", "oneOf"] {
        node[shapes].as_array().into_iter().flatten().for_each(|shape| gather(shape, found, depth + 1));
    }
    if node["items"].is_object() {
        gather(&node["items"], found, depth + 1);
    }
}

fn describe(kind: Kind, path: &str, node: &Value) -> String {
    let mut out = match path {
        "" => format!("{kind}\n"),
        path => format!("{kind}.{path}\n"),
    };
    let description = own_or_referred(node, "description");
    if let Some(text) = description.as_str() {
        out.push_str(&format!("\n{}\n", text.replace('\n', " ")));
    }
    let words: Vec<String> = own_or_referred(node, "enum")
        .as_array()
        .map(|words| words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    if !words.is_empty() {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        out.push_str(&format!("\nPossible: {}\n", alternatives(&words)));
    }
    if let Some(default) = node.get("default").filter(|default| !default.is_object()) {
        out.push_str(&format!(
            "\nDefault: {}\n",
            default.as_str().map_or_else(|| default.to_string(), str::to_owned)
        ));
    }
    if let Some(examples) = node["examples"].as_array() {
        let examples: Vec<&str> = examples.iter().filter_map(Value::as_str).collect();
        out.push_str(&format!("\nExamples: {}\n", examples.join(", ")));
    }
    let fields = properties(node);
    if !fields.is_empty() {
        out.push_str("\nFields:\n");
        for (name, child) in fields {
            let text = own_or_referred(&child, "description");
            let summary =
                text.as_str().unwrap_or_default().split(". ").next().unwrap_or_default().replace('\n', " ");
            out.push_str(format!("  {name}: {}", summary.trim_end_matches('.')).trim_end());
            out.push('\n');
        }
    }
    out
}

/// A field's own words before those of the type it refers to.
fn own_or_referred(node: &Value, word: &str) -> Value {
    if let Some(own) = node.get(word) {
        return own.clone();
    }
    let target = node["$ref"].as_str().and_then(|target| target.strip_prefix("#/$defs/"));
    target.map_or(Value::Null, |target| schema()["$defs"][target][word].clone())
}
