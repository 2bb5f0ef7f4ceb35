use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crontopus_domain::Expectation;
use crontopus_domain::statistics::HOUR_MS;
use crontopus_ids::{MonitorId, TenantId};
use crontopus_store::{Monitor, MonitorHead, Read, TenantScope};
use moka::sync::Cache;

use super::Window;
use crate::access::Actor;
use crate::ingest::Expectations;
use crate::{App, Result};

/// More starts than this are not looked at for one answer.
const MOST_STARTS: usize = 200_000;
/// Jobs that are named at one moment; the rest is a number.
const NAMED: usize = 20;
/// How long what is expected is remembered, milliseconds: many pages ask for it, and it changes with a commit.
const FRESH_MS: i64 = 5_000;
/// So many monitors are read at once.
const CHUNK: usize = 1_000;
/// So far ahead, milliseconds, starts are found once for everybody who asks: as far as the first page looks.
const NEAR_MS: i64 = 3 * HOUR_MS;

/// What is expected of the monitors of tenants that somebody looks at.
#[derive(Debug, Clone)]
pub(crate) struct Agendas(Cache<TenantId, Arc<Known>>);

/// What was expected at a moment.
#[derive(Debug)]
pub(super) struct Known {
    read_at: i64,
    monitors: Vec<(MonitorHead, Option<Arc<Expectation>>)>,
    /// Every start from `read_at` on until the next three hours are over, in order; `None` when there are too many.
    near: Option<Vec<(i64, usize)>>,
}

impl Default for Agendas {
    fn default() -> Self {
        Self(Cache::new(64))
    }
}

/// What starts when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// What was looked at.
    pub window: Window,
    /// Moments at which something is expected, in order.
    pub moments: Vec<Moment>,
    /// Starts in the window, those included that are not told one by one.
    pub total: usize,
    /// Whether there is more than is told.
    pub truncated: bool,
}

/// One moment at which something is expected to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// UTC milliseconds.
    pub at: i64,
    /// Starts then.
    pub total: usize,
    /// The first of them, by name.
    pub starts: Vec<Start>,
}

/// One expected start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Namespace of the job.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Where.
    pub host: Option<String>,
}

/// How many starts are expected in each part of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// What was looked at.
    pub window: Window,
    /// The width of a part, milliseconds.
    pub width: i64,
    /// Starts of each part.
    pub cells: Vec<u32>,
    /// The fullest part: when it begins, and the jobs that start in it.
    pub peak: Option<Moment>,
    /// Whether there is more than was looked at.
    pub truncated: bool,
}

impl Known {
    fn new(read_at: i64, monitors: Vec<(MonitorHead, Option<Arc<Expectation>>)>) -> Self {
        let mut known = Self { read_at, monitors, near: None };
        let (near, more) = known.find_starts(Window { from: read_at, to: read_at + NEAR_MS }, |_| true);
        known.near = (!more).then_some(near);
        known
    }

    /// Expected starts in the window, in order, with the monitor's place; whether there are more than were looked at.
    fn starts(&self, window: Window, wanted: impl Fn(&MonitorHead) -> bool) -> (Vec<(i64, usize)>, bool) {
        match &self.near {
            Some(near) if self.read_at <= window.from && window.to <= self.read_at + NEAR_MS => {
                let place = |moment| near.partition_point(|(at, _)| *at < moment);
                let within = near[place(window.from)..place(window.to)].iter();
                (within.filter(|(_, place)| wanted(&self.monitors[*place].0)).copied().collect(), false)
            }
            _ => self.find_starts(window, wanted),
        }
    }

    fn find_starts(
        &self,
        window: Window,
        wanted: impl Fn(&MonitorHead) -> bool,
    ) -> (Vec<(i64, usize)>, bool) {
        let mut starts = Vec::new();
        let mut left = MOST_STARTS;
        for (place, (head, expectation)) in
            self.monitors.iter().enumerate().filter(|(_, (head, _))| wanted(head))
        {
            let own = match expectation {
                Some(expectation) if expectation.is_calendar() => {
                    expectation.starts(window.from - 1, window.to - 1, left)
                }
                _ => {
                    head.expected_at.filter(|at| (window.from..window.to).contains(at)).into_iter().collect()
                }
            };
            left -= own.len();
            starts.extend(own.into_iter().map(|at| (at, place)));
            if left == 0 {
                break;
            }
        }
        starts.sort_unstable();
        (starts, left == 0)
    }

    fn start(&self, place: usize) -> Start {
        let head = &self.monitors[place].0;
        Start { namespace: head.namespace.clone(), name: head.name.clone(), host: head.host.clone() }
    }

    /// What starts when in the window: up to `most` moments with up to `named` names each.
    pub(super) fn agenda(
        &self,
        window: Window,
        namespace: Option<&str>,
        most: usize,
        named: usize,
    ) -> Agenda {
        let wanted = |head: &MonitorHead| namespace.is_none_or(|n| head.namespace == n);
        let (starts, mut truncated) = self.starts(window, wanted);
        let total = starts.len();
        let mut moments: Vec<Moment> = Vec::new();
        for (at, place) in starts {
            if moments.last().is_none_or(|moment| moment.at != at) {
                if moments.len() == most {
                    truncated = true;
                    break;
                }
                moments.push(Moment { at, total: 0, starts: Vec::new() });
            }
            if let Some(moment) = moments.last_mut() {
                moment.total += 1;
                if moment.starts.len() < named {
                    moment.starts.push(self.start(place));
                }
            }
        }
        Agenda { window, moments, total, truncated }
    }

    /// Starts in each part of the window.
    pub(super) fn load(&self, window: Window, width: i64) -> Load {
        let (starts, truncated) = self.starts(window, |_| true);
        let parts = usize::try_from((window.length() + width - 1) / width).unwrap_or(0);
        let mut cells = vec![0_u32; parts];
        for (at, _) in &starts {
            if let Some(cell) = cells.get_mut(((at - window.from) / width) as usize) {
                *cell += 1;
            }
        }
        // The first of several that are equally full.
        let fullest = (0..parts).rev().max_by_key(|n| cells[*n]).filter(|n| cells[*n] > 0);
        let peak = fullest.map(|n| {
            let at = window.from + n as i64 * width;
            let own = starts.iter().filter(|(start, _)| (at..at + width).contains(start));
            let places: BTreeSet<usize> = own.map(|(_, place)| *place).collect();
            let jobs = places.into_iter().take(NAMED).map(|place| self.start(place));
            Moment { at, total: cells[n] as usize, starts: jobs.collect() }
        });
        Load { window, width, cells, peak, truncated }
    }
}

impl App {
    /// What is expected to start in the window, of all jobs or those of one namespace; up to `most` moments.
    pub async fn get_agenda(
        &self,
        actor: &Actor,
        window: Window,
        namespace: Option<&str>,
        most: usize,
    ) -> Result<Agenda> {
        let known = self.expected_of(actor.tenant_id).await?;
        Ok(known.agenda(window, namespace, most, NAMED))
    }

    /// How many starts are expected in each part of `width` milliseconds of the window.
    pub async fn get_load(&self, actor: &Actor, window: Window, width: i64) -> Result<Load> {
        Ok(self.expected_of(actor.tenant_id).await?.load(window, width))
    }

    /// What is expected of every monitor of a tenant, read anew when it was read too long ago.
    pub(super) async fn expected_of(&self, tenant: TenantId) -> Result<Arc<Known>> {
        let now = self.now_ms();
        if let Some(known) = self.agendas.0.get(&tenant)
            && (known.read_at..known.read_at + FRESH_MS).contains(&now)
        {
            return Ok(known);
        }
        let mut read = self.read(tenant).await?;
        let known = Arc::new(Known::read(&mut read, self.ingest().expectations(), now).await?);
        self.agendas.0.insert(tenant, Arc::clone(&known));
        Ok(known)
    }
}

impl Known {
    async fn read(read: &mut Read<TenantScope>, expectations: &Expectations, now: i64) -> Result<Self> {
        let heads = read.list_monitor_heads().await?;
        let mut found: HashMap<MonitorId, Arc<Expectation>> = HashMap::new();
        let known = |head: &MonitorHead| expectations.known(head.id, head.revision);
        let mut unknown = Vec::new();
        for head in &heads {
            match known(head) {
                Some(expectation) => drop(found.insert(head.id, expectation)),
                None => unknown.push(head.id),
            }
        }
        for ids in unknown.chunks(CHUNK) {
            for monitor in read.list_monitors_by_id(ids).await? {
                let monitor: Monitor = monitor;
                found.extend(expectations.of(&monitor).map(|expectation| (monitor.id, expectation)));
            }
        }
        let monitors = heads.into_iter().map(|head| {
            let expectation = found.remove(&head.id);
            (head, expectation)
        });
        Ok(Self::new(now, monitors.collect()))
    }
}

#[cfg(test)]
mod tests {
    use crontopus_domain::{MonitorSpec, Severity, Starter};
    use crontopus_ids::JobId;

    use super::*;

    const MINUTE: i64 = 60_000;

    fn known(jobs: &[(&str, &str)]) -> Known {
        let monitor = |(n, (name, cron)): (usize, &(&str, &str))| {
            let spec = MonitorSpec {
                crons: vec![cron.parse().unwrap()],
                every: None,
                timezone: "UTC".to_owned(),
                profile: crontopus_schedule::Profile::Guarded,
                starter: Starter::Elsewhere,
                early_ms: 0,
                late_ms: 0,
                jitter_ms: 0,
                max_runtime_ms: None,
                min_runtime_ms: None,
                alert_after: 1,
                recover_after: 1,
                severity: Severity::Warning,
                max_since_success_ms: None,
                paused: false,
                output: crontopus_domain::OutputRule::default(),
            };
            let head = MonitorHead {
                id: MonitorId::from_bits(n as u128),
                job_id: JobId::from_bits(n as u128),
                revision: 1,
                namespace: "ops".to_owned(),
                name: (*name).to_owned(),
                host: None,
                expected_at: None,
            };
            (head, Some(Arc::new(Expectation::compile(spec).unwrap())))
        };
        Known::new(0, jobs.iter().enumerate().map(monitor).collect())
    }

    #[test]
    fn moments_hold_what_starts_together() {
        let known = known(&[("a", "0 * * * *"), ("b", "*/30 * * * *"), ("c", "45 * * * *")]);
        let window = Window::new(0, 60 * MINUTE, 1).unwrap();
        let agenda = known.agenda(window, None, 10, 1);
        let told: Vec<_> = agenda.moments.iter().map(|m| (m.at / MINUTE, m.total, m.starts.len())).collect();
        assert_eq!(told, [(0, 2, 1), (30, 1, 1), (45, 1, 1)]);
        assert_eq!((agenda.total, agenda.truncated), (4, false));
        assert!(known.agenda(window, None, 2, 1).truncated);
        assert_eq!(known.agenda(window, Some("other"), 10, 1).total, 0);
    }

    #[test]
    fn what_is_near_is_what_would_be_found() {
        let known = known(&[("a", "0 * * * *"), ("b", "*/7 * * * *"), ("c", "45 3 * * *")]);
        assert!(known.near.is_some());
        for (from, to) in [(0, 180), (0, 1), (7, 8), (59, 61), (60, 60), (100, 180), (100, 181), (170, 300)] {
            let window = Window { from: from * MINUTE, to: to * MINUTE };
            let of_b = |head: &MonitorHead| head.name == "b";
            assert_eq!(known.starts(window, |_| true), known.find_starts(window, |_| true), "{from} {to}");
            assert_eq!(known.starts(window, of_b), known.find_starts(window, of_b), "{from} {to}");
        }
    }

    #[test]
    fn the_peak_is_named() {
        let known = known(&[("a", "0 * * * *"), ("b", "*/30 * * * *"), ("c", "31 * * * *")]);
        let load = known.load(Window::new(0, 60 * MINUTE, 1).unwrap(), 5 * MINUTE);
        assert_eq!(load.cells, [2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
        let peak = load.peak.unwrap();
        assert_eq!((peak.at, peak.total), (0, 2), "the first of equals");
        assert_eq!(peak.starts.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }
}
