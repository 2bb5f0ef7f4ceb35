//! Whether what is kept encrypted can be opened.

use crontopus_app::SecretHealth;
use crontopus_store::Store;

use super::{Fix, Note, State, Well};
use crate::config::Config;

/// Secrets without a key that are named; the rest is counted.
const NAMED: usize = 5;

/// Opens every kept secret with the keys there are; the schema is up to date.
pub(super) async fn look(store: &Store, config: &Config) -> State {
    match SecretHealth::look(store, &config.data, config.secret_keys_file.as_deref()).await {
        Ok(health) => state(&health),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|c| format!(": {c}")).unwrap_or_default();
            Fix(format!("{error}{cause}; mend `secret_keys_file`, or restore `secrets.key` from a backup"))
        }
    }
}

fn state(health: &SecretHealth) -> State {
    let SecretHealth { keys, current, older, lost, missing_keys } = health;
    let all = current + older + lost.len();
    let Some(first) = keys.first() else {
        return match all {
            0 => Note("there is no key yet; it is made with the first secret".to_owned()),
            _ => Fix(format!(
                "there is no key, and {all} secrets are encrypted{}; restore `secrets.key` or `secret_keys_file` from a \
                 backup",
                with(missing_keys.iter())
            )),
        };
    };
    if !lost.is_empty() {
        let mut named = lost.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if lost.len() > NAMED {
            named += &format!(" and {} more", lost.len() - NAMED);
        }
        return Fix(format!(
            "{} of {all} cannot be opened: {named}; they were encrypted{}, and the keys here are {}. Put that key into \
             `secret_keys_file`, or set them anew",
            lost.len(),
            with(missing_keys.iter()),
            keys.join(", ")
        ));
    }
    match older {
        0 => Well(format!("{all} can be opened, key {first}")),
        _ => Note(format!(
            "{older} of {all} are encrypted with an older key than {first}; run `crontopus-server reseal` before you throw \
             that away"
        )),
    }
}

/// With which keys, as far as that is known.
fn with<'k>(keys: impl Iterator<Item = &'k String>) -> String {
    let keys: Vec<&str> = keys.map(String::as_str).collect();
    if keys.is_empty() {
        " with a key nobody knows".to_owned()
    } else {
        format!(" with key {}", keys.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(health: &SecretHealth) -> String {
        super::super::finding("secrets", state(health)).to_string()
    }

    #[test]
    fn every_state_of_the_keys_says_what_to_do() {
        let none = SecretHealth::default();
        assert!(text(&none).starts_with("note"));
        let well = SecretHealth { keys: vec!["1a2b3c4d".to_owned()], current: 3, ..none.clone() };
        assert!(text(&well).starts_with("ok") && text(&well).contains("3 can be opened, key 1a2b3c4d"));
        let older = SecretHealth { older: 2, ..well.clone() };
        assert!(text(&older).starts_with("note") && text(&older).contains("reseal"));
        let lost = SecretHealth {
            lost: (0..7).map(|n| format!("channel chn_{n} of ten_1")).collect(),
            missing_keys: ["9f8e7d6c".to_owned()].into(),
            ..older
        };
        let found = text(&lost);
        assert!(
            found.starts_with("FIX") && found.contains("7 of 12 cannot be opened: channel chn_0"),
            "{found}"
        );
        assert!(found.contains("and 2 more") && found.contains("with key 9f8e7d6c"), "{found}");
        let keyless = SecretHealth { keys: Vec::new(), ..lost };
        assert!(text(&keyless).starts_with("FIX") && text(&keyless).contains("backup"));
    }
}
