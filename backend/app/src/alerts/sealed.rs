//! Settings of channels, as the database holds them.

use crontopus_ids::ChannelId;
use crontopus_notify::Channel;
use serde_json::Value;

use crate::secrets::Secrets;
use crate::{App, Error, Result};

impl App {
    /// The keys that secrets are encrypted with.
    pub(crate) fn secrets(&self) -> Result<Secrets> {
        let file = self.settings.alerts.secret_keys_file.as_deref();
        Secrets::open(&self.settings.git.data_dir, file, self.entropy.as_ref())
            .map_err(|e| Error::internal("reading the keys of the sealed secrets", e))
    }

    /// Seals the settings of one channel; a row copied to another one cannot be opened there.
    pub(super) fn seal_channel(&self, id: ChannelId, channel: &Channel) -> Result<Vec<u8>> {
        let text = channel.settings().to_string();
        Ok(self.secrets()?.seal(id.to_string().as_bytes(), text.as_bytes(), self.random()))
    }

    /// Opens what [`App::seal_channel`] made.
    pub(super) fn unseal_channel(&self, row: &crontopus_store::Channel) -> Result<Channel> {
        let settings = self.unseal_settings(row.id, &row.sealed)?;
        let kind = row.kind.parse().map_err(|e| Error::internal("reading a channel", e))?;
        Channel::new(kind, &settings).map_err(|problems| {
            let text: Vec<String> =
                problems.into_iter().map(|p| format!("{}: {}", p.field, p.detail)).collect();
            Error::internal("reading a channel", text.join("; "))
        })
    }

    pub(super) fn unseal_settings(&self, id: ChannelId, sealed: &[u8]) -> Result<Value> {
        let opened = self.secrets()?.open_sealed(id.to_string().as_bytes(), sealed);
        let text = opened.ok_or_else(|| {
            Error::internal("opening a channel", "none of the keys is the one it was sealed with")
        })?;
        serde_json::from_slice(&text).map_err(|e| Error::internal("opening a channel", e))
    }
}
