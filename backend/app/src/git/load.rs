//! The world a way begins in: read from the database, as far as the way reaches.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_manifest::{Body, Document, Kind, ParsedFile};
use crontopus_store::{JobForm, Read, Repository, TenantScope};

use super::projection::{InForce, Scope, World, document_form};
use super::steps::Steps;
use crate::Result;

/// Codes of problems that depend on two files at once.
const BETWEEN_FILES: [&str; 2] = ["duplicate_name", "duplicate_uid"];

/// Reads the world for a way; its files are still to be filled in for [`Scope::All`].
pub(super) async fn world(
    read: &mut Read<TenantScope>,
    repository: &Repository,
    steps: &Steps,
) -> Result<World> {
    let stored = read.list_documents(repository.id).await?;
    let documents: Vec<InForce> = stored.into_iter().map(document_form).collect::<Result<_>>()?;
    let parsed: Vec<&ParsedFile> =
        steps.items.iter().flat_map(|(_, c)| c).filter_map(|(_, p)| p.as_deref()).collect();
    let jobs = || parsed.iter().flat_map(|file| &file.documents).filter(|d| d.kind == Kind::Job);
    let keys: BTreeSet<(&str, &str)> = jobs().map(|d| (d.key.namespace(), d.key.name())).collect();
    let uids: BTreeSet<&str> = jobs().filter_map(uid).collect();
    let mut named = read.list_forms_by_key(keys.iter().copied()).await?;
    named.extend(read.list_forms_by_uid(uids.iter().copied()).await?);

    let codes = read.list_diagnostic_codes(repository.id).await?;
    let elsewhere = |form: &JobForm| {
        form.removed_at.is_none()
            && form.repository_id == repository.id
            && !steps.touched.contains(&form.file)
    };
    let own = read.list_forms_by_file(repository.id, steps.touched.iter().map(String::as_str)).await?;
    let own_keys: BTreeSet<String> = own.iter().map(JobForm::key).collect();
    // A document elsewhere that has errors and the name of a job keeps that job in force.
    let broken = read.list_broken_documents(repository.id).await?;
    // And the other way round: what is broken in the files at hand may be all that keeps a job of another file.
    let mut keepers: BTreeSet<String> =
        broken.iter().filter(|(file, _)| steps.touched.contains(file)).map(|(_, key)| key.clone()).collect();
    keepers.extend(
        parsed.iter().flat_map(|file| &file.rejected).filter_map(|r| Some(r.key.as_ref()?.to_string())),
    );
    let kept = read.list_forms_by_key(keepers.iter().filter_map(|key| key.split_once('/'))).await?;
    let held = |(file, key): &(String, String)| !steps.touched.contains(file) && own_keys.contains(key);
    let all = steps.whole
        || broken.iter().any(held)
        || codes.iter().any(|code| BETWEEN_FILES.contains(&code.as_str()))
        || documents.iter().any(|own| steps.touched.contains(&own.document.file) || is_about_commits(own))
        || parsed.iter().flat_map(|file| &file.documents).any(|d| d.kind != Kind::Job)
        || named.iter().chain(&kept).any(elsewhere);
    let scope = if all { Scope::All } else { Scope::Files(steps.touched.clone()) };

    let forms = if all { read.list_forms(repository.id).await? } else { own };
    let mut world = World::empty(repository.id, scope);
    world.steps = repository.steps;
    world.documents = documents;
    world.forms = forms.into_iter().map(|form| (form.id, form)).collect();
    let mut holders = BTreeMap::new();
    for form in named {
        if form.removed_at.is_some() {
            world.removed.insert(form.id, form);
        } else if form.repository_id != repository.id {
            if !holders.contains_key(&form.repository_id) {
                let holder = read.get_repository(form.repository_id).await?;
                holders.insert(form.repository_id, holder.name);
            }
            let name = holders.get(&form.repository_id).cloned().unwrap_or_default();
            world.foreign.insert(form.key(), name);
        }
    }
    if !all {
        world.files = steps.before.clone();
    }
    Ok(world)
}

fn uid(document: &Document) -> Option<&str> {
    match &document.body {
        Body::Job(job) => job.metadata.uid.as_ref().map(|uid| uid.as_str()),
        _ => None,
    }
}

/// Whether it is a policy whose verdict changes with every commit.
fn is_about_commits(own: &InForce) -> bool {
    match &own.document.body {
        Body::Policy(policy) => policy.rules.require_signed_commits == Some(true),
        _ => false,
    }
}
