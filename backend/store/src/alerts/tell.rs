//! What happens to incidents is told: decided and written in the transaction in which it happens.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::alerts::{Change, Concern, Decision, Flap, Happening, Rules, Target, Watch, decide};
use crontopus_ids::{IncidentId, RunId, TenantId};

use super::flaps::FlapSubject;
use super::outbox::{Payload, Told};
use super::rules::{About, Facts};
use crate::error::StoreError;
use crate::monitoring::incidents::{IncidentEvent, NewIncidentEvent};
use crate::scope::{Scope, SystemScope};
use crate::tx::Tx;
use crate::wake::Topic;

/// Something that happened to an incident, in this transaction.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(crate) tenant_id: TenantId,
    pub(crate) about: About,
    pub(crate) what: Happening,
    pub(crate) run: Option<RunId>,
}

impl About {
    /// What flaps when this incident comes and goes.
    pub(crate) fn flap_subject(&self) -> Option<FlapSubject> {
        self.monitor.map(FlapSubject::Monitor).or_else(|| self.agent.map(FlapSubject::Agent))
    }
}

/// What is remembered and known of the incidents of a batch, before anything is decided.
struct Known {
    facts: Facts,
    watches: BTreeMap<(TenantId, IncidentId), Vec<Watch>>,
    changes: BTreeMap<(TenantId, FlapSubject), u32>,
    flaps: BTreeMap<(TenantId, FlapSubject), Flap>,
}

impl Known {
    /// What happened to one incident, with all that is known of it.
    fn change<'a>(&self, concern: &'a Concern, happened: &Happened) -> Change<'a> {
        let Happened { tenant_id: tenant, about, what, .. } = happened;
        let subject = about.flap_subject().map(|subject| (*tenant, subject));
        Change {
            concern,
            what: *what,
            watches: self.watches.get(&(*tenant, about.incident)).cloned().unwrap_or_default(),
            changes: subject.and_then(|subject| self.changes.get(&subject).copied()).unwrap_or(0),
            flap: subject.and_then(|subject| self.flaps.get(&subject).cloned()),
        }
    }

    /// Something else may happen to the same incident in the same batch, or to the same monitor.
    fn remember(&mut self, tenant: TenantId, about: &About, decision: &Decision) {
        let watches = self.watches.entry((tenant, about.incident)).or_default();
        watches.retain(|watch| decision.watches.iter().all(|new| new.route != watch.route));
        watches.extend(decision.watches.iter().cloned());
        if let (Some(flap), Some(subject)) = (&decision.flap, about.flap_subject()) {
            self.flaps.insert((tenant, subject), flap.clone());
        }
    }
}

/// Decisions about incidents, to be written in a fixed number of statements.
#[derive(Default)]
pub(crate) struct Decisions {
    watches: BTreeMap<(TenantId, IncidentId, String), Watch>,
    flaps: BTreeMap<(TenantId, FlapSubject), Flap>,
    told: Vec<Told>,
    notes: Vec<NewIncidentEvent>,
}

impl Decisions {
    /// Adds what is to be remembered of one incident and route.
    pub(crate) fn remember(&mut self, tenant: TenantId, incident: IncidentId, watch: Watch) {
        self.watches.insert((tenant, incident, watch.route.clone()), watch);
    }

    /// Adds what was decided at `now` about one incident, after those before it.
    pub(crate) fn add(
        &mut self,
        tenant_id: TenantId,
        about: &About,
        run: Option<RunId>,
        decision: Decision,
        now: i64,
    ) {
        let Decision { tellings, watches, flap, note } = decision;
        let incident_id = about.incident;
        for watch in watches {
            self.remember(tenant_id, incident_id, watch);
        }
        if let (Some(flap), Some(subject)) = (flap, about.flap_subject()) {
            self.flaps.insert((tenant_id, subject), flap);
        }
        self.told.extend(tellings.into_iter().map(|telling| Told {
            tenant_id,
            incident_id: Some(incident_id),
            payload: Payload { run, number: telling.number, ..Payload::default() },
            telling,
        }));
        self.notes.extend(note.map(|note| silent(tenant_id, incident_id, note, now)));
    }
}

/// The entry of an incident's timeline that says why nobody is told.
fn silent(tenant_id: TenantId, incident_id: IncidentId, note: String, at: i64) -> NewIncidentEvent {
    let event = IncidentEvent { at, kind: "silent".to_owned(), actor: None, run_id: None, note: Some(note) };
    NewIncidentEvent { tenant_id, incident_id, event }
}

impl<S: Scope> Tx<S> {
    /// Decides who is told what happened, and writes it down. The incidents' rows are written already, which also
    /// locks them.
    pub(crate) async fn tell(&mut self, happened: &[Happened], now: i64) -> Result<(), StoreError> {
        if happened.is_empty() {
            return Ok(());
        }
        let mut rules: BTreeMap<TenantId, Rules> = BTreeMap::new();
        for Happened { tenant_id: tenant, .. } in happened {
            if let Entry::Vacant(free) = rules.entry(*tenant) {
                free.insert(self.rules_of(*tenant, now).await?);
            }
        }
        let mut known = self.known_of(happened, now).await?;
        let mut decisions = Decisions::default();
        for one in happened {
            let Happened { tenant_id: tenant, about, run, .. } = one;
            let concern = match about.is_of_host() {
                true => self.concern_of_host(*tenant, about).await?,
                false => known.facts.concern(*tenant, about),
            };
            let decision = decide(&rules[tenant], known.change(&concern, one), now);
            known.remember(*tenant, about, &decision);
            decisions.add(*tenant, about, *run, decision, now);
        }
        self.write_decided(decisions, now).await
    }

    async fn known_of(&mut self, happened: &[Happened], now: i64) -> Result<Known, StoreError> {
        let abouts: Vec<_> = happened.iter().map(|one| (one.tenant_id, &one.about)).collect();
        // Nothing is remembered of what has just begun.
        let older: BTreeSet<_> = happened
            .iter()
            .filter(|one| one.what != Happening::Opened)
            .map(|one| (one.tenant_id, one.about.incident))
            .collect();
        let subjects: BTreeSet<_> =
            happened.iter().filter_map(|one| Some((one.tenant_id, one.about.flap_subject()?))).collect();
        Ok(Known {
            facts: self.facts_of(&abouts).await?,
            watches: self.lock_watches(&older).await?,
            changes: self.count_changes(&subjects, now).await?,
            flaps: self.find_flaps(&subjects).await?,
        })
    }

    /// Writes down what was decided.
    pub(crate) async fn write_decided(&mut self, decisions: Decisions, now: i64) -> Result<(), StoreError> {
        let Decisions { watches, flaps, told, notes } = decisions;
        self.put_watches(&watches).await?;
        self.put_flaps(&flaps).await?;
        self.insert_outbox(&told, now).await?;
        self.insert_incident_events(&notes).await?;
        if watches.values().any(|watch| watch.next_at.is_some()) || !flaps.is_empty() {
            self.wake(Topic::Outbox);
        }
        Ok(())
    }
}

impl Tx<SystemScope> {
    /// Who is told what no route is for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn default_targets_of(
        &mut self,
        tenant: TenantId,
        now: i64,
    ) -> Result<Vec<Target>, StoreError> {
        Ok(self.rules_of(tenant, now).await?.default_targets())
    }

    /// Writes into an incident's timeline that nobody could be told.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_nobody_told(
        &mut self,
        tenant: TenantId,
        incident: IncidentId,
        note: String,
        now: i64,
    ) -> Result<(), StoreError> {
        self.insert_incident_events(&[silent(tenant, incident, note, now)]).await
    }
}
