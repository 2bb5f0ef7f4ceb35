use crontopus_ids::{JobId, RepositoryId};
use crontopus_manifest::{Body, Declared, Document, Job, Kind, Placement, format_schedule, parse_document};
use crontopus_store::{DocumentForm, JobForm};

use super::world::InForce;
use crate::{Error, Result};

/// The row of a job's form at a commit.
pub(crate) fn job_form(
    repository_id: RepositoryId,
    id: JobId,
    declared: &Declared<Job>,
    commit: &str,
    now: i64,
) -> JobForm {
    let job = &declared.body;
    JobForm {
        id,
        repository_id,
        namespace: job.key().namespace().to_owned(),
        name: job.key().name().to_owned(),
        uid: job.metadata.uid.as_ref().map(|uid| uid.as_str().to_owned()),
        description: job.description.clone(),
        schedule: format_schedule(&job.schedule),
        timezone: job.timezone.clone(),
        labels: job.metadata.labels.clone(),
        ping: job.is_ping(),
        one_host: job.host.as_ref().is_some_and(|host| host.placement == Placement::One),
        enabled: job.enabled,
        paused: job.paused,
        file: declared.file.clone(),
        line: i64::try_from(declared.line).unwrap_or(i64::MAX),
        commit: commit.to_owned(),
        digest: declared.digest.clone(),
        manifest: job.canonical_yaml(),
        invalid: false,
        created_at: now,
        updated_at: now,
        removed_at: None,
    }
}

/// The row of a document that is no job; `None` for jobs.
pub(super) fn document_row(document: &Document, commit: &str) -> Option<DocumentForm> {
    let manifest = match &document.body {
        Body::Job(_) => return None,
        Body::Policy(policy) => policy.canonical_yaml(),
        Body::Route(route) => route.canonical_yaml(),
        Body::Maintenance(maintenance) => maintenance.canonical_yaml(),
    };
    Some(DocumentForm {
        kind: document.kind.to_string(),
        namespace: document.key.namespace().to_owned(),
        name: document.key.name().to_owned(),
        file: document.file.clone(),
        line: i64::try_from(document.line).unwrap_or(i64::MAX),
        commit: commit.to_owned(),
        digest: document.digest.clone(),
        manifest,
    })
}

/// A stored document as it is understood.
pub(crate) fn document_form(form: DocumentForm) -> Result<InForce> {
    let mut document = understood(&form.manifest)?;
    document.file.clone_from(&form.file);
    document.line = usize::try_from(form.line).unwrap_or_default();
    Ok(InForce { form, document })
}

/// The job that a stored canonical form says.
pub(crate) fn job_of(manifest: &str) -> Result<Job> {
    match understood(manifest)?.body {
        Body::Job(job) => Ok(job),
        _ => Err(Error::internal("reading a stored manifest", "it is no job")),
    }
}

fn understood(manifest: &str) -> Result<Document> {
    parse_document(manifest).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        Error::internal("reading a stored manifest", first)
    })
}

/// Whether the kind is one whose change may change the verdict on every job.
pub(super) fn is_global(kind: Option<Kind>) -> bool {
    kind != Some(Kind::Job)
}
