use crontopus_domain::alerts::Target;
use crontopus_ids::{IncidentId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    FIND_THREAD = "SELECT reference, shared FROM alert_threads
        WHERE tenant_id = $1 AND target = $2 AND incident_id = $3";
    PUT_THREAD = "INSERT INTO alert_threads (tenant_id, target, incident_id, reference, shared, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, target, incident_id) DO NOTHING";
    DELETE_THREADS = "DELETE FROM alert_threads WHERE created_at < $1";
}

/// How a provider calls the first message about an incident.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Thread {
    /// The provider's word.
    pub reference: String,
    /// Whether that message told of other incidents too.
    pub shared: bool,
}

impl Read<SystemScope> {
    /// The first message to a target about an incident.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_thread(
        &mut self,
        tenant: TenantId,
        target: Target,
        incident: IncidentId,
    ) -> Result<Option<Thread>, StoreError> {
        query!(self, fetch_optional FIND_THREAD, Text(tenant), Text(target), Text(incident))
    }
}

impl Tx<SystemScope> {
    pub(crate) async fn put_thread(
        &mut self,
        tenant: TenantId,
        target: Target,
        incident: IncidentId,
        thread: &Thread,
        now: i64,
    ) -> Result<(), StoreError> {
        query!(self, execute PUT_THREAD, Text(tenant), Text(target), Text(incident), &thread.reference, thread.shared,
            now)
        .map(drop)
    }

    /// Forgets first messages from before `before` (UTC milliseconds); how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_threads(&mut self, before: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_THREADS, before)
    }
}
