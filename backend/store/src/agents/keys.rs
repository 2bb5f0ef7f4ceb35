use crontopus_ids::{AgentId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_KNOWN_KEYS = "SELECT k.tenant_id, t.slug, a.name, a.state, k.fingerprint, k.public_key, k.seq, k.expires_at
        FROM agent_keys k
        JOIN agents a ON a.tenant_id = k.tenant_id AND a.id = k.agent_id
        JOIN tenants t ON t.tenant_id = k.tenant_id
        WHERE k.agent_id = $1 ORDER BY k.created_at DESC";
    LIST_AGENT_KEYS = "SELECT fingerprint, public_key, created_at, expires_at FROM agent_keys
        WHERE tenant_id = $1 AND agent_id = $2 ORDER BY created_at DESC";
    CREATE_AGENT_KEY = "INSERT INTO agent_keys (tenant_id, agent_id, fingerprint, public_key, seq, created_at)
        VALUES ($1, $2, $3, $4, 0, $5)";
    EXPIRE_AGENT_KEYS = "UPDATE agent_keys SET expires_at = $4
        WHERE tenant_id = $1 AND agent_id = $2 AND fingerprint <> $3 AND expires_at IS NULL";
    DELETE_AGENT_KEYS = "DELETE FROM agent_keys WHERE tenant_id = $1 AND agent_id = $2";
    ADVANCE_AGENT_KEY = "UPDATE agent_keys SET seq = $4
        WHERE tenant_id = $1 AND agent_id = $2 AND fingerprint = $3 AND seq < $4";
}

/// A key that somebody may have signed with, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct KnownKey {
    /// The agent's tenant.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Its slug.
    pub slug: String,
    /// The agent's name.
    pub name: String,
    /// The agent's state.
    pub state: String,
    /// SHA-256 of the key, hex.
    pub fingerprint: String,
    /// Base64.
    pub public_key: String,
    /// No request with a smaller sequence is new.
    pub seq: i64,
    /// When it ends, UTC milliseconds.
    pub expires_at: Option<i64>,
}

/// One key of an agent.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AgentKey {
    /// SHA-256 of the key, hex.
    pub fingerprint: String,
    /// Base64.
    pub public_key: String,
    /// UTC milliseconds.
    pub created_at: i64,
    /// When it ends, UTC milliseconds.
    pub expires_at: Option<i64>,
}

impl Read<SystemScope> {
    /// The keys of the agent a signature names, the newest first. Whether they or the agent have ended is
    /// the caller's to look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_known_keys(&mut self, agent_id: AgentId) -> Result<Vec<KnownKey>, StoreError> {
        query!(self, fetch_all LIST_KNOWN_KEYS, Text(agent_id))
    }
}

impl Read<TenantScope> {
    /// The keys of an agent, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_agent_keys(&mut self, agent_id: AgentId) -> Result<Vec<AgentKey>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_AGENT_KEYS, Text(tenant), Text(agent_id))
    }
}

impl Tx<TenantScope> {
    /// Gives an agent a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody has that key already.
    pub async fn create_agent_key(
        &mut self,
        agent_id: AgentId,
        fingerprint: &str,
        public_key: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_AGENT_KEY, Text(tenant), Text(agent_id), fingerprint, public_key, at)
            .map(drop)
    }

    /// Lets every other key of the agent end at `at`, unless it ends already.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn expire_agent_keys(
        &mut self,
        agent_id: AgentId,
        but: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute EXPIRE_AGENT_KEYS, Text(tenant), Text(agent_id), but, at).map(drop)
    }

    /// Takes all keys from an agent.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_agent_keys(&mut self, agent_id: AgentId) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute DELETE_AGENT_KEYS, Text(tenant), Text(agent_id)).map(drop)
    }

    /// Notes that the key has signed a request with sequence `seq`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn advance_agent_key(
        &mut self,
        agent_id: AgentId,
        fingerprint: &str,
        seq: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute ADVANCE_AGENT_KEY, Text(tenant), Text(agent_id), fingerprint, seq).map(drop)
    }
}
