use crontopus_domain::EventKind;
use crontopus_ids::{IncidentId, RunId};

use super::incidents::{IncidentEvent, NewIncidentEvent};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};

statements! {
    /// Notes are read besides the first thousand of the rest: what a person wrote is not lost behind bad runs.
    LIST_INCIDENT_EVENTS = "SELECT at, kind, actor, run_id, note, id FROM incident_events
        WHERE tenant_id = $1 AND incident_id = $2 AND kind = 'note'
        UNION ALL SELECT * FROM (SELECT at, kind, actor, run_id, note, id FROM incident_events
            WHERE tenant_id = $1 AND incident_id = $2 AND kind <> 'note' ORDER BY at, id LIMIT 1000) AS happened
        ORDER BY at, id";
    COUNT_INCIDENT_NOTES = "SELECT COUNT(*) FROM incident_events
        WHERE tenant_id = $1 AND incident_id = $2 AND kind = 'note'";
}

impl Read<TenantScope> {
    /// The timeline of an incident, oldest first: every note, and the first thousand of what else happened.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_incident_events(&mut self, id: IncidentId) -> Result<Vec<IncidentEvent>, StoreError> {
        type Row = (i64, String, Option<String>, Option<Text<RunId>>, Option<String>);
        let tenant = self.tenant();
        let rows: Vec<Row> = query!(self, fetch_all LIST_INCIDENT_EVENTS, Text(tenant), Text(id))?;
        let event = |(at, kind, actor, run, note): Row| IncidentEvent {
            at,
            kind,
            actor,
            run_id: run.map(|r| r.0),
            note,
        };
        Ok(rows.into_iter().map(event).collect())
    }

    /// How many notes an incident has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_incident_notes(&mut self, id: IncidentId) -> Result<i64, StoreError> {
        let tenant = self.tenant();
        let (count,): (i64,) = query!(self, fetch_one COUNT_INCIDENT_NOTES, Text(tenant), Text(id))?;
        Ok(count)
    }
}

impl Tx<TenantScope> {
    /// Writes what `by` (an e-mail address) has to say into an incident's timeline. The same text of the same person
    /// in the same millisecond is one note.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_incident_note(
        &mut self,
        id: IncidentId,
        by: &str,
        text: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let tenant_id = self.tenant();
        let event = IncidentEvent {
            at: now,
            kind: "note".into(),
            actor: Some(by.into()),
            run_id: None,
            note: Some(text.into()),
        };
        self.insert_incident_events(&[NewIncidentEvent { tenant_id, incident_id: id, event }]).await?;
        self.emit(now, EventKind::IncidentChanged, id, None);
        Ok(())
    }
}
