use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crontopus_domain::EventKind;
use crontopus_gitrepo::{CommitId, Pieces, Repo};
use crontopus_ids::{JobId, RepositoryId, TenantId};
use crontopus_store::{JobForm, Repository, Synced, TenantTx, Topic};
use tracing::Instrument as _;

use super::births::births;
use super::load;
use super::paths::{blocking, stored_branch};
use super::projection::{Scope, World};
use super::steps::{self, MOST_STEPS, Source, Way};
use crate::{App, Error, Result};

/// Files times commits that a first sync looks at.
const BUDGET: usize = 100_000;
/// How long it may take to put the packs of a repository together.
const LONGEST_REPACK: Duration = Duration::from_secs(120);
/// How often a sync that another one has overtaken begins again.
const ATTEMPTS: usize = 5;

/// What a sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncOutcome {
    /// The commit that was in force.
    pub from: Option<String>,
    /// The commit that is in force now.
    pub to: Option<String>,
    /// Jobs that are new or returned.
    pub created: usize,
    /// Jobs whose form, place or validity changed.
    pub updated: usize,
    /// Jobs that are gone.
    pub removed: usize,
    /// Errors in the manifests.
    pub errors: usize,
}

/// A world before and after.
#[derive(Debug)]
pub(super) struct Moved {
    pub(super) before: World,
    pub(super) after: World,
}

impl App {
    /// Brings the projection of a repository to the tip of its branch as it is on disk here. What cannot be
    /// read is recorded with the repository, and everything stays in force.
    pub async fn sync_repository(&self, tenant: TenantId, id: RepositoryId) -> Result<SyncOutcome> {
        let span = tracing::info_span!("repository.sync", %tenant, repository = %id);
        let began = Instant::now();
        let synced = self.try_sync(tenant, id).instrument(span).await;
        self.sync_metrics.synced(synced.is_ok(), began.elapsed());
        match synced {
            Ok(outcome) => {
                if outcome.from != outcome.to {
                    self.keep_together(tenant, id).await;
                }
                Ok(outcome)
            }
            Err(error) => {
                self.record_failure(tenant, id, &error).await?;
                Err(error)
            }
        }
    }

    /// A year of small pushes and fetches must not leave thousands of packs. A failure costs speed and nothing
    /// else, and the next commit tries again.
    async fn keep_together(&self, tenant: TenantId, id: RepositoryId) {
        let path = self.repository_path(tenant, id);
        let work = move || Ok(Repo::open(&path)?.repack(Pieces::MANY, LONGEST_REPACK)?);
        if let Err(error) = blocking("putting packs together", work).await {
            tracing::warn!(%tenant, repository = %id, error = told(&error), "packs were not put together");
        }
    }

    /// Records why a repository could not be brought up to date, in words for people.
    pub(super) async fn record_failure(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        error: &Error,
    ) -> Result<()> {
        let text = told(error);
        tracing::warn!(%tenant, repository = %id, error = text, "a repository could not be synced");
        let mut tx = self.begin(tenant).await?;
        if tx.fail_sync(id, &text).await? {
            tx.emit(self.now_ms(), EventKind::RepositoryChanged, id, None);
        }
        Ok(tx.commit().await?)
    }

    async fn try_sync(&self, tenant: TenantId, id: RepositoryId) -> Result<SyncOutcome> {
        for _ in 0..ATTEMPTS {
            let mut read = self.read(tenant).await?;
            let repository = read.get_repository(id).await?;
            let slug = read.get_tenant().await?.slug;
            drop(read);
            let Some(to) = self.tip_of(tenant, &repository).await? else {
                return self.nothing_new(tenant, &repository).await;
            };
            if repository.commit.as_deref() == Some(to.to_string().as_str()) {
                return self.nothing_new(tenant, &repository).await;
            }
            let source = Source::Repository(self.repository_path(tenant, id));
            let way = self.way(source, slug, &repository, to);
            let moved = self.move_world(tenant, &repository, way).await?;
            if let Some(outcome) = self.write(tenant, &repository, to, moved).await? {
                return Ok(outcome);
            }
        }
        Err(Error::conflict("the repository changes faster than it can be synced"))
    }

    /// The tip of the followed branch on disk; `None` while the repository is empty.
    pub(super) async fn tip_of(&self, tenant: TenantId, repository: &Repository) -> Result<Option<CommitId>> {
        let (path, branch) =
            (self.repository_path(tenant, repository.id), stored_branch(&repository.branch)?);
        let named = branch.clone();
        let tip =
            blocking("reading a branch", move || Ok(Repo::open(&path)?.branch_commit(&branch)?)).await?;
        match (tip, &repository.commit) {
            (None, Some(_)) => {
                Err(Error::conflict(format!("the branch `{named}` is gone; what was in force stays")))
            }
            (tip, _) => Ok(tip),
        }
    }

    pub(super) fn way(&self, source: Source, tenant: String, repository: &Repository, to: CommitId) -> Way {
        let (from, now) = (repository.commit.clone(), self.now_ms());
        Way { source, tenant, from, to, most: MOST_STEPS, budget: BUDGET, now }
    }

    async fn nothing_new(&self, tenant: TenantId, repository: &Repository) -> Result<SyncOutcome> {
        let now = self.now_ms();
        let mut tx = self.begin(tenant).await?;
        tx.touch_sync(repository.id, now).await?;
        if repository.error.is_some() {
            tx.emit(now, EventKind::RepositoryChanged, repository.id, None);
        }
        tx.commit().await?;
        let (from, to) = (repository.commit.clone(), repository.commit.clone());
        Ok(SyncOutcome { from, to, errors: repository.errors as usize, ..SyncOutcome::default() })
    }

    /// Reads the way, loads the world it begins in and goes it, without writing anything.
    pub(super) async fn move_world(
        &self,
        tenant: TenantId,
        repository: &Repository,
        way: Way,
    ) -> Result<Moved> {
        let of_way = way.clone();
        let steps = blocking("reading a repository", move || steps::read(&of_way)).await?;
        let mut read = self.read(tenant).await?;
        let world = load::world(&mut read, repository, &steps).await?;
        drop(read);
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        blocking("projecting a repository", move || {
            let mut after = world.clone();
            if let (Scope::All, false, Some(from)) = (&after.scope, steps.whole, &way.from) {
                after.files = steps::read_all(&way, from)?;
            }
            let mut ids = births(&clock, &entropy);
            for (at, changes) in steps.items {
                after.step(&at, changes, &mut ids);
            }
            Ok(Moved { before: world, after })
        })
        .await
    }

    /// Writes what has moved, unless another sync was first.
    async fn write(
        &self,
        tenant: TenantId,
        repository: &Repository,
        to: CommitId,
        moved: Moved,
    ) -> Result<Option<SyncOutcome>> {
        let now = self.now_ms();
        let mut tx = self.begin(tenant).await?;
        let mut outcome = put(&mut tx, repository, &moved, now).await?;
        self.follow_jobs(&mut tx, &moved.before.forms, &moved.after.forms, now).await?;
        let (from, to) = (repository.commit.clone(), Some(to.to_string()));
        let synced = Synced { from: from.clone(), to: to.clone(), steps: moved.after.steps, at: now };
        if !tx.record_sync(repository.id, &synced).await? {
            tx.roll_back().await?;
            return Ok(None);
        }
        tx.emit(now, EventKind::RepositoryChanged, repository.id, None);
        tx.wake(Topic::Agents);
        tx.commit().await?;
        (outcome.from, outcome.to) = (from, to);
        tracing::info!(%tenant, repository = %repository.id, commit = outcome.to, created = outcome.created,
            updated = outcome.updated, removed = outcome.removed, errors = outcome.errors, "synced");
        Ok(Some(outcome))
    }
}

/// Writes jobs, documents, diagnostics and revisions.
pub(super) async fn put(
    tx: &mut TenantTx,
    repository: &Repository,
    moved: &Moved,
    now: i64,
) -> Result<SyncOutcome> {
    let Moved { before, after } = moved;
    let removed: Vec<JobId> =
        before.forms.keys().filter(|id| !after.forms.contains_key(id)).copied().collect();
    let renamed =
        before.forms.values().filter(|b| after.forms.get(&b.id).is_some_and(|a| a.key() != b.key()));
    let retired: BTreeSet<JobId> = removed.iter().copied().chain(renamed.map(|form| form.id)).collect();
    tx.retire_jobs(retired, now).await?;
    let changed: Vec<&JobForm> =
        after.forms.values().filter(|form| before.forms.get(&form.id) != Some(*form)).collect();
    // Also what came and went on the way: it has a history, and returns under its id.
    let gone = after.removed.values().filter(|form| before.removed.get(&form.id) != Some(*form));
    tx.put_jobs(gone).await?;
    tx.put_jobs(changed.iter().copied()).await?;
    match &after.scope {
        Scope::All => {
            tx.replace_diagnostics(repository.id, &after.diagnostics).await?;
            let documents: Vec<_> = after.documents.iter().map(|own| own.form.clone()).collect();
            tx.replace_documents(repository.id, &documents, now).await?;
        }
        Scope::Files(files) => {
            let files = files.iter().map(String::as_str);
            tx.replace_diagnostics_of_files(repository.id, files, &after.diagnostics).await?;
        }
    }
    tx.add_revisions(repository.id, &after.revisions).await?;
    let created = changed.iter().filter(|form| !before.forms.contains_key(&form.id)).count();
    Ok(SyncOutcome {
        created,
        updated: changed.len() - created,
        removed: removed.len(),
        errors: after.diagnostics.iter().filter(|d| d.severity == "error").count(),
        ..SyncOutcome::default()
    })
}

/// What people are told of an error, causes included.
fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text.chars().take(1000).collect()
}
