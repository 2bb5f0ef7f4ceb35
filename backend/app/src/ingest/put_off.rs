//! Check-ins that could not be taken: whoever sent them was told to come again, and may not do so. Their monitors
//! remember it, so that nobody takes their silence for a miss.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crontopus_clock::Clock;
use crontopus_domain::monitor::{Subject, put_off};
use crontopus_domain::{Cause, Outage};
use crontopus_ids::{MonitorId, TenantId};
use crontopus_store::{Judged, Store, StoreError, SystemScope};
use parking_lot::Mutex;

use super::expectations::Expectations;
use super::signal::{Signal, Target};
use super::slug::LONGEST_SLUG;
use super::target::resolve;

/// So many targets wait to be written down; whose check-ins are put off beyond that is not known.
const MOST: usize = 16_384;

/// So many are looked up in one transaction.
const BATCH: usize = 1_024;

/// What was put off and is not written down yet. Cheap to clone; every clone notes into the same.
#[derive(Debug, Clone)]
pub(super) struct PutOff(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    expectations: Expectations,
    noted: Mutex<Noted>,
    /// Held while it is written down, so that whoever waits for that waits for all of it.
    settling: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Noted {
    /// When a check-in for it came in last.
    targets: HashMap<Target, i64>,
    /// First and last of those that nobody knows whose they were.
    others: Option<(i64, i64)>,
}

impl PutOff {
    pub(super) fn new(store: Store, clock: Arc<dyn Clock>, expectations: Expectations) -> Self {
        let (noted, settling) = (Mutex::default(), tokio::sync::Mutex::default());
        Self(Arc::new(Inner { store, clock, expectations, noted, settling }))
    }

    /// Notes that these are put off. Agents keep what they could not deliver and need no such note.
    pub(super) fn note<'a>(&self, signals: impl IntoIterator<Item = &'a Signal>) {
        let mut noted = self.0.noted.lock();
        for signal in signals {
            let is_kept = matches!(signal.target, Target::AgentJob { .. });
            if !is_kept && signal.terms.refused.is_none() && signal.target.name_length() <= 2 * LONGEST_SLUG {
                noted.add(&signal.target, signal.received_at);
            }
        }
    }

    /// Whether there is something to write down.
    pub(super) fn is_pending(&self) -> bool {
        let noted = self.0.noted.lock();
        !noted.targets.is_empty() || noted.others.is_some()
    }

    /// Writes down whatever was noted. When this answers well, all that was noted before is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`]: what is not written down waits for the next time.
    pub(super) async fn settle(&self) -> Result<(), StoreError> {
        let _held = self.0.settling.lock().await;
        let (mut rest, others) = {
            let mut noted = self.0.noted.lock();
            let Noted { targets, others } = std::mem::take(&mut *noted);
            (targets.into_iter().collect::<Vec<_>>(), others)
        };
        let mut done = Ok(());
        if let Some((from, to)) = others {
            done = self.save_outage(Outage { from, to, cause: Cause::Away }).await;
            if done.is_err() {
                self.0.noted.lock().add_others(from, to);
            }
        }
        let mut size = BATCH;
        while done.is_ok() && !rest.is_empty() {
            let batch = rest.split_off(rest.len().saturating_sub(size));
            match self.write(&batch).await {
                Ok(()) => {}
                // A name that the database refuses is nobody's, and keeps nobody else's from being written down.
                Err(error) if !error.is_transient() && batch.len() == 1 => {
                    tracing::error!(%error, "whose check-in was put off cannot be found out");
                }
                Err(error) => {
                    rest.extend(batch);
                    size = 1;
                    done = if error.is_transient() { Err(error) } else { Ok(()) };
                }
            }
        }
        let mut noted = self.0.noted.lock();
        rest.iter().for_each(|(target, at)| noted.add(target, *at));
        done
    }

    async fn save_outage(&self, outage: Outage) -> Result<(), StoreError> {
        let mut tx = self.0.store.begin(SystemScope::for_ingestion()).await?;
        tx.save_outage(outage).await?;
        tx.commit().await
    }

    async fn write(&self, noted: &[(Target, i64)]) -> Result<(), StoreError> {
        let mut tx = self.0.store.begin(SystemScope::for_ingestion()).await?;
        let targets: Vec<&Target> = noted.iter().map(|(target, _)| target).collect();
        let found = resolve(&mut tx, &targets).await?;
        let mut times: BTreeMap<(TenantId, MonitorId), BTreeSet<i64>> = BTreeMap::new();
        for (place, (_, at)) in found.into_iter().zip(noted) {
            if let Ok(place) = place {
                times.entry(place).or_default().insert(*at);
            }
        }
        if times.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = times.keys().copied().collect();
        let mut judged = Vec::with_capacity(ids.len());
        for monitor in tx.lock_monitors(&ids).await? {
            let Some(expectation) = self.0.expectations.of(&monitor) else { continue };
            let mut own = Judged::of(&monitor, expectation.spec.severity);
            let subject = Subject { id: monitor.id, expectation: &expectation };
            for at in times.remove(&(monitor.tenant_id, monitor.id)).unwrap_or_default() {
                let effects = put_off(&mut own.state, subject, at);
                own.add(effects);
            }
            judged.push(own);
        }
        tx.write_judged(&judged, self.0.clock.now_ms()).await?;
        tx.commit().await?;
        tracing::warn!(
            monitors = ids.len(),
            "check-ins of monitors were put off; their silence is not a miss"
        );
        Ok(())
    }
}

impl Noted {
    fn add(&mut self, target: &Target, at: i64) {
        if let Some(last) = self.targets.get_mut(target) {
            *last = at.max(*last);
        } else if self.targets.len() < MOST {
            self.targets.insert(target.clone(), at);
        } else {
            self.add_others(at, at);
        }
    }

    fn add_others(&mut self, from: i64, to: i64) {
        let (first, last) = self.others.unwrap_or((from, to));
        self.others = Some((first.min(from), last.max(to)));
    }
}
