use std::collections::BTreeMap;

use crontopus_crontab::{Limits, Options, convert};
pub use crontopus_crontab::{Made, Skipped};
use crontopus_manifest::is_dns_label;

use super::paths::blocking;
use crate::access::Actor;
use crate::{App, Error, Result};

/// Larger texts are no crontabs.
const MOST_BYTES: usize = 256 << 10;
const MOST_HOSTS: usize = 100;
const LIMITS: Limits = Limits { entries: 1_000, bytes: 4 << 20 };

/// A crontab that somebody pasted.
#[derive(Debug, Clone, Default)]
pub struct Crontab {
    /// Its text.
    pub text: String,
    /// Whether its lines name a user, as in `/etc/crontab`.
    pub is_system: bool,
    /// Whose it is, when they do not.
    pub user: Option<String>,
    /// Namespace of the jobs.
    pub namespace: String,
    /// Names of the hosts that are to hold them.
    pub hosts: Vec<String>,
    /// Labels of the hosts that are to hold them.
    pub selector: BTreeMap<String, String>,
}

impl App {
    /// The manifests that a crontab becomes, and the lines that are left out, each with its reason. Nothing is changed.
    pub async fn convert_crontab(&self, _: &Actor, crontab: Crontab) -> Result<(Vec<Made>, Vec<Skipped>)> {
        let Crontab { text, is_system, user, namespace, hosts, selector } = crontab;
        if text.len() > MOST_BYTES {
            return Err(Error::invalid("/text", format!("at most {MOST_BYTES} bytes")));
        }
        if !is_dns_label(&namespace) {
            return Err(Error::invalid("/namespace", "a-z, 0-9 and `-` between them, at most 63 characters"));
        }
        if is_system && user.is_some() {
            return Err(Error::invalid("/user", "the lines of a system crontab name their users"));
        }
        if hosts.len() > MOST_HOSTS {
            return Err(Error::invalid("/hosts", format!("at most {MOST_HOSTS}; choose them by labels")));
        }
        if selector.len() > MOST_HOSTS {
            return Err(Error::invalid("/selector", format!("at most {MOST_HOSTS} labels")));
        }
        let source = "a crontab".to_owned();
        let options = Options { system: is_system, user, namespace, hosts, selector, source };
        blocking("converting a crontab", move || Ok(convert(text.as_bytes(), &options, &LIMITS))).await
    }
}
