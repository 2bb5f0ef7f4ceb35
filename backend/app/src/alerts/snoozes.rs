use crontopus_domain::IncidentState;
use crontopus_domain::alerts::SnoozeScope;
use crontopus_ids::{IncidentId, SnoozeId};
use crontopus_store::Snooze;

use crate::access::Actor;
use crate::rows::{Incident, IncidentEvent};
use crate::{App, Deed, Error, Result};

/// A silence to make.
#[derive(Debug, Clone)]
pub struct NewSnooze {
    /// What is silenced.
    pub scope: SnoozeScope,
    /// Until when, UTC milliseconds.
    pub until: i64,
    /// Why.
    pub reason: Option<String>,
}

/// Longest silence: what shall be silent for longer is paused, or a maintenance in Git.
const LONGEST_MS: i64 = 90 * 86_400_000;

impl App {
    /// Silences that are not over; that of an incident is over with the incident.
    pub async fn list_snoozes(&self, actor: &Actor) -> Result<Vec<Snooze>> {
        Ok(self.read(actor.tenant_id).await?.list_snoozes(self.now_ms()).await?)
    }

    /// Silences something for a time.
    pub async fn create_snooze(&self, actor: &Actor, new: NewSnooze) -> Result<Snooze> {
        let now = self.now_ms();
        check_until(new.until, now)?;
        if new.reason.as_ref().is_some_and(|reason| reason.chars().count() > 500) {
            return Err(Error::invalid("/reason", "at most 500 characters"));
        }
        let mut tx = self.begin(actor.tenant_id).await?;
        let target = match &new.scope {
            SnoozeScope::Monitor(id) => tx.find_monitor(*id).await?.map(|m| m.job()),
            SnoozeScope::Agent(id) => tx.find_agent(*id).await?.map(|a| a.name),
            SnoozeScope::Incident(id) => {
                let incident = tx.find_incident(*id).await?;
                if incident.as_ref().is_some_and(|i| i.state == IncidentState::Resolved) {
                    return Err(Error::conflict("the incident is over: there is nothing to silence"));
                }
                incident.map(|i| i.title)
            }
            SnoozeScope::Label(key, value) => {
                let valid = !key.is_empty() && key.len() <= 63 && value.len() <= 63 && !key.contains('=');
                if !valid {
                    return Err(Error::invalid("/value", "a label is key=value, at most 63 characters each"));
                }
                Some(format!("{key}={value}"))
            }
        };
        let target = target.ok_or_else(|| Error::not_found("such thing to snooze"))?;
        let id = SnoozeId::from_parts(now, self.random());
        tx.put_snooze(id, &new.scope, (new.until, &actor.label, new.reason.as_deref()), now).await?;
        if let SnoozeScope::Incident(incident) = &new.scope {
            tx.note_incident(*incident, "snoozed", &actor.label, now).await?;
        }
        tx.create_audit(&self.audit_line(actor, Deed::new("create_snooze", &target))).await?;
        let made = tx.list_snoozes(now).await?.into_iter().find(|snooze| snooze.id == id);
        tx.commit().await?;
        made.ok_or_else(|| Error::not_found(format!("snooze {id}")))
    }

    /// Ends a silence; what was kept back is told now.
    pub async fn delete_snooze(&self, actor: &Actor, id: SnoozeId) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        if !tx.delete_snooze(id, self.now_ms()).await? {
            return Err(Error::not_found(format!("snooze {id}")));
        }
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_snooze", &id.to_string()))).await?;
        Ok(tx.commit().await?)
    }

    /// Silences one incident for a time: nothing about it is repeated or escalated until then.
    pub async fn snooze_incident(
        &self,
        actor: &Actor,
        id: IncidentId,
        until: i64,
        reason: Option<String>,
    ) -> Result<(Incident, Vec<IncidentEvent>)> {
        self.create_snooze(actor, NewSnooze { scope: SnoozeScope::Incident(id), until, reason }).await?;
        self.get_incident(actor, id).await
    }
}

fn check_until(until: i64, now: i64) -> Result<()> {
    match until {
        until if until <= now => Err(Error::invalid("/until", "it is over already")),
        until if until > now + LONGEST_MS => Err(Error::invalid("/until", "at most 90 days from now")),
        _ => Ok(()),
    }
}
