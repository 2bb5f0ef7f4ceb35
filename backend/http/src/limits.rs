use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use crontopus_api::Code;
use crontopus_app::ingest::Target;
use crontopus_clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};

use crate::failure::Failure;

/// How often somebody may try: token buckets by account, address and key.
pub(crate) struct Limits {
    sign_in_account: Bucket<String>,
    sign_in_address: Bucket<IpAddr>,
    check_in: Bucket<String>,
    check_in_tenant: Bucket<String>,
    rejected_log: Bucket<String>,
}

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, ServiceClock, NoOpMiddleware<Nanos>>;

struct Bucket<K: std::hash::Hash + Eq + Clone> {
    limiter: Keyed<K>,
    burst: u32,
    window: u64,
}

/// Sets `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// Sets `RateLimit`.
const REMAINING: HeaderName = HeaderName::from_static("ratelimit");

impl Limits {
    /// Full buckets by this clock.
    pub(crate) fn new(clock: &Arc<dyn Clock>) -> Self {
        Self {
            sign_in_account: Bucket::new(clock, 10, Duration::from_secs(30)),
            sign_in_address: Bucket::new(clock, 60, Duration::from_secs(2)),
            check_in: Bucket::new(clock, 120, Duration::from_secs(1)),
            check_in_tenant: Bucket::new(clock, 6_000, Duration::from_millis(20)),
            rejected_log: Bucket::new(clock, 6, Duration::from_secs(10)),
        }
    }

    /// Counts an attempt to sign in as `account` from `address`.
    pub(crate) fn sign_in(&self, account: &str, address: Option<IpAddr>) -> Result<(), Failure> {
        if let Some(address) = address {
            self.sign_in_address.take(&address)?;
        }
        self.sign_in_account.take(&account.to_lowercase())
    }

    /// Counts a check-in. A key that is for one monitor has a bucket; with a key of a tenant each job has
    /// one, and the key a larger one for all.
    pub(crate) fn check_in(&self, target: &Target) -> Result<(), Failure> {
        let Some((key, of_tenant)) = bucket(target) else { return Ok(()) };
        if let Some(tenant) = of_tenant {
            self.check_in_tenant.take(tenant)?;
        }
        self.check_in.take(&key)
    }

    /// Whether one more check-in over the limit is written down: a flood leaves a few lines, not a flood.
    pub(crate) fn may_log(&self, target: &Target) -> bool {
        bucket(target).is_some_and(|(key, _)| self.rejected_log.take(&key).is_ok())
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

impl<K: std::hash::Hash + Eq + Clone> Bucket<K> {
    /// `burst` at once, then one each `every`.
    fn new(clock: &Arc<dyn Clock>, burst: u32, every: Duration) -> Self {
        let burst_size = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let limiter = RateLimiter::new(
            quota.allow_burst(burst_size),
            DashMapStateStore::default(),
            ServiceClock(Arc::clone(clock)),
        );
        Self { limiter, burst, window: (every * burst).as_secs() }
    }

    fn take(&self, key: &K) -> Result<(), Failure> {
        if self.limiter.len() > 100_000 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| self.refused(&until))
    }

    fn refused(&self, until: &NotUntil<Nanos>) -> Failure {
        let now = governor::clock::Clock::now(self.limiter.clock());
        let wait = until.wait_time_from(now);
        let policy = format!("\"default\";q={};w={}", self.burst, self.window);
        let remaining = format!("\"default\";r=0;t={}", wait.as_secs() + 1);
        let header = |text: String| HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        Failure::new(Code::RateLimited, "too many attempts; wait a little")
            .retry_after(wait)
            .header(POLICY, header(policy))
            .header(REMAINING, header(remaining))
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}

/// The service's own clock, as the limiter wants one.
#[derive(Debug, Clone)]
struct ServiceClock(Arc<dyn Clock>);

impl governor::clock::Clock for ServiceClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_millis(self.0.now_ms().unsigned_abs()))
    }
}
