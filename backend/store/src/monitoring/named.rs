//! Monitors by what check-ins of other protocols call them.

use crontopus_ids::{MonitorId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::tx::Read;

batches! {
    FIND_BY_ID(id Text) = "SELECT m.tenant_id, m.id FROM {rows} CROSS JOIN monitors m
        WHERE m.id = batch.id AND NOT m.removed";
    FIND_BY_NAME(n Int, tenant_id Text, namespace Text, name Text) = "SELECT batch.n, m.id
        FROM {rows} CROSS JOIN monitors m
        WHERE m.tenant_id = batch.tenant_id AND m.name = batch.name AND m.agent_id = '' AND NOT m.removed
            AND (batch.namespace = '' OR m.namespace = batch.namespace)
        ORDER BY batch.n, m.id";
}

/// A name that may be a job's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobName {
    /// Whose.
    pub tenant_id: TenantId,
    /// Namespace; any of the tenant's when it is `None`.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

impl<S: Scope> Read<S> {
    /// Whose the monitors with these ids are; those that are not there, or no longer, are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_owners(&mut self, ids: &[MonitorId]) -> Result<Vec<(TenantId, MonitorId)>, StoreError> {
        let mut batch = Batch::of(&FIND_BY_ID);
        for id in ids {
            batch.text(id);
        }
        let rows: Vec<(Text<TenantId>, Text<MonitorId>)> = batch.fetch_all(self).await?;
        Ok(rows.into_iter().map(|(tenant, id)| (tenant.0, id.0)).collect())
    }

    /// Monitors of jobs that something else than an agent starts, by their possible names: for each name its
    /// number and a monitor, several when several jobs have it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_named(
        &mut self,
        names: &[(usize, JobName)],
    ) -> Result<Vec<(usize, MonitorId)>, StoreError> {
        let mut batch = Batch::of(&FIND_BY_NAME);
        for (n, name) in names {
            batch.int(*n as i64).text(name.tenant_id).text(name.namespace.as_deref().unwrap_or_default());
            batch.text(&name.name);
        }
        let rows: Vec<(i64, Text<MonitorId>)> = batch.fetch_all(self).await?;
        let mut found: Vec<(usize, MonitorId)> = rows.into_iter().map(|(n, id)| (n as usize, id.0)).collect();
        found.dedup();
        Ok(found)
    }
}
