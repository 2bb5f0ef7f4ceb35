use crontopus_api::{CheckIn, CheckInResult, RejectedCheckIn};

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/check-ins`: signals of runs.
#[derive(Debug, Clone, Copy)]
pub struct CheckIns<'a> {
    pub(super) client: &'a Client,
}

impl CheckIns<'_> {
    /// Sends up to 1,000; what is accepted is on disk when this returns.
    pub fn create(&self, check_ins: &[CheckIn]) -> Result<CheckInResult, ClientError> {
        self.client.post(&Target::new("/api/v1/check-ins"), &check_ins)
    }

    /// What was not taken lately, and why; newest first.
    pub fn list_rejected(&self) -> Pages<RejectedCheckIn> {
        Pages::new(self.client, Target::new("/api/v1/rejected-check-ins"))
    }
}
