use crontopus_domain::alerts::{self, SnoozeScope};
use crontopus_ids::{SnoozeId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    /// The silence of an incident ends with the incident.
    LIST_SNOOZES = "SELECT id, scope, value, until_at, reason, created_by, created_at FROM snoozes s
        WHERE tenant_id = $1 AND until_at > $2 AND (scope <> 'incident' OR EXISTS (
            SELECT 1 FROM incidents i WHERE i.tenant_id = s.tenant_id AND i.id = s.value AND i.state <> 'resolved'))
        ORDER BY until_at, id LIMIT 1000";
    /// A second snooze of the same thing takes the place of the first.
    PUT_SNOOZE = "INSERT INTO snoozes (tenant_id, id, scope, value, until_at, reason, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id, scope, value) DO UPDATE SET id = excluded.id, until_at = excluded.until_at,
            reason = excluded.reason, created_by = excluded.created_by, created_at = excluded.created_at";
    DELETE_SNOOZE = "DELETE FROM snoozes WHERE tenant_id = $1 AND id = $2";
    DELETE_SNOOZES = "DELETE FROM snoozes WHERE until_at < $1";
}

/// Silence that an operator asked for. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Snooze {
    /// Id.
    #[sqlx(try_from = "Text<SnoozeId>")]
    pub id: SnoozeId,
    /// `monitor`, `agent`, `label` or `incident`.
    pub scope: String,
    /// The id, or `key=value`.
    pub value: String,
    /// Until when.
    #[sqlx(rename = "until_at")]
    pub until: i64,
    /// Why.
    pub reason: Option<String>,
    /// E-mail address of who asked.
    pub created_by: String,
    /// When.
    pub created_at: i64,
}

impl Snooze {
    /// What is silenced; `None` when the row makes no sense to this server.
    pub fn scope(&self) -> Option<SnoozeScope> {
        Some(match self.scope.as_str() {
            "monitor" => SnoozeScope::Monitor(self.value.parse().ok()?),
            "agent" => SnoozeScope::Agent(self.value.parse().ok()?),
            "incident" => SnoozeScope::Incident(self.value.parse().ok()?),
            "label" => {
                let (key, value) = self.value.split_once('=')?;
                SnoozeScope::Label(key.to_owned(), value.to_owned())
            }
            _ => return None,
        })
    }
}

/// A scope as the row's two words.
fn words(scope: &SnoozeScope) -> (&'static str, String) {
    match scope {
        SnoozeScope::Monitor(id) => ("monitor", id.to_string()),
        SnoozeScope::Agent(id) => ("agent", id.to_string()),
        SnoozeScope::Incident(id) => ("incident", id.to_string()),
        SnoozeScope::Label(key, value) => ("label", format!("{key}={value}")),
    }
}

impl<S: Scope> Read<S> {
    pub(crate) async fn snoozes_of(
        &mut self,
        tenant: TenantId,
        now: i64,
    ) -> Result<Vec<alerts::Snooze>, StoreError> {
        let rows: Vec<Snooze> = query!(self, fetch_all LIST_SNOOZES, Text(tenant), now)?;
        let snooze =
            |row: Snooze| Some(alerts::Snooze { scope: row.scope()?, until: row.until, by: row.created_by });
        Ok(rows.into_iter().filter_map(snooze).collect())
    }
}

impl Read<TenantScope> {
    /// Silences that are not over at `now`, the nearest end first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_snoozes(&mut self, now: i64) -> Result<Vec<Snooze>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_SNOOZES, Text(tenant), now)
    }
}

impl Tx<TenantScope> {
    /// Silences something, in place of an earlier silence of the same.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn put_snooze(
        &mut self,
        id: SnoozeId,
        scope: &SnoozeScope,
        (until, by, reason): (i64, &str, Option<&str>),
        now: i64,
    ) -> Result<(), StoreError> {
        let (tenant, (scope, value)) = (self.tenant(), words(scope));
        query!(self, execute PUT_SNOOZE, Text(tenant), Text(id), scope, &value, until, reason, by, now)?;
        // It may be shorter than the one whose place it takes.
        self.hasten_watches(until).await
    }

    /// Ends a silence; whether it was there. What was kept back is told at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_snooze(&mut self, id: SnoozeId, now: i64) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let found = query!(self, execute DELETE_SNOOZE, Text(tenant), Text(id))? > 0;
        self.hasten_watches(now).await?;
        Ok(found)
    }
}

impl Tx<SystemScope> {
    /// Forgets silences that were over before `before` (UTC milliseconds); how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_snoozes(&mut self, before: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_SNOOZES, before)
    }
}
