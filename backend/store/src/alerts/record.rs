//! What became of a message.

use crontopus_domain::alerts::Target;
use crontopus_ids::{OutboxId, TenantId};

use super::channels::ChannelAnswer;
use super::lease::Leased;
use super::threads::Thread;
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::Tx;
use crate::wake::Topic;

statements! {
    FINISH_MESSAGE = "UPDATE outbox SET done_at = $3, state = $4, answer = $5, attempts = attempts + 1,
            locked_until = NULL
        WHERE tenant_id = $1 AND message_id = $2 AND done_at IS NULL";
    POSTPONE_MESSAGE = "UPDATE outbox SET due_at = $3, answer = $4, attempts = attempts + 1, locked_until = NULL
        WHERE tenant_id = $1 AND message_id = $2 AND done_at IS NULL";
    /// What nobody took for so long is told no more.
    EXPIRE_OUTBOX = "UPDATE outbox SET done_at = $2, state = 'failed', locked_until = NULL,
            answer = COALESCE(answer, 'the channel was disabled all the time')
        WHERE done_at IS NULL AND created_at < $1 AND (locked_until IS NULL OR locked_until <= $2)
            AND EXISTS (SELECT 1 FROM channels c WHERE c.tenant_id = outbox.tenant_id AND c.id = outbox.target
                AND NOT c.enabled)";
}

/// What is written down of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken.
    Sent {
        /// How the provider calls it.
        reference: Option<String>,
    },
    /// It is tried again.
    Later {
        /// When, UTC milliseconds.
        at: i64,
        /// The whole channel is to wait until then.
        whole_channel: bool,
    },
    /// It is given up.
    Failed,
}

impl Tx<SystemScope> {
    /// Writes down what became of a message; whether it was still to be done, which it is not when somebody else was
    /// faster after the lease had ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_message(
        &mut self,
        leased: &Leased,
        verdict: &Verdict,
        answer: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let (tenant, message) = (leased.tenant_id, leased.message_id);
        let reached = match verdict {
            Verdict::Later { at, .. } => {
                query!(self, execute POSTPONE_MESSAGE, Text(tenant), Text(message), *at, answer)?
            }
            Verdict::Sent { .. } => self.finish(tenant, message, ("sent", answer), now).await?,
            Verdict::Failed => self.finish(tenant, message, ("failed", answer), now).await?,
        };
        if let Verdict::Sent { reference: Some(reference) } = verdict {
            let thread = Thread { reference: reference.clone(), shared: leased.rows.len() > 1 };
            for incident in leased.rows.iter().filter_map(|row| row.incident_id) {
                self.put_thread(tenant, leased.target, incident, &thread, now).await?;
            }
        }
        // What stands behind it in its stream may go now.
        self.wake(Topic::Outbox);
        Ok(reached > 0)
    }

    /// Keeps with its channel what the provider answered to a message, and how long the channel is to wait.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_provider_answer(
        &mut self,
        leased: &Leased,
        verdict: &Verdict,
        answer: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let Target::Channel(channel) = leased.target else { return Ok(()) };
        let not_before = match verdict {
            Verdict::Later { at, whole_channel: true } => Some(*at),
            _ => None,
        };
        let sent = matches!(verdict, Verdict::Sent { .. });
        self.note_answer(leased.tenant_id, channel, &ChannelAnswer { sent, answer, not_before }, now).await
    }

    async fn finish(
        &mut self,
        tenant: TenantId,
        message: OutboxId,
        (state, answer): (&str, &str),
        now: i64,
    ) -> Result<u64, StoreError> {
        query!(self, execute FINISH_MESSAGE, Text(tenant), Text(message), now, state, answer)
    }

    /// Gives up what has waited for disabled channels since before `before` (UTC milliseconds); how many rows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn expire_outbox(&mut self, before: i64, now: i64) -> Result<u64, StoreError> {
        query!(self, execute EXPIRE_OUTBOX, before, now)
    }
}
