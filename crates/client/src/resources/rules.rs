use crontopus_api::{IncidentKind, RouteTest, RuleDocument};

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/routes`, `/policies` and `/maintenance`: documents in Git that are no jobs.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    pub(super) client: &'a Client,
}

impl Rules<'_> {
    /// Who is told about what.
    pub fn routes(&self) -> Pages<RuleDocument> {
        Pages::new(self.client, Target::new("/api/v1/routes"))
    }

    /// What manifests must satisfy.
    pub fn policies(&self) -> Pages<RuleDocument> {
        Pages::new(self.client, Target::new("/api/v1/policies"))
    }

    /// When nobody is told.
    pub fn maintenance(&self) -> Pages<RuleDocument> {
        Pages::new(self.client, Target::new("/api/v1/maintenance"))
    }

    /// Who would be told if this happened to the job (`namespace/name`) now.
    pub fn test(
        &self,
        job: &str,
        kind: Option<IncidentKind>,
        severity: Option<&str>,
    ) -> Result<RouteTest, ClientError> {
        let target = Target::new("/api/v1/routes/test")
            .query("job", Some(&job))
            .query_word("kind", kind)
            .query("severity", severity.as_ref());
        self.client.get(&target)
    }
}
