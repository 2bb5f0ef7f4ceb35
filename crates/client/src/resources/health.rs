use crontopus_api::Health;
use ureq::http::Method;

use super::decode;
use crate::query::Target;
use crate::{Client, ClientError};

/// `/livez`, `/readyz`.
#[derive(Debug, Clone, Copy)]
pub struct HealthChecks<'a> {
    pub(super) client: &'a Client,
}

impl HealthChecks<'_> {
    /// How each part of the service is. A service that is not well says so here; that is no error.
    pub fn ready(&self) -> Result<Health, ClientError> {
        let target = Target::new("/readyz");
        let outgoing = self.client.outgoing(Method::GET, &target, None, "application/json");
        let answer = self.client.http.send(&outgoing)?;
        let operation = outgoing.operation();
        if answer.status == 503
            && let Ok(health) = decode(&operation, &answer.body)
        {
            return Ok(health);
        }
        let answer = answer.good(&operation)?;
        decode(&operation, &answer.body)
    }
}
