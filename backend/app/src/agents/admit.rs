use crontopus_ids::{AgentId, TenantId};
use crontopus_store::KnownKey;

use crate::{App, Error, Result};

/// An enrolled host whose signature was verified and whose request is new.
#[derive(Debug, Clone)]
pub struct AgentIdentity {
    /// The agent.
    pub agent_id: AgentId,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// The tenant's slug.
    pub tenant: String,
    /// Its name.
    pub name: String,
    /// The key it signed with.
    pub fingerprint: String,
    /// The request's sequence number.
    pub seq: u64,
}

/// A key that the named agent may sign with now.
#[derive(Debug, Clone)]
pub struct CandidateKey {
    /// Base64.
    pub public_key: String,
    known: KnownKey,
}

/// What the verified signature says of the request.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Its sequence number.
    pub seq: u64,
}

impl App {
    /// The keys the agent `keyid` may sign with: none when there is no such agent. The database is asked
    /// each time, so that revocation takes effect on the next request.
    pub async fn candidate_keys(&self, keyid: &str) -> Result<Vec<CandidateKey>> {
        let Ok(agent_id) = keyid.parse::<AgentId>() else { return Ok(Vec::new()) };
        let now = self.now_ms();
        let keys = self.look_up().await?.list_known_keys(agent_id).await?;
        let lasting = keys.into_iter().filter(|k| k.expires_at.is_none_or(|at| at > now));
        Ok(lasting.map(|known| CandidateKey { public_key: known.public_key.clone(), known }).collect())
    }

    /// Admits a request that verified with `key`: refuses what was seen before and agents that are not
    /// (or no longer) welcome. An agent that waits for approval is told so, and nothing else.
    pub fn admit(&self, keyid: &str, key: &CandidateKey, seen: Seen) -> Result<AgentIdentity> {
        let known = &key.known;
        match known.state.as_str() {
            "online" | "lost" => {}
            "pending" => return Err(Error::Forbidden("an admin has not approved this host yet".into())),
            "quarantined" => {
                return Err(Error::AgentRevoked("two hosts use this key; enrol this host again"));
            }
            "left" => return Err(Error::AgentRevoked("this agent was uninstalled; enrol the host again")),
            _ => return Err(Error::AgentRevoked("this agent was revoked; enrol the host again")),
        }
        let floor = u64::try_from(known.seq).unwrap_or_default();
        if i64::try_from(seen.seq).is_err()
            || !self.windows.admit(&known.fingerprint, floor, seen.seq, self.now_ms())
        {
            return Err(Error::Replayed);
        }
        let agent_id = keyid.parse().map_err(|e| Error::internal("reading an agent's id", e))?;
        Ok(AgentIdentity {
            agent_id,
            tenant_id: known.tenant_id,
            tenant: known.slug.clone(),
            name: known.name.clone(),
            fingerprint: known.fingerprint.clone(),
            seq: seen.seq,
        })
    }
}

impl AgentIdentity {
    /// The sequence as the database keeps it.
    pub(super) fn stored_seq(&self) -> i64 {
        i64::try_from(self.seq).unwrap_or(i64::MAX)
    }
}
