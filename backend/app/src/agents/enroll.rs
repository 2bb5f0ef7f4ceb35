use crontopus_domain::EventKind;
use crontopus_ids::AgentId;
use crontopus_store::{Agent, EnrollToken, StoreError, TenantTx};

use crate::access::Origin;
use crate::{App, Deed, Error, Result, secret};

/// A challenge is good for this long.
const CHALLENGE_MS: i64 = 5 * 60_000;
/// Keeps a challenge from being taken for anything else the server signs.
const PURPOSE: &str = "crontopus-challenge-v1";

/// A host that has proved it holds its key and wants to join.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The bare secret of the enrolment token.
    pub secret: String,
    /// The challenge that was signed.
    pub challenge: String,
    /// Base64 of the Ed25519 key.
    pub public_key: String,
    /// SHA-256 of the key, hex.
    pub fingerprint: String,
    /// What the host is.
    pub facts: HostFacts,
}

/// What a host says it is.
#[derive(Debug, Clone, Default)]
pub struct HostFacts {
    /// Host's name.
    pub hostname: String,
    /// SHA-256 of its machine id with a prefix, hex.
    pub machine: String,
    /// Operating system and release.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Agent's version.
    pub version: String,
    /// Scheduler profile.
    pub scheduler: String,
    /// IANA zone.
    pub timezone: String,
}

/// A host that joined.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The agent.
    pub agent: Agent,
    /// Slug of its tenant.
    pub tenant: String,
}

impl App {
    /// A challenge for the holder of an enrolment token. It is not stored: the server recognises its own
    /// seal, and it is bound to the token and to five minutes.
    pub async fn enroll_challenge(&self, secret: &str) -> Result<String> {
        self.usable_token(secret).await?;
        let nonce = hex::encode(self.random::<16>());
        let until = self.now_ms() + CHALLENGE_MS;
        let seal = self.key.seal(PURPOSE, &sealed_text(secret, &nonce, until));
        Ok(format!("{nonce}.{until}.{seal}"))
    }

    /// Takes a host in. That it holds the private key was proved by whoever calls this.
    pub async fn enroll(&self, origin: Origin, host: Enrolment) -> Result<Enrolled> {
        self.check_challenge(&host.secret, &host.challenge)?;
        check_facts(&host.facts)?;
        let token = self.usable_token(&host.secret).await?;
        let now = self.now_ms();
        let mut tx = self.begin(token.tenant_id).await?;
        if !tx.use_enroll_token(token.id, now).await? {
            return Err(Error::EnrollToken("the enrolment token is used up or has expired"));
        }
        let replaced = self.replaced(&mut tx, &host.facts.machine).await?;
        let name = free_name(&mut tx, replaced.as_ref(), &host.facts.hostname).await?;
        let agent = self.new_agent(&token, replaced, &host.facts, name);
        tx.create_agent(&agent).await?;
        tx.create_agent_key(agent.id, &host.fingerprint, &host.public_key, now).await.map_err(
            |e| match e {
                StoreError::Conflict { .. } => Error::conflict("this key is in use; make a new one"),
                error => error.into(),
            },
        )?;
        tx.emit(now, EventKind::AgentChanged, agent.id, None);
        let deed = Deed::new("enroll_agent", &agent.name).detail(format!("key {}", &host.fingerprint[..16]));
        let who = format!("agent {}", agent.name);
        tx.create_audit(&self.line(&who, origin, deed)).await?;
        let tenant = tx.get_tenant().await?.slug;
        tx.commit().await?;
        Ok(Enrolled { agent, tenant })
    }

    /// The token of a secret, if it can be used. One answer for all that cannot: nobody learns which exist.
    async fn usable_token(&self, secret: &str) -> Result<EnrollToken> {
        let now = self.now_ms();
        let token = self.look_up().await?.find_enroll_token(&secret::hash(secret)).await?;
        token
            .filter(|t| t.expires_at > now && t.used < t.uses)
            .ok_or(Error::EnrollToken("the enrolment token is unknown, used up or expired"))
    }

    fn check_challenge(&self, secret: &str, challenge: &str) -> Result<()> {
        let wrong =
            Error::EnrollToken("the challenge was not made for this token, or is over five minutes old");
        let parts: Vec<&str> = challenge.split('.').collect();
        let [nonce, until, seal] = parts[..] else { return Err(wrong) };
        let Ok(until) = until.parse::<i64>() else { return Err(wrong) };
        let own = self.key.sealed(PURPOSE, &sealed_text(secret, nonce, until), seal);
        if own && until > self.now_ms() { Ok(()) } else { Err(wrong) }
    }

    /// The agent that was on this machine before, which the new one replaces: it is revoked. Only in the
    /// same tenant; nothing ever moves between tenants.
    async fn replaced(&self, tx: &mut TenantTx, machine: &str) -> Result<Option<Agent>> {
        if machine.is_empty() {
            return Ok(None);
        }
        let before = tx.find_agent_by_machine(machine).await?;
        if let Some(agent) = &before {
            tx.update_agent_state(agent.id, "revoked").await?;
            tx.delete_agent_keys(agent.id).await?;
            self.disarm_host(tx, agent.id, self.now_ms()).await?;
            tx.wake(crontopus_store::Topic::Agents);
            tx.emit(self.now_ms(), EventKind::AgentChanged, agent.id, None);
        }
        Ok(before)
    }

    fn new_agent(
        &self,
        token: &EnrollToken,
        replaced: Option<Agent>,
        facts: &HostFacts,
        name: String,
    ) -> Agent {
        let now = self.now_ms();
        let mut labels = replaced.map(|a| a.labels).unwrap_or_default();
        labels.extend(token.labels.clone());
        Agent {
            tenant_id: token.tenant_id,
            id: AgentId::from_parts(now, self.random()),
            name,
            state: if token.approval { "pending" } else { "online" }.to_owned(),
            labels,
            repository: token.repository.clone(),
            machine: facts.machine.clone(),
            hostname: facts.hostname.clone(),
            os: facts.os.clone(),
            arch: facts.arch.clone(),
            version: facts.version.clone(),
            scheduler: facts.scheduler.clone(),
            scheduler_running: true,
            timezone: facts.timezone.clone(),
            tzdata_version: None,
            clock_offset_ms: None,
            seen_at: Some(now),
            spooled: 0,
            applied_commit: None,
            confirmed_commit: None,
            jobs: 0,
            drift: 0,
            rolling: None,
            rolling_before: None,
            enrolled_at: now,
        }
    }
}

fn sealed_text(secret: &str, nonce: &str, until: i64) -> String {
    format!("{}\n{nonce}\n{until}", secret::hash(secret))
}

/// The name the machine had, or the host's own, with a number when another host has it.
async fn free_name(tx: &mut TenantTx, replaced: Option<&Agent>, hostname: &str) -> Result<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let folded: String = hostname.to_lowercase().chars().map(|c| if plain(c) { c } else { '-' }).collect();
    let folded = folded.trim_matches(['-', '.']);
    let wanted = replaced.map_or(folded, |a| a.name.as_str());
    let wanted = if wanted.is_empty() { "host" } else { &wanted[..wanted.len().min(90)] };
    for n in 1..=1000 {
        let name = if n == 1 { wanted.to_owned() } else { format!("{wanted}-{n}") };
        if tx.find_agent_by_name(&name).await?.is_none() {
            return Ok(name);
        }
    }
    Err(Error::conflict("a thousand hosts have this name already"))
}

fn check_facts(facts: &HostFacts) -> Result<()> {
    let HostFacts { hostname, machine, os, arch, version, scheduler, timezone } = facts;
    let fields = [
        ("/facts/hostname", hostname),
        ("/facts/machine", machine),
        ("/facts/os", os),
        ("/facts/arch", arch),
        ("/facts/version", version),
        ("/facts/scheduler", scheduler),
        ("/facts/timezone", timezone),
    ];
    for (pointer, text) in fields {
        if text.len() > 255 || text.chars().any(char::is_control) {
            return Err(Error::invalid(pointer, "at most 255 bytes on one line"));
        }
    }
    Ok(())
}
