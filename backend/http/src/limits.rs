use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use crontopus_api::Code;
use crontopus_app::rate::{Bucket, Exceeded};
use crontopus_clock::Clock;
use crontopus_ids::RepositoryId;

use crate::failure::Failure;

/// How often somebody may try to sign in, hosts may join and webhooks are called: token buckets.
#[derive(Debug)]
pub(crate) struct Limits {
    sign_in_account: Bucket<String>,
    sign_in_address: Bucket<IpAddr>,
    second_factor: Bucket<String>,
    password_reset: Bucket<String>,
    enrolment_address: Bucket<IpAddr>,
    webhook: Bucket<RepositoryId>,
    webhook_address: Bucket<IpAddr>,
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
            // Whoever knows the password needs years to hit one of three codes in a million.
            second_factor: Bucket::new(clock, 8, Duration::from_secs(60)),
            // Mails to somebody who did not ask for them are few.
            password_reset: Bucket::new(clock, 3, Duration::from_secs(600)),
            // A token's secret cannot be guessed and its uses are counted, while a whole fleet may be behind one address.
            enrolment_address: Bucket::new(clock, 1_000, Duration::from_millis(100)),
            webhook: Bucket::new(clock, 60, Duration::from_secs(1)),
            // A provider calls for all its customers from a few addresses.
            webhook_address: Bucket::new(clock, 600, Duration::from_millis(100)),
        }
    }

    /// Counts an attempt to sign in as `account` from `address`.
    pub(crate) fn sign_in(&self, account: &str, address: Option<IpAddr>) -> Result<(), Failure> {
        self.attempt(address)?;
        Ok(self.sign_in_account.take(&account.to_lowercase())?)
    }

    /// Counts an attempt from `address` that names no account.
    pub(crate) fn attempt(&self, address: Option<IpAddr>) -> Result<(), Failure> {
        Ok(address.map_or(Ok(()), |address| self.sign_in_address.take(&address))?)
    }

    /// Counts a mail to `account` that somebody at `address` asks for.
    pub(crate) fn password_reset(&self, account: &str, address: Option<IpAddr>) -> Result<(), Failure> {
        self.attempt(address)?;
        Ok(self.password_reset.take(&account.to_lowercase())?)
    }

    /// Counts a code of a second factor that is tried for `account`.
    pub(crate) fn second_factor(&self, account: &str) -> Result<(), Failure> {
        Ok(self.second_factor.take(&account.to_lowercase())?)
    }

    /// Counts a host at `address` that wants to join.
    pub(crate) fn enrolment(&self, address: Option<IpAddr>) -> Result<(), Failure> {
        Ok(address.map_or(Ok(()), |address| self.enrolment_address.take(&address))?)
    }

    /// Counts a call of a webhook from `address`.
    pub(crate) fn webhook(&self, repository: RepositoryId, address: Option<IpAddr>) -> Result<(), Failure> {
        if let Some(address) = address {
            self.webhook_address.take(&address)?;
        }
        Ok(self.webhook.take(&repository)?)
    }
}

impl From<Exceeded> for Failure {
    fn from(exceeded: Exceeded) -> Self {
        let Exceeded { wait, burst, window } = exceeded;
        let policy = format!("\"default\";q={burst};w={}", window.as_secs());
        let remaining = format!("\"default\";r=0;t={}", wait.as_secs() + 1);
        let header = |text: String| HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        Failure::new(Code::RateLimited, exceeded.to_string())
            .retry_after(wait)
            .header(POLICY, header(policy))
            .header(REMAINING, header(remaining))
    }
}
