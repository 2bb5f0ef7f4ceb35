//! What a commit says of the jobs, in the newest form that can be believed.

use std::collections::BTreeMap;

use anyhow::{anyhow, ensure};
use crontopus_gitrepo::fetch::{FetchOptions, Remote};
use crontopus_gitrepo::{CommitId, Skipped};
use crontopus_manifest::{Declared, Job, JobKey, Kind, Policy, Repository};

use super::{Clone, Standing, id};

/// What a commit says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    /// The commit.
    pub(crate) commit: String,
    /// Every valid job.
    pub(crate) jobs: Vec<Job>,
    /// Jobs whose newest form has errors, in their last valid form, each with what to say of it.
    pub(crate) kept: Vec<(Job, String)>,
    /// Jobs whose newest form has errors and whose last valid form cannot be had or is not believed, each
    /// with the reason: what stands of them stays.
    pub(crate) lacking: Vec<(String, String)>,
    /// Every valid policy.
    pub(crate) policies: Vec<Policy>,
    /// Whether the commit is signed, as far as this host is concerned.
    pub(crate) signed: bool,
    /// Whether its message, or one between it and the applied commit, says that removals are meant.
    pub(crate) allows_removal: bool,
}

/// Everything at one commit.
struct Contents {
    repository: Repository,
    skipped: Vec<Skipped>,
}

impl Contents {
    /// Whether the commit holds a form of this job that has errors and none that is valid, so that an older
    /// one has to do.
    fn lacks(&self, key: &JobKey, file: &str) -> bool {
        !self.repository.jobs.contains_key(key)
            && (self.repository.stays_in_force(Kind::Job, key, file)
                || self.skipped.iter().any(|skipped| skipped.path == file))
    }

    /// The same where the job's file is not known: a document without a name that can be read may be it.
    fn may_lack(&self, key: &JobKey) -> bool {
        let mut rejected = self.repository.rejected.iter();
        rejected.any(|one| one.key.as_ref().is_none_or(|named| named == key)) || !self.skipped.is_empty()
    }
}

impl Clone {
    /// Reads what `commit` says. `last_valid` names, for jobs with errors, the commit of their last valid
    /// form. The server says so, and it is believed only as far as the commit itself bears it out: the job
    /// must have errors there, and the older commit be as trusted and an ancestor.
    pub(crate) fn read(
        &mut self,
        remote: Option<&Remote>,
        commit: &str,
        last_valid: &BTreeMap<String, String>,
        standing: &Standing<'_>,
    ) -> anyhow::Result<Snapshot> {
        let tip = id(commit)?;
        let contents = self.contents(tip)?;
        let (mut kept, mut lacking) = (Vec::new(), Vec::new());
        for (job, older) in last_valid {
            let Ok(key) = job.parse::<JobKey>() else { continue };
            if contents.repository.jobs.contains_key(&key) {
                tracing::warn!(job, commit = older, "its newest form is valid; the older one is not taken");
                continue;
            }
            match self.older(remote, &key, (tip, older), standing) {
                Ok(found) if contents.lacks(&key, &found.file) => {
                    let short = older.get(..12).unwrap_or(older);
                    let said = format!("the newest manifest has errors; the form of {short} stays in force");
                    kept.push((found.body, said));
                }
                Ok(_) => {
                    tracing::warn!(
                        job,
                        commit = older,
                        "the commit does not hold it; the older form is not taken"
                    )
                }
                Err(e) => {
                    tracing::warn!(job, commit = older, "the last valid form is not taken: {e:#}");
                    if contents.may_lack(&key) {
                        lacking.push((job.clone(), format!("the newest manifest has errors, and {e:#}")));
                    }
                }
            }
        }
        let Contents { repository, .. } = contents;
        Ok(Snapshot {
            commit: commit.into(),
            jobs: repository.jobs.into_values().map(|declared| declared.body).collect(),
            kept,
            lacking,
            policies: repository.policies.into_values().map(|declared| declared.body).collect(),
            signed: self.is_signed(tip, standing.settings)?,
            allows_removal: self.allows_removal(tip, standing.applied)?,
        })
    }

    /// The form of a job at an older commit, which must be as good as the newest.
    fn older(
        &mut self,
        remote: Option<&Remote>,
        key: &JobKey,
        (tip, commit): (CommitId, &str),
        standing: &Standing<'_>,
    ) -> anyhow::Result<Declared<Job>> {
        let commit = id(commit)?;
        if let Some(remote) = remote.filter(|_| !self.repo.has_commit(commit)) {
            self.repo.fetch_commit(remote, commit, &FetchOptions::default())?;
            self.reopen()?;
        }
        self.trust(commit, standing.settings)?;
        ensure!(
            self.repo.is_ancestor(commit, tip)?,
            "{commit}, which is to hold its last valid form, is no ancestor of {tip}"
        );
        let mut jobs = self.contents(commit)?.repository.jobs;
        jobs.remove(key).ok_or_else(|| anyhow!("it is not at {commit}"))
    }

    fn contents(&self, commit: CommitId) -> anyhow::Result<Contents> {
        let manifests = self.repo.read_manifests(commit)?;
        let files = manifests.files.into_iter().map(|file| (file.path, file.bytes));
        Ok(Contents { repository: Repository::assemble(files), skipped: manifests.skipped })
    }
}
