use std::fmt;
use std::str::FromStr;

use crontopus_manifest::{DEFAULT_NAMESPACE, JobKey};

/// A job on the command line: `namespace/name`, or a name alone for the namespace `default`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobName(JobKey);

impl JobName {
    pub(crate) fn namespace(&self) -> &str {
        self.0.namespace()
    }

    pub(crate) fn name(&self) -> &str {
        self.0.name()
    }

    pub(crate) fn key(&self) -> &JobKey {
        &self.0
    }
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl FromStr for JobName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (namespace, name) = text.split_once('/').unwrap_or((DEFAULT_NAMESPACE, text));
        JobKey::new(namespace, name)
            .map(Self)
            .map_err(|_| "write it as namespace/name, in a-z, 0-9 and `-`".to_owned())
    }
}
