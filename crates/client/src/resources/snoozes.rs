use crontopus_api::{CreateSnooze, Snooze};
use crontopus_ids::SnoozeId;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/snoozes`: silence for a time.
#[derive(Debug, Clone, Copy)]
pub struct Snoozes<'a> {
    pub(super) client: &'a Client,
}

impl Snoozes<'_> {
    /// The nearest end first.
    pub fn list(&self) -> Pages<Snooze> {
        Pages::new(self.client, Target::new("/api/v1/snoozes"))
    }

    /// Silences something.
    pub fn create(&self, request: &CreateSnooze) -> Result<Snooze, ClientError> {
        self.client.post(&Target::new("/api/v1/snoozes"), request)
    }

    /// Ends a silence.
    pub fn delete(&self, id: SnoozeId) -> Result<(), ClientError> {
        self.client.delete(&Target::new("/api/v1/snoozes").segment(id))
    }
}
