//! How long reading a repository takes: the target is 10,000 manifests in less than a second.

use crontopus_manifest::{Repository, parse_file};
use divan::Bencher;

const TYPICAL: &str = include_str!("../../../examples/repository/production/db/backup.yaml");

fn main() {
    divan::main();
}

/// One manifest with nearly every field.
#[divan::bench]
fn parse_one() -> crontopus_manifest::ParsedFile {
    parse_file("production/db/backup.yaml", divan::black_box(TYPICAL.as_bytes()))
}

/// A repository of so many files with one job each.
#[divan::bench(args = [1_000, 10_000], sample_count = 5)]
fn assemble(bencher: Bencher<'_, '_>, files: usize) {
    let without_uid: String =
        TYPICAL.lines().filter(|line| !line.contains("uid:")).map(|line| format!("{line}\n")).collect();
    let manifests: Vec<(String, Vec<u8>)> = (0..files)
        .map(|n| {
            let text = without_uid.replace("name: daily-backup", &format!("name: job-{n}"));
            (format!("production/job-{n}.yaml"), text.into_bytes())
        })
        .collect();
    bencher.with_inputs(|| manifests.clone()).bench_values(Repository::assemble);
}
