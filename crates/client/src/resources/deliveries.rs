use crontopus_api::{Delivery, DeliveryQueue, DeliveryState};
use crontopus_ids::{ChannelId, IncidentId};

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/deliveries`: what was and is to be told.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries<'a> {
    pub(super) client: &'a Client,
}

/// Which deliveries.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// To this channel only.
    pub channel_id: Option<ChannelId>,
    /// About this incident only.
    pub incident_id: Option<IncidentId>,
    /// In this state only.
    pub state: Option<DeliveryState>,
}

impl Deliveries<'_> {
    /// Newest first.
    pub fn list(&self, filter: &DeliveryFilter) -> Pages<Delivery> {
        let target = Target::new("/api/v1/deliveries")
            .query("channel_id", filter.channel_id.as_ref())
            .query("incident_id", filter.incident_id.as_ref())
            .query_word("state", filter.state);
        Pages::new(self.client, target)
    }

    /// How much waits, and since when.
    pub fn queue(&self) -> Result<DeliveryQueue, ClientError> {
        self.client.get(&Target::new("/api/v1/deliveries/queue"))
    }
}
