use crontopus_ids::IncidentId;

use crate::access::Actor;
use crate::rows::{Incident, IncidentEvent};
use crate::{App, Deed, Error, Result};

/// More than people write to each other about one incident; a program that does is told so.
const MOST_NOTES: i64 = 500;
const LONGEST: usize = 2000;

impl App {
    /// Writes into the timeline of an incident what somebody has to say, also when it is over.
    pub async fn create_incident_note(
        &self,
        actor: &Actor,
        id: IncidentId,
        text: &str,
    ) -> Result<(Incident, Vec<IncidentEvent>)> {
        let text = check(text)?;
        let mut tx = self.begin(actor.tenant_id).await?;
        tx.find_incident(id).await?.ok_or_else(|| Error::not_found(format!("incident {id}")))?;
        if tx.count_incident_notes(id).await? >= MOST_NOTES {
            return Err(Error::conflict(format!(
                "the incident has {MOST_NOTES} notes, the most it may have"
            )));
        }
        tx.create_incident_note(id, &actor.label, text, self.now_ms()).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("create_incident_note", &id.to_string()))).await?;
        tx.commit().await?;
        self.get_incident(actor, id).await
    }
}

/// The text as it is kept: without space around it. Control characters but line breaks and tabs have no business in
/// what is shown in terminals and mails.
fn check(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(Error::invalid("/text", format!("1 to {LONGEST} characters")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Error::invalid("/text", "no control characters but line breaks and tabs"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_note_may_be() {
        let taken = |text: &str| check(text).ok().map(str::to_owned);
        assert_eq!(taken(" disk full\nagain\t \n"), Some("disk full\nagain".to_owned()));
        assert_eq!(taken("<img onerror=alert(1)>").as_deref(), Some("<img onerror=alert(1)>"));
        assert_eq!(taken(&"é".repeat(2000)).map(|t| t.chars().count()), Some(2000));
        for bad in ["", " \n ", "a\0b", "\u{1b}[2J", "a\u{9b}b", &"é".repeat(2001)] {
            assert_eq!(taken(bad), None, "{bad:?}");
        }
    }
}
