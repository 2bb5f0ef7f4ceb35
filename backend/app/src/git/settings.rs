use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crontopus_gitrepo::fetch::{Addresses, FetchOptions};

/// Where repositories live, and what remotes may be reached.
#[derive(Debug, Clone)]
pub struct GitSettings {
    /// Directory that holds `git/<tenant>/<repository>.git` and the key that credentials are sealed with.
    pub data_dir: PathBuf,
    /// Whether a tenant may connect a path on this machine.
    pub allow_paths: bool,
    /// Whether a tenant may connect hosts in private networks, and plain HTTP.
    pub allow_private_addresses: bool,
    /// Certificates (PEM) of the only authorities believed; `None`: the well-known public ones.
    pub roots: Option<Arc<[u8]>>,
    /// Time for one fetch.
    pub fetch_timeout: Duration,
}

impl Default for GitSettings {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            allow_paths: false,
            allow_private_addresses: false,
            roots: None,
            fetch_timeout: Duration::from_secs(300),
        }
    }
}

impl GitSettings {
    pub(super) fn fetch_options(&self) -> FetchOptions {
        let addresses = if self.allow_private_addresses { Addresses::Any } else { Addresses::Public };
        let (roots, timeout) = (self.roots.clone(), self.fetch_timeout);
        FetchOptions { addresses, roots, timeout, ..FetchOptions::default() }
    }
}
