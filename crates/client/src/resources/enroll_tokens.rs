use crontopus_api::{CreateEnrollToken, CreatedEnrollToken, EnrollToken};
use crontopus_ids::EnrollTokenId;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/enroll-tokens`: what hosts join with.
#[derive(Debug, Clone, Copy)]
pub struct EnrollTokens<'a> {
    pub(super) client: &'a Client,
}

impl EnrollTokens<'_> {
    /// Those that were not deleted, newest first.
    pub fn list(&self) -> Pages<EnrollToken> {
        Pages::new(self.client, Target::new("/api/v1/enroll-tokens"))
    }

    /// Makes one; its secret is in the answer and nowhere else.
    pub fn create(&self, request: &CreateEnrollToken) -> Result<CreatedEnrollToken, ClientError> {
        self.client.post(&Target::new("/api/v1/enroll-tokens"), request)
    }

    /// Nobody joins by it any more.
    pub fn delete(&self, id: EnrollTokenId) -> Result<(), ClientError> {
        self.client.delete(&Target::new("/api/v1/enroll-tokens").segment(id))
    }
}
