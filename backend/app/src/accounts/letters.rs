//! What people are mailed about their accounts, and how it gets to them.

use std::sync::Arc;
use std::time::Duration;

use crontopus_notify::{Letter, Outcome};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::access::Origin;
use crate::tasks::rest;
use crate::{App, Error, Result, secret};

/// So many are in hand at once; each is a few hundred bytes.
const AT_ONCE: usize = 256;
/// A server that takes no mail now is asked again after these pauses: within the hour a link lasts, and past the quarter
/// of an hour for which greylisting servers send a stranger away.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(30), Duration::from_secs(300), Duration::from_secs(900)];

/// How many letters may be in hand. They are held in memory alone: who gets none asks again.
#[derive(Debug, Clone)]
pub(crate) struct Letters(Arc<Semaphore>);

impl Default for Letters {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Letters {
    /// Room for one more letter, until this is dropped.
    pub(crate) fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let reason = "too many mails wait for the mail server";
        let full = |_| Error::Unavailable { reason, retry_after: Duration::from_secs(60) };
        Arc::clone(&self.0).try_acquire_owned().map_err(full)
    }
}

impl App {
    /// Hands a letter in, again and again while the mail server may take it later.
    pub(super) async fn deliver(&self, letter: &Letter) {
        let mail = letter.mail();
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            match (self.courier.mail(&mail).await, pause) {
                (Outcome::Sent { answer, .. }, _) => {
                    tracing::debug!(id = letter.id, answer, "a letter was sent");
                    return;
                }
                (Outcome::Later { answer, .. }, Some(pause)) => {
                    tracing::info!(id = letter.id, answer, "a letter is tried again later");
                    if !rest(pause, self.shutdown()).await {
                        return;
                    }
                }
                (outcome, _) => {
                    tracing::warn!(id = letter.id, answer = outcome.answer(), "a letter was given up");
                    return;
                }
            }
        }
    }
}

/// A link to set another password.
pub(super) fn reset(to: &str, server: &str, link: String, origin: Origin, id: [u8; 16]) -> Letter {
    Letter {
        to: to.to_owned(),
        id: format!("reset-{}", secret::to_hex(&id)),
        subject: "Set a new password".to_owned(),
        before: vec![format!(
            "Somebody{} asked for a new password for your account at {server}.",
            from(origin)
        )],
        action: Some(("Set a new password", link)),
        after: vec![
            "The link is good for an hour, and once. Setting a password ends all your sessions.".to_owned(),
            "If it was not you, there is nothing to do: without the link nothing changes.".to_owned(),
        ],
    }
}

/// The password is another one.
pub(super) fn changed(to: &str, server: &str, origin: Origin, id: [u8; 16]) -> Letter {
    Letter {
        to: to.to_owned(),
        id: format!("password-{}", secret::to_hex(&id)),
        subject: "Your password was changed".to_owned(),
        before: vec![format!("The password of your account at {server} was changed{}.", from(origin))],
        action: None,
        after: vec![
            "If it was not you, somebody reads your mail or has your password: set a new one at once, and look \
             through your passkeys, the API tokens and the audit log."
                .to_owned(),
        ],
    }
}

/// From where, as far as that is known.
fn from(origin: Origin) -> String {
    origin.address.map(|address| format!(" at {address}")).unwrap_or_default()
}
