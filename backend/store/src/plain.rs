//! How the columns of public rows become plain types.

use std::collections::BTreeMap;

use crontopus_domain::alerts::{Occasion, Target};
use crontopus_domain::{Integration, RepositoryKind, SyncState};
use crontopus_ids::{
    AgentId, AuditId, ChannelId, CheckInId, EnrollTokenId, InvitationId, JobId, OutboxId, PasskeyId,
    RepositoryId, SessionId, SnoozeId, TenantId, TokenId, UserId,
};

use crate::alerts::DeliveryState;
use crate::column::{JsonText, Text};

macro_rules! plain {
    ($($name:ident),+) => {$(
        impl From<Text<$name>> for $name {
            fn from(column: Text<$name>) -> Self {
                column.0
            }
        }
    )+};
}

plain!(Integration, RepositoryKind, SyncState, Occasion, Target, DeliveryState);
plain!(
    AgentId,
    AuditId,
    ChannelId,
    CheckInId,
    EnrollTokenId,
    InvitationId,
    PasskeyId,
    JobId,
    OutboxId,
    RepositoryId,
    SessionId,
    SnoozeId,
    TenantId,
    TokenId,
    UserId
);

impl From<JsonText<BTreeMap<String, String>>> for BTreeMap<String, String> {
    fn from(column: JsonText<Self>) -> Self {
        column.0
    }
}

impl From<JsonText<Vec<String>>> for Vec<String> {
    fn from(column: JsonText<Self>) -> Self {
        column.0
    }
}
