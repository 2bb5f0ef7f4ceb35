//! Links in messages that lead to doing something: signed, so that nobody makes one up, and only ever carried out
//! for somebody who is signed in.

use crontopus_ids::IncidentId;

use crate::access::Actor;
use crate::rows::{Incident, IncidentEvent};
use crate::{App, Error, Result};

/// So long a link works.
const VALID_S: i64 = 30 * 86_400;
/// So long such a snooze is.
const SNOOZE_MS: i64 = 3_600_000;
const PURPOSE: &str = "alert link";

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAction {
    /// Takes the incident.
    Acknowledge,
    /// Silences it for an hour.
    Snooze,
}

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    action: LinkAction,
    tenant: String,
    incident: IncidentId,
}

impl LinkAction {
    fn word(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Snooze => "snooze",
        }
    }
}

impl App {
    /// The address of a page that, for somebody who is signed in to the tenant of this slug, does `action`.
    pub fn link(&self, action: LinkAction, tenant: &str, incident: IncidentId, now: i64) -> String {
        let message = format!("{}.{tenant}.{incident}.{}", action.word(), now / 1_000 + VALID_S);
        let seal = self.key.seal(PURPOSE, &message).replace('+', "-").replace('/', "_").replace('=', "");
        format!("{}/act/{message}.{seal}", self.settings.public_url)
    }

    /// What a link's last part says, if this server made it and it still works.
    fn read_link(&self, token: &str) -> Result<Link> {
        let refused = || Error::not_found("such link, or it does not work any more");
        let (message, seal) = token.rsplit_once('.').ok_or_else(refused)?;
        let mut seal = seal.replace('-', "+").replace('_', "/");
        seal.extend(std::iter::repeat_n('=', (4 - seal.len() % 4) % 4));
        if !self.key.sealed(PURPOSE, message, &seal) {
            return Err(refused());
        }
        let parts: Vec<&str> = message.split('.').collect();
        let [word, tenant, incident, until] = parts[..] else { return Err(refused()) };
        let action = match word {
            "acknowledge" => LinkAction::Acknowledge,
            "snooze" => LinkAction::Snooze,
            _ => return Err(refused()),
        };
        let until: i64 = until.parse().map_err(|_| refused())?;
        if until < self.now_ms() / 1_000 {
            return Err(refused());
        }
        Ok(Link { action, tenant: tenant.to_owned(), incident: incident.parse().map_err(|_| refused())? })
    }

    /// What a link does, before anything is known of its incident.
    pub fn link_action(&self, token: &str) -> Result<LinkAction> {
        Ok(self.read_link(token)?.action)
    }

    /// What a link does and to which incident; for the page that asks before it is done.
    pub async fn describe_link(&self, actor: &Actor, token: &str) -> Result<(LinkAction, Incident)> {
        let link = self.read_link(token)?;
        if link.tenant != actor.tenant {
            return Err(Error::not_found("such link in this tenant"));
        }
        Ok((link.action, self.get_incident(actor, link.incident).await?.0))
    }

    /// The slug of the tenant a link is for, before anybody is known.
    pub fn link_tenant(&self, token: &str) -> Result<String> {
        Ok(self.read_link(token)?.tenant)
    }

    /// Does what a link says.
    pub async fn follow_link(&self, actor: &Actor, token: &str) -> Result<(Incident, Vec<IncidentEvent>)> {
        let link = self.read_link(token)?;
        if link.tenant != actor.tenant {
            return Err(Error::not_found("such link in this tenant"));
        }
        match link.action {
            LinkAction::Acknowledge => self.acknowledge_incident(actor, link.incident).await,
            LinkAction::Snooze => {
                let until = self.now_ms() + SNOOZE_MS;
                self.snooze_incident(actor, link.incident, until, None).await
            }
        }
    }
}
