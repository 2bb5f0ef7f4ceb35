//! Which routes are for an incident.

use std::collections::BTreeSet;
use std::time::Duration;

use crontopus_manifest::{AlertSeverity, GroupBy, Route, RouteEvent};

use super::{Concern, JobFacts, Rules, Target};
use crate::incident::{IncidentKind, Severity};

/// What a route says about one incident, with channels in place of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The route's key; empty for the default route.
    pub route: String,
    /// Who is told when nobody takes it.
    pub steps: Vec<PlanStep>,
    /// How often it is told again, milliseconds.
    pub repeat_ms: Option<i64>,
    /// Whether its end is told.
    pub recovered: bool,
    /// What shares this becomes one message.
    pub group: Option<String>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// Milliseconds after the first telling could be.
    pub after_ms: i64,
    /// Who is told.
    pub targets: Vec<Target>,
    /// Names in the route that are no channel, or a disabled one.
    pub missing: Vec<String>,
}

/// What all routes together say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routed {
    /// Somebody is told: by routes, or by the default route.
    Told(Vec<Plan>),
    /// Routes are for it, and all of them leave it out because it is not severe enough.
    NotSevere(Vec<String>),
}

impl Rules {
    /// What the routes say about an incident.
    ///
    /// A route is for it when its job names the route or, naming none, has the labels; for a silent host, when the
    /// host has the labels or a job on it is the route's. Of those, the ones that tell this kind and severity do.
    /// When none is for it, or none tells this kind, the default route is, except for lateness: it is told only by
    /// routes that name it, by their first step alone when that is at once, and never again.
    pub fn route(&self, concern: &Concern) -> Routed {
        let own = self.routes.iter().filter(|(_, route)| is_for(route, concern));
        let of_kind = own.filter(|(_, route)| route.on.contains(&event(concern.kind)));
        let (severe, mild): (Vec<&(String, Route)>, Vec<_>) =
            of_kind.partition(|(_, route)| concern.severity >= least(route));
        if severe.is_empty() && !mild.is_empty() {
            return Routed::NotSevere(mild.iter().map(|(key, _)| key.clone()).collect());
        }
        if severe.is_empty() {
            // Lateness is for those who ask for it.
            let otherwise = (concern.kind != IncidentKind::Late).then(|| self.default_plan());
            return Routed::Told(otherwise.into_iter().collect());
        }
        Routed::Told(severe.iter().map(|(key, route)| self.plan(key, route, concern)).collect())
    }

    /// The plan of the route of this key, if it still is one.
    pub fn plan_of(&self, key: &str, concern: &Concern) -> Option<Plan> {
        if key.is_empty() {
            return Some(self.default_plan());
        }
        let (key, route) = self.routes.iter().find(|(own, _)| own == key)?;
        Some(self.plan(key, route, concern))
    }

    /// Who is told what no route is for: the channels marked for it, else every channel, else the owners.
    pub fn default_targets(&self) -> Vec<Target> {
        let usable = || self.channels.iter().filter(|channel| channel.usable);
        let marked: Vec<_> = usable().filter(|c| c.is_default).map(|c| Target::Channel(c.id)).collect();
        if !marked.is_empty() {
            return marked;
        }
        let all: Vec<_> = usable().map(|c| Target::Channel(c.id)).collect();
        if all.is_empty() { vec![Target::OWNERS] } else { all }
    }

    fn default_plan(&self) -> Plan {
        let step = PlanStep { after_ms: 0, targets: self.default_targets(), missing: Vec::new() };
        Plan { route: String::new(), steps: vec![step], repeat_ms: None, recovered: true, group: None }
    }

    fn plan(&self, key: &str, route: &Route, concern: &Concern) -> Plan {
        let step = |step: &crontopus_manifest::Step| {
            let (mut targets, mut missing) = (Vec::new(), Vec::new());
            for name in &step.channels {
                match self.channels.iter().find(|channel| channel.name == *name && channel.usable) {
                    Some(channel) => targets.push(Target::Channel(channel.id)),
                    None => missing.push(name.clone()),
                }
            }
            // A step that reaches nobody reaches whom the default route does.
            if targets.is_empty() {
                targets = self.default_targets();
            }
            PlanStep { after_ms: ms(step.after), targets, missing }
        };
        let lasts = concern.kind != IncidentKind::Late;
        let told = route.steps.iter().filter(|step| lasts || step.after.is_zero());
        Plan {
            route: key.to_owned(),
            steps: told.map(step).collect(),
            repeat_ms: route.repeat_every.map(ms).filter(|_| lasts),
            recovered: lasts && route.on.contains(&RouteEvent::Recovered),
            group: group(key, route, concern),
        }
    }
}

/// The routes that tell when a start of this job, and this severity, is late.
pub fn lateness_routes<'r>(
    routes: impl Iterator<Item = &'r Route>,
    job: &JobFacts,
    severity: Severity,
) -> impl Iterator<Item = &'r Route> {
    routes.filter(move |route| {
        route.on.contains(&RouteEvent::Late) && severity >= least(route) && is_of(route, job)
    })
}

/// A job that names routes takes those alone.
fn is_of(route: &Route, job: &JobFacts) -> bool {
    match job.routes.is_empty() {
        true => route.matches(&job.namespace, &job.labels),
        false => job.routes.iter().any(|name| name == route.key().name()),
    }
}

fn is_for(route: &Route, concern: &Concern) -> bool {
    let of_host = || route.namespaces.is_empty() && route.selector.matches(&concern.agent_labels);
    concern.jobs.iter().any(|job| is_of(route, job))
        || (concern.kind == IncidentKind::HostSilent && of_host())
}

/// What the incidents of one message share, if the incident has it all.
fn group(key: &str, route: &Route, concern: &Concern) -> Option<String> {
    if route.group_by.is_empty() {
        return None;
    }
    let namespaces: BTreeSet<&str> = concern.jobs.iter().map(|job| job.namespace.as_str()).collect();
    let only_job = match &concern.jobs[..] {
        [one] => Some(one),
        _ => None,
    };
    let mut parts = vec![key.to_owned()];
    for by in &route.group_by {
        parts.push(match by {
            GroupBy::Agent => concern.agent?.to_string(),
            GroupBy::Namespace if namespaces.len() == 1 => namespaces.first()?.to_string(),
            GroupBy::Namespace => return None,
            GroupBy::Job => only_job.map(|job| format!("{}/{}", job.namespace, job.name))?,
        });
    }
    Some(parts.join(" "))
}

fn event(kind: IncidentKind) -> RouteEvent {
    match kind {
        IncidentKind::Failed => RouteEvent::Failed,
        IncidentKind::Late => RouteEvent::Late,
        IncidentKind::Missed => RouteEvent::Missed,
        IncidentKind::TimedOut => RouteEvent::TimedOut,
        IncidentKind::TooShort => RouteEvent::TooShort,
        IncidentKind::Stale => RouteEvent::Stale,
        IncidentKind::HostSilent => RouteEvent::HostSilent,
    }
}

fn least(route: &Route) -> Severity {
    match route.min_severity {
        AlertSeverity::Info => Severity::Info,
        AlertSeverity::Warning => Severity::Warning,
        AlertSeverity::Critical => Severity::Critical,
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
