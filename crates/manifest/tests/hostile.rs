//! The examples, damaged at random: always documents and diagnostics with a place inside the file, soon. The same for
//! what the agent reads on a host: spec files and records. `PROPTEST_CASES` says how long to go on.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crontopus_manifest::spec::{SpecFile, SpoolRecord};
use crontopus_manifest::{Repository, parse_document, parse_file};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// What is put in the place of how many bytes, and where.
type Edits = Vec<(Index, usize, Vec<u8>)>;

fn edits() -> impl Strategy<Value = Edits> {
    vec((any::<Index>(), 0_usize..40, vec(any::<u8>(), 0..12)), 1..8)
}

fn damaged(good: &[u8], edits: Edits) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (at, length, with) in edits {
        let at = at.index(bytes.len() + 1);
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, with);
    }
    bytes
}

/// Every manifest of the examples.
fn examples() -> &'static [Vec<u8>] {
    static EXAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let mut found = Vec::new();
        collect(Path::new("../../examples"), &mut found);
        found.sort();
        assert!(found.len() > 5);
        found.into_iter().map(|path| fs::read(path).unwrap()).collect()
    })
}

fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

fn check(bytes: &[u8]) {
    let parsed = parse_file("production/a.yaml", bytes);
    let lines = bytes.split(|byte| *byte == b'\n').count();
    for diagnostic in &parsed.diagnostics {
        assert!(diagnostic.line <= lines + 1, "{diagnostic:?}");
        assert!(diagnostic.message.len() < 4 << 10, "an error does not repeat the file");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        parse_document(text).ok();
    }
    let other = examples()[0].clone();
    Repository::assemble([("production/a.yaml".into(), bytes.to_vec()), ("production/b.yaml".into(), other)]);
}

proptest! {
    #[test]
    fn hostile_manifests(which in any::<Index>(), edits in edits()) {
        let good: &Vec<u8> = which.get(examples());
        check(&damaged(good, edits));
    }

    /// The beginning of one and the end of another.
    #[test]
    fn hostile_mixtures(one in any::<Index>(), other in any::<Index>(), cuts in any::<(Index, Index)>()) {
        let (one, other): (&Vec<u8>, &Vec<u8>) = (one.get(examples()), other.get(examples()));
        let (to, from) = (cuts.0.index(one.len()), cuts.1.index(other.len()));
        check(&[&one[..to], &other[from..]].concat());
    }

    #[test]
    fn hostile_spec_files(edits in edits()) {
        let good = br#"{"format":1,"job":"prod/a","digest":"d","command":"x","args":["a"],"shell":"sh","user":"app",
            "env":{"A":"b"},"kill":{"after_ms":5,"signal":"TERM","grace_ms":5},"concurrency":"forbid",
            "retry":{"attempts":3,"delay_ms":9},"output":{"capture":"tail","limit":9,"redact":["x+"],"success_output":true},
            "guard":{"schedule":{"cron":["0 2 * * *"]},"timezone":"Europe/Berlin","tolerance_seconds":60}}"#;
        serde_json::from_slice::<SpecFile>(&damaged(good, edits)).ok();
    }

    #[test]
    fn hostile_records(edits in edits()) {
        let good = br#"{"format":1,"job":"prod/a","run_id":"r","kind":"end","at":"2026-11-23T12:00:00Z","exit_status":3,
            "attempts":[{"started_at":"2026-11-23T12:00:00Z","duration_ms":5,"exit_status":3}],
            "output":{"head":"aGk=","total_bytes":2,"dropped_bytes":0},"resources":{"user_ms":1,"system_ms":1,"max_rss_kib":1}}"#;
        serde_json::from_slice::<SpoolRecord>(&damaged(good, edits)).ok();
    }
}
