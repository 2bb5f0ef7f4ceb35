//! One batch, one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crontopus_clock::{Clock, Entropy};
use crontopus_domain::monitor::{Past, Subject, check_in, wanted};
use crontopus_domain::{
    BELIEVED_AHEAD_MS, BELIEVED_BACK_MS, CheckInKind, EventKind, Expectation, OutputRule,
};
use crontopus_ids::{CheckInId, MonitorId, RunId, TenantId};
use crontopus_store::{
    HeardSignal, Judged, LooseCheckIn, Monitor, NewProposal, RejectedCheckIn, RunOutput, Store,
};
use crontopus_store::{StoreError, SystemScope, SystemTx};

use super::discover::Sightings;
use super::expectations::Expectations;
use super::metrics::{IngestMetrics, Refusal};
use super::output::cut;
use super::put_off::PutOff;
use super::queue::{Item, Written};
use super::signal::{Outcome, Rejection, Signal, Target};
use super::target::{Found, resolve};
use super::volume::VolumeMeter;

/// How often a transaction that collided with another one is tried again.
const TRIES: u32 = 5;

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) expectations: Expectations,
    pub(super) put_off: PutOff,
    pub(super) metrics: IngestMetrics,
    pub(super) meter: VolumeMeter,
}

/// A monitor that a batch touches.
struct Touched {
    judged: Judged,
    expectation: Arc<Expectation>,
    past: Past,
    is_removed: bool,
}

/// What a batch writes beside what was decided.
#[derive(Default)]
struct Received {
    /// Whose an accepted signal is, and when it came.
    accepted: Vec<(TenantId, i64)>,
    loose: Vec<LooseCheckIn>,
    outputs: Vec<(TenantId, RunId, RunOutput)>,
    rejected: Vec<RejectedCheckIn>,
    proposals: BTreeMap<(TenantId, MonitorId), NewProposal>,
}

impl Writer {
    /// Writes the items and answers them. When the whole batch is refused, each item is tried alone, so that
    /// one bad row does not refuse the others; in a refused item, each signal.
    pub(super) async fn write(&self, items: Vec<Item>) {
        let signals: Vec<&Signal> = items.iter().flat_map(|i| &i.signals).collect();
        match self.commit(&signals).await {
            Ok(outcomes) => {
                self.count(&signals, &outcomes);
                let mut outcomes = outcomes.into_iter();
                for item in items {
                    let own = outcomes.by_ref().take(item.signals.len()).collect();
                    item.answer(Ok(own));
                }
            }
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, signals = signals.len(), "check-ins are refused for now");
                self.refuse(signals);
                let error = Arc::new(error);
                items.into_iter().for_each(|item| item.answer(Err(error.clone())));
            }
            Err(error) => {
                tracing::error!(%error, signals = signals.len(), "a batch was refused; each check-in is tried alone");
                for item in items {
                    let outcomes = self.one_by_one(&item.signals).await;
                    item.answer(outcomes);
                }
            }
        }
    }

    /// Writes down what had to be put off, if the database can be written to again.
    pub(super) async fn settle(&self) {
        if self.put_off.is_pending()
            && let Err(error) = self.put_off.settle().await
        {
            tracing::debug!(%error, "what was put off cannot be written down yet");
        }
    }

    fn refuse(&self, signals: Vec<&Signal>) {
        self.metrics.refused(Refusal::Database, signals.len());
        self.put_off.note(signals);
    }

    async fn one_by_one(&self, signals: &[Signal]) -> Written {
        let mut outcomes = Vec::with_capacity(signals.len());
        for signal in signals {
            match self.commit(&[signal]).await {
                Ok(own) => {
                    self.count(&[signal], &own);
                    outcomes.extend(own);
                }
                Err(error @ StoreError::Unstorable(_)) => {
                    tracing::error!(%error, "a check-in cannot be stored");
                    let outcome = Outcome::Rejected(Rejection::Invalid);
                    self.count(&[signal], &[outcome]);
                    outcomes.push(outcome);
                }
                // Nobody may take this for a refusal of the check-in itself, and throw it away.
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a check-in was not stored");
                    // The whole request is to come again; a signal of it that was taken is known when it does.
                    self.refuse(signals.iter().skip(outcomes.len()).collect());
                    return Err(Arc::new(error));
                }
            }
        }
        Ok(outcomes)
    }

    /// Commits the signals together, again when another transaction was in the way.
    async fn commit(&self, signals: &[&Signal]) -> Result<Vec<Outcome>, StoreError> {
        if signals.is_empty() {
            return Ok(Vec::new());
        }
        for attempt in 1.. {
            match self.transact(signals).await {
                Err(StoreError::Collision(error)) if attempt < TRIES => {
                    tracing::debug!(%error, attempt, "a batch of check-ins collided and is tried again");
                    self.metrics.collided();
                    tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 5)).await;
                }
                done => return done,
            }
        }
        unreachable!("the last attempt returns")
    }

    async fn transact(&self, signals: &[&Signal]) -> Result<Vec<Outcome>, StoreError> {
        let began = Instant::now();
        let mut tx = self.store.begin(SystemScope::for_ingestion()).await?;
        let targets: Vec<&Target> = signals.iter().map(|signal| &signal.target).collect();
        let found = resolve(&mut tx, &targets).await?;
        let mut monitors = self.load(&mut tx, &found).await?;
        self.load_past(&mut tx, signals, &found, &mut monitors).await?;
        let mut sightings = Sightings::load(&mut tx, signals, &found).await?;
        let now = self.clock.now_ms();
        let mut received = Received::default();
        let mut outcomes = Vec::with_capacity(signals.len());
        for (signal, found) in signals.iter().zip(found) {
            let seen = sightings.see(signal, &found, self.entropy.as_ref());
            outcomes.push(match seen {
                Some(Ok(is_new)) => Outcome::Discovered { is_new },
                Some(Err((why, tenant))) => self.reject(signal, why, Some(tenant), &mut received),
                None => self.apply(signal, found, &mut monitors, &mut received),
            });
        }
        let judged: Vec<Judged> = monitors.into_values().map(|m| m.judged).collect();
        tx.write_judged(&judged, now).await?;
        tx.write_received(&received.accepted, &received.loose, &received.outputs, now).await?;
        tx.save_rejected_check_ins(&received.rejected).await?;
        let sightings = sightings.into_rows();
        tx.save_discovered(&sightings).await?;
        for seen in &sightings {
            tx.emit_of(seen.tenant_id, now, EventKind::DiscoveredChanged, seen.id, None);
        }
        let proposals: Vec<_> = received.proposals.into_values().collect();
        tx.save_proposals(&proposals).await?;
        tx.commit().await?;
        self.meter.note(now, received.accepted.iter().map(|(tenant, _)| *tenant));
        self.metrics.committed(signals.len(), began.elapsed().as_secs_f64());
        Ok(outcomes)
    }

    fn count(&self, signals: &[&Signal], outcomes: &[Outcome]) {
        for (signal, outcome) in signals.iter().zip(outcomes) {
            self.metrics.decided(signal, outcome);
        }
    }

    /// Locks every monitor that is named, in id order.
    async fn load(
        &self,
        tx: &mut SystemTx,
        found: &[Found],
    ) -> Result<BTreeMap<(TenantId, MonitorId), Touched>, StoreError> {
        let ids: BTreeSet<_> = found.iter().filter_map(|f| f.as_ref().ok().copied()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let monitors = if ids.is_empty() { Vec::new() } else { tx.lock_monitors(&ids).await? };
        let touched = |monitor: Monitor| {
            let expectation = self.expectations.of(&monitor)?;
            let judged = Judged::of(&monitor, expectation.spec.severity);
            let touched = Touched { judged, expectation, past: Past::default(), is_removed: monitor.removed };
            Some(((monitor.tenant_id, monitor.id), touched))
        };
        Ok(monitors.into_iter().filter_map(touched).collect())
    }

    /// Loads what the rules want to see, with at most three statements for all signals.
    async fn load_past(
        &self,
        tx: &mut SystemTx,
        signals: &[&Signal],
        found: &[Found],
        monitors: &mut BTreeMap<(TenantId, MonitorId), Touched>,
    ) -> Result<(), StoreError> {
        let mut runs = BTreeSet::new();
        let mut unfilled: HashMap<(TenantId, MonitorId), (i64, i64)> = HashMap::new();
        let mut deaf = BTreeSet::new();
        let mut oldest = i64::MAX;
        for (signal, found) in signals.iter().zip(found) {
            let Ok(place @ (tenant, id)) = *found else { continue };
            let Some(touched) = monitors.get(&place) else { continue };
            let subject = Subject { id, expectation: &touched.expectation };
            let wants = wanted(&touched.judged.state, subject, &signal.check_in, signal.received_at);
            runs.extend(wants.run.map(|run| (tenant, run, id)));
            deaf.extend(wants.outages.then_some(place));
            if let Some((from, to)) = wants.unfilled {
                let range = unfilled.entry(place).or_insert((from, to));
                *range = (range.0.min(from), range.1.max(to));
            }
            oldest = oldest.min(signal.received_at);
        }
        // A run whose signals are believed began within this time, or so long ago as it may take.
        let longest = monitors.values().filter_map(|touched| touched.expectation.spec.max_runtime_ms).max();
        let believed = 2 * BELIEVED_BACK_MS + BELIEVED_AHEAD_MS;
        let since = oldest.saturating_sub(believed.saturating_add(longest.unwrap_or(0)));
        let runs: Vec<_> = runs.into_iter().collect();
        let unfilled: Vec<_> = unfilled.into_iter().map(|((t, m), range)| (t, m, range)).collect();
        let mut rows = if runs.is_empty() { Vec::new() } else { tx.find_runs(&runs, since).await? };
        if !unfilled.is_empty() {
            rows.extend(tx.find_unfilled(&unfilled).await?);
        }
        for row in rows {
            if let Some(touched) = monitors.get_mut(&(row.tenant_id, row.monitor_id)) {
                touched.past.runs.push(row.run);
            }
        }
        if !deaf.is_empty() {
            let outages = tx.list_outages(since).await?;
            for place in deaf {
                if let Some(touched) = monitors.get_mut(&place) {
                    touched.past.outages.clone_from(&outages);
                }
            }
        }
        Ok(())
    }

    fn apply(
        &self,
        signal: &Signal,
        found: Found,
        monitors: &mut BTreeMap<(TenantId, MonitorId), Touched>,
        received: &mut Received,
    ) -> Outcome {
        let (tenant_id, monitor_id) = match found {
            Ok(place) => place,
            Err((why, tenant)) => return self.reject(signal, why, tenant, received),
        };
        if let Some(why) = signal.terms.refused {
            return self.reject(signal, why, Some(tenant_id), received);
        }
        // An agent may still report of an entry whose removal has not reached it.
        let by_agent = matches!(signal.target, Target::AgentJob { .. });
        let touched = monitors.get_mut(&(tenant_id, monitor_id));
        let Some(touched) = touched.filter(|t| by_agent || !t.is_removed) else {
            let tenant = signal.target.tenant().or(Some(tenant_id));
            return self.reject(signal, Rejection::UnknownMonitor, tenant, received);
        };
        let subject = Subject { id: monitor_id, expectation: &touched.expectation };
        let state = &mut touched.judged.state;
        let effects = check_in(state, subject, &touched.past, &signal.check_in, signal.received_at);
        touched.past.note(&effects);
        let run_id = effects.run;
        touched.judged.add(effects);
        if let (Some(run), Some(output)) = (run_id, kept(signal, &touched.expectation.spec.output)) {
            received.outputs.push((tenant_id, run, output));
        }
        let heard = HeardSignal {
            at: signal.received_at,
            kind: signal.check_in.kind.as_str(),
            door: signal.door.as_str(),
        };
        if !touched.judged.hear(run_id, heard) {
            let id = self.check_in_id(signal);
            received.loose.push(LooseCheckIn { tenant_id, monitor_id, id, run_id, signal: heard });
        }
        received.accepted.push((tenant_id, signal.received_at));
        if let Some(proposal) = &signal.terms.proposal {
            let (dialect, at) = (signal.door.as_str(), signal.received_at);
            let proposal = NewProposal { tenant_id, monitor_id, dialect, proposal: proposal.clone(), at };
            received.proposals.insert((tenant_id, monitor_id), proposal);
        }
        Outcome::Accepted { run_id }
    }

    /// Writes down why a signal was not taken, where it is known whose it would have been.
    fn reject(
        &self,
        signal: &Signal,
        why: Rejection,
        tenant: Option<TenantId>,
        received: &mut Received,
    ) -> Outcome {
        received.rejected.extend(tenant.map(|tenant_id| RejectedCheckIn {
            tenant_id,
            id: self.check_in_id(signal),
            at: signal.received_at,
            dialect: signal.door.as_str().to_owned(),
            target: signal.target.describe(),
            reason: signal.terms.refused.unwrap_or(why).as_str().to_owned(),
        }));
        Outcome::Rejected(why)
    }

    fn check_in_id(&self, signal: &Signal) -> CheckInId {
        let mut random = [0; 10];
        self.entropy.fill(&mut random);
        CheckInId::from_parts(signal.received_at, random)
    }
}

/// What the job's rule keeps of the output that came with a signal.
fn kept(signal: &Signal, rule: &OutputRule) -> Option<RunOutput> {
    let is_success = signal.check_in.kind == CheckInKind::End { well: true };
    let output = signal.output.as_ref().filter(|_| rule.of_success || !is_success)?;
    cut(output, rule)
}
