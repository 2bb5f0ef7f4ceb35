use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;

use super::Target;
use crate::rate::{Bucket, Exceeded};

/// How often a key may check in.
#[derive(Debug)]
pub struct CheckInLimits {
    one: Bucket<String>,
    tenant: Bucket<String>,
    log: Bucket<String>,
}

impl CheckInLimits {
    /// 120 at once and one more each second; for a tenant's key 6,000 and 50 more each second beside that.
    pub(crate) fn new(clock: &Arc<dyn Clock>) -> Self {
        Self {
            one: Bucket::new(clock, 120, Duration::from_secs(1)),
            tenant: Bucket::new(clock, 6_000, Duration::from_millis(20)),
            log: Bucket::new(clock, 6, Duration::from_secs(10)),
        }
    }

    /// Counts a check-in. A key that is for one monitor has a bucket; with a key of a tenant each job has one,
    /// and the key a larger one for all.
    ///
    /// # Errors
    /// The bucket is empty.
    pub fn take(&self, target: &Target) -> Result<(), Exceeded> {
        let Some((key, of_tenant)) = bucket(target) else { return Ok(()) };
        if let Some(tenant) = of_tenant {
            self.tenant.take(tenant)?;
        }
        self.one.take(&key)
    }

    /// Whether one more check-in over the limit is written down: a flood leaves a few lines, not a flood.
    pub fn may_log(&self, target: &Target) -> bool {
        bucket(target).is_some_and(|(key, _)| self.log.take(&key).is_ok())
    }
}

/// Whose bucket a check-in is counted in, and that of the whole tenant's key; callers that are signed in have
/// none.
fn bucket(target: &Target) -> Option<(String, Option<&String>)> {
    match target {
        Target::Key { hash } => Some((hash.clone(), None)),
        Target::Id(id) => Some((id.to_string(), None)),
        Target::TenantKey { hash, namespace, name } => {
            Some((format!("{hash}/{namespace}/{name}"), Some(hash)))
        }
        Target::Slug { hash, slug, .. } => Some((format!("{hash}/{slug}"), Some(hash))),
        Target::Monitor { .. } | Target::Job { .. } | Target::AgentJob { .. } => None,
    }
}
