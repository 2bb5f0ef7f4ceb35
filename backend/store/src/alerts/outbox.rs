use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crontopus_domain::alerts::{Occasion, Telling};
use crontopus_ids::{IncidentId, OutboxId, RunId, TenantId};
use serde::{Deserialize, Serialize};

use super::late::LateStart;
use crate::batch::{Batch, batches};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope};
use crate::tx::Tx;
use crate::wake::Topic;

statements! {
    DELETE_OUTBOX = "DELETE FROM outbox WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM outbox WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
}

batches! {
    /// Each row goes behind those of its stream, whatever the clocks of replicas say: whoever writes to a stream
    /// holds the lock of its incident or of its watch. `nth` counts the rows of the stream in this batch.
    INSERT_OUTBOX(tenant_id Text, id Text, stream Text, nth Int, occasion Text, target Text, incident_id Text,
        route Text, group_key Text, payload Text, created_at Int, due_at Int) =
        "INSERT INTO outbox (tenant_id, id, stream, seq, occasion, target, incident_id, route, group_key, payload,
            state, created_at, due_at, attempts)
        SELECT tenant_id, id, stream, COALESCE((SELECT MAX(o.seq) + 1 FROM outbox o
                WHERE o.tenant_id = batch.tenant_id AND o.stream = batch.stream), 0) + nth,
            occasion, target, incident_id, route, group_key, payload, 'waiting', created_at, due_at, 0
        FROM {rows} WHERE true ON CONFLICT (tenant_id, id) DO NOTHING";
}

/// So long the incidents of one group are waited for.
const GROUP_MS: i64 = 10_000;

/// What a row knows beside its incident.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The run that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The route's step from 1, or how often a flapping thing changed.
    #[serde(default)]
    pub number: u32,
    /// Name of the channel a notice is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// What its provider answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether the channel was disabled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// The start that is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<LateStart>,
    /// Who asked for a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// One thing one target is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// Whose.
    pub tenant_id: TenantId,
    /// The incident; a notice may have none, a late start has none.
    pub incident_id: Option<IncidentId>,
    /// Who is told what.
    pub telling: Telling,
    /// What else is known.
    pub payload: Payload,
}

impl Told {
    fn id(&self, now: i64) -> OutboxId {
        let mut hasher = DefaultHasher::new();
        let Telling { occasion, target, route, number, .. } = &self.telling;
        let Payload { channel, late, .. } = &self.payload;
        (self.incident_id, occasion.as_str(), target, route, number, channel, late).hash(&mut hasher);
        let rank: u16 = match occasion {
            Occasion::Opened => 0,
            Occasion::Resolved => 2,
            _ => 1,
        };
        let mut tail = [0; 10];
        tail[..2].copy_from_slice(&rank.to_be_bytes());
        tail[2..].copy_from_slice(&hasher.finish().to_be_bytes());
        OutboxId::from_parts(now, tail)
    }
}

impl<S: Scope> Tx<S> {
    /// Writes down what is to be told, in the order of the slice.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(crate) async fn insert_outbox(&mut self, told: &[Told], now: i64) -> Result<(), StoreError> {
        let mut batch = Batch::of(&INSERT_OUTBOX);
        let mut streams: BTreeMap<(TenantId, String), i64> = BTreeMap::new();
        for one in told {
            let Telling { occasion, target, route, group, .. } = &one.telling;
            let stream = match (one.incident_id, &one.payload.late) {
                (Some(incident), _) => format!("{incident} {target}"),
                (None, Some(late)) => format!("{} {target}", late.monitor),
                (None, None) => format!("notices {target}"),
            };
            let due = if group.is_some() { now + GROUP_MS } else { now };
            // What recovered is not told together with what failed.
            let group = group.as_ref().map(|group| format!("{group} {occasion}"));
            batch.text(one.tenant_id).text(one.id(now)).text(&stream);
            let nth = streams.entry((one.tenant_id, stream)).or_default();
            batch.int(*nth).text(occasion).text(target).opt_text(one.incident_id).text(route);
            batch.opt_text(group).json_text(&one.payload).int(now).int(due);
            *nth += 1;
        }
        batch.execute(self).await?;
        if !told.is_empty() {
            self.wake(Topic::Outbox);
        }
        Ok(())
    }
}

impl Tx<SystemScope> {
    /// Writes down what is to be told.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn write_told(&mut self, told: &[Told], now: i64) -> Result<(), StoreError> {
        self.insert_outbox(told, now).await
    }

    /// Forgets up to `limit` rows written before `before` (UTC milliseconds), done or not; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_outbox(&mut self, before: i64, limit: u32) -> Result<u64, StoreError> {
        query!(self, execute DELETE_OUTBOX, before, i64::from(limit))
    }
}
