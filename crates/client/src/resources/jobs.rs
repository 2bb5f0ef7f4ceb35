use crontopus_api::{Job, JobBlame, JobDiff, JobRevision, JobStatus, JobSummary, Namespace, NextRuns};
use jiff::Timestamp;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/namespaces`, `/api/v1/jobs`: read only, since Git defines jobs.
#[derive(Debug, Clone, Copy)]
pub struct Jobs<'a> {
    pub(super) client: &'a Client,
}

/// Which jobs.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// In this namespace only.
    pub namespace: Option<String>,
    /// With all of these labels.
    pub labels: Vec<(String, String)>,
    /// In this status only.
    pub status: Option<JobStatus>,
    /// Whose name or description contains this.
    pub q: Option<String>,
    /// In this order: `name`, `-name`, `status`, `next` or `last`; by name when absent.
    pub sort: Option<&'static str>,
}

/// Which expected starts.
#[derive(Debug, Clone, Default)]
pub struct NextRunsQuery {
    /// How many.
    pub count: Option<u32>,
    /// After this instant; now when absent.
    pub after: Option<Timestamp>,
}

impl Jobs<'_> {
    /// All namespaces, by name.
    pub fn list_namespaces(&self) -> Pages<Namespace> {
        Pages::new(self.client, Target::new("/api/v1/namespaces"))
    }

    /// By namespace and name, or as the filter says.
    pub fn list(&self, filter: &JobFilter) -> Pages<JobSummary> {
        let mut target = Target::new("/api/v1/jobs").query("namespace", filter.namespace.as_ref());
        for (key, value) in &filter.labels {
            target = target.query("label", Some(format!("{key}={value}")));
        }
        let target = target
            .query_word("status", filter.status)
            .query("q", filter.q.as_ref())
            .query("sort", filter.sort);
        Pages::new(self.client, target)
    }

    /// One, as it is in force.
    pub fn get(&self, namespace: &str, name: &str) -> Result<Job, ClientError> {
        self.client.get(&one(namespace, name))
    }

    /// One, as it was at a commit.
    pub fn get_at(&self, namespace: &str, name: &str, commit: &str) -> Result<Job, ClientError> {
        self.client.get(&one(namespace, name).query("ref", Some(commit)))
    }

    /// The commits that changed it, newest first.
    pub fn list_history(&self, namespace: &str, name: &str) -> Pages<JobRevision> {
        Pages::new(self.client, one(namespace, name).then("history"))
    }

    /// Who wrote each line of its manifest at a commit, or of the form in force.
    pub fn blame(&self, namespace: &str, name: &str, commit: Option<&str>) -> Result<JobBlame, ClientError> {
        self.client.get(&one(namespace, name).then("blame").query("ref", commit))
    }

    /// What changed between two commits; the one before the last change and the one in force when absent.
    pub fn diff(
        &self,
        namespace: &str,
        name: &str,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<JobDiff, ClientError> {
        self.client.get(&one(namespace, name).then("diff").query("from", from).query("to", to))
    }

    /// When it is expected to start.
    pub fn next_runs(
        &self,
        namespace: &str,
        name: &str,
        query: &NextRunsQuery,
    ) -> Result<NextRuns, ClientError> {
        let target =
            one(namespace, name).then("next-runs").query("count", query.count).query("after", query.after);
        self.client.get(&target)
    }
}

fn one(namespace: &str, name: &str) -> Target {
    Target::new("/api/v1/jobs").segment(namespace).segment(name)
}
