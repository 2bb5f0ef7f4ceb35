use super::AgentIdentity;
use crate::access::Origin;
use crate::{App, Deed, Result};

/// The old key is taken for this long after a change.
const OVERLAP_MS: i64 = 24 * 3_600_000;

/// A new key whose possession was proved.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Base64.
    pub public_key: String,
    /// SHA-256, hex.
    pub fingerprint: String,
}

impl App {
    /// Gives the agent a new key; the others end a day later.
    pub async fn rotate_agent_key(&self, host: &AgentIdentity, origin: Origin, new: NewKey) -> Result<()> {
        let now = self.now_ms();
        let mut tx = self.begin(host.tenant_id).await?;
        let keys = tx.list_agent_keys(host.agent_id).await?;
        // The same key again: the answer to the first request was lost on its way.
        if keys.iter().any(|k| k.fingerprint == new.fingerprint) {
            return Ok(());
        }
        tx.create_agent_key(host.agent_id, &new.fingerprint, &new.public_key, now).await?;
        tx.expire_agent_keys(host.agent_id, &new.fingerprint, now + OVERLAP_MS).await?;
        tx.advance_agent_key(host.agent_id, &host.fingerprint, host.stored_seq()).await?;
        let deed =
            Deed::new("rotate_agent_key", &host.name).detail(format!("key {}", &new.fingerprint[..16]));
        tx.create_audit(&self.line(&format!("agent {}", host.name), origin, deed)).await?;
        Ok(tx.commit().await?)
    }
}
