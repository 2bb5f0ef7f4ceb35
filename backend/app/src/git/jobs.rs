use crontopus_domain::statistics::DurationChange;
use crontopus_gitrepo::{CommitId, Repo};
use crontopus_manifest::{Body, Declared, Document, Job, JobKey, document_text};
use crontopus_store::{FiledDiagnostic, JobFilter, JobForm, JobRevision, Listed, NamespaceCount, Paging};

use super::paths::{Work, blocking};
use super::projection::{job_form, job_of, parse};
use super::status::no_commit;
use crate::access::Actor;
use crate::{App, Error, Result};

/// Stands for the time before the first commit, as in Git's hooks.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// A job with what its newest form has wrong.
#[derive(Debug, Clone)]
pub struct JobDetail {
    /// The form in force.
    pub form: JobForm,
    /// The same, understood.
    pub job: Job,
    /// Problems of its file, if a newer form is not in force.
    pub diagnostics: Vec<FiledDiagnostic>,
}

/// A job as it stood at a commit.
#[derive(Debug, Clone)]
pub(super) struct JobAt {
    /// The commit.
    pub(super) commit: String,
    /// Path of its file there.
    pub(super) file: String,
    /// The line its document begins at.
    pub(super) line: usize,
    /// SHA-256 of its canonical form, hex.
    digest: String,
    /// The document as it was committed, comments included.
    pub(super) source: String,
    /// What it said.
    job: Job,
}

/// Two forms of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobChange {
    /// Commit compared from.
    pub from: String,
    /// Commit compared to.
    pub to: String,
    /// Unified diff of the canonical forms; empty when nothing changed.
    pub diff: String,
}

impl App {
    /// Jobs in force, by namespace and name.
    pub async fn list_jobs(
        &self,
        actor: &Actor,
        filter: &JobFilter,
        paging: &Paging,
    ) -> Result<Listed<JobForm>> {
        Ok(self.read(actor.tenant_id).await?.list_jobs(filter, self.now_ms(), paging).await?)
    }

    /// Namespaces with jobs in force.
    pub async fn list_namespaces(&self, actor: &Actor, paging: &Paging) -> Result<Listed<NamespaceCount>> {
        Ok(self.read(actor.tenant_id).await?.list_namespaces(paging).await?)
    }

    /// One job in force.
    pub async fn get_job(&self, actor: &Actor, namespace: &str, name: &str) -> Result<JobDetail> {
        let mut read = self.read(actor.tenant_id).await?;
        let form = read.find_job(namespace, name).await?.ok_or_else(|| missing(namespace, name))?;
        let diagnostics = if form.invalid {
            read.list_diagnostics_of_file(form.repository_id, &form.file).await?
        } else {
            Vec::new()
        };
        let job = job_of(&form.manifest)?;
        Ok(JobDetail { form, job, diagnostics })
    }

    /// Commits that changed a job, newest first.
    pub async fn list_job_history(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        paging: &Paging,
    ) -> Result<Listed<JobRevision>> {
        let mut read = self.read(actor.tenant_id).await?;
        let form = read.find_job(namespace, name).await?.ok_or_else(|| missing(namespace, name))?;
        Ok(read.list_revisions(form.id, paging).await?)
    }

    /// The same, each with how long good runs took before and after it.
    pub async fn list_job_changes(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        paging: &Paging,
    ) -> Result<Listed<(JobRevision, DurationChange)>> {
        let listed = self.list_job_history(actor, namespace, name, paging).await?;
        let Some(first) = listed.rows.first() else {
            return Ok(listed.map(|row| (row, DurationChange::default())));
        };
        let moments: Vec<i64> = listed.rows.iter().map(|row| row.authored_at).collect();
        let mut read = self.read(actor.tenant_id).await?;
        let changes = read.list_duration_changes(first.job_id, &moments).await?;
        Ok(listed.map(|row| {
            let change = changes.get(&row.authored_at).copied().unwrap_or_default();
            (row, change)
        }))
    }

    /// A job as it stood at a commit, which may be given by its first digits (at least 7): its form then, and
    /// the document as it was committed.
    pub async fn get_job_at(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        commit: &str,
    ) -> Result<(JobDetail, String)> {
        let found = self.forms_at(actor, namespace, name, &[commit]).await?;
        let [Some(at)] = <[_; 1]>::try_from(found).map_err(|_| no_commit(commit))? else {
            return Err(Error::not_found(format!("job {namespace}/{name} at {commit}")));
        };
        let now = self.get_job(actor, namespace, name).await?.form;
        let JobAt { commit, file, line, digest, source, job } = at;
        let declared = Declared { body: job, file, line, digest };
        let form = job_form(now.repository_id, now.id, &declared, &commit, now.updated_at);
        Ok((JobDetail { form, job: declared.body, diagnostics: Vec::new() }, source))
    }

    /// How a job differs between two commits: when absent, the last commit that changed it, and the change before
    /// that one (all zeros when there was none).
    pub async fn diff_job(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        (from, to): (Option<&str>, Option<&str>),
    ) -> Result<JobChange> {
        let last = match (from, to) {
            (Some(_), Some(_)) => Vec::new(),
            _ => self.list_job_history(actor, namespace, name, &Paging::first(2)).await?.rows,
        };
        let changed = |n: usize| last.get(n).map(|revision| revision.commit.as_str());
        let to = to.or(changed(0)).unwrap_or(NO_COMMIT);
        let from = from.or(changed(1)).unwrap_or(NO_COMMIT);
        let commits = (from, to);
        let found = self.forms_at(actor, namespace, name, &[commits.0, commits.1]).await?;
        let text = |at: &Option<JobAt>| at.as_ref().map(|at| at.job.canonical_yaml()).unwrap_or_default();
        let [old, new] = <[_; 2]>::try_from(found).map_err(|_| no_commit(commits.0))?;
        if old.is_none() && new.is_none() {
            return Err(Error::not_found(format!("job {namespace}/{name} at either commit")));
        }
        let id =
            |at: &Option<JobAt>, asked: &str| at.as_ref().map_or(asked.to_owned(), |at| at.commit.clone());
        let (from, to) = (id(&old, commits.0), id(&new, commits.1));
        let (old, new) = (text(&old), text(&new));
        let diff = similar::TextDiff::from_lines(&old, &new);
        let header = |side: &str, commit: &str| {
            format!("{side}/{namespace}/{name}@{}", &commit[..commit.len().min(12)])
        };
        let diff = match old == new {
            true => String::new(),
            false => diff.unified_diff().header(&header("a", &from), &header("b", &to)).to_string(),
        };
        Ok(JobChange { from, to, diff })
    }

    /// The forms of a job at commits, read from Git; `None` where there was no valid one.
    pub(super) async fn forms_at(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        commits: &[&str],
    ) -> Result<Vec<Option<JobAt>>> {
        let key: JobKey = format!("{namespace}/{name}").parse().map_err(|_| missing(namespace, name))?;
        let mut read = self.read(actor.tenant_id).await?;
        let form = read.find_job(namespace, name).await?.ok_or_else(|| missing(namespace, name))?;
        let history = read.list_revisions(form.id, &Paging::first(200)).await?.rows;
        let slug = read.get_tenant().await?.slug;
        drop(read);
        // Where the job was is nearly always one of the files it is known to have been in.
        let mut files: Vec<String> = vec![form.file];
        for revision in history {
            if !files.contains(&revision.file) {
                files.push(revision.file);
            }
        }
        let path = self.repository_path(actor.tenant_id, form.repository_id);
        let commits: Vec<String> = commits.iter().map(|c| (*c).to_owned()).collect();
        let asked = commits.clone();
        let found = blocking("reading a job's history", move || {
            let repo = Repo::open(&path)?;
            let mut found = Vec::new();
            for commit in commits {
                if commit == NO_COMMIT {
                    found.push(None);
                    continue;
                }
                let Some(id) = resolve(&repo, &commit)? else { return Ok(Err(commit)) };
                found.push(form_at(&repo, id, &key, &files, &slug)?);
            }
            Ok(Ok(found))
        })
        .await?;
        found.map_err(|commit| no_commit(asked.iter().find(|a| **a == commit).unwrap_or(&commit)))
    }
}

fn resolve(repo: &Repo, text: &str) -> Work<Option<CommitId>> {
    Ok(repo.resolve(text)?)
}

fn form_at(
    repo: &Repo,
    commit: CommitId,
    key: &JobKey,
    files: &[String],
    tenant: &str,
) -> Work<Option<JobAt>> {
    for file in files {
        if let Some(file) = repo.read_file(commit, file)?
            && let Some(found) = pick(&file, key, commit, tenant)
        {
            return Ok(Some(found));
        }
    }
    let all = repo.read_manifests(commit)?;
    Ok(all.files.iter().find_map(|file| pick(file, key, commit, tenant)))
}

fn pick(file: &crontopus_gitrepo::File, key: &JobKey, commit: CommitId, tenant: &str) -> Option<JobAt> {
    let text = key.name().as_bytes();
    if !file.bytes.windows(text.len()).any(|window| window == text) {
        return None;
    }
    parse(&file.path, &file.bytes, tenant).documents.into_iter().find_map(|document| match document.body {
        Body::Job(ref job) if document.key == *key => {
            let job = job.clone();
            let source = document_text(&file.bytes, document.line).to_owned();
            let Document { file, line, digest, .. } = document;
            Some(JobAt { commit: commit.to_string(), file, line, digest, source, job })
        }
        _ => None,
    })
}

pub(super) fn missing(namespace: &str, name: &str) -> Error {
    Error::not_found(format!("job {namespace}/{name}"))
}
