//! Writing down what the rules decided: everything one transaction changes, in a fixed number of statements.

use std::collections::BTreeMap;

use crontopus_domain::alerts::Happening;
use crontopus_domain::monitor::Effects;
use crontopus_domain::{EventKind, IncidentChange, IncidentKind, IncidentState, MonitorState, Run, Severity};
use crontopus_ids::{AgentId, IncidentId, JobId, MonitorId, RunId, TenantId};

use super::incidents::{Incident, IncidentEvent, NewIncidentEvent};
use super::outputs::RunOutput;
use super::{HeardSignal, LooseCheckIn, Monitor};
use crate::alerts::rules::About;
use crate::alerts::tell::Happened;
use crate::error::StoreError;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::statistics::marks::Marks;
use crate::tx::Tx;
use crate::usage::UsageDelta;
use crate::wake::Topic;

/// Whoever waits for deadlines looks at them again after so long by itself, and is only woken for nearer ones: with
/// every check-in there is a new deadline.
pub const UNWOKEN_MS: i64 = 1_000;

/// What was decided about one locked monitor in this transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The monitor.
    pub monitor_id: MonitorId,
    /// Its job.
    pub job_id: JobId,
    /// Its host.
    pub agent_id: Option<AgentId>,
    /// `namespace/name`.
    pub job: String,
    /// The host's name.
    pub host: Option<String>,
    /// How bad an incident is.
    pub severity: Severity,
    /// How the monitor is now.
    pub state: MonitorState,
    /// Rows to write, the last form of each.
    runs: BTreeMap<RunId, Run>,
    replaced: Vec<(RunId, i64, RunId)>,
    incidents: Vec<IncidentChange>,
    status_changed: bool,
    /// Accepted signals.
    pub(super) heard: i64,
    /// Those of runs that are written.
    signals: BTreeMap<RunId, String>,
    /// Kind of the incident that was open before.
    incident_kind: Option<IncidentKind>,
}

impl Judged {
    /// Nothing decided yet about `monitor`.
    pub fn of(monitor: &Monitor, severity: Severity) -> Self {
        Self {
            tenant_id: monitor.tenant_id,
            monitor_id: monitor.id,
            job_id: monitor.job_id,
            agent_id: monitor.agent_id,
            job: monitor.job(),
            host: monitor.host.clone(),
            severity,
            state: monitor.state.clone(),
            runs: BTreeMap::new(),
            replaced: Vec::new(),
            incidents: Vec::new(),
            status_changed: false,
            heard: 0,
            signals: BTreeMap::new(),
            incident_kind: monitor.state.incident.as_ref().map(|i| i.kind),
        }
    }

    /// Takes over what one signal decided, after those before it.
    pub fn add(&mut self, effects: Effects) {
        for replaced in effects.replaced {
            self.runs.remove(&replaced.old);
            if let Some(signals) = self.signals.remove(&replaced.old) {
                self.signals.entry(replaced.new).or_default().push_str(&signals);
            }
            self.replaced.push((replaced.old, replaced.old_at, replaced.new));
        }
        self.runs.extend(effects.runs.into_iter().map(|run| (run.id, run)));
        self.incidents.extend(effects.incidents);
        self.status_changed |= effects.status_changed;
    }

    /// Takes note of the accepted signal that was decided last, which belongs to `run`; whether it is kept with that
    /// run, and not to be kept apart.
    pub fn hear(&mut self, run: Option<RunId>, signal: HeardSignal) -> bool {
        self.heard += 1;
        let written = run.filter(|run| self.runs.contains_key(run));
        if let Some(run) = written {
            signal.write(self.signals.entry(run).or_default());
        }
        written.is_some()
    }

    pub(super) fn signals_of(&self, run: RunId) -> Option<&str> {
        self.signals.get(&run).map(String::as_str)
    }
}

/// The rows of a whole batch that are not incidents.
#[derive(Default)]
struct Decided<'a> {
    runs: Vec<(&'a Judged, &'a Run)>,
    gone: Vec<(TenantId, RunId, i64)>,
    renamed: Vec<(TenantId, MonitorId, RunId, RunId)>,
}

/// What belongs to incidents of a whole batch.
#[derive(Default)]
struct Incidents {
    kinds: BTreeMap<IncidentId, IncidentKind>,
    opened: BTreeMap<IncidentId, (TenantId, Incident)>,
    updated: BTreeMap<IncidentId, (TenantId, crontopus_domain::OpenIncident)>,
    resolved: Vec<(TenantId, IncidentId, i64, crontopus_domain::Resolution)>,
    events: Vec<NewIncidentEvent>,
    happened: Vec<Happened>,
}

impl Incidents {
    fn add(&mut self, judged: &Judged, change: &IncidentChange) {
        let tenant = judged.tenant_id;
        let (id, at, kind, run_id, note) = match change {
            IncidentChange::Opened(i) => {
                let incident = Incident {
                    id: i.id,
                    monitor_id: Some(judged.monitor_id),
                    agent_id: judged.agent_id,
                    namespace: None,
                    name: None,
                    host: None,
                    kind: i.kind,
                    state: IncidentState::Open,
                    severity: judged.severity,
                    title: i.kind.title(&judged.job, judged.host.as_deref()),
                    bad_runs: i64::from(i.bad_runs),
                    first_run_id: i.first_run,
                    last_run_id: i.last_run,
                    opened_at: i.opened_at,
                    acknowledged_at: None,
                    acknowledged_by: None,
                    resolved_at: None,
                    resolution: None,
                };
                self.kinds.insert(i.id, i.kind);
                self.happen(judged, i.id, Happening::Opened, i.last_run);
                self.opened.insert(i.id, (tenant, incident));
                (i.id, i.opened_at, "opened", i.last_run, Some(i.kind.to_string()))
            }
            IncidentChange::BadRun { incident: i, at } => {
                match self.opened.get_mut(&i.id) {
                    Some((_, opened)) => {
                        (opened.bad_runs, opened.last_run_id) = (i64::from(i.bad_runs), i.last_run);
                        opened.first_run_id = i.first_run;
                    }
                    None => drop(self.updated.insert(i.id, (tenant, i.clone()))),
                }
                (i.id, *at, "bad_run", i.last_run, None)
            }
            IncidentChange::Resolved { id, at, why, run } => {
                match self.opened.get_mut(id) {
                    Some((_, opened)) => {
                        opened.state = IncidentState::Resolved;
                        (opened.resolved_at, opened.resolution) = (Some(*at), Some(*why));
                    }
                    None => self.resolved.push((tenant, *id, *at, *why)),
                }
                self.happen(judged, *id, Happening::Resolved(*why), *run);
                (*id, *at, "resolved", *run, Some(why.to_string()))
            }
        };
        let event = IncidentEvent { at, kind: kind.to_owned(), actor: None, run_id, note };
        self.events.push(NewIncidentEvent { tenant_id: tenant, incident_id: id, event });
    }

    fn happen(&mut self, judged: &Judged, incident: IncidentId, what: Happening, run: Option<RunId>) {
        let kind = self.kinds.get(&incident).copied().or(judged.incident_kind);
        let about = About {
            incident,
            // The incident was open before this batch, or opened in it: its kind is known.
            kind: kind.unwrap_or(IncidentKind::Failed),
            severity: judged.severity,
            monitor: Some(judged.monitor_id),
            agent: judged.agent_id,
            job: Some(judged.job_id),
        };
        self.happened.push(Happened { tenant_id: judged.tenant_id, about, what, run });
    }
}

impl Tx<SystemScope> {
    /// Writes what was decided about locked monitors: states, runs, incidents, outbox, events. `now` is the
    /// time of writing, UTC milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn write_judged(&mut self, judged: &[Judged], now: i64) -> Result<(), StoreError> {
        self.write_decisions(judged, now).await?;
        for j in judged {
            for (kind, id) in j.events() {
                self.emit_of(j.tenant_id, now, kind, id, Some(j.job.clone()));
            }
        }
        Ok(())
    }

    /// Keeps the outputs and the signals that change no run, and counts every signal that was accepted: whose, and
    /// when it came.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn write_received(
        &mut self,
        accepted: &[(TenantId, i64)],
        loose: &[LooseCheckIn],
        outputs: &[(TenantId, RunId, RunOutput)],
        now: i64,
    ) -> Result<(), StoreError> {
        self.save_check_ins(loose).await?;
        let mut usage = UsageDelta::default();
        for (tenant, at) in accepted {
            usage.add(*tenant, *at, [1, 0, 0]);
        }
        self.save_outputs(outputs, now, &mut usage).await?;
        self.add_usage(usage).await
    }
}

impl Tx<TenantScope> {
    /// Writes what was decided about locked monitors of this tenant.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`] also when one is another tenant's.
    pub async fn write_judged(&mut self, judged: &[Judged], now: i64) -> Result<(), StoreError> {
        if let Some(foreign) = judged.iter().find(|j| j.tenant_id != self.tenant()) {
            return Err(StoreError::inconsistent("monitors", "tenant_id", foreign.monitor_id));
        }
        self.write_decisions(judged, now).await?;
        for j in judged {
            for (kind, id) in j.events() {
                self.emit(now, kind, id, Some(j.job.clone()));
            }
        }
        Ok(())
    }
}

impl<S: Scope> Tx<S> {
    async fn write_decisions(&mut self, judged: &[Judged], now: i64) -> Result<(), StoreError> {
        let mut incidents = Incidents::default();
        for j in judged {
            j.incidents.iter().for_each(|change| incidents.add(j, change));
        }
        let mut batch = Decided::default();
        let mut marks = Marks::default();
        for j in judged {
            j.runs.values().for_each(|run| marks.written(j.tenant_id, j.monitor_id, run));
            j.replaced.iter().for_each(|(_, at, _)| marks.gone(j.tenant_id, j.monitor_id, *at));
            batch.runs.extend(j.runs.values().map(|run| (j, run)));
            for (old, at, new) in &j.replaced {
                batch.gone.push((j.tenant_id, *old, *at));
                batch.renamed.push((j.tenant_id, j.monitor_id, *old, *new));
            }
        }
        self.save_states(judged).await?;
        self.delete_runs(batch.gone).await?;
        self.save_runs(batch.runs, now).await?;
        self.mark_hours(marks, now).await?;
        // The old ones end before new ones of the same monitors begin: one is open at a time.
        self.resolve_incidents(incidents.resolved).await?;
        let opened: Vec<_> = incidents.opened.into_values().collect();
        self.insert_incidents(&opened).await?;
        self.update_incidents(incidents.updated.into_values().collect()).await?;
        self.replace_incident_runs(batch.renamed).await?;
        self.insert_incident_events(&incidents.events).await?;
        self.tell(&incidents.happened, now).await?;
        let soon = now.saturating_add(UNWOKEN_MS);
        if judged.iter().any(|j| j.state.deadline_at.is_some_and(|at| at < soon)) {
            self.wake(Topic::Deadlines);
        }
        Ok(())
    }
}

impl Judged {
    /// What the live stream says of it.
    fn events(&self) -> impl Iterator<Item = (EventKind, String)> {
        let runs = self.runs.keys().map(|id| (EventKind::RunChanged, id.to_string()));
        let monitor = self.status_changed.then(|| (EventKind::MonitorChanged, self.monitor_id.to_string()));
        let incidents = self.incidents.iter().map(|change| {
            let id = match change {
                IncidentChange::Opened(incident) | IncidentChange::BadRun { incident, .. } => incident.id,
                IncidentChange::Resolved { id, .. } => *id,
            };
            (EventKind::IncidentChanged, id.to_string())
        });
        runs.chain(monitor).chain(incidents)
    }
}
