//! What happens to incidents is told: decided and written in the transaction in which it happens.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crontopus_domain::alerts::{Change, Decision, Happening, Rules, Target, decide};
use crontopus_ids::{IncidentId, RunId, TenantId};

use super::flaps::FlapSubject;
use super::outbox::{Payload, Told};
use super::rules::About;
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

impl<S: Scope> Tx<S> {
    /// Decides who is told what happened, and writes it down. The incidents' rows are written already, which also
    /// locks them.
    pub(crate) async fn tell(&mut self, happened: &[Happened], now: i64) -> Result<(), StoreError> {
        let mut rules: BTreeMap<TenantId, Rules> = BTreeMap::new();
        for Happened { tenant_id: tenant, about, what, run } in happened {
            if let Entry::Vacant(free) = rules.entry(*tenant) {
                free.insert(self.rules_of(*tenant, now).await?);
            }
            let rules = &rules[tenant];
            let watches = self.lock_watches(*tenant, about.incident).await?;
            let concern = self.concern(*tenant, about).await?;
            let (mut changes, mut flap) = (0, None);
            if let Some(subject) = about.flap_subject() {
                changes = self.count_changes(*tenant, subject, now).await?;
                flap = self.find_flap(*tenant, subject).await?;
            }
            let change = Change { concern: &concern, what: *what, watches, changes, flap };
            let decision = decide(rules, change, now);
            self.write_decision(*tenant, about, *run, decision, now).await?;
        }
        Ok(())
    }

    /// Writes down what was decided about one incident.
    pub(crate) async fn write_decision(
        &mut self,
        tenant: TenantId,
        about: &About,
        run: Option<RunId>,
        decision: Decision,
        now: i64,
    ) -> Result<(), StoreError> {
        let Decision { tellings, watches, flap, note } = decision;
        self.put_watches(tenant, about.incident, &watches).await?;
        if let (Some(flap), Some(subject)) = (&flap, about.flap_subject()) {
            self.put_flap(tenant, subject, flap).await?;
        }
        let told: Vec<Told> = tellings
            .into_iter()
            .map(|telling| Told {
                tenant_id: tenant,
                incident_id: Some(about.incident),
                payload: Payload { run, number: telling.number, ..Payload::default() },
                telling,
            })
            .collect();
        self.insert_outbox(&told, now).await?;
        if let Some(note) = note {
            self.note_untold(tenant, about.incident, note, now).await?;
        }
        if watches.iter().any(|watch| watch.next_at.is_some()) || flap.is_some() {
            self.wake(Topic::Outbox);
        }
        Ok(())
    }

    /// Writes into an incident's timeline why nobody is told.
    pub(crate) async fn note_untold(
        &mut self,
        tenant: TenantId,
        incident_id: IncidentId,
        note: String,
        now: i64,
    ) -> Result<(), StoreError> {
        let event =
            IncidentEvent { at: now, kind: "silent".to_owned(), actor: None, run_id: None, note: Some(note) };
        self.insert_incident_events(&[NewIncidentEvent { tenant_id: tenant, incident_id, event }]).await
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
        self.note_untold(tenant, incident, note, now).await
    }
}
