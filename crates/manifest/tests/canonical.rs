//! The canonical form: it reads back as the same, and depends on the meaning alone.

use crontopus_manifest::{Body, Document, Job, parse_document, parse_file};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn only(text: &str) -> Document {
    let mut parsed = parse_file("production/a.yaml", text.as_bytes());
    assert_eq!(parsed.diagnostics, [], "{text}");
    assert_eq!(parsed.documents.len(), 1, "{text}");
    parsed.documents.remove(0)
}

fn job(text: &str) -> Job {
    match only(text).body {
        Body::Job(job) => job,
        other => panic!("expected a job, found {other:?}"),
    }
}

#[test]
fn meaning_alone_decides_the_digest() {
    let plain = only(
        "apiVersion: crontopus/v1\nkind: Job\nmetadata:\n  name: a\n  labels:\n    x: '1'\n    y: b\nspec:\n  schedule: 0 2 * * *\n  command: /bin/a\n  maxRuntime: 1h30m\n  args: [a, '1']\n  output:\n    limit: 64KiB\n",
    );
    for same in [
        // Flow style, another order, comments, quotes, other spellings of the same values, defaults written out.
        "{spec: {args: ['a', 1], maxRuntime: 90m, command: '/bin/a', schedule: [\"0  2 * * *\"]}, kind: Job, metadata: {labels: {y: b, x: 1}, name: a}, apiVersion: v1}",
        "# note\napiVersion: v1\nkind: Job\nmetadata: {name: a, namespace: production, labels: {x: 1, y: b}, annotations: {}}\nspec: {schedule: '0 2 * * *', command: /bin/a, maxRuntime: PT90M, args: [a, \"1\"], shell: false, enabled: true, output: {limit: 65536, capture: tail}, alerts: {after: 1}, on-demand: false, startWindow: {early: 60s}}",
    ] {
        let document = only(same);
        assert_eq!(document.digest, plain.digest, "{same}");
        assert_eq!(document.body, plain.body);
    }
    for other in ["maxRuntime: 1h31m", "enabled: false", "args: ['1', a]"] {
        let (field, _) = other.split_once(':').unwrap();
        let mut lines: Vec<&str> = plain_lines(field);
        let added = format!("  {other}");
        lines.push(&added);
        assert_ne!(only(&lines.join("\n")).digest, plain.digest, "{other}");
    }
}

/// The first manifest above without `field`.
fn plain_lines(field: &str) -> Vec<&'static str> {
    let text = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: a, labels: {x: 1, y: b}}\nspec:\n  schedule: 0 2 * * *\n  command: /bin/a\n  maxRuntime: 1h30m\n  args: [a, '1']";
    text.lines().filter(|line| !line.trim_start().starts_with(&format!("{field}:"))).collect()
}

#[test]
fn the_canonical_form_is_this() {
    let job = job(r#"
kind: Job
apiVersion: v1
metadata: {name: a, labels: {team: db, version: 1.10}}
spec:
  command: /bin/a
  host: {names: ["db-*"], selector: {role: db, matchExpressions: [{key: env, operator: In, values: [x]}]}}
  kill: true
  maxRuntime: 3600s
  every: PT15M
  env: {B: "100 % \"done\"\n", A: yes}
  shell: /bin/bash
  alerts: {routes: [b, a], severity: warning, after: 2}
"#);
    insta::assert_snapshot!(job.canonical_yaml(), @r#"
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: a
      namespace: production
      labels:
        team: db
        version: "1.10"
    spec:
      every: 15m
      command: /bin/a
      shell: /bin/bash
      env:
        A: "yes"
        B: "100 % \"done\"\n"
      host:
        selector:
          role: db
          matchExpressions:
            - key: env
              operator: In
              values:
                - x
        names:
          - "db-*"
      maxRuntime: 1h
      kill:
        after: 1h
      alerts:
        after: 2
        routes:
          - b
          - a
    "#);
}

/// Any text a YAML string can hold, with what breaks writers in it.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,24}",
        "\\PC{1,12}",
        prop::sample::select(vec![
            "",
            "null",
            "~",
            "true",
            "NO",
            "1.10",
            "0x1F",
            "- a",
            "a: b",
            "#x",
            "a #b",
            " lead",
            "trail ",
            "'",
            "\"",
            "\\",
            "\n",
            "a\nb\n",
            "\t",
            "%",
            "*x",
            "&x",
            "!x",
            "|",
            ">",
            "[",
            "{",
            "?",
            "---",
            "...",
            "\u{85}",
            "\u{2028}",
            "\u{FEFF}",
            "\u{202E}",
            "\u{1b}[0m",
            "🦑",
            "=",
            "<<",
            "2026-12-05"
        ])
        .prop_map(str::to_owned),
    ]
}

fn label() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?"
}

fn duration() -> impl Strategy<Value = Value> {
    (1_u64..80_000).prop_map(|seconds| json!(format!("{seconds}s")))
}

fn timing() -> impl Strategy<Value = (&'static str, Value)> {
    prop_oneof![
        prop::sample::select(vec![
            "0 2 * * *",
            "*/5 * * * 1-5",
            "@daily",
            "0 12 LW * *",
            "30 4 ? * MON#1",
            "@reboot"
        ])
        .prop_map(|cron| ("schedule", json!(cron))),
        prop::sample::subsequence(vec!["0 1 * * *", "0 2 * * *", "@weekly"], 1..=3)
            .prop_map(|crons| ("schedule", json!(crons))),
        (1_u64..5_000).prop_map(|minutes| ("every", json!(format!("{minutes}m")))),
        Just(("on-demand", json!(true))),
    ]
}

fn optional(
    name: &'static str,
    value: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Option<(&'static str, Value)>> {
    prop::option::of(value.prop_map(move |value| (name, value)))
}

fn texts(most: usize) -> impl Strategy<Value = Value> {
    prop::collection::vec(any_text(), 0..most).prop_map(|texts| json!(texts))
}

/// A valid manifest of a job as a JSON value.
fn manifest() -> impl Strategy<Value = Value> {
    let fields = (
        timing(),
        optional(
            "timezone",
            prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York"])
                .prop_map(|zone| json!(zone)),
        ),
        optional("args", texts(6)),
        optional(
            "env",
            prop::collection::btree_map("[A-Z_][A-Z0-9_]{0,8}", any_text(), 0..5).prop_map(|env| json!(env)),
        ),
        optional("shell", prop_oneof![Just(json!(true)), Just(json!(false)), Just(json!("/bin/bash"))]),
        optional(
            "host",
            prop::collection::btree_map(label(), label(), 0..3)
                .prop_map(|labels| json!({"selector": labels})),
        ),
        optional(
            "retry",
            (1_u32..=20, duration())
                .prop_map(|(attempts, delay)| json!({"attempts": attempts, "delay": delay})),
        ),
        optional(
            "kill",
            (duration(), prop::sample::select(vec!["TERM", "SIGINT", "kill"]))
                .prop_map(|(after, signal)| json!({"after": after, "signal": signal})),
        ),
        optional("maxRuntime", duration()),
        optional(
            "output",
            (1_024_u64..=1 << 20, any::<bool>())
                .prop_map(|(limit, quiet)| json!({"limit": limit, "quiet": quiet, "redact": ["a+"]})),
        ),
        optional(
            "alerts",
            (1_u32..=100, prop::sample::select(vec!["info", "critical"]))
                .prop_map(|(after, severity)| json!({"after": after, "severity": severity})),
        ),
        optional("paused", any::<bool>().prop_map(|paused| json!(paused))),
    );
    (label(), prop::collection::btree_map(label(), label(), 0..4), fields).prop_map(|(name, labels, fields)| {
        let (timing, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11) = fields;
        let mut spec = Map::new();
        spec.insert("command".to_owned(), json!("/bin/a"));
        for (field, value) in [Some(timing), f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11].into_iter().flatten() {
            spec.insert(field.to_owned(), value);
        }
        json!({"apiVersion": "v1", "kind": "Job", "metadata": {"name": name, "labels": labels}, "spec": spec})
    })
}

/// The same value with the keys of every mapping in the opposite order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

/// JSON as ASCII: a text file may hold no control or invisible character, an escape may stand for any.
fn ascii_json(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("a value is JSON");
    let mut units = [0; 2];
    text.chars()
        .map(|c| match c {
            '\n' | ' '..='~' => c.to_string(),
            c => c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect(),
        })
        .collect()
}

proptest! {
    #[test]
    fn canonical_forms_read_back_as_the_same(manifest in manifest()) {
        let text = ascii_json(&manifest);
        let document = only(&text);
        let canonical = document.body.canonical_yaml();
        let again = parse_document(&canonical).map_err(|problems| TestCaseError::fail(format!("{problems:?}\n{canonical}")))?;
        prop_assert_eq!(&again.body, &document.body, "{}", canonical);
        prop_assert_eq!(&again.digest, &document.digest);
        prop_assert_eq!(again.body.canonical_yaml(), canonical);
    }

    #[test]
    fn key_order_changes_nothing(manifest in manifest()) {
        let one = only(&ascii_json(&manifest));
        let other = only(&ascii_json(&reversed(&manifest)));
        prop_assert_eq!(one.digest, other.digest);
    }
}
