use std::path::{Path, PathBuf};
use std::sync::Arc;

use crontopus_app::access::Actor;
use crontopus_app::git::{GitSettings, NewRemote, NewRepository, SyncOutcome};
use crontopus_app::rows::{FiledDiagnostic, JobForm, Repository};
pub(crate) use crontopus_app::testing::{commit, git, write};
use crontopus_app::testing::{service, sign_up};
use crontopus_app::{App, Paging, Settings};
use crontopus_clock::{MockClock, SeededEntropy};
use crontopus_store::{DocumentForm, JobRevision, Store, TenantScope};

/// A service without its edges, with one repository on its disk that the tests commit to.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) actor: Actor,
    pub(crate) clock: MockClock,
    pub(crate) repository: Repository,
    dir: tempfile::TempDir,
}

/// Everything a projection consists of, as text, without when it was made.
#[derive(Debug, PartialEq)]
pub(crate) struct Projection {
    pub(crate) jobs: Vec<JobForm>,
    pub(crate) documents: Vec<DocumentForm>,
    pub(crate) diagnostics: Vec<FiledDiagnostic>,
    pub(crate) revisions: Vec<JobRevision>,
}

pub(crate) fn job(name: &str, schedule: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Job\nmetadata: {{name: {name}}}\nspec: {{schedule: \"{schedule}\", timezone: UTC}}\n"
    )
}

impl World {
    pub(crate) async fn new(store: Store) -> Self {
        Self::with(store, None).await
    }

    /// A world whose repository mirrors the work tree at `remote`.
    pub(crate) async fn mirroring(store: Store, remote: &Path) -> Self {
        let url = remote.to_str().unwrap().to_owned();
        Self::with(store, Some(NewRemote { url, ..NewRemote::default() })).await
    }

    async fn with(store: Store, remote: Option<NewRemote>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let git =
            GitSettings { data_dir: dir.path().join("data"), allow_paths: true, ..GitSettings::default() };
        let clock = MockClock::at("2026-11-24T12:00:00Z".parse().unwrap());
        let entropy = Arc::new(SeededEntropy::new(5));
        let settings = Settings { git, ..Settings::default() };
        let app = service(store, Arc::new(clock.clone()), entropy, settings);
        let (actor, _) = sign_up(&app, "acme").await;
        let new = NewRepository { name: "jobs".to_owned(), remote, ..NewRepository::default() };
        let repository = app.connect_repository(&actor, new).await.unwrap();
        let world = Self { app, actor, clock, repository, dir };
        world.git(&["init", "--quiet", "--initial-branch=main", "work"], world.dir.path());
        world
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        write(&self.work(), path, text);
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.work().join(path)).unwrap();
        self
    }

    /// Commits and puts the commit into the service's repository, without a sync.
    pub(crate) fn commit(&self, message: &str) -> String {
        let id = commit(&self.work(), message);
        let bare = self.app.repository_path(self.actor.tenant_id, self.repository.id);
        self.git(&["push", "--quiet", "--force", bare.to_str().unwrap(), "HEAD:main"], &self.work());
        id
    }

    pub(crate) fn git(&self, arguments: &[&str], directory: &Path) -> String {
        git(directory, arguments)
    }

    pub(crate) async fn sync(&self) -> SyncOutcome {
        self.app.sync_repository(self.actor.tenant_id, self.repository.id).await.unwrap()
    }

    pub(crate) async fn repository(&self) -> Repository {
        self.app.get_repository(&self.actor, "jobs").await.unwrap()
    }

    pub(crate) async fn projection(&self) -> Projection {
        let mut read = self.app.store().read(TenantScope::of(self.actor.tenant_id)).await.unwrap();
        let mut jobs = read.list_forms(self.repository.id).await.unwrap();
        let documents = read.list_documents(self.repository.id).await.unwrap();
        let mut diagnostics = Vec::new();
        let mut paging = Paging::first(200);
        loop {
            let page = read.list_diagnostics(self.repository.id, &paging).await.unwrap();
            diagnostics.extend(page.rows);
            match page.next {
                Some(next) => paging.after = Some(next),
                None => break,
            }
        }
        let mut revisions = Vec::new();
        for job in &jobs {
            revisions.extend(read.list_revisions(job.id, &Paging::first(200)).await.unwrap().rows);
        }
        jobs.sort_by_key(JobForm::key);
        Projection { jobs, documents, diagnostics, revisions }
    }

    /// `namespace/name schedule`, with `!` when a newer form has errors.
    pub(crate) async fn jobs(&self) -> Vec<String> {
        let projection = self.projection().await;
        let line =
            |job: &JobForm| format!("{} {}{}", job.key(), job.schedule, if job.invalid { " !" } else { "" });
        projection.jobs.iter().map(line).collect()
    }

    /// Names of the monitors that expect something.
    pub(crate) async fn monitors(&self) -> Vec<String> {
        let mut read = self.app.store().read(TenantScope::of(self.actor.tenant_id)).await.unwrap();
        let ids: Vec<_> = self.projection().await.jobs.iter().map(|job| job.id).collect();
        let monitors = read.list_monitors_of_jobs(&ids).await.unwrap();
        monitors.iter().map(|m| m.job()).collect()
    }
}
