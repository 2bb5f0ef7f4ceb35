use crontopus_api::{CreatedIntegrationKey, Integration, IntegrationKind, Page};

use crate::query::Target;
use crate::{Client, ClientError};

/// `/api/v1/integrations`: clients of other monitors.
#[derive(Debug, Clone, Copy)]
pub struct Integrations<'a> {
    pub(super) client: &'a Client,
}

impl Integrations<'_> {
    /// Every kind there is, on one page.
    pub fn list(&self) -> Result<Page<Integration>, ClientError> {
        self.client.get(&Target::new("/api/v1/integrations"))
    }

    /// Makes a new key; the old one ends at once.
    pub fn create_key(&self, kind: IntegrationKind) -> Result<CreatedIntegrationKey, ClientError> {
        self.client.act(&key(kind))
    }

    /// Takes the key away.
    pub fn delete_key(&self, kind: IntegrationKind) -> Result<(), ClientError> {
        self.client.delete(&key(kind))
    }
}

fn key(kind: IntegrationKind) -> Target {
    Target::new("/api/v1/integrations").segment(kind).then("key")
}
