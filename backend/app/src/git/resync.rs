use crontopus_ids::{JobId, RepositoryId, TenantId};
use crontopus_store::{Synced, SystemScope, Topic};

use super::births::births;
use super::load;
use super::paths::blocking;
use super::projection::World;
use super::steps::{self, Source, Way};
use super::sync::{Moved, put};
use crate::{App, Error, Result};

/// Commits that a rebuild looks at one by one.
const MOST_STEPS: usize = 1_000;
/// Files times commits that a rebuild looks at.
const BUDGET: usize = 2_000_000;

/// What a rebuild of one projection found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resynced {
    /// Whose.
    pub tenant_id: TenantId,
    /// Which.
    pub repository_id: RepositoryId,
    /// Its name.
    pub name: String,
    /// The commit the projection was made of.
    pub commit: Option<String>,
    /// Jobs whose rows were not as Git says.
    pub mended: usize,
    /// Jobs in force.
    pub jobs: usize,
}

impl App {
    /// Makes every projection anew from Git alone, whatever the database says; ids of jobs stay. What was in
    /// force and has no valid form in Git any more stays in force if its newest form has errors.
    pub async fn resync_all(&self) -> Result<Vec<Resynced>> {
        let all = self.store.read(SystemScope::for_operator()).await?.list_all_repositories().await?;
        let mut done = Vec::new();
        for repository in all {
            done.push(self.resync_repository(repository.tenant_id, repository.id).await?);
        }
        Ok(done)
    }

    /// Makes one projection anew.
    pub async fn resync_repository(&self, tenant: TenantId, id: RepositoryId) -> Result<Resynced> {
        let mut read = self.read(tenant).await?;
        let repository = read.get_repository(id).await?;
        let slug = read.get_tenant().await?.slug;
        drop(read);
        let name = repository.name.clone();
        let nothing =
            Resynced { tenant_id: tenant, repository_id: id, name, commit: None, mended: 0, jobs: 0 };
        let Some(to) = self.tip_of(tenant, &repository).await? else { return Ok(nothing) };
        let source = Source::Repository(self.repository_path(tenant, id));
        let way =
            Way { from: None, most: MOST_STEPS, budget: BUDGET, ..self.way(source, slug, &repository, to) };
        let steps = blocking("reading a repository", move || steps::read(&way)).await?;
        let from_root = steps.from_root;
        let mut read = self.read(tenant).await?;
        let standing = load::world(&mut read, &repository, &steps).await?;
        drop(read);
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        let (before, after) = blocking("projecting a repository", move || {
            let mut after = rebuilt(&standing);
            let mut born = 0;
            let mut provisional = || {
                born += 1;
                JobId::from_bits(born)
            };
            for (at, changes) in steps.items {
                after.step(&at, changes, &mut provisional);
            }
            let mut ids = births(&clock, &entropy);
            after.adopt(&standing, &mut ids);
            after.keep_broken(&standing);
            Ok((standing, after))
        })
        .await?;
        let now = self.now_ms();
        let mended = before.forms.values().filter(|form| after.forms.get(&form.id) != Some(*form)).count()
            + after.forms.keys().filter(|id| !before.forms.contains_key(id)).count();
        let (steps, jobs) = (after.steps, after.forms.len());
        let mut moved = Moved { before, after };
        let mut tx = self.begin(tenant).await?;
        if from_root {
            tx.delete_revisions_of(id).await?;
        } else {
            // Part of the history was not looked at: what is known of it stays.
            moved.after.revisions.clear();
        }
        put(&mut tx, &repository, &moved, now).await?;
        self.follow_jobs(&mut tx, &moved.before.forms, &moved.after.forms, now).await?;
        let from = repository.commit.clone();
        let steps = if from_root { steps } else { repository.steps };
        let synced = Synced { from, to: Some(to.to_string()), steps, at: now };
        if !tx.record_sync(id, &synced).await? {
            return Err(Error::conflict("the repository was synced meanwhile; try again"));
        }
        tx.wake(Topic::Agents);
        tx.commit().await?;
        Ok(Resynced { commit: Some(to.to_string()), mended, jobs, ..nothing })
    }
}

/// A world before the first commit.
fn rebuilt(standing: &World) -> World {
    let mut world = standing.clone();
    world.forms.clear();
    world.removed.clear();
    world.documents.clear();
    world.files.clear();
    world.steps = 0;
    world
}
