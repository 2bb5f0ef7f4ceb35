//! Spec files and what belongs to them: written before the native entry, removed after it.

use std::fs;
use std::path::Path;

use anyhow::Context;
use crontopus_manifest::spec::{Layout, SpecFile};

use crate::files;
use crate::host::User;

/// Makes the directories agent and wrappers share.
pub(crate) fn prepare(layout: &Layout) -> anyhow::Result<()> {
    files::directory(layout.root(), 0o711)?;
    for dir in ["jobs", "locks", "claims", "bin"] {
        files::directory(&layout.root().join(dir), 0o711)?;
    }
    files::directory(&layout.spool(), 0o1733)
}

/// A spec file's bytes.
pub(crate) fn bytes(spec: &SpecFile) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(spec).expect("a spec has text keys only");
    bytes.push(b'\n');
    bytes
}

/// Writes the spec of one job for its user, and the lock and the claim that user will take.
pub(crate) fn write(layout: &Layout, spec: &SpecFile, user: &User) -> anyhow::Result<()> {
    let path = layout.spec(&spec.job);
    let root = rustix::process::geteuid().is_root();
    let group = root.then_some((0, user.gid));
    for file in [&path, &layout.lock(&spec.job), &layout.claim(&spec.job)] {
        files::directory(file.parent().context("a job has a namespace")?, 0o711)?;
    }
    for file in [layout.lock(&spec.job), layout.claim(&spec.job)] {
        if !file.exists() {
            files::replace_owned(&file, b"", 0o600, root.then_some((user.uid, user.gid)))?;
        }
    }
    files::replace_owned(&path, &bytes(spec), 0o640, group)
}

/// The spec that stands for a job; `None` when there is none that can be read.
pub(crate) fn read(layout: &Layout, job: &str) -> Option<SpecFile> {
    serde_json::from_slice(&fs::read(layout.spec(job)).ok()?).ok()
}

/// Removes what belongs to a job, unfinished files included. A run that still goes on keeps its lock open and is not disturbed.
pub(crate) fn remove(layout: &Layout, job: &str) -> anyhow::Result<()> {
    for file in [layout.spec(job), layout.claim(job), layout.lock(job)] {
        files::remove(&file)?;
        files::remove(&files::temporary(&file)?)?;
    }
    Ok(())
}

/// Every job that has a spec file.
pub(crate) fn list(layout: &Layout) -> anyhow::Result<Vec<String>> {
    let root = layout.root().join("jobs");
    let mut jobs = Vec::new();
    for namespace in subentries(&root)? {
        for file in subentries(&root.join(&namespace))? {
            if let Some(name) = file.strip_suffix(".json").filter(|name| !name.starts_with('.')) {
                jobs.push(format!("{namespace}/{name}"));
            }
        }
    }
    jobs.sort();
    Ok(jobs)
}

fn subentries(dir: &Path) -> anyhow::Result<Vec<String>> {
    match fs::read_dir(dir) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => {
            let read = || format!("cannot read {}", dir.display());
            entries
                .with_context(read)?
                .map(|entry| Ok(entry.with_context(read)?.file_name().to_string_lossy().into_owned()))
                .collect()
        }
    }
}

/// Copies the wrapper next to the state, so that an upgrade never pulls a program away under a job.
pub(crate) fn install_wrapper(layout: &Layout, from: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(from).with_context(|| {
        format!(
            "cannot read the wrapper {}\nhint: crontopus-run is installed beside crontopus-agent",
            from.display()
        )
    })?;
    let target = layout.wrapper();
    if fs::read(&target).ok().as_deref() == Some(&bytes) {
        return Ok(());
    }
    files::replace(&target, &bytes, 0o755)
}
