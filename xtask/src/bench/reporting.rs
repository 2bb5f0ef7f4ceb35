//! Jobs that something else schedules and that report over HTTP, so that only their check-ins are looked at.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::tenant::Tenant;

/// Makes so many, with a clone in that directory.
pub(super) fn push_jobs(tenant: &Tenant, clone: &Path, jobs: usize) -> Result<()> {
    fs::create_dir_all(clone.join("bench"))?;
    for number in 0..jobs {
        let job = format!(
            "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{number}}}\nspec: {{every: 1h}}\n"
        );
        fs::write(clone.join(format!("bench/job-{number}.yaml")), job)?;
    }
    tenant.push(clone, "Jobs")
}

/// A file in that directory with one check-in for each job, after making sure that the server takes them.
pub(super) fn bodies(tenant: &Tenant, dir: &Path, jobs: usize) -> Result<PathBuf> {
    let body = |number: usize| json!({ "monitor": format!("bench/job-{number}"), "kind": "success" });
    let answer = tenant.api().create("/api/v1/check-ins", &body(0))?;
    let accepted = answer.pointer("/items/0/accepted").and_then(Value::as_bool);
    ensure!(accepted == Some(true), "the server does not take the check-ins: {answer}");
    let path = dir.join("bodies.jsonl");
    let lines: String = (0..jobs).map(|number| format!("{}\n", body(number))).collect();
    fs::write(&path, lines)?;
    Ok(path)
}
