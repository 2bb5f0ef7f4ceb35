use std::time::Duration;

use crontopus_domain::volume::{MINUTE_MS, VolumeGuard};
use crontopus_store::{Backlog, StoreError, SystemScope};

use crate::App;
use crate::tasks::{SENDER, service_heartbeat, sweep};

/// How long the check-in writer may take to answer that it is there.
const WRITER_PATIENCE: Duration = Duration::from_secs(5);

/// Signs of life of this process are written every five seconds; this many milliseconds without one mean
/// that the database takes nothing.
const WRITES_PATIENCE_MS: i64 = 20_000;

/// A deadline that passed so long ago and is still undecided means that the sweep is behind.
const SWEEP_PATIENCE_MS: i64 = 60_000;

/// A delivery that is due for so long and was not tried means that the sender is behind.
const SENDER_PATIENCE_MS: i64 = 5 * 60_000;

/// A part of the service that can be unwell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The database answers.
    Database,
    /// The database takes what is written.
    Writes,
    /// Check-ins are taken.
    Ingest,
    /// What is overdue is decided.
    Sweep,
    /// Notifications are sent.
    Sender,
    /// Check-ins come in as on other days.
    Volume,
}

/// What is wrong with a part; a closed set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ailment {
    /// It does not answer.
    Unreachable,
    /// It answers but changes nothing.
    ReadOnly,
    /// It takes nothing more for now.
    Full,
    /// It does not move.
    Stalled,
    /// It does its work too late.
    Behind,
    /// It is far below what is usual.
    Fallen,
}

/// One part of the service, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub part: Part,
    /// What is wrong, if anything.
    pub ailment: Option<Ailment>,
    /// What was seen, in words for people.
    pub detail: String,
}

impl Part {
    /// `database`, `writes`, `ingest`, `sweep`, `sender` or `volume`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Writes => "writes",
            Self::Ingest => "ingest",
            Self::Sweep => "sweep",
            Self::Sender => "sender",
            Self::Volume => "volume",
        }
    }

    /// Whether requests cannot be answered without it; a load balancer should pass by a replica that lacks
    /// it. What is not needed for requests is told all the same.
    pub fn is_needed(self) -> bool {
        matches!(self, Self::Database | Self::Writes | Self::Ingest)
    }
}

impl Ailment {
    /// `unreachable`, `read_only`, `full`, `stalled`, `behind` or `fallen`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::ReadOnly => "read_only",
            Self::Full => "full",
            Self::Stalled => "stalled",
            Self::Behind => "behind",
            Self::Fallen => "fallen",
        }
    }
}

impl Check {
    fn well(part: Part, detail: impl Into<String>) -> Self {
        Self { part, ailment: None, detail: detail.into() }
    }

    fn ill(part: Part, ailment: Ailment, detail: impl Into<String>) -> Self {
        Self { part, ailment: Some(ailment), detail: detail.into() }
    }

    /// One line for people.
    pub fn told(&self) -> String {
        let word = self.ailment.map_or("ok", Ailment::as_str);
        format!("{} is {word} ({})", self.part.as_str(), self.detail)
    }

    /// What to do next about what is wrong.
    pub fn remedy(&self) -> Option<&'static str> {
        Some(match (self.part, self.ailment?) {
            (Part::Database, _) => "see that the database is up and reachable, and that its disk is not full",
            (Part::Writes, _) => {
                "see that the database may be written (disk space, no standby, no lock held for long); \
                 `crontopus-server doctor` looks at the disk"
            }
            (Part::Ingest, Ailment::Full) => {
                "more check-ins come than the database commits: look at crontopus_ingest_commit_seconds, \
                 give it a faster disk, or move to PostgreSQL with more replicas"
            }
            (Part::Ingest, _) => {
                "the writer waits for the database: look for locks and a slow disk, then restart"
            }
            (Part::Sweep, _) => {
                "what is overdue is told late: look at the log for `sweep`, at the database's load, and at the \
                 clock"
            }
            (Part::Sender, _) => {
                "notifications are late: look at the log for `sender`, and whether this machine reaches the \
                 channels' addresses"
            }
            (Part::Volume, _) => {
                "hardly anybody reaches this service: look at its network, proxy, names and certificates from \
                 outside"
            }
        })
    }
}

impl App {
    /// Looks at each part of the service.
    pub async fn check_health(&self) -> Vec<Check> {
        let database = self.check_database().await;
        let reachable = database.ailment.is_none();
        let mut checks = vec![database, self.check_writes(), self.check_ingest().await];
        if reachable {
            let now = self.now_ms();
            match self.backlogs(now).await {
                Ok(backlogs) => checks.extend(backlogs),
                Err(error) => tracing::warn!(%error, "what waits cannot be counted"),
            }
        }
        checks
    }

    async fn check_database(&self) -> Check {
        match self.store.describe().await {
            Ok(version) => Check::well(Part::Database, version),
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                Check::ill(Part::Database, Ailment::Unreachable, "it does not answer")
            }
        }
    }

    /// The service's own signs of life are written all the time: they are the test of writing.
    fn check_writes(&self) -> Check {
        let now = self.now_ms();
        let Some(status) = self.board().find(service_heartbeat::NAME) else {
            return Check::well(Part::Writes, "background tasks are not started");
        };
        let age = status.succeeded_at.map(|at| now - at);
        match age {
            Some(age) if age <= WRITES_PATIENCE_MS => {
                let took = status.took.as_millis();
                Check::well(
                    Part::Writes,
                    format!("written within the last {} s, in {took} ms", age / 1_000 + 1),
                )
            }
            Some(age) => {
                let text = format!("nothing was written for {} s", age / 1_000);
                Check::ill(Part::Writes, Ailment::ReadOnly, text)
            }
            None if status.failures == 0 => Check::well(Part::Writes, "nothing to write yet"),
            None => Check::ill(Part::Writes, Ailment::ReadOnly, "nothing could be written yet"),
        }
    }

    async fn check_ingest(&self) -> Check {
        let ingest = self.ingest();
        let (waiting, limit) = (ingest.depth(), ingest.limit());
        let text = format!("{waiting} of at most {limit} requests wait");
        if waiting >= limit {
            return Check::ill(Part::Ingest, Ailment::Full, text);
        }
        match tokio::time::timeout(WRITER_PATIENCE, ingest.barrier()).await {
            Ok(true) => Check::well(Part::Ingest, text),
            Ok(false) => Check::ill(Part::Ingest, Ailment::Stalled, "the writer has ended"),
            Err(_) => Check::ill(Part::Ingest, Ailment::Stalled, format!("the writer does not move; {text}")),
        }
    }

    async fn backlogs(&self, now: i64) -> Result<Vec<Check>, StoreError> {
        let mut read = self.store.read(SystemScope::for_task("health")).await?;
        let deadlines = read.sweep_backlog(now).await?;
        let outbox = read.outbox_backlog(now).await?;
        let guard = read.find_volume_guard().await?;
        drop(read);
        let runs = |task: &str| self.board().find(task).is_some();
        let sweep = runs(sweep::NAME).then(|| judge_sweep(deadlines, now));
        let sender = runs(SENDER).then(|| judge_sender(outbox, now));
        let volume = guard.map(|(_, guard)| judge_volume(&guard, now));
        Ok(sweep.into_iter().chain(sender).chain(volume).collect())
    }
}

/// Whether what is overdue is decided soon enough.
pub fn judge_sweep(backlog: Backlog, now: i64) -> Check {
    judge(Part::Sweep, "monitors are due", backlog, SWEEP_PATIENCE_MS, now)
}

/// Whether notifications are sent soon enough.
pub fn judge_sender(backlog: Backlog, now: i64) -> Check {
    judge(Part::Sender, "deliveries are due", backlog, SENDER_PATIENCE_MS, now)
}

/// Whether check-ins come in as on other days.
pub fn judge_volume(guard: &VolumeGuard, now: i64) -> Check {
    let heard = match guard.reading {
        Some(reading) => {
            format!("{} % of what is usual, of {} groups of tenants", reading.heard, reading.lanes)
        }
        None => "too few tenants or days to compare with".to_owned(),
    };
    let Some(fall) = &guard.fall else { return Check::well(Part::Volume, heard) };
    let minutes = |ms: i64| ms.max(0) / MINUTE_MS;
    let text = match fall.until - now {
        left if left > 0 => format!("silence is a miss again in {} min at the latest", minutes(left)),
        _ => "silence is a miss".to_owned(),
    };
    let text = format!("{heard}; fell {} min ago, {text}", minutes(now - fall.from));
    Check::ill(Part::Volume, Ailment::Fallen, text)
}

fn judge(part: Part, what: &str, backlog: Backlog, patience: i64, now: i64) -> Check {
    let age = backlog.age_ms(now);
    let text = match backlog.waiting {
        0 => format!("no {what}"),
        waiting => format!("{waiting} {what}, the oldest for {} s", age / 1_000),
    };
    if age > patience { Check::ill(part, Ailment::Behind, text) } else { Check::well(part, text) }
}
