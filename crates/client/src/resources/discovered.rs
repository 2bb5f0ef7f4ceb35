use crontopus_api::{Discovered as Found, DiscoveredDetail};
use crontopus_ids::DiscoveredId;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/discovered`: what checks in without being declared.
#[derive(Debug, Clone, Copy)]
pub struct Discovered<'a> {
    pub(super) client: &'a Client,
}

impl Discovered<'_> {
    /// Newest first.
    pub fn list(&self) -> Pages<Found> {
        Pages::new(self.client, Target::new("/api/v1/discovered"))
    }

    /// One of them, with the manifest that would declare it.
    pub fn get(&self, id: DiscoveredId) -> Result<DiscoveredDetail, ClientError> {
        self.client.get(&one(id))
    }

    /// It does not matter.
    pub fn ignore(&self, id: DiscoveredId) -> Result<Found, ClientError> {
        self.client.act(&one(id).then("ignore"))
    }

    /// It matters after all.
    pub fn restore(&self, id: DiscoveredId) -> Result<Found, ClientError> {
        self.client.act(&one(id).then("restore"))
    }
}

fn one(id: DiscoveredId) -> Target {
    Target::new("/api/v1/discovered").segment(id)
}
