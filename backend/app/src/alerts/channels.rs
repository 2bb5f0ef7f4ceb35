use crontopus_ids::{ChannelId, OutboxId};
use crontopus_notify::{ChannelKind, FieldProblem};
use crontopus_store::{Channel, ChannelAnswer, DeliveryState};
use serde_json::Value;

use super::answers;
use crate::access::Actor;
use crate::names::check_slug;
use crate::{App, Deed, Error, Result};

/// A channel to make.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// What routes call it.
    pub name: String,
    /// Its kind.
    pub kind: ChannelKind,
    /// Its settings.
    pub settings: Value,
    /// Whether it is told what no route is for.
    pub is_default: bool,
}

/// What of a channel is to be changed.
#[derive(Debug, Clone, Default)]
pub struct ChannelChange {
    /// What routes call it.
    pub name: Option<String>,
    /// Fields of its settings; those that are not named stay, and `null` takes one away.
    pub settings: Option<Value>,
    /// Whether it is told what no route is for.
    pub is_default: Option<bool>,
    /// Whether anything is sent to it.
    pub enabled: Option<bool>,
}

/// What a provider answered to a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelTest {
    /// Whether the message was taken.
    pub sent: bool,
    /// What was answered.
    pub answer: String,
    /// Milliseconds until the answer.
    pub duration_ms: i64,
}

/// A tenant has no more channels than this.
const MOST: usize = 200;

impl App {
    /// The tenant's channels, by name.
    pub async fn list_channels(&self, actor: &Actor) -> Result<Vec<Channel>> {
        Ok(self.read(actor.tenant_id).await?.list_channels().await?)
    }

    /// One channel.
    pub async fn get_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        self.read(actor.tenant_id).await?.find_channel(id).await?.ok_or_else(|| missing(id))
    }

    /// Makes a channel.
    pub async fn create_channel(&self, actor: &Actor, new: NewChannel) -> Result<Channel> {
        check_slug("/name", &new.name)?;
        let channel = crontopus_notify::Channel::new(new.kind, &new.settings).map_err(invalid)?;
        let now = self.now_ms();
        let id = ChannelId::from_parts(now, self.random());
        let (settings, sealed) = (channel.public().to_string(), self.seal_channel(id, &channel)?);
        let row = crontopus_store::NewChannel {
            id,
            name: &new.name,
            kind: new.kind.as_str(),
            settings: &settings,
            sealed: &sealed,
            is_default: new.is_default,
            created_by: &actor.label,
        };
        let mut tx = self.begin(actor.tenant_id).await?;
        if tx.list_channels().await?.len() >= MOST {
            return Err(Error::conflict(format!("a tenant has at most {MOST} channels")));
        }
        tx.create_channel(&row, now).await?;
        let deed = Deed::new("create_channel", &new.name).detail(new.kind.as_str());
        tx.create_audit(&self.audit_line(actor, deed)).await?;
        let made = tx.find_channel(id).await?.ok_or_else(|| missing(id))?;
        tx.commit().await?;
        Ok(made)
    }

    /// Changes a channel. Changed settings, or `enabled`, let it begin anew.
    pub async fn update_channel(
        &self,
        actor: &Actor,
        id: ChannelId,
        change: ChannelChange,
    ) -> Result<Channel> {
        if let Some(name) = &change.name {
            check_slug("/name", name)?;
        }
        let now = self.now_ms();
        let mut tx = self.begin(actor.tenant_id).await?;
        let row = tx.find_channel(id).await?.ok_or_else(|| missing(id))?;
        let kind: ChannelKind = row.kind.parse().map_err(|e| Error::internal("reading a channel", e))?;
        let (mut public, mut sealed) = (row.settings.clone(), row.sealed.clone());
        if let Some(fields) = &change.settings {
            let mut settings = self.unseal_settings(id, &row.sealed)?;
            overlay(&mut settings, fields)?;
            let channel = crontopus_notify::Channel::new(kind, &settings).map_err(invalid)?;
            (public, sealed) = (channel.public().to_string(), self.seal_channel(id, &channel)?);
        }
        let name = change.name.as_deref().unwrap_or(&row.name);
        let new = crontopus_store::NewChannel {
            id,
            name,
            kind: kind.as_str(),
            settings: &public,
            sealed: &sealed,
            is_default: change.is_default.unwrap_or(row.is_default),
            created_by: &row.created_by,
        };
        let why = match change.enabled {
            Some(true) => None,
            Some(false) => Some(format!("disabled by {}", actor.label)),
            // New settings are a reason to try again, unless a person said not to.
            None if change.settings.is_some() && row.last_sent == Some(false) => None,
            None => row.disabled_why.clone(),
        };
        tx.update_channel(&new, why.as_deref(), now).await?;
        let deed = Deed::new("update_channel", name);
        tx.create_audit(&self.audit_line(actor, deed)).await?;
        let changed = tx.find_channel(id).await?.ok_or_else(|| missing(id))?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Removes a channel, and what still waits for it.
    pub async fn delete_channel(&self, actor: &Actor, id: ChannelId) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let row = tx.find_channel(id).await?.ok_or_else(|| missing(id))?;
        tx.delete_channel(id, self.now_ms()).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_channel", &row.name))).await?;
        Ok(tx.commit().await?)
    }

    /// Sends a test message and says what the provider answers. Nothing else follows from the answer.
    pub async fn test_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelTest> {
        let row = self.get_channel(actor, id).await?;
        let channel = self.unseal_channel(&row)?;
        let before = self.now_ms();
        let message_id = OutboxId::from_parts(before, self.random());
        let message = self.test_message(actor, message_id, before).await?;
        let parcel = channel.parcel(&message, None, &self.settings.alerts.endpoints);
        let outcome = self.courier.send(&channel, &parcel).await;
        let (now, sent) = (self.now_ms(), answers::was_sent(&outcome));
        let state = if sent { DeliveryState::Sent } else { DeliveryState::Failed };
        let mut tx = self.begin(actor.tenant_id).await?;
        let answer = outcome.answer();
        tx.note_channel_answer(id, &ChannelAnswer { sent, answer, not_before: row.not_before }, now).await?;
        tx.create_test_delivery((message_id, id), &actor.label, (state, answer), (before, now)).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("test_channel", &row.name))).await?;
        tx.commit().await?;
        Ok(ChannelTest { sent, answer: answer.to_owned(), duration_ms: now - before })
    }
}

/// Puts the named fields into settings.
fn overlay(settings: &mut Value, fields: &Value) -> Result<()> {
    let (Some(settings), Some(fields)) = (settings.as_object_mut(), fields.as_object()) else {
        return Err(Error::invalid("/settings", "an object of fields"));
    };
    for (name, value) in fields {
        match value {
            Value::Null => drop(settings.remove(name)),
            value => drop(settings.insert(name.clone(), value.clone())),
        }
    }
    Ok(())
}

fn invalid(problems: Vec<FieldProblem>) -> Error {
    let field = |problem: FieldProblem| {
        let pointer = match problem.field.as_str() {
            "" => "/settings".to_owned(),
            field => format!("/settings/{field}"),
        };
        crate::Field { pointer, detail: problem.detail }
    };
    Error::Invalid(problems.into_iter().map(field).collect())
}

fn missing(id: ChannelId) -> Error {
    Error::not_found(format!("channel {id}"))
}
