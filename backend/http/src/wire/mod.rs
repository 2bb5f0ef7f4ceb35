//! Rows and answers of use cases as the wire types of `crontopus-api`, and what is asked as what use cases
//! take.

mod accounts;
pub(crate) mod agenda;
mod agents;
pub(crate) mod alerts;
pub(crate) mod asked_check_ins;
pub(crate) mod check_ins;
pub(crate) mod crontab;
pub(crate) mod discovered;
mod events;
pub(crate) mod integrations;
pub(crate) mod jobs;
pub(crate) mod monitoring;
pub(crate) mod overview;
mod passkeys;
mod public_page;
pub(crate) mod recent;
pub(crate) mod repositories;
pub(crate) mod schedules;
mod second_factor;
pub(crate) mod statistics;
pub(crate) mod timeline;
mod usage;

pub(crate) use accounts::{
    audit_entry, created_invitation, created_token, invitation, me, member, tenant, token,
};
pub(crate) use agents::{
    agent, agent_config, agent_event, agent_state_text, agent_summary, created_enroll_token, enroll_token,
    new_enroll_token, plan, report,
};

pub(crate) use events::{event, event_kind_text};
pub(crate) use passkeys::passkey;
pub(crate) use public_page::public_page;
pub(crate) use second_factor::{begun_factor, second_factor};
pub(crate) use usage::usage;

use crontopus_api::{Page, Role, Scope};
use crontopus_app::{Error, Listed, access};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// One page.
pub(crate) fn page<R, T>(listed: Listed<R>, convert: impl FnMut(R) -> T) -> Page<T> {
    let next_cursor = listed.next.as_ref().map(crate::extract::encode_cursor);
    Page { items: listed.rows.into_iter().map(convert).collect(), next_cursor }
}

/// UTC milliseconds as an instant; what cannot be one is the epoch.
pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `namespace/name` in a filter.
pub(crate) fn job_filter(text: &str) -> Result<(String, String), Failure> {
    let parts = text.split_once('/').map(|(namespace, name)| (namespace.to_owned(), name.to_owned()));
    parts.ok_or_else(|| Failure::invalid("?job", format!("`{text}` is not of the form namespace/name")))
}

/// A word of a filter as the rules know it. A word of the wire without a twin is refused, never passed over.
pub(crate) fn filter_word<B: DeserializeOwned>(
    name: &str,
    word: Option<impl Serialize + Copy>,
) -> Result<Option<B>, Failure> {
    let Some(word) = word else { return Ok(None) };
    let twin = monitoring::same(word).ok_or_else(|| {
        let text = serde_json::to_string(&word).unwrap_or_default();
        Failure::invalid(format!("?{name}"), format!("nothing can be {text} here"))
    });
    twin.map(Some)
}

/// Labels of a filter, each `key=value`, or `key` for any value.
pub(crate) fn label_filter(texts: Vec<String>) -> Result<Vec<(String, Option<String>)>, Failure> {
    let read = |text: String| {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (text, None),
        };
        if key.is_empty() {
            return Err(Failure::invalid("?label", "a label is given as key=value, or key for any value"));
        }
        Ok((key, value))
    };
    texts.into_iter().map(read).collect()
}

/// A role for the wire.
pub(crate) fn role(role: access::Role) -> Role {
    match role {
        access::Role::Viewer => Role::Viewer,
        access::Role::Member => Role::Member,
        access::Role::Admin => Role::Admin,
        access::Role::Owner => Role::Owner,
    }
}

/// A role from the wire.
pub(crate) fn own_role(role: Role) -> access::Role {
    match role {
        Role::Viewer => access::Role::Viewer,
        Role::Member => access::Role::Member,
        Role::Admin => access::Role::Admin,
        Role::Owner => access::Role::Owner,
    }
}

/// A role as stored, for the wire; what is none has the least rights.
fn stored_role(text: &str) -> Role {
    text.parse().unwrap_or(Role::Viewer)
}

/// Scopes as stored, for the wire.
fn stored_scopes(texts: &[String]) -> Vec<Scope> {
    texts.iter().filter_map(|s| s.parse().ok()).collect()
}

/// A scope from the wire.
pub(crate) fn own_scope(scope: Scope) -> Result<access::Scope, Error> {
    scope.as_str().parse().map_err(|e| Error::internal("a scope the service does not know", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_scopes_are_the_same_on_both_sides() {
        for own in access::Role::ALL {
            assert_eq!(role(own).to_string(), own.as_str());
            assert_eq!(own_role(role(own)), own);
        }
        let texts = |all: Vec<&'static str>| all.join(" ");
        let wire = Scope::ALL.iter().map(|s| s.as_str()).collect();
        let own = access::Scope::ALL.iter().map(|s| s.as_str()).collect();
        assert_eq!(texts(wire), texts(own));
    }
}
