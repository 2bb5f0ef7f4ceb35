//! What is said about wrong manifests: place, field, words and help, all problems at once.

mod document;
mod execution;
mod other_kinds;
mod placement;
mod schedule;

use crontopus_manifest::parse_file;

/// The problems of a file, one a line: `line:column+length field [code] message (help)`.
fn problems(text: &str) -> String {
    let parsed = parse_file("production/a.yaml", text.as_bytes());
    let lines: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|d| {
            let help = d.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{}:{}+{} {} [{}] {}{help}", d.line, d.column, d.length, d.path, d.code, d.message)
        })
        .collect();
    assert_eq!(parsed.documents.len(), 0, "{text}");
    assert!(!parsed.rejected.is_empty(), "{text}");
    lines.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(problems(text), expected.join("\n"), "{text}");
}

/// A good job with a command, from line 7 on with `fields`.
#[track_caller]
fn check_job(fields: &str, expected: &[&str]) {
    let good = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  schedule: '0 2 * * *'\n  command: /bin/a\n";
    check(&format!("{good}{}", indent(fields)), expected);
}

/// A document of `kind` whose `spec` from line 5 on is this.
#[track_caller]
fn check_spec(kind: &str, fields: &str, expected: &[&str]) {
    check(
        &format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n{}", indent(fields)),
        expected,
    );
}

fn indent(fields: &str) -> String {
    fields.lines().map(|line| format!("  {line}\n")).collect()
}
