//! The examples are manifests without a single problem, by the parser and by the JSON Schema.

use std::path::{Path, PathBuf};

use crontopus_manifest::{Kind, Repository, parse_file};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// Every file below `root`, with its path relative to it.
fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    collect(root, root, &mut found).expect("the examples can be read");
    found
}

fn collect(root: &Path, directory: &Path, found: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, found)?;
        } else {
            let name = path.strip_prefix(root).map_err(std::io::Error::other)?;
            found.push((name.to_string_lossy().into_owned(), std::fs::read(&path)?));
        }
    }
    Ok(())
}

fn assemble(name: &str) -> Repository {
    Repository::assemble(files(&examples().join(name)))
}

fn problems(repository: &Repository) -> Vec<String> {
    repository.diagnostics.iter().map(ToString::to_string).collect()
}

#[test]
fn the_repository_has_every_kind_and_no_problem() {
    let repository = assemble("repository");
    assert_eq!(problems(&repository), Vec::<String>::new());
    assert_eq!(
        repository.jobs.keys().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "default/renew-certificates",
            "monitoring/nightly-build",
            "monitoring/queue-heartbeat",
            "production/daily-backup",
            "production/daily-report",
            "production/quarterly-archive",
            "production/reindex",
            "production/rotate-keys",
            "staging/load-sample-data",
            "staging/warm-caches",
        ]
    );
    assert_eq!(repository.policies.len(), 2);
    assert_eq!(repository.routes.len(), 2);
    assert_eq!(repository.maintenance.len(), 2);
}

#[test]
fn the_quickstart_has_three_jobs_and_no_problem() {
    let repository = assemble("quickstart");
    assert_eq!(problems(&repository), Vec::<String>::new());
    let pings = |name: &str| repository.jobs[&format!("default/{name}").parse().unwrap()].body.is_ping();
    assert_eq!(repository.jobs.len(), 3);
    assert!(pings("pings") && !pings("succeeds") && !pings("fails"));
}

#[test]
fn canonical_forms_mean_the_same() {
    for (path, text) in
        files(&examples().join("repository")).into_iter().filter(|(path, _)| path.ends_with(".yaml"))
    {
        for document in parse_file(&path, &text).documents {
            let canonical = document.body.canonical_yaml();
            let again = crontopus_manifest::parse_document(&canonical).unwrap();
            assert_eq!(again.body, document.body, "{canonical}");
            assert_eq!(again.digest, document.digest);
            assert_eq!(again.body.canonical_yaml(), canonical);
        }
    }
}

#[test]
fn templates_are_manifests_without_problems() {
    for kind in [Kind::Job, Kind::Policy, Kind::Route, Kind::Maintenance] {
        let parsed = parse_file("production/new.yaml", crontopus_manifest::template("new", kind).as_bytes());
        assert_eq!(parsed.diagnostics, [], "{kind}");
        assert_eq!(parsed.documents[0].kind, kind);
        assert_eq!(parsed.documents[0].key.as_str(), "production/new");
    }
}
