//! When nobody is told: maintenance and snoozes.

use std::collections::BTreeMap;

use crontopus_ids::{AgentId, IncidentId, MonitorId};
use crontopus_manifest::{Effect, Maintenance};
use jiff::Timestamp;

use super::{Concern, JobFacts, Rules, Snooze};

/// What a snooze silences.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SnoozeScope {
    /// One monitor.
    Monitor(MonitorId),
    /// Everything on one host, and its own silence.
    Agent(AgentId),
    /// Every job and host with this label.
    Label(String, String),
    /// One incident.
    Incident(IncidentId),
}

/// Nobody is told for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Until when, UTC milliseconds; then it is looked at again.
    pub until: i64,
    /// Why, for people.
    pub why: String,
}

impl Rules {
    /// The silence that an incident falls into at `now`, the longest when several hold.
    pub fn silence(&self, concern: &Concern, now: i64) -> Option<Silence> {
        let moment = Timestamp::from_millisecond(now).ok()?;
        let maintenance = self.maintenance.iter().filter(|own| own.covers(concern)).filter_map(|own| {
            let until = own.active_until(moment)?.as_millisecond();
            Some(Silence { until, why: format!("maintenance {}", own.key()) })
        });
        let snoozes = self.snoozes.iter().filter(|own| own.until > now && own.covers(concern));
        let snoozes = snoozes.map(|own| Silence { until: own.until, why: format!("snoozed by {}", own.by) });
        maintenance.chain(snoozes).max_by_key(|silence| silence.until)
    }
}

impl Rules {
    /// Whether a maintenance that pauses is going on at `now` for a job of this namespace and these labels, on a host
    /// with these.
    pub fn pauses(&self, now: i64, job: &JobFacts, agent_labels: Option<&BTreeMap<String, String>>) -> bool {
        let Ok(moment) = Timestamp::from_millisecond(now) else { return false };
        self.maintenance.iter().filter(|own| own.effect == Effect::Pause).any(|own| {
            let host =
                agent_labels.is_some_and(|labels| own.namespaces.is_empty() && own.selector.matches(labels));
            (host || own.matches(&job.namespace, &job.labels)) && own.active_until(moment).is_some()
        })
    }
}

/// Whether something silences an incident.
trait Covers {
    fn covers(&self, concern: &Concern) -> bool;
}

impl Covers for Maintenance {
    /// Its labels may be a job's or the host's. The silence of a host is covered by the host's labels alone: one
    /// job's maintenance does not hide that thirty others lost their host.
    fn covers(&self, concern: &Concern) -> bool {
        let host = self.namespaces.is_empty()
            && concern.agent.is_some()
            && self.selector.matches(&concern.agent_labels);
        let job = || concern.jobs.iter().any(|job| self.matches(&job.namespace, &job.labels));
        host || (concern.monitor.is_some() && job())
    }
}

impl Covers for Snooze {
    fn covers(&self, concern: &Concern) -> bool {
        match &self.scope {
            SnoozeScope::Monitor(id) => concern.monitor == Some(*id),
            SnoozeScope::Agent(id) => concern.agent == Some(*id),
            SnoozeScope::Incident(id) => concern.incident == *id,
            SnoozeScope::Label(key, value) => {
                let has = |labels: &BTreeMap<String, String>| labels.get(key) == Some(value);
                has(&concern.agent_labels)
                    || (concern.monitor.is_some() && concern.jobs.iter().any(|job| has(&job.labels)))
            }
        }
    }
}
