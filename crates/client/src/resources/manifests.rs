use crontopus_api::{ValidateManifests, ValidatedManifests};

use crate::query::Target;
use crate::{Client, ClientError};

/// `/api/v1/manifests`, `/api/v1/manifest-schema.json`.
#[derive(Debug, Clone, Copy)]
pub struct Manifests<'a> {
    pub(super) client: &'a Client,
}

impl Manifests<'_> {
    /// Checks files as a push would.
    pub fn validate(&self, files: &ValidateManifests) -> Result<ValidatedManifests, ClientError> {
        self.client.post(&Target::new("/api/v1/manifests/validate"), files)
    }

    /// The JSON Schema of a manifest document.
    pub fn schema(&self) -> Result<serde_json::Value, ClientError> {
        self.client.get(&Target::new("/api/v1/manifest-schema.json"))
    }
}
