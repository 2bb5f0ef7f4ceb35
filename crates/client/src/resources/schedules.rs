use crontopus_api::{SchedulePreview, SchedulePreviewRequest};

use crate::query::Target;
use crate::{Client, ClientError};

/// `/api/v1/schedules`.
#[derive(Debug, Clone, Copy)]
pub struct Schedules<'a> {
    pub(super) client: &'a Client,
}

impl Schedules<'_> {
    /// What a schedule means, when it fires, what would stand in the native scheduler.
    pub fn preview(&self, request: &SchedulePreviewRequest) -> Result<SchedulePreview, ClientError> {
        self.client.post(&Target::new("/api/v1/schedules/preview"), request)
    }
}
