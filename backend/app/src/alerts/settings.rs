use std::path::PathBuf;

use crontopus_notify::{Addresses, Endpoints, MailServer};

/// What the operator says about alerts.
#[derive(Debug, Clone, Default)]
pub struct AlertSettings {
    /// Which network addresses channels may speak to.
    pub addresses: Addresses,
    /// The service's own mail server.
    pub mail: Option<MailServer>,
    /// Where providers are reached.
    pub endpoints: Endpoints,
    /// File with the keys that secrets are encrypted with, the first for new ones; the key in the data directory when
    /// absent.
    pub secret_keys_file: Option<PathBuf>,
}
