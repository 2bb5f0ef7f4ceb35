use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;

use super::Target;
use crate::rate::{Bucket, Exceeded};

/// How often a key may check in.
#[derive(Debug)]
pub struct CheckInLimits {
    one: Bucket<u64>,
    tenant: Bucket<u64>,
    log: Bucket<u64>,
    /// Makes numbers of what senders write, so that a bucket's key is small whatever they write.
    keys: RandomState,
}

impl CheckInLimits {
    /// 120 at once and one more each second; for a tenant's key 6,000 and 50 more each second beside that.
    pub(crate) fn new(clock: &Arc<dyn Clock>) -> Self {
        Self {
            one: Bucket::new(clock, 120, Duration::from_secs(1)),
            tenant: Bucket::new(clock, 6_000, Duration::from_millis(20)),
            log: Bucket::new(clock, 6, Duration::from_secs(10)),
            keys: RandomState::new(),
        }
    }

    /// Counts a check-in. A key that is for one monitor has a bucket; with a key of a tenant each job has one,
    /// and the key a larger one for all.
    ///
    /// # Errors
    /// The bucket is empty.
    pub fn take(&self, target: &Target) -> Result<(), Exceeded> {
        let Some((key, of_tenant)) = self.bucket(target) else { return Ok(()) };
        if let Some(tenant) = of_tenant {
            self.tenant.take(&tenant)?;
        }
        self.one.take(&key)
    }

    /// Whether one more check-in over the limit is written down: a flood leaves a few lines, not a flood.
    pub fn may_log(&self, target: &Target) -> bool {
        self.bucket(target).is_some_and(|(key, _)| self.log.take(&key).is_ok())
    }

    /// Whose bucket a check-in is counted in, and that of the whole tenant's key; callers that are signed in have
    /// none.
    fn bucket(&self, target: &Target) -> Option<(u64, Option<u64>)> {
        let key = |parts: &[&str]| self.keys.hash_one(parts);
        match target {
            Target::Key { hash } => Some((key(&[hash]), None)),
            Target::Id(id) => Some((key(&[&id.to_string()]), None)),
            Target::TenantKey { hash, namespace, name } => {
                Some((key(&[hash, namespace, name]), Some(key(&[hash]))))
            }
            Target::Slug { hash, slug, .. } => Some((key(&[hash, slug]), Some(key(&[hash])))),
            Target::Monitor { .. } | Target::Job { .. } | Target::AgentJob { .. } => None,
        }
    }
}
