use crontopus_api::{CreateIncidentNote, Incident, IncidentState, SnoozeIncident};
use crontopus_ids::IncidentId;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/incidents`.
#[derive(Debug, Clone, Copy)]
pub struct Incidents<'a> {
    pub(super) client: &'a Client,
}

/// Which incidents.
#[derive(Debug, Clone, Default)]
pub struct IncidentFilter {
    /// In this state only.
    pub state: Option<IncidentState>,
    /// Of this job only, `namespace/name`.
    pub job: Option<String>,
}

impl Incidents<'_> {
    /// Newest first.
    pub fn list(&self, filter: &IncidentFilter) -> Pages<Incident> {
        let target = Target::new("/api/v1/incidents")
            .query_word("state", filter.state)
            .query("job", filter.job.as_ref());
        Pages::new(self.client, target)
    }

    /// One, with its timeline.
    pub fn get(&self, id: IncidentId) -> Result<Incident, ClientError> {
        self.client.get(&one(id))
    }

    /// Somebody takes it.
    pub fn acknowledge(&self, id: IncidentId) -> Result<Incident, ClientError> {
        self.client.act(&one(id).then("acknowledge"))
    }

    /// Nobody is told about it for a time.
    pub fn snooze(&self, id: IncidentId, request: &SnoozeIncident) -> Result<Incident, ClientError> {
        self.client.post(&one(id).then("snooze"), request)
    }

    /// Somebody has something to say about it.
    pub fn note(&self, id: IncidentId, request: &CreateIncidentNote) -> Result<Incident, ClientError> {
        self.client.post(&one(id).then("notes"), request)
    }

    /// It is over.
    pub fn resolve(&self, id: IncidentId) -> Result<Incident, ClientError> {
        self.client.act(&one(id).then("resolve"))
    }
}

fn one(id: IncidentId) -> Target {
    Target::new("/api/v1/incidents").segment(id)
}
