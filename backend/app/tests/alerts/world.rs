use std::path::{Path, PathBuf};
use std::sync::Arc;

use crontopus_app::access::{Actor, Origin, Role};
use crontopus_app::alerts::{
    Addresses, AlertSettings, Channel, ChannelKind, Delivery, DeliveryFilter, MailSecurity, MailServer,
    NewChannel,
};
use crontopus_app::git::{GitSettings, NewRepository, Push, PushedBranch};
use crontopus_app::ingest::{Door, Outcome, Signal, Target, kept_output};
use crontopus_app::rows::{Incident, IncidentEvent, IncidentFilter, Repository};
use crontopus_app::tasks::lateness::Lateness;
use crontopus_app::tasks::maintenance::Maintenances;
use crontopus_app::tasks::service_heartbeat::ServiceHeartbeat;
use crontopus_app::tasks::sweep::Sweep;
use crontopus_app::testing::{self, PASSWORD, commit, git, sign_up, write};
use crontopus_app::{Accept, App, Paging, Settings};
use crontopus_clock::{Clock, MockClock, SeededEntropy};
use crontopus_domain::{CheckIn, CheckInKind, RunKey};
use crontopus_notify::testing::{MailReceiver, Receiver};
use crontopus_store::Store;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// A service without its edges, with one repository, whose clock the tests move.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) actor: Actor,
    pub(crate) clock: MockClock,
    pub(crate) repository: Repository,
    heartbeat: ServiceHeartbeat,
    dir: tempfile::TempDir,
}

pub(crate) const START: &str = "2026-11-24T12:00:00Z";

/// A job in ping mode that is due on New Year's Day, so that nothing is missed in between.
pub(crate) fn job(name: &str, labels: &str) -> String {
    job_at("0 2 1 1 *", name, labels)
}

/// A job in ping mode, five minutes late at most.
pub(crate) fn job_at(schedule: &str, name: &str, labels: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Job\nmetadata:\n  name: {name}\n  labels: {labels}\n  annotations: {{owner: ops@acme.example, \
         runbook: \"https://wiki.example/{name}\"}}\nspec:\n  description: Nightly dump\n  schedule: \"{schedule}\"\n  \
         timezone: UTC\n  startWindow: {{late: 5m}}\n  output: {{redact: [\"password=\\\\S+\"]}}\n"
    )
}

pub(crate) fn route(name: &str, spec: &str) -> String {
    format!("apiVersion: v1\nkind: Route\nmetadata: {{name: {name}}}\nspec: {spec}\n")
}

impl World {
    pub(crate) async fn new(store: Store) -> Self {
        Self::with(store, AlertSettings::default()).await
    }

    /// A world whose service has a mail server.
    pub(crate) async fn with_mail(store: Store, mail: &MailReceiver) -> Self {
        let server = MailServer {
            host: "127.0.0.1".to_owned(),
            port: mail.address().port(),
            security: MailSecurity::None,
            login: None,
            from: "Crontopus <cron@acme.example>".to_owned(),
            extra_roots: None,
        };
        Self::with(store, AlertSettings { mail: Some(server), ..AlertSettings::default() }).await
    }

    /// A world with these settings of alerts, except that channels may speak to this machine.
    pub(crate) async fn with(store: Store, alerts: AlertSettings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = MockClock::at(START.parse().unwrap());
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let heartbeat = ServiceHeartbeat::new(store.clone(), shared.clone(), "test");
        let app = service(store, shared, &dir.path().join("data"), alerts);
        let (actor, _) = sign_up(&app, "acme").await;
        let new = NewRepository { name: "jobs".to_owned(), ..NewRepository::default() };
        let repository = app.connect_repository(&actor, new).await.unwrap();
        git(dir.path(), &["init", "--quiet", "--initial-branch=main", "work"]);
        let world = Self { app, actor, clock, repository, heartbeat, dir };
        world.heartbeat.beat().await.unwrap();
        world
    }

    /// Another owner of the tenant.
    pub(crate) async fn owner(&self, email: &str) {
        let invitation =
            self.app.create_invitation(&self.actor, email.to_owned(), Role::Owner).await.unwrap();
        let accept = Accept {
            secret: invitation.secret,
            name: Some("Bob".to_owned()),
            password: PASSWORD.to_owned(),
            code: None,
        };
        self.app.accept_invitation(Origin::default(), accept).await.unwrap();
    }

    /// Commits these files, and syncs.
    pub(crate) async fn push(&self, files: &[(&str, String)]) {
        self.commit(files);
        self.app.sync_repository(self.actor.tenant_id, self.repository.id).await.unwrap();
    }

    /// What somebody reads who pushes these files.
    pub(crate) async fn plan(&self, files: &[(&str, String)]) -> String {
        let new = self.commit(files);
        let branch = PushedBranch { old: "0".repeat(40), new, name: "refs/heads/main".to_owned() };
        let push = Push {
            tenant_id: self.actor.tenant_id,
            repository_id: self.repository.id,
            objects: None,
            branches: vec![branch],
            options: Vec::new(),
        };
        let verdict = self.app.judge_push(push).await.unwrap();
        assert!(verdict.accepted, "{}", verdict.text);
        verdict.text
    }

    /// The new commit in the repository.
    fn commit(&self, files: &[(&str, String)]) -> String {
        let work = self.dir.path().join("work");
        for (path, text) in files {
            write(&work, path, text);
        }
        let id = commit(&work, "change");
        let bare = self.app.repository_path(self.actor.tenant_id, self.repository.id);
        git(&work, &["push", "--quiet", "--force", bare.to_str().unwrap(), "HEAD:main"]);
        id
    }

    /// Where the service keeps its files.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A webhook channel at the receiver.
    pub(crate) async fn hook(&self, name: &str, receiver: &Receiver) -> Channel {
        let settings = json!({"url": receiver.url(&format!("/{name}"))});
        let new =
            NewChannel { name: name.to_owned(), kind: ChannelKind::Webhook, settings, is_default: false };
        self.app.create_channel(&self.actor, new).await.unwrap()
    }

    /// A check-in of a moment later than the one before: two runs never end in the same millisecond, so that it is clear which is
    /// the last.
    fn signal(&self, job: &str, well: bool, output: &str) -> Signal {
        self.clock.advance(SignedDuration::from_millis(10));
        let mut check_in = CheckIn::new(CheckInKind::End { well }, RunKey::None);
        check_in.exit_status = Some(if well { 0 } else { 3 });
        let (namespace, name) = job.split_once('/').unwrap();
        Signal {
            target: Target::Job {
                tenant_id: self.actor.tenant_id,
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            },
            check_in,
            output: kept_output(output.as_bytes()),
            received_at: self.clock.now_ms(),
            door: Door::Native,
            terms: crontopus_app::ingest::Terms::default(),
        }
    }

    pub(crate) async fn check_in(&self, job: &str, well: bool, output: &str) {
        self.submit(vec![self.signal(job, well, output)]).await;
    }

    /// Check-ins that are decided together: each a job, and whether it went well.
    pub(crate) async fn together(&self, ends: &[(&str, bool)]) {
        self.submit(ends.iter().map(|(job, well)| self.signal(job, *well, "")).collect()).await;
    }

    async fn submit(&self, signals: Vec<Signal>) {
        for outcome in self.app.ingest().submit_all(signals).await.unwrap() {
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        }
    }

    pub(crate) async fn fail(&self, job: &str) {
        self.check_in(job, false, "dumping\npassword=hunter2\nerror: disk full\n").await;
    }

    pub(crate) async fn succeed(&self, job: &str) {
        self.check_in(job, true, "").await;
    }

    /// Moves the clock by so many seconds, beating as a service that lives.
    pub(crate) async fn pass(&self, seconds: i64) {
        let end = self.clock.now() + SignedDuration::from_secs(seconds);
        while self.clock.now() < end {
            let next = self.clock.now() + SignedDuration::from_secs(10);
            self.clock.set(next.min(end));
            self.heartbeat.beat().await.unwrap();
        }
    }

    /// Moves the clock at once, as if the service had been away.
    pub(crate) fn jump(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// One look for late starts; how many were told.
    pub(crate) async fn lateness(&self) -> usize {
        let shared: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let (store, ingest) = (self.app.store().clone(), self.app.ingest().clone());
        Lateness::new(store, shared, ingest, self.heartbeat.clone()).round().await.unwrap()
    }

    /// What the tasks do at this moment.
    pub(crate) async fn work(&self) -> usize {
        let shared: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let sweep =
            Sweep::new(self.app.store().clone(), shared, self.app.ingest().clone(), self.heartbeat.clone());
        sweep.round().await.unwrap();
        self.app.run_alert_timers().await.unwrap() + self.app.send_due().await.unwrap()
    }

    /// One look at the maintenances; how many monitors were paused or let go.
    pub(crate) async fn maintenance(&self) -> usize {
        let (store, ingest) = (self.app.store().clone(), self.app.ingest().clone());
        let clock = Arc::new(self.clock.clone());
        Maintenances::new(store, clock, ingest, self.heartbeat.clone()).round().await.unwrap()
    }

    /// Lives for so many minutes, working each minute.
    pub(crate) async fn live(&self, minutes: i64) {
        for _ in 0..minutes {
            self.pass(60).await;
            self.work().await;
        }
    }

    pub(crate) async fn incidents(&self) -> Vec<Incident> {
        let filter = IncidentFilter::default();
        self.app.list_incidents(&self.actor, &filter, &Paging::first(200)).await.unwrap().rows
    }

    pub(crate) async fn events(&self) -> Vec<IncidentEvent> {
        let newest = self.incidents().await.remove(0).id;
        self.app.get_incident(&self.actor, newest).await.unwrap().1
    }

    pub(crate) async fn deliveries(&self) -> Vec<Delivery> {
        let filter = DeliveryFilter::default();
        let mut rows =
            self.app.list_deliveries(&self.actor, &filter, &Paging::first(200)).await.unwrap().rows;
        rows.reverse();
        rows
    }

    /// `occasion to state`, oldest first.
    pub(crate) async fn told(&self) -> Vec<String> {
        let line = |d: Delivery| {
            format!("{} {} {}", d.occasion, d.channel.unwrap_or_else(|| d.target.to_string()), d.state)
        };
        self.deliveries().await.into_iter().map(line).collect()
    }

    pub(crate) async fn end(self) {
        self.app.shutdown().cancel();
        self.app.tasks().close();
        self.app.tasks().wait().await;
    }
}

/// A service without its edges on this database and these files.
pub(crate) fn service(store: Store, clock: Arc<dyn Clock>, data: &Path, alerts: AlertSettings) -> Arc<App> {
    let git = GitSettings { data_dir: data.to_owned(), ..GitSettings::default() };
    let alerts = AlertSettings { addresses: Addresses::Any, ..alerts };
    let public_url = "https://cron.example".to_owned();
    let settings = Settings { git, alerts, public_url, ..Settings::default() };
    testing::service(store, clock, Arc::new(SeededEntropy::new(5)), settings)
}

/// The events a receiver got, `event path`.
pub(crate) fn got(receiver: &Receiver) -> Vec<String> {
    let line = |seen: &crontopus_notify::testing::Seen| {
        format!("{} {}", seen.json()["event"].as_str().unwrap(), seen.path)
    };
    receiver.seen().iter().map(line).collect()
}

pub(crate) fn minutes_later(minutes: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}
