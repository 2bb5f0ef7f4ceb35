use crontopus_domain::alerts::ChannelRef;
use crontopus_ids::{ChannelId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_CHANNELS = "SELECT id, name, kind, settings, sealed, is_default, enabled, disabled_why, not_before, last_at,
            last_sent, last_answer, created_by, created_at, updated_at
        FROM channels WHERE tenant_id = $1 ORDER BY name";
    FIND_CHANNEL = "SELECT id, name, kind, settings, sealed, is_default, enabled, disabled_why, not_before, last_at,
            last_sent, last_answer, created_by, created_at, updated_at
        FROM channels WHERE tenant_id = $1 AND id = $2";
    LIST_CHANNEL_REFS = "SELECT id, name, enabled, is_default FROM channels WHERE tenant_id = $1 ORDER BY name";
    CREATE_CHANNEL = "INSERT INTO channels (tenant_id, id, name, kind, settings, sealed, is_default, enabled, created_by,
            created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, $9, $9)";
    UPDATE_CHANNEL = "UPDATE channels SET name = $3, settings = $4, sealed = $5, is_default = $6, enabled = $7,
            disabled_why = $8, not_before = NULL, updated_at = $9
        WHERE tenant_id = $1 AND id = $2";
    DELETE_CHANNEL = "DELETE FROM channels WHERE tenant_id = $1 AND id = $2";
    DISABLE_CHANNEL = "UPDATE channels SET enabled = FALSE, disabled_why = $3, updated_at = $4
        WHERE tenant_id = $1 AND id = $2 AND enabled";
    /// A message that was taken beside one for which a pause was asked does not end the pause.
    NOTE_ANSWER = "UPDATE channels SET last_at = $3, last_sent = $4, last_answer = $5,
            not_before = CASE WHEN not_before > COALESCE(CAST($6 AS BIGINT), $3) THEN not_before ELSE $6 END
        WHERE tenant_id = $1 AND id = $2";
    /// What still waits for a channel that is no more is told to nobody through it.
    DROP_WAITING = "UPDATE outbox SET done_at = $3, state = 'failed', answer = 'the channel was deleted',
            locked_until = NULL
        WHERE tenant_id = $1 AND target = $2 AND done_at IS NULL";
    LIST_SEALED = "SELECT tenant_id, id, sealed FROM channels ORDER BY tenant_id, id";
    RESEAL = "UPDATE channels SET sealed = $4 WHERE tenant_id = $1 AND id = $2 AND sealed = $3";
}

/// Where notifications go. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Channel {
    /// Id.
    #[sqlx(try_from = "Text<ChannelId>")]
    pub id: ChannelId,
    /// What routes call it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Settings without secrets, JSON.
    pub settings: String,
    /// All settings, encrypted.
    pub sealed: Vec<u8>,
    /// Whether it is told what no route is for.
    pub is_default: bool,
    /// Whether anything is sent to it.
    pub enabled: bool,
    /// Why not.
    pub disabled_why: Option<String>,
    /// The provider wants no message before.
    pub not_before: Option<i64>,
    /// When something was last tried.
    pub last_at: Option<i64>,
    /// Whether it was taken.
    pub last_sent: Option<bool>,
    /// What was answered.
    pub last_answer: Option<String>,
    /// E-mail address of who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed.
    pub updated_at: i64,
}

/// A channel to be made, or what it is to be.
#[derive(Debug, Clone)]
pub struct NewChannel<'a> {
    /// Id.
    pub id: ChannelId,
    /// What routes call it.
    pub name: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Settings without secrets, JSON.
    pub settings: &'a str,
    /// All settings, encrypted.
    pub sealed: &'a [u8],
    /// Whether it is told what no route is for.
    pub is_default: bool,
    /// E-mail address of who makes it.
    pub created_by: &'a str,
}

/// How a provider last answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelAnswer<'a> {
    /// Whether the message was taken.
    pub sent: bool,
    /// What was answered.
    pub answer: &'a str,
    /// No message before, UTC milliseconds.
    pub not_before: Option<i64>,
}

impl<S: Scope> Read<S> {
    pub(crate) async fn channel_refs(&mut self, tenant: TenantId) -> Result<Vec<ChannelRef>, StoreError> {
        let rows: Vec<(Text<ChannelId>, String, bool, bool)> =
            query!(self, fetch_all LIST_CHANNEL_REFS, Text(tenant))?;
        let channel = |(id, name, usable, is_default): (Text<ChannelId>, String, bool, bool)| ChannelRef {
            id: id.0,
            name,
            usable,
            is_default,
        };
        Ok(rows.into_iter().map(channel).collect())
    }

    pub(crate) async fn find_channel_in(
        &mut self,
        tenant: TenantId,
        id: ChannelId,
    ) -> Result<Option<Channel>, StoreError> {
        query!(self, fetch_optional FIND_CHANNEL, Text(tenant), Text(id))
    }
}

impl Read<TenantScope> {
    /// Every channel, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_channels(&mut self) -> Result<Vec<Channel>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_CHANNELS, Text(tenant))
    }

    /// The channel of this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_channel(&mut self, id: ChannelId) -> Result<Option<Channel>, StoreError> {
        let tenant = self.tenant();
        self.find_channel_in(tenant, id).await
    }
}

impl Read<SystemScope> {
    /// A tenant's channel, for the sender.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_channel_of(
        &mut self,
        tenant: TenantId,
        id: ChannelId,
    ) -> Result<Option<Channel>, StoreError> {
        self.find_channel_in(tenant, id).await
    }

    /// What is encrypted of every channel.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_sealed_channels(&mut self) -> Result<Vec<(TenantId, ChannelId, Vec<u8>)>, StoreError> {
        let rows: Vec<(Text<TenantId>, Text<ChannelId>, Vec<u8>)> = query!(self, fetch_all LIST_SEALED)?;
        Ok(rows.into_iter().map(|(tenant, id, sealed)| (tenant.0, id.0, sealed)).collect())
    }
}

impl Tx<TenantScope> {
    /// Makes a channel.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn create_channel(&mut self, new: &NewChannel<'_>, now: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_CHANNEL, Text(tenant), Text(new.id), new.name, new.kind, new.settings, new.sealed,
            new.is_default, new.created_by, now)
        .map(drop)
    }

    /// Changes a channel; whether it is there. `why` it is disabled, if it is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn update_channel(
        &mut self,
        new: &NewChannel<'_>,
        why_disabled: Option<&str>,
        now: i64,
    ) -> Result<bool, StoreError> {
        let (tenant, enabled) = (self.tenant(), why_disabled.is_none());
        let reached = query!(self, execute UPDATE_CHANNEL, Text(tenant), Text(new.id), new.name, new.settings,
            new.sealed, new.is_default, enabled, why_disabled, now)?;
        self.wake(crate::wake::Topic::Outbox);
        Ok(reached > 0)
    }

    /// Removes a channel and what waits for it; whether it was there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_channel(&mut self, id: ChannelId, now: i64) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        query!(self, execute DROP_WAITING, Text(tenant), Text(id), now)?;
        Ok(query!(self, execute DELETE_CHANNEL, Text(tenant), Text(id))? > 0)
    }

    /// Keeps what a provider answered to a test.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_channel_answer(
        &mut self,
        id: ChannelId,
        answer: &ChannelAnswer<'_>,
        now: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        self.note_answer(tenant, id, answer, now).await
    }
}

impl<S: Scope> Tx<S> {
    pub(crate) async fn note_answer(
        &mut self,
        tenant: TenantId,
        id: ChannelId,
        answer: &ChannelAnswer<'_>,
        now: i64,
    ) -> Result<(), StoreError> {
        query!(self, execute NOTE_ANSWER, Text(tenant), Text(id), now, answer.sent, answer.answer, answer.not_before)
            .map(drop)
    }
}

impl Tx<SystemScope> {
    /// Disables a channel; whether it was enabled.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn disable_channel(
        &mut self,
        tenant: TenantId,
        id: ChannelId,
        why: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        Ok(query!(self, execute DISABLE_CHANNEL, Text(tenant), Text(id), why, now)? > 0)
    }

    /// Puts what was encrypted anew in the place of `before`; whether nobody else changed it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reseal_channel(
        &mut self,
        tenant: TenantId,
        id: ChannelId,
        (before, after): (&[u8], &[u8]),
    ) -> Result<bool, StoreError> {
        Ok(query!(self, execute RESEAL, Text(tenant), Text(id), before, after)? > 0)
    }
}
