use crontopus_api::AuditEntry;

use crate::query::Target;
use crate::{Client, Pages};

/// `/api/v1/audit`: who did what.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a> {
    pub(super) client: &'a Client,
}

impl Audit<'_> {
    /// The log, newest first.
    pub fn list(&self) -> Pages<AuditEntry> {
        Pages::new(self.client, Target::new("/api/v1/audit"))
    }
}
