//! How many check-ins come in each minute, and what the watch over that knows.

use crontopus_domain::volume::{Volume, VolumeGuard};

use crate::column::JsonText;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    SAVE_MINUTE = "INSERT INTO check_in_minutes (minute, node, lanes) VALUES ($1, $2, $3)
        ON CONFLICT (minute, node) DO UPDATE SET lanes = excluded.lanes";
    LIST_MINUTES = "SELECT minute, lanes FROM check_in_minutes WHERE minute BETWEEN $1 AND $2 ORDER BY minute";
    DELETE_MINUTES = "DELETE FROM check_in_minutes WHERE minute < $1";
    FIND_GUARD = "SELECT minute, guard FROM volume_guard WHERE id = 1";
    SAVE_GUARD = "INSERT INTO volume_guard (id, minute, guard) VALUES (1, $1, $2)
        ON CONFLICT (id) DO UPDATE SET minute = excluded.minute, guard = excluded.guard
        WHERE volume_guard.minute = $3";
}

impl Read<SystemScope> {
    /// What each process counted in the minutes from `first` to `last` (minutes since 1970), both included.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_minutes(&mut self, first: i64, last: i64) -> Result<Vec<(i64, Volume)>, StoreError> {
        let rows: Vec<(i64, JsonText<Volume>)> = query!(self, fetch_all LIST_MINUTES, first, last)?;
        Ok(rows.into_iter().map(|(minute, volume)| (minute, volume.0)).collect())
    }

    /// What the watch knows, and the minute it read last; `None` before its first one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_volume_guard(&mut self) -> Result<Option<(i64, VolumeGuard)>, StoreError> {
        let row: Option<(i64, JsonText<VolumeGuard>)> = query!(self, fetch_optional FIND_GUARD)?;
        Ok(row.map(|(minute, guard)| (minute, guard.0)))
    }
}

impl Tx<SystemScope> {
    /// Notes what the process `node` has counted in a minute so far.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_minute(&mut self, minute: i64, node: &str, volume: &Volume) -> Result<(), StoreError> {
        query!(self, execute SAVE_MINUTE, minute, node, JsonText(volume)).map(drop)
    }

    /// Stores what the watch knows after `minute`, unless another process read one since `before`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    #[must_use = "another process may have been first"]
    pub async fn save_volume_guard(
        &mut self,
        before: Option<i64>,
        minute: i64,
        guard: &VolumeGuard,
    ) -> Result<bool, StoreError> {
        let before = before.unwrap_or(i64::MIN);
        Ok(query!(self, execute SAVE_GUARD, minute, JsonText(guard), before)? == 1)
    }

    /// Forgets what was counted before `minute` (minutes since 1970).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_minutes(&mut self, minute: i64) -> Result<(), StoreError> {
        query!(self, execute DELETE_MINUTES, minute).map(drop)
    }
}
