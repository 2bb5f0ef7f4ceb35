use crontopus_api::{Channel, ChannelTest, CreateChannel, UpdateChannel};
use crontopus_ids::ChannelId;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/channels`: where notifications go.
#[derive(Debug, Clone, Copy)]
pub struct Channels<'a> {
    pub(super) client: &'a Client,
}

impl Channels<'_> {
    /// By name, without their secrets.
    pub fn list(&self) -> Pages<Channel> {
        Pages::new(self.client, Target::new("/api/v1/channels"))
    }

    /// One of them.
    pub fn get(&self, id: ChannelId) -> Result<Channel, ClientError> {
        self.client.get(&one(id))
    }

    /// Makes one.
    pub fn create(&self, request: &CreateChannel) -> Result<Channel, ClientError> {
        self.client.post(&Target::new("/api/v1/channels"), request)
    }

    /// Changes what is named.
    pub fn update(&self, id: ChannelId, request: &UpdateChannel) -> Result<Channel, ClientError> {
        self.client.patch(&one(id), request)
    }

    /// Nothing is told through it any more.
    pub fn delete(&self, id: ChannelId) -> Result<(), ClientError> {
        self.client.delete(&one(id))
    }

    /// Sends a test message; what the provider answered.
    pub fn test(&self, id: ChannelId) -> Result<ChannelTest, ClientError> {
        self.client.act(&one(id).then("test"))
    }
}

fn one(id: ChannelId) -> Target {
    Target::new("/api/v1/channels").segment(id)
}
