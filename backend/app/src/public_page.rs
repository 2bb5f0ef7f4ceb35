//! What a tenant shows to everybody: a status page and badges, both off until an owner switches them on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crontopus_domain::statistics::{DAY_MS, Tally, start_of};
use crontopus_ids::{JobId, MonitorId, TenantId};
use crontopus_store::{PublicPage, StandingJob, StoreError, SystemScope};
use moka::sync::Cache;

use crate::access::Actor;
use crate::names::{check_label, check_labels, check_slug};
use crate::statistics::days as days_of;
use crate::{App, Deed, Error, Result};

/// How old what is shown may be, milliseconds: strangers ask as often as they like.
const FRESH_MS: i64 = 15_000;
/// Days that a status page looks back.
pub const DAYS: i64 = 30;
/// Jobs that a status page shows.
const MOST_JOBS: usize = 500;

/// What was shown lately.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pages: Cache<TenantId, Arc<StatusPage>>,
    jobs: Cache<TenantId, Arc<(i64, Vec<StandingJob>)>>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { pages: Cache::new(200), jobs: Cache::new(200) }
    }
}

/// How the page is to be.
#[derive(Debug, Clone, Default)]
pub struct PageChange {
    /// Name in its address; one that nobody guesses when absent and there was none.
    pub slug: Option<String>,
    /// What stands above it; the tenant's name when absent.
    pub title: Option<String>,
    /// Jobs of these namespaces are shown.
    pub namespaces: Vec<String>,
    /// Of these, the jobs with all of these labels.
    pub labels: BTreeMap<String, String>,
    /// All jobs are shown, whatever the other two say.
    pub all_jobs: bool,
}

/// A status page as everybody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusPage {
    /// When this was, UTC milliseconds.
    pub at: i64,
    /// What stands above it.
    pub title: String,
    /// When the first of its days begins, UTC milliseconds.
    pub from: i64,
    /// What is shown, by namespace and name.
    pub jobs: Vec<ShownJob>,
}

/// A job as everybody sees it: nothing of its manifest, its hosts or its output.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownJob {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How it is.
    pub standing: Standing,
    /// The share of good runs over the days; `None` without any.
    pub success_rate: Option<f64>,
    /// Each day.
    pub days: Vec<Tally>,
}

/// How something is, for strangers, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing is expected of it.
    Paused,
    /// Nothing was seen yet.
    New,
    /// Well.
    Up,
    /// A start is overdue.
    Late,
    /// Nobody can say.
    Unknown,
    /// Not well.
    Down,
}

impl Standing {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::New => "new",
            Self::Up => "up",
            Self::Late => "late",
            Self::Unknown => "unknown",
            Self::Down => "down",
        }
    }

    fn of(job: &StandingJob) -> Self {
        match job.rank {
            _ if !job.enabled => Self::Paused,
            6 => Self::Down,
            5 => Self::Unknown,
            4 => Self::Late,
            2 => Self::Up,
            1 => Self::Paused,
            _ => Self::New,
        }
    }
}

/// What a badge is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadgeOf {
    /// Every job.
    Everything,
    /// Jobs with this label.
    Label(String, String),
    /// One job.
    Job(String, String),
}

impl App {
    /// What the tenant shows; everything off when nobody ever switched something on.
    pub async fn get_public_page(&self, actor: &Actor) -> Result<PublicPage> {
        let mut read = self.read(actor.tenant_id).await?;
        let page = read.find_public_page().await?;
        Ok(page.unwrap_or_else(|| nothing(actor.tenant_id)))
    }

    /// Switches the status page on, or changes it.
    pub async fn put_status_page(&self, actor: &Actor, change: PageChange) -> Result<PublicPage> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let tenant = tx.get_tenant().await?;
        let mut page = tx.find_public_page().await?.unwrap_or_else(|| nothing(actor.tenant_id));
        if let Some(slug) = &change.slug {
            check_slug("/slug", slug)?;
        }
        let title = change.title.unwrap_or(tenant.name);
        check_label("/title", &title)?;
        check_labels("/labels", &change.labels)?;
        if change.namespaces.len() > 100 {
            return Err(Error::invalid("/namespaces", "at most 100"));
        }
        for (n, namespace) in change.namespaces.iter().enumerate() {
            check_slug(&format!("/namespaces/{n}"), namespace)?;
        }
        if !change.all_jobs && change.namespaces.is_empty() && change.labels.is_empty() {
            return Err(Error::invalid(
                "/all_jobs",
                "say which jobs everybody may see: namespaces, labels or all",
            ));
        }
        page.slug = change.slug.or(page.slug).or_else(|| Some(self.unguessable()));
        page.title = title;
        page.namespaces = change.namespaces;
        page.labels = change.labels;
        page.all_jobs = change.all_jobs;
        tx.save_public_page(&page).await.map_err(taken)?;
        let slug = page.slug.clone().unwrap_or_default();
        tx.create_audit(&self.audit_line(actor, Deed::new("put_status_page", &slug))).await?;
        tx.commit().await?;
        self.shown.pages.invalidate(&actor.tenant_id);
        Ok(page)
    }

    /// Switches the status page off; its address is nobody's any more.
    pub async fn delete_status_page(&self, actor: &Actor) -> Result<()> {
        self.switch_off(actor, "delete_status_page", |page| page.slug.take()).await
    }

    /// Switches badges on, below a new address; what was below the old one ends.
    pub async fn create_badge_key(&self, actor: &Actor) -> Result<PublicPage> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let mut page = tx.find_public_page().await?.unwrap_or_else(|| nothing(actor.tenant_id));
        page.badge_token = Some(self.unguessable());
        tx.save_public_page(&page).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("create_badge_key", &actor.tenant))).await?;
        tx.commit().await?;
        Ok(page)
    }

    /// Switches badges off.
    pub async fn delete_badge_key(&self, actor: &Actor) -> Result<()> {
        self.switch_off(actor, "delete_badge_key", |page| page.badge_token.take()).await
    }

    async fn switch_off(
        &self,
        actor: &Actor,
        deed: &'static str,
        what: impl FnOnce(&mut PublicPage) -> Option<String>,
    ) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let Some(mut page) = tx.find_public_page().await? else { return Ok(()) };
        if what(&mut page).is_some() {
            tx.save_public_page(&page).await?;
            tx.create_audit(&self.audit_line(actor, Deed::new(deed, &actor.tenant))).await?;
            tx.commit().await?;
            self.shown.pages.invalidate(&actor.tenant_id);
        }
        Ok(())
    }

    /// The status page at `slug`, for everybody; at most a quarter of a minute old.
    pub async fn show_status_page(&self, slug: &str) -> Result<Arc<StatusPage>> {
        let found =
            self.store.read(SystemScope::for_credentials()).await?.find_public_page_by_slug(slug).await?;
        let page = found.ok_or_else(|| Error::not_found(format!("status page {slug}")))?;
        let now = self.now_ms();
        if let Some(shown) = self.shown.pages.get(&page.tenant_id)
            && (shown.at..shown.at + FRESH_MS).contains(&now)
        {
            return Ok(shown);
        }
        let shown = Arc::new(self.draw(&page, now).await?);
        self.shown.pages.insert(page.tenant_id, Arc::clone(&shown));
        Ok(shown)
    }

    async fn draw(&self, page: &PublicPage, now: i64) -> Result<StatusPage> {
        let mut read = self.read(page.tenant_id).await?;
        let mut jobs = read.list_standing_jobs(now).await?;
        jobs.retain(|job| is_shown(page, job));
        jobs.truncate(MOST_JOBS);
        let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
        let monitors = read.list_monitors_of_jobs(&ids).await?;
        let of: BTreeMap<MonitorId, JobId> = monitors.iter().map(|m| (m.id, m.job_id)).collect();
        let places: Vec<MonitorId> = of.keys().copied().collect();
        let to = start_of(now, DAY_MS) + DAY_MS;
        let from = to - DAYS * DAY_MS;
        let mut days: BTreeMap<JobId, Vec<Tally>> = BTreeMap::new();
        for (monitor, day, tally) in days_of(&mut read, &places, (from, to), now).await? {
            let Some(job) = of.get(&monitor) else { continue };
            let own = days.entry(*job).or_insert_with(|| vec![Tally::default(); DAYS as usize]);
            if let Some(sum) = own.get_mut(((day - from) / DAY_MS) as usize) {
                sum.merge(&tally);
            }
        }
        let shown = |job: StandingJob| {
            let days = days.remove(&job.id).unwrap_or_else(|| vec![Tally::default(); DAYS as usize]);
            let mut total = Tally::default();
            days.iter().for_each(|day| total.merge(day));
            let (standing, success_rate) = (Standing::of(&job), total.counts.success_rate());
            ShownJob { namespace: job.namespace, name: job.name, standing, success_rate, days }
        };
        let jobs = jobs.into_iter().map(shown).collect();
        Ok(StatusPage { at: now, title: page.title.clone(), from, jobs })
    }

    /// What a badge says, for everybody; at most a quarter of a minute old.
    pub async fn show_badge(&self, token: &str, of: &BadgeOf) -> Result<Standing> {
        let found =
            self.store.read(SystemScope::for_credentials()).await?.find_public_page_by_token(token).await?;
        let page = found.ok_or_else(|| Error::not_found("such badge"))?;
        let now = self.now_ms();
        let known = self.shown.jobs.get(&page.tenant_id);
        let known = known.filter(|known| (known.0..known.0 + FRESH_MS).contains(&now));
        let known = match known {
            Some(known) => known,
            None => {
                let jobs = self.read(page.tenant_id).await?.list_standing_jobs(now).await?;
                let known = Arc::new((now, jobs));
                self.shown.jobs.insert(page.tenant_id, Arc::clone(&known));
                known
            }
        };
        let is_meant = |job: &&StandingJob| match of {
            BadgeOf::Everything => true,
            BadgeOf::Label(key, value) => job.labels.get(key) == Some(value),
            BadgeOf::Job(namespace, name) => job.namespace == *namespace && job.name == *name,
        };
        let worst = known.1.iter().filter(is_meant).map(Standing::of).max();
        worst.ok_or_else(|| Error::not_found("such badge"))
    }

    /// 130 random bits as letters and digits.
    fn unguessable(&self) -> String {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        self.random::<26>().iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect()
    }
}

fn is_shown(page: &PublicPage, job: &StandingJob) -> bool {
    page.all_jobs
        || (page.namespaces.is_empty() || page.namespaces.contains(&job.namespace))
            && page.labels.iter().all(|(key, value)| job.labels.get(key) == Some(value))
}

fn nothing(tenant_id: TenantId) -> PublicPage {
    PublicPage {
        tenant_id,
        slug: None,
        title: String::new(),
        namespaces: Vec::new(),
        labels: BTreeMap::new(),
        all_jobs: false,
        badge_token: None,
    }
}

fn taken(error: StoreError) -> Error {
    match error {
        StoreError::Conflict { .. } => Error::invalid("/slug", "this name is taken"),
        error => error.into(),
    }
}
