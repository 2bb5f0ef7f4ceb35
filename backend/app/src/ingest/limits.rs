use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;

use super::{BATCH_LIMIT, Target};
use crate::rate::{Bucket, Exceeded};

/// How often a key may check in.
#[derive(Debug)]
pub struct CheckInLimits {
    one: Bucket<u64>,
    signed_in: Bucket<u64>,
    tenant: Bucket<u64>,
    log: Bucket<u64>,
    /// Makes numbers of what senders write, so that a bucket's key is small whatever they write.
    keys: RandomState,
}

impl CheckInLimits {
    /// 120 at once and one more each second; for a tenant's key 6,000 and 50 more each second beside that. Callers of
    /// the API may bring a whole request's worth of one job at once, as they do who kept them while they were offline.
    pub(crate) fn new(clock: &Arc<dyn Clock>) -> Self {
        Self {
            one: Bucket::new(clock, 120, Duration::from_secs(1)),
            signed_in: Bucket::new(clock, BATCH_LIMIT as u32, Duration::from_secs(1)),
            tenant: Bucket::new(clock, 6_000, Duration::from_millis(20)),
            log: Bucket::new(clock, 6, Duration::from_secs(10)),
            keys: RandomState::new(),
        }
    }

    /// Counts a check-in. A key that is for one monitor has a bucket; with a key of a tenant, or a token, each job has
    /// one, and the key a larger one for all.
    ///
    /// # Errors
    /// The bucket is empty.
    pub fn take(&self, target: &Target) -> Result<(), Exceeded> {
        let Some(key) = self.key(target) else { return Ok(()) };
        match target {
            Target::Monitor { .. } | Target::Job { .. } => self.signed_in.take(&key),
            Target::TenantKey { hash, .. } | Target::Slug { hash, .. } => {
                self.tenant.take(&self.keys.hash_one([hash.as_str()]))?;
                self.one.take(&key)
            }
            Target::Key { .. } | Target::Id(_) | Target::AgentJob { .. } => self.one.take(&key),
        }
    }

    /// Whether one more check-in over the limit is written down: a flood leaves a few lines, not a flood.
    pub fn may_log(&self, target: &Target) -> bool {
        self.key(target).is_some_and(|key| self.log.take(&key).is_ok())
    }

    /// Whose bucket a check-in is counted in. An agent has none: it delivers what it has kept.
    fn key(&self, target: &Target) -> Option<u64> {
        let key = |parts: &[&str]| Some(self.keys.hash_one(parts));
        match target {
            Target::Key { hash } => key(&[hash]),
            Target::Id(id) => key(&[&id.to_string()]),
            Target::TenantKey { hash, namespace, name } => key(&[hash, namespace, name]),
            Target::Slug { hash, slug, .. } => key(&[hash, slug]),
            Target::Monitor { tenant_id, monitor_id } => Some(self.keys.hash_one((tenant_id, monitor_id))),
            Target::Job { tenant_id, namespace, name } => {
                Some(self.keys.hash_one((tenant_id, namespace, name)))
            }
            Target::AgentJob { .. } => None,
        }
    }
}
