//! The kinds of channels, one folder each.

mod discord;
mod email;
mod form;
mod ntfy;
mod opsgenie;
mod pagerduty;
mod slack;
mod teams;
mod telegram;
mod webhook;

use serde_json::Value;

use crate::delivery::{Answer, MailServer, Outcome, Parcel};
use crate::message::Message;

pub use form::FieldProblem;

/// Where providers are reached; only tests and proxies of one's own need others than the providers' own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Slack's Web API.
    pub slack: String,
    /// PagerDuty's Events API, by region.
    pub pagerduty: [String; 2],
    /// Opsgenie's API, by region.
    pub opsgenie: [String; 2],
    /// Telegram's Bot API.
    pub telegram: String,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            slack: "https://slack.com/api".to_owned(),
            pagerduty: ["https://events.pagerduty.com", "https://events.eu.pagerduty.com"].map(str::to_owned),
            opsgenie: ["https://api.opsgenie.com", "https://api.eu.opsgenie.com"].map(str::to_owned),
            telegram: "https://api.telegram.org".to_owned(),
        }
    }
}

/// The first message about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier<'a> {
    /// How the provider calls it, as [`Outcome::Sent`] said.
    pub reference: &'a str,
    /// Whether it told of the same incidents and no others, so that it may be brought up to date.
    pub same: bool,
}

/// What every folder provides.
trait Kind: serde::de::DeserializeOwned + serde::Serialize {
    /// The fields nobody is shown again.
    const SECRETS: &'static [&'static str];

    /// What is wrong with the settings, beyond their types.
    fn check(&self) -> Vec<FieldProblem>;

    /// What is sent for a message, after an earlier one about the same.
    fn parcel(&self, message: &Message, earlier: Option<Earlier<'_>>, endpoints: &Endpoints) -> Parcel;

    /// What an answer means.
    fn judge(&self, answer: &Answer) -> Outcome {
        crate::delivery::judge(answer)
    }

    /// The mail server of its own.
    fn mail_server(&self) -> Option<&MailServer> {
        None
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal in $folder:ident),+ $(,)?) => {
        /// A kind of channel.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ChannelKind {
            $($(#[$doc])* $name),+
        }

        impl ChannelKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word for it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The fields of its settings that nobody is shown again.
            pub fn secrets(self) -> &'static [&'static str] {
                match self { $(Self::$name => $folder::Settings::SECRETS),+ }
            }
        }

        #[derive(Debug, Clone)]
        enum Settings {
            $($name(Box<$folder::Settings>)),+
        }

        impl Channel {
            /// A channel of these settings.
            ///
            /// # Errors
            /// Every field that is not valid.
            pub fn new(kind: ChannelKind, settings: &Value) -> Result<Self, Vec<FieldProblem>> {
                let settings = match kind {
                    $(ChannelKind::$name => {
                        let settings: $folder::Settings = form::read(settings)?;
                        let problems = settings.check();
                        if !problems.is_empty() {
                            return Err(problems);
                        }
                        Settings::$name(Box::new(settings))
                    }),+
                };
                Ok(Self { settings })
            }

            /// Its kind.
            pub fn kind(&self) -> ChannelKind {
                match &self.settings { $(Settings::$name(_) => ChannelKind::$name),+ }
            }

            /// All its settings, secrets too: to be encrypted and kept.
            pub fn settings(&self) -> Value {
                let value = match &self.settings { $(Settings::$name(own) => serde_json::to_value(own)),+ };
                value.expect("settings are plain values")
            }

            /// What is sent for a message, after an earlier one about the same; pure.
            pub fn parcel(&self, message: &Message, earlier: Option<Earlier<'_>>, endpoints: &Endpoints) -> Parcel {
                match &self.settings { $(Settings::$name(own) => own.parcel(message, earlier, endpoints)),+ }
            }

            pub(crate) fn judge(&self, answer: &Answer) -> Outcome {
                match &self.settings { $(Settings::$name(own) => own.judge(answer)),+ }
            }

            pub(crate) fn mail_server(&self) -> Option<&MailServer> {
                match &self.settings { $(Settings::$name(own) => own.mail_server()),+ }
            }
        }
    };
}

kinds! {
    /// A request with a body of one's own, signed.
    Webhook = "webhook" in webhook,
    /// Slack: an incoming webhook, or a bot that updates and threads.
    Slack = "slack" in slack,
    /// E-mail.
    Email = "email" in email,
    /// PagerDuty, Events API v2.
    PagerDuty = "pagerduty" in pagerduty,
    /// Microsoft Teams, by a workflow's webhook.
    Teams = "teams" in teams,
    /// Discord, by a webhook.
    Discord = "discord" in discord,
    /// Telegram, by a bot.
    Telegram = "telegram" in telegram,
    /// ntfy.
    Ntfy = "ntfy" in ntfy,
    /// Opsgenie, Alert API v2.
    Opsgenie = "opsgenie" in opsgenie,
}

/// A channel: a kind and its settings, checked.
#[derive(Clone)]
pub struct Channel {
    settings: Settings,
}

impl std::fmt::Debug for Channel {
    /// Never a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel").field("kind", &self.kind()).field("settings", &self.public()).finish()
    }
}

impl Channel {
    /// A channel that writes to these addresses through the service's own mail server.
    pub fn mail_to(addresses: &[String]) -> Self {
        Self { settings: Settings::Email(Box::new(email::Settings::to(addresses))) }
    }

    /// Its settings without secrets: of those, only that they are set.
    pub fn public(&self) -> Value {
        let mut settings = self.settings();
        if let Some(fields) = settings.as_object_mut() {
            for name in self.kind().secrets() {
                if let Some(value) = fields.get_mut(*name) {
                    *value = form::hidden(value);
                }
            }
        }
        settings
    }
}

impl std::fmt::Display for ChannelKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no kind of channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of channel")]
pub struct NotAChannel(pub String);

impl std::str::FromStr for ChannelKind {
    type Err = NotAChannel;

    fn from_str(text: &str) -> Result<Self, NotAChannel> {
        let found = Self::ALL.iter().copied().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| NotAChannel(text.to_owned()))
    }
}
