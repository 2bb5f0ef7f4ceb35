//! What a tenant uses: counted where it is written, and numbers of things there are.

use std::collections::BTreeMap;

use crontopus_ids::TenantId;
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_USAGE_DAYS = "SELECT day, check_ins, outputs, output_bytes FROM usage_days
        WHERE tenant_id = $1 AND day >= $2 ORDER BY day";
    SUM_OUTPUTS = "SELECT CAST(COALESCE(SUM(outputs), 0) AS BIGINT), CAST(COALESCE(SUM(output_bytes), 0) AS BIGINT)
        FROM usage_days WHERE tenant_id = $1";
    COUNT_THINGS = "SELECT (SELECT COUNT(*) FROM jobs WHERE tenant_id = $1 AND removed_at IS NULL) AS jobs,
        (SELECT COUNT(*) FROM monitors WHERE tenant_id = $1 AND removed = FALSE) AS monitors,
        (SELECT COUNT(*) FROM agents WHERE tenant_id = $1 AND state <> 'revoked') AS agents,
        (SELECT COUNT(*) FROM members WHERE tenant_id = $1) AS members,
        (SELECT COUNT(*) FROM repositories WHERE tenant_id = $1) AS repositories,
        (SELECT COUNT(*) FROM channels WHERE tenant_id = $1) AS channels,
        (SELECT COUNT(*) FROM tokens WHERE tenant_id = $1) AS tokens,
        (SELECT COUNT(*) FROM discovered WHERE tenant_id = $1) AS discovered";
    DELETE_USAGE_DAYS = "DELETE FROM usage_days WHERE day < $1 AND outputs = 0";
}

batches! {
    ADD_USAGE(tenant_id Text, day Int, check_ins Int, outputs Int, output_bytes Int) =
        "INSERT INTO usage_days (tenant_id, day, check_ins, outputs, output_bytes)
        SELECT tenant_id, day, check_ins, outputs, output_bytes FROM {rows} WHERE true ORDER BY tenant_id, day
        ON CONFLICT (tenant_id, day) DO UPDATE SET check_ins = usage_days.check_ins + excluded.check_ins,
            outputs = usage_days.outputs + excluded.outputs,
            output_bytes = usage_days.output_bytes + excluded.output_bytes";
}

/// What a tenant sent in one day of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct UsageDay {
    /// When the day begins, UTC milliseconds.
    pub day: i64,
    /// Check-ins that were accepted.
    pub check_ins: i64,
    /// Outputs of that day that are still kept.
    pub outputs: i64,
    /// Their bytes as they are kept, compressed.
    pub output_bytes: i64,
}

/// How many of each there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Holdings {
    /// Jobs in force.
    pub jobs: i64,
    /// Monitors that are not removed.
    pub monitors: i64,
    /// Agents that are not revoked.
    pub agents: i64,
    /// People.
    pub members: i64,
    /// Repositories.
    pub repositories: i64,
    /// Channels.
    pub channels: i64,
    /// API tokens.
    pub tokens: i64,
    /// Things that checked in without being declared.
    pub discovered: i64,
}

/// What is to be added to, or taken from, the days of tenants.
#[derive(Debug, Default)]
pub(crate) struct UsageDelta(BTreeMap<(TenantId, i64), [i64; 3]>);

const DAY_MS: i64 = 86_400_000;

impl UsageDelta {
    /// Adds check-ins, outputs and bytes to the day of `at` (UTC milliseconds).
    pub(crate) fn add(&mut self, tenant: TenantId, at: i64, amounts: [i64; 3]) {
        let sums = self.0.entry((tenant, at.div_euclid(DAY_MS) * DAY_MS)).or_default();
        sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
    }
}

impl Read<TenantScope> {
    /// The tenant's days from `from` (UTC milliseconds) on, oldest first; days without anything are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_usage_days(&mut self, from: i64) -> Result<Vec<UsageDay>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_USAGE_DAYS, Text(tenant), from)
    }

    /// How many outputs of the tenant are kept, and how many bytes they take.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sum_outputs(&mut self) -> Result<(i64, i64), StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_one SUM_OUTPUTS, Text(tenant))
    }

    /// How many of each the tenant has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_holdings(&mut self) -> Result<Holdings, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_one COUNT_THINGS, Text(tenant))
    }
}

impl<S: Scope> Tx<S> {
    /// Adds to the days; the last thing a transaction of check-ins writes, because every other one of the tenant
    /// waits for these rows.
    pub(crate) async fn add_usage(&mut self, delta: UsageDelta) -> Result<(), StoreError> {
        let mut batch = Batch::of(&ADD_USAGE);
        for ((tenant, day), [check_ins, outputs, bytes]) in delta.0 {
            batch.text(tenant).int(day).int(check_ins).int(outputs).int(bytes);
        }
        batch.execute(self).await.map(drop)
    }
}

impl Tx<SystemScope> {
    /// Forgets the days before `before` (UTC milliseconds) of which no output is kept; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_usage_days(&mut self, before: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_USAGE_DAYS, before)
    }
}
