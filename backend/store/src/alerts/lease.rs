//! Taking what is due into hand, for a while: whoever sends it does so outside of any transaction.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::alerts::{Occasion, Target};
use crontopus_ids::{IncidentId, OutboxId, TenantId};

use super::outbox::Payload;
use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    /// Rows that are due, whose stream has nothing before them that waits, and whose channel takes messages now. What
    /// somebody must hear does not wait for a disabled channel: it is taken in hand, so that others are told instead.
    LEASE_OUTBOX = "UPDATE outbox SET locked_until = $2, message_id = COALESCE(message_id, id)
        WHERE (tenant_id, id) IN (
            SELECT o.tenant_id, o.id FROM outbox o
            WHERE o.done_at IS NULL AND o.due_at <= $1 AND (o.locked_until IS NULL OR o.locked_until <= $1)
                AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.tenant_id = o.tenant_id AND e.stream = o.stream
                    AND e.done_at IS NULL AND (e.seq, e.id) < (o.seq, o.id))
                AND NOT EXISTS (SELECT 1 FROM channels c WHERE c.tenant_id = o.tenant_id AND c.id = o.target
                    AND CASE WHEN c.enabled THEN c.not_before > $1
                        ELSE o.occasion IN ('acknowledged', 'resolved', 'notice') END)
            ORDER BY o.due_at, o.id LIMIT $3" skip locked ")
        RETURNING tenant_id, target, group_key, message_id, id, attempts";
    /// Whatever else of the group waits becomes part of the message, also what is not due yet, up to a number. Each row is
    /// looked at twice, because another process may take it in hand in between.
    JOIN_GROUP = "UPDATE outbox SET locked_until = $4, message_id = $5
        WHERE tenant_id = $1 AND target = $2 AND group_key = $3 AND done_at IS NULL AND attempts = 0
            AND (message_id IS NULL OR (message_id = id AND locked_until = $4))
            AND id IN (SELECT w.id FROM outbox w
                WHERE w.tenant_id = $1 AND w.target = $2 AND w.group_key = $3 AND w.done_at IS NULL AND w.attempts = 0
                    AND w.id >= $5 AND (w.message_id IS NULL OR (w.message_id = w.id AND w.locked_until = $4))
                    AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.tenant_id = w.tenant_id AND e.stream = w.stream
                        AND e.done_at IS NULL AND (e.seq, e.id) < (w.seq, w.id))
                ORDER BY w.id LIMIT $6)
        RETURNING id";
    /// All of a message that is tried again, whatever the limit left out.
    LOCK_MESSAGE = "UPDATE outbox SET locked_until = $3 WHERE tenant_id = $1 AND message_id = $2 AND done_at IS NULL
        RETURNING id, occasion, target, incident_id, route, payload, created_at, attempts";
    FIND_NEXT_OUTBOX = "SELECT MIN(CASE WHEN locked_until > due_at THEN locked_until ELSE due_at END)
        FROM outbox WHERE done_at IS NULL";
}

batches! {
    /// Rows that were put off meanwhile are in nobody's hand, and stay so.
    EXTEND_LEASES(tenant_id Text, message_id Text, until_at Int) = "UPDATE outbox SET locked_until = batch.until_at
        FROM {rows} WHERE outbox.tenant_id = batch.tenant_id AND outbox.message_id = batch.message_id
            AND outbox.done_at IS NULL AND outbox.locked_until IS NOT NULL";
}

/// So many incidents of a group become one message; what is beyond is the next one. Some providers are told each by
/// itself, and what is tried again begins with the first: a message of hundreds might never come to its end within
/// what a provider takes in a minute.
const TOGETHER: i64 = 50;

/// One message in hand: it must be recorded before the lease ends, or somebody else sends it again.
#[derive(Debug, Clone)]
pub struct Leased {
    /// Whose.
    pub tenant_id: TenantId,
    /// The same however often it is tried.
    pub message_id: OutboxId,
    /// Who is told.
    pub target: Target,
    /// Why.
    pub occasion: Occasion,
    /// By which route.
    pub route: String,
    /// What it tells: more than one row when they are of one group.
    pub rows: Vec<LeasedRow>,
    /// When the first of them was written, UTC milliseconds.
    pub created_at: i64,
    /// How often it was tried.
    pub attempts: i64,
}

/// One row of a message.
#[derive(Debug, Clone)]
pub struct LeasedRow {
    /// The incident; a notice may have none, a late start has none.
    pub incident_id: Option<IncidentId>,
    /// What else is known.
    pub payload: Payload,
}

impl Tx<SystemScope> {
    /// Takes up to about `limit` messages that are due at `now` into hand until `until` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`].
    pub async fn lease_messages(
        &mut self,
        now: i64,
        until: i64,
        limit: u32,
    ) -> Result<Vec<Leased>, StoreError> {
        type Head = (Text<TenantId>, Text<Target>, Option<String>, Text<OutboxId>, Text<OutboxId>, i64);
        let heads: Vec<Head> = query!(self, fetch_all LEASE_OUTBOX, now, until, i64::from(limit))?;
        let mut messages: BTreeSet<(TenantId, OutboxId)> = BTreeSet::new();
        let mut groups: BTreeMap<(TenantId, Target, String), BTreeSet<OutboxId>> = BTreeMap::new();
        for (tenant, target, group, message, id, attempts) in heads {
            match group.filter(|_| message == id && attempts == 0) {
                None => {
                    messages.insert((tenant.0, message.0));
                }
                Some(group) => {
                    groups.entry((tenant.0, target.0, group)).or_default().insert(message.0);
                }
            }
        }
        for ((tenant, target, group), mut due) in groups {
            while let Some(first) = due.pop_first() {
                let joined: Vec<(Text<OutboxId>,)> = query!(self, fetch_all JOIN_GROUP, Text(tenant), Text(target),
                    &group, until, Text(first), TOGETHER)?;
                due.retain(|id| !joined.iter().any(|(own,)| own.0 == *id));
                messages.insert((tenant, first));
            }
        }
        let mut leased = Vec::with_capacity(messages.len());
        for (tenant, message) in messages {
            leased.extend(self.lock_message(tenant, message, until).await?);
        }
        Ok(leased)
    }

    /// Keeps messages that are still in hand there until `until` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`].
    pub async fn extend_leases(
        &mut self,
        messages: &[(TenantId, OutboxId)],
        until: i64,
    ) -> Result<(), StoreError> {
        let mut rows = Batch::of(&EXTEND_LEASES);
        for (tenant, message) in messages {
            rows.text(tenant).text(message).int(until);
        }
        rows.execute(self).await.map(drop)
    }

    async fn lock_message(
        &mut self,
        tenant: TenantId,
        message: OutboxId,
        until: i64,
    ) -> Result<Option<Leased>, StoreError> {
        type Row = (
            Text<OutboxId>,
            Text<Occasion>,
            Text<Target>,
            Option<Text<IncidentId>>,
            String,
            JsonText<Payload>,
            i64,
            i64,
        );
        let mut rows: Vec<Row> = query!(self, fetch_all LOCK_MESSAGE, Text(tenant), Text(message), until)?;
        rows.sort_by_key(|row| row.0.0);
        let Some((_, occasion, target, _, route, _, created_at, attempts)) = rows.first() else {
            return Ok(None);
        };
        let (occasion, target, route) = (occasion.0, target.0, route.clone());
        let (created_at, attempts) = (*created_at, *attempts);
        let row = |(_, _, _, incident, _, payload, _, _): Row| LeasedRow {
            incident_id: incident.map(|id| id.0),
            payload: payload.0,
        };
        let rows = rows.into_iter().map(row).collect();
        Ok(Some(Leased {
            tenant_id: tenant,
            message_id: message,
            target,
            occasion,
            route,
            rows,
            created_at,
            attempts,
        }))
    }
}

impl Read<SystemScope> {
    /// When the next row may be due, UTC milliseconds: it may have to wait for another one all the same.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn next_delivery(&mut self) -> Result<Option<i64>, StoreError> {
        let (next,): (Option<i64>,) = query!(self, fetch_one FIND_NEXT_OUTBOX)?;
        Ok(next)
    }
}
