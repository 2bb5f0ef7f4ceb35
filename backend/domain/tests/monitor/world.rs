use std::collections::BTreeMap;

use crontopus_domain::monitor::{self, Around, Effects, MonitorState, Past, Subject};
use crontopus_domain::{CheckIn, CheckInKind, Expectation, IncidentChange, MonitorSpec, Outage, Run, RunKey};
use crontopus_domain::{RunStatus, Severity, Starter};
use crontopus_ids::{MonitorId, RunId};
use jiff::Timestamp;

pub(crate) const START: CheckInKind = CheckInKind::Start;
pub(crate) const GOOD: CheckInKind = CheckInKind::End { well: true };
pub(crate) const BAD: CheckInKind = CheckInKind::End { well: false };

/// One monitor with its rows, in memory.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) expectation: Expectation,
    pub(crate) state: MonitorState,
    pub(crate) rows: BTreeMap<RunId, Run>,
    pub(crate) incidents: Vec<IncidentChange>,
    pub(crate) outages: Vec<Outage>,
    pub(crate) host_seen_at: Option<i64>,
    pub(crate) host_keeps_records: bool,
}

pub(crate) fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

/// `HH:MM:SS` of one day.
pub(crate) fn at(time: &str) -> i64 {
    ms(&format!("2026-11-24T{time}Z"))
}

/// Each hour at minute 0, 30 s early to 10 minutes late, 20 minutes at most.
pub(crate) fn hourly() -> MonitorSpec {
    MonitorSpec {
        crons: vec!["0 * * * *".parse().unwrap()],
        every: None,
        timezone: "UTC".to_owned(),
        profile: crontopus_schedule::Profile::Guarded,
        starter: Starter::Elsewhere,
        early_ms: 30_000,
        late_ms: 600_000,
        jitter_ms: 0,
        max_runtime_ms: Some(1_200_000),
        min_runtime_ms: None,
        alert_after: 1,
        recover_after: 1,
        severity: Severity::Warning,
        max_since_success_ms: None,
        paused: false,
        output: crontopus_domain::OutputRule::default(),
    }
}

pub(crate) const ID: u128 = 42;

impl World {
    pub(crate) fn armed(spec: MonitorSpec, now: &str) -> Self {
        Self::armed_at(spec, at(now))
    }

    pub(crate) fn armed_at(spec: MonitorSpec, now: i64) -> Self {
        let expectation = Expectation::compile(spec).unwrap();
        let state = monitor::arm(MonitorId::from_bits(ID), &expectation, now);
        Self {
            expectation,
            state,
            rows: BTreeMap::new(),
            incidents: Vec::new(),
            outages: Vec::new(),
            host_seen_at: None,
            host_keeps_records: false,
        }
    }

    pub(crate) fn apply(
        &mut self,
        change: impl FnOnce(&mut MonitorState, Subject<'_>, &Past) -> Effects,
    ) -> Effects {
        let subject = Subject { id: MonitorId::from_bits(ID), expectation: &self.expectation };
        // Everything may be wanted here; that what is wanted suffices is shown with the store.
        let past = Past { runs: self.rows.values().cloned().collect(), outages: self.outages.clone() };
        let effects = change(&mut self.state, subject, &past);
        for replaced in &effects.replaced {
            self.rows.remove(&replaced.old);
        }
        self.rows.extend(effects.runs.iter().map(|r| (r.id, r.clone())));
        self.incidents.extend(effects.incidents.clone());
        effects
    }

    pub(crate) fn receive(&mut self, signal: &CheckIn, received: i64) -> Option<RunId> {
        let subject = Subject { id: MonitorId::from_bits(ID), expectation: &self.expectation };
        let wanted = monitor::wanted(&self.state, subject, signal, received);
        let rows = self.rows.values().filter(|r| {
            wanted.run == Some(r.id)
                || wanted.unfilled.is_some_and(|(a, b)| r.is_unfilled() && (a..=b).contains(&r.at))
        });
        let past = Past { runs: rows.cloned().collect(), outages: self.outages.clone() };
        self.apply(|state, subject, _| monitor::check_in(state, subject, &past, signal, received)).run
    }

    /// A check-in without a name, now.
    pub(crate) fn send(&mut self, kind: CheckInKind, time: &str) -> Option<RunId> {
        self.receive(&CheckIn::new(kind, RunKey::None), at(time))
    }

    /// A check-in of the run `key`, that happened at `time` and came in at `received`.
    pub(crate) fn report(
        &mut self,
        key: &str,
        kind: CheckInKind,
        time: &str,
        received: &str,
    ) -> Option<RunId> {
        let mut signal = CheckIn::new(kind, RunKey::External(key.to_owned()));
        signal.at = Some(at(time));
        self.receive(&signal, at(received))
    }

    pub(crate) fn tick(&mut self, time: &str) {
        self.tick_at(at(time));
    }

    pub(crate) fn tick_at(&mut self, now: i64) {
        let (outages, host_seen_at) = (self.outages.clone(), self.host_seen_at);
        let around = Around { outages: &outages, host_seen_at, host_keeps_records: self.host_keeps_records };
        drop(self.apply(|state, subject, _| monitor::tick(state, subject, around, now)));
    }

    /// One line for each run by place: expected, start, end, status and reason.
    pub(crate) fn story(&self) -> String {
        let mut runs: Vec<_> = self.rows.values().collect();
        runs.sort_by_key(|r| (r.at, r.id));
        let clock = |t: Option<i64>| match t {
            Some(t) => Timestamp::from_millisecond(t).unwrap().strftime("%H:%M:%S").to_string(),
            None => "-".to_owned(),
        };
        let line = |r: &&Run| {
            let reason = r.reason.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
            let times = [r.expected_at, r.started_at, r.finished_at].map(clock).join(" ");
            format!("{times} {}{reason}", r.status)
        };
        runs.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What happened to incidents.
    pub(crate) fn alarms(&self) -> String {
        let line = |change: &IncidentChange| match change {
            IncidentChange::Opened(i) => format!("opened {} after {}", i.kind, i.bad_runs),
            IncidentChange::BadRun { incident, .. } => format!("bad run {}", incident.bad_runs),
            IncidentChange::Resolved { why, .. } => format!("resolved {why}"),
        };
        self.incidents.iter().map(line).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn statuses(&self) -> Vec<RunStatus> {
        let mut runs: Vec<_> = self.rows.values().collect();
        runs.sort_by_key(|r| (r.at, r.id));
        runs.iter().map(|r| r.status).collect()
    }
}
