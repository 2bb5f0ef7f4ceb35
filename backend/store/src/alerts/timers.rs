//! What goes on by itself: repeats, next steps, ends of silences, and things that no longer flap.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crontopus_domain::IncidentState;
use crontopus_domain::alerts::{follow_up, settle};

use super::tell::Decisions;
use crate::error::StoreError;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

impl Read<SystemScope> {
    /// When the next of it is due, UTC milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn next_alert_timer(&mut self) -> Result<Option<i64>, StoreError> {
        let (watch, flap) = (self.next_watch().await?, self.next_flap().await?);
        Ok(watch.into_iter().chain(flap).min())
    }
}

impl Tx<SystemScope> {
    /// Does up to `limit` of what is due at `now`; how many there were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`]: then all of it is due still.
    pub async fn run_alert_timers(&mut self, now: i64, limit: u32) -> Result<usize, StoreError> {
        let watches = self.lease_watches(now, limit).await?;
        let flaps = self.lease_flaps(now, limit).await?;
        let count = watches.len() + flaps.len();
        let mut rules = BTreeMap::new();
        for tenant in
            watches.iter().map(|(tenant, ..)| *tenant).chain(flaps.iter().map(|(tenant, ..)| *tenant))
        {
            if let Entry::Vacant(free) = rules.entry(tenant) {
                free.insert(self.rules_of(tenant, now).await?);
            }
        }
        let mut decisions = Decisions::default();
        for (tenant, incident, mut watch) in watches {
            let subject = self.find_subject(tenant, incident).await?;
            let Some(subject) = subject.filter(|subject| subject.state == IncidentState::Open) else {
                watch.next_at = None;
                decisions.remember(tenant, incident, watch);
                continue;
            };
            let concern = self.concern(tenant, &subject.about).await?;
            let decision = follow_up(&rules[&tenant], &concern, watch, now);
            decisions.add(tenant, &subject.about, subject.run, decision, now);
        }
        for (tenant, key, flap) in flaps {
            self.delete_flap(tenant, &key).await?;
            let Some(subject) = self.find_subject(tenant, flap.incident).await? else { continue };
            if subject.state == IncidentState::Acknowledged {
                continue;
            }
            let concern = self.concern(tenant, &subject.about).await?;
            let is_open = subject.state == IncidentState::Open;
            let decision = settle(&rules[&tenant], &concern, &flap, is_open, now);
            decisions.add(tenant, &subject.about, subject.run, decision, now);
        }
        self.write_decided(decisions, now).await?;
        Ok(count)
    }
}
