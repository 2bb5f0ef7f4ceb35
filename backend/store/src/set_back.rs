//! What follows when the service's clock was ahead and is set back: what was to be done so long after a moment that is
//! still to come would wait for it.

use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::Tx;
use crate::wake::Topic;

statements! {
    SET_BEATS_BACK = "UPDATE service_heartbeats SET beat_at = $1 WHERE beat_at > $1";
    SET_HOSTS_BACK = "UPDATE agents SET seen_at = $1 WHERE seen_at > $1";
    LOOK_AGAIN = "UPDATE monitor_states SET deadline_at = $1 WHERE deadline_at > $1 AND deadline_at <= $2";
    SET_REPOSITORIES_BACK = "UPDATE repositories SET
            due_at = CASE WHEN due_at > $1 THEN due_at - $2 ELSE due_at END,
            leased_until = CASE WHEN leased_until > $1 THEN leased_until - $2 ELSE leased_until END
        WHERE due_at > $1 OR leased_until > $1";
    SET_OUTBOX_BACK = "UPDATE outbox SET
            due_at = CASE WHEN due_at > $1 THEN due_at - $2 ELSE due_at END,
            locked_until = CASE WHEN locked_until > $1 THEN locked_until - $2 ELSE locked_until END
        WHERE done_at IS NULL AND (due_at > $1 OR locked_until > $1)";
}

impl Tx<SystemScope> {
    /// The clock shows `now`, and showed `by` milliseconds more before. Monitors that are to be looked at soon are looked
    /// at now, and find by themselves what is due; what is tried again or held for a while is so for the time that
    /// was meant.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_back(&mut self, now: i64, by: i64) -> Result<(), StoreError> {
        query!(self, execute SET_BEATS_BACK, now)?;
        query!(self, execute SET_HOSTS_BACK, now)?;
        query!(self, execute LOOK_AGAIN, now, now.saturating_add(by.saturating_mul(2)))?;
        query!(self, execute SET_REPOSITORIES_BACK, now, by)?;
        query!(self, execute SET_OUTBOX_BACK, now, by)?;
        self.wake(Topic::Deadlines);
        Ok(())
    }
}
