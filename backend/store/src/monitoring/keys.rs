use crontopus_ids::{MonitorId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    SET_KEY = "INSERT INTO check_in_keys (tenant_id, monitor_id, key_hash, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, monitor_id) DO UPDATE SET key_hash = excluded.key_hash,
            created_at = excluded.created_at";
    DELETE_KEY = "DELETE FROM check_in_keys WHERE tenant_id = $1 AND monitor_id = $2";
    HAS_KEY = "SELECT created_at FROM check_in_keys WHERE tenant_id = $1 AND monitor_id = $2";
}

batches! {
    FIND_KEYS(key_hash Text) = "SELECT k.key_hash, k.tenant_id, k.monitor_id
        FROM {rows} CROSS JOIN check_in_keys k WHERE k.key_hash = batch.key_hash";
}

/// Whose a check-in key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyOwner {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The monitor; `None` for the tenant's own key, which goes with a job's name.
    pub monitor_id: Option<MonitorId>,
}

/// The column of a monitor that may not be there.
fn monitor_text(monitor: Option<MonitorId>) -> String {
    monitor.map_or_else(String::new, |m| m.to_string())
}

impl<S: Scope> Read<S> {
    /// Whose the keys are, by their hash; unknown ones are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_check_in_keys(
        &mut self,
        hashes: &[&str],
    ) -> Result<Vec<(String, KeyOwner)>, StoreError> {
        let mut batch = Batch::of(&FIND_KEYS);
        for hash in hashes {
            batch.text(hash);
        }
        let rows: Vec<(String, Text<TenantId>, String)> = batch.fetch_all(self).await?;
        let owner = |(hash, tenant, monitor): (String, Text<TenantId>, String)| {
            let contradiction = |_| StoreError::inconsistent("check_in_keys", "monitor_id", &monitor);
            let monitor_id = match monitor.as_str() {
                "" => None,
                id => Some(id.parse().map_err(contradiction)?),
            };
            Ok((hash, KeyOwner { tenant_id: tenant.0, monitor_id }))
        };
        rows.into_iter().map(owner).collect()
    }
}

impl Read<TenantScope> {
    /// When the key of a monitor (or with `None` the tenant's own) was made, UTC milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_check_in_key(&mut self, monitor: Option<MonitorId>) -> Result<Option<i64>, StoreError> {
        let tenant = self.tenant();
        let row: Option<(i64,)> = query!(self, fetch_optional HAS_KEY, Text(tenant), monitor_text(monitor))?;
        Ok(row.map(|(at,)| at))
    }
}

impl Tx<TenantScope> {
    /// Gives a monitor (or with `None` the tenant) a key, by its hash; the one before ends at once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the key is in use.
    pub async fn set_check_in_key(
        &mut self,
        monitor: Option<MonitorId>,
        hash: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute SET_KEY, Text(tenant), monitor_text(monitor), hash, now).map(drop)
    }

    /// Takes the key away; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_check_in_key(&mut self, monitor: Option<MonitorId>) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute DELETE_KEY, Text(tenant), monitor_text(monitor))? == 1)
    }
}
