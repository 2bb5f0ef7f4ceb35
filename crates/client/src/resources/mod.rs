//! The operations of the public API, one file for each resource.

mod agents;
mod audit;
mod auth;
mod channels;
mod check_ins;
mod deliveries;
mod discovered;
mod enroll_tokens;
mod events;
mod health;
mod incidents;
mod integrations;
mod jobs;
mod manifests;
mod members;
mod monitors;
mod repositories;
mod rules;
mod runs;
mod schedules;
mod snoozes;
mod statistics;
mod tenants;
mod tokens;

pub use agents::Agents;
pub use audit::Audit;
pub use auth::{Auth, SignedIn};
pub use channels::Channels;
pub use check_ins::{CheckIns, Ping};
pub use deliveries::{Deliveries, DeliveryFilter};
pub use discovered::Discovered;
pub use enroll_tokens::EnrollTokens;
pub use events::{EventFilter, EventStream, Events};
pub use health::HealthChecks;
pub use incidents::{IncidentFilter, Incidents};
pub use integrations::Integrations;
pub use jobs::{JobFilter, Jobs, NextRunsQuery};
pub use manifests::Manifests;
pub use members::Members;
pub use monitors::{MonitorFilter, Monitors};
pub use repositories::Repositories;
pub use rules::Rules;
pub use runs::{RunFilter, Runs};
pub use schedules::Schedules;
pub use snoozes::Snoozes;
pub use statistics::{AgendaQuery, Statistic, WindowQuery};
pub use tenants::Tenants;
pub use tokens::Tokens;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Method;

use crate::http::{Incoming, Outgoing};
use crate::query::Target;
use crate::{Client, ClientError, Credential};

macro_rules! resources {
    ($($(#[$doc:meta])* $name:ident: $type:ident),+ $(,)?) => {
        impl Client {
            $($(#[$doc])* pub fn $name(&self) -> $type<'_> { $type { client: self } })+
        }
    };
}

resources! {
    /// Sign-up, sign-in, sign-out, who calls.
    auth: Auth,
    /// The tenant the caller is in.
    tenants: Tenants,
    /// People of the tenant and invitations.
    members: Members,
    /// API tokens.
    tokens: Tokens,
    /// Git repositories.
    repositories: Repositories,
    /// Namespaces and jobs; read only, since Git defines them.
    jobs: Jobs,
    /// Checks of manifests.
    manifests: Manifests,
    /// Explanations of schedules.
    schedules: Schedules,
    /// How jobs did, how they are, and what comes next.
    statistics: Statistic,
    /// Monitors.
    monitors: Monitors,
    /// Runs and their output.
    runs: Runs,
    /// Check-ins.
    check_ins: CheckIns,
    /// Clients of other monitors.
    integrations: Integrations,
    /// What checks in without being declared.
    discovered: Discovered,
    /// Enrolled hosts.
    agents: Agents,
    /// Enrolment tokens.
    enroll_tokens: EnrollTokens,
    /// Incidents.
    incidents: Incidents,
    /// Channels.
    channels: Channels,
    /// What was and is to be told.
    deliveries: Deliveries,
    /// Routes, policies and maintenances.
    rules: Rules,
    /// Silences.
    snoozes: Snoozes,
    /// The stream of changes.
    events: Events,
    /// The audit log.
    audit: Audit,
    /// Liveness and readiness.
    health: HealthChecks,
}

impl Client {
    pub(crate) fn get<T: DeserializeOwned>(&self, target: &Target) -> Result<T, ClientError> {
        let (operation, answer) = self.call(Method::GET, target, None)?;
        decode(&operation, &answer.body)
    }

    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        target: &Target,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let (operation, answer) = self.call(Method::POST, target, Some(encode(target, body)?))?;
        decode(&operation, &answer.body)
    }

    /// A POST that says everything in its path.
    pub(crate) fn act<T: DeserializeOwned>(&self, target: &Target) -> Result<T, ClientError> {
        let (operation, answer) = self.call(Method::POST, target, None)?;
        decode(&operation, &answer.body)
    }

    pub(crate) fn patch<T: DeserializeOwned>(
        &self,
        target: &Target,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let (operation, answer) = self.call(Method::PATCH, target, Some(encode(target, body)?))?;
        decode(&operation, &answer.body)
    }

    pub(crate) fn delete(&self, target: &Target) -> Result<(), ClientError> {
        self.call(Method::DELETE, target, None).map(drop)
    }

    /// A POST whose answer says nothing.
    pub(crate) fn send_off(&self, target: &Target) -> Result<(), ClientError> {
        self.call(Method::POST, target, None).map(drop)
    }

    pub(crate) fn call(
        &self,
        method: Method,
        target: &Target,
        body: Option<Vec<u8>>,
    ) -> Result<(String, Incoming), ClientError> {
        let outgoing = self.outgoing(method, target, body, "application/json");
        let operation = outgoing.operation();
        let answer = self.http.send(&outgoing)?.good(&operation)?;
        Ok((operation, answer))
    }

    pub(crate) fn outgoing<'a>(
        &self,
        method: Method,
        target: &'a Target,
        body: Option<Vec<u8>>,
        accept: &str,
    ) -> Outgoing<'a> {
        let mut headers = vec![("accept", accept.to_owned())];
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        match &self.credential {
            Credential::None => {}
            Credential::Token(token) => headers.push(("authorization", format!("Bearer {token}"))),
            Credential::Session { cookie, tenant } => {
                headers.push(("cookie", format!("crontopus_session={cookie}")));
                // A session is only taken from pages of the server itself.
                headers.push(("origin", self.http.base_url.to_string()));
                headers.extend(tenant.iter().map(|t| ("crontopus-tenant", t.clone())));
            }
        }
        let repeatable = method == Method::GET || method == Method::DELETE;
        Outgoing { method, target, headers, body, repeatable }
    }
}

pub(crate) fn decode<T: DeserializeOwned>(operation: &str, body: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(body)
        .map_err(|source| ClientError::Decode { operation: operation.to_owned(), source })
}

pub(crate) fn encode(target: &Target, body: &impl Serialize) -> Result<Vec<u8>, ClientError> {
    serde_json::to_vec(body)
        .map_err(|source| ClientError::Decode { operation: target.path().to_owned(), source })
}
