use std::hash::{DefaultHasher, Hash, Hasher};

use crontopus_domain::alerts::Happening;
use crontopus_domain::{IncidentKind, IncidentState, OpenIncident, Resolution, Severity};
use crontopus_ids::{AgentId, IncidentEventId, IncidentId, MonitorId, RunId, TenantId};
use sqlx::FromRow;

use crate::alerts::tell::Happened;
use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_INCIDENT = "SELECT i.*, m.namespace, m.name, COALESCE(m.host, a.name) AS host FROM incidents i
        LEFT JOIN monitors m ON m.tenant_id = i.tenant_id AND m.id = i.monitor_id
        LEFT JOIN agents a ON a.tenant_id = i.tenant_id AND a.id = i.agent_id
        WHERE i.tenant_id = $1 AND i.id = $2";
    LIST_INCIDENTS = "SELECT i.*, m.namespace, m.name, COALESCE(m.host, a.name) AS host FROM incidents i
        LEFT JOIN monitors m ON m.tenant_id = i.tenant_id AND m.id = i.monitor_id
        LEFT JOIN agents a ON a.tenant_id = i.tenant_id AND a.id = i.agent_id
        WHERE i.tenant_id = $1 AND (i.opened_at, i.id) < ($2, $3) AND (i.state = $5 OR $5 IS NULL)
            AND ((m.namespace = $6 AND m.name = $7) OR $6 IS NULL)
        ORDER BY i.opened_at DESC, i.id DESC LIMIT $4";
    LIST_STATE_INCIDENTS = "SELECT i.*, m.namespace, m.name, COALESCE(m.host, a.name) AS host FROM incidents i
        LEFT JOIN monitors m ON m.tenant_id = i.tenant_id AND m.id = i.monitor_id
        LEFT JOIN agents a ON a.tenant_id = i.tenant_id AND a.id = i.agent_id
        WHERE i.tenant_id = $1 AND i.state = $5 AND (i.opened_at, i.id) < ($2, $3)
            AND ((m.namespace = $6 AND m.name = $7) OR $6 IS NULL)
        ORDER BY i.opened_at DESC, i.id DESC LIMIT $4";
    ACKNOWLEDGE_INCIDENT = "UPDATE incidents SET state = 'acknowledged', acknowledged_at = $3, acknowledged_by = $4
        WHERE tenant_id = $1 AND id = $2 AND state = 'open'";
    FIND_AGENT_INCIDENT = "SELECT id FROM incidents
        WHERE tenant_id = $1 AND agent_id = $2 AND monitor_id IS NULL AND state <> 'resolved'";
}

batches! {
    INSERT_INCIDENTS(tenant_id Text, id Text, monitor_id Text, agent_id Text, kind Text, state Text, severity Text,
        title Text, bad_runs Int, first_run_id Text, last_run_id Text, opened_at Int, resolved_at Int,
        resolution Text) =
        "INSERT INTO incidents (tenant_id, id, monitor_id, agent_id, kind, state, severity, title, bad_runs,
            first_run_id, last_run_id, opened_at, resolved_at, resolution)
        SELECT tenant_id, id, monitor_id, agent_id, kind, state, severity, title, bad_runs, first_run_id,
            last_run_id, opened_at, resolved_at, resolution
        FROM {rows}";
    UPDATE_INCIDENTS(tenant_id Text, id Text, bad_runs Int, first_run_id Text, last_run_id Text) =
        "UPDATE incidents SET bad_runs = batch.bad_runs, first_run_id = batch.first_run_id,
            last_run_id = batch.last_run_id
        FROM {rows} WHERE incidents.tenant_id = batch.tenant_id AND incidents.id = batch.id";
    RESOLVE_INCIDENTS(tenant_id Text, id Text, resolved_at Int, resolution Text) =
        "UPDATE incidents SET state = 'resolved', resolved_at = batch.resolved_at, resolution = batch.resolution
        FROM {rows} WHERE incidents.tenant_id = batch.tenant_id AND incidents.id = batch.id
            AND incidents.state <> 'resolved'";
    REPLACE_RUNS(tenant_id Text, monitor_id Text, old_id Text, new_id Text) =
        "UPDATE incidents SET
            first_run_id = CASE WHEN first_run_id = batch.old_id THEN batch.new_id ELSE first_run_id END,
            last_run_id = CASE WHEN last_run_id = batch.old_id THEN batch.new_id ELSE last_run_id END
        FROM {rows} WHERE incidents.tenant_id = batch.tenant_id AND incidents.monitor_id = batch.monitor_id
            AND (incidents.first_run_id = batch.old_id OR incidents.last_run_id = batch.old_id)";
    INSERT_INCIDENT_EVENTS(tenant_id Text, incident_id Text, at Int, id Text, kind Text, actor Text, run_id Text,
        note Text) =
        "INSERT INTO incident_events (tenant_id, incident_id, at, id, kind, actor, run_id, note)
        SELECT tenant_id, incident_id, at, id, kind, actor, run_id, note FROM {rows} WHERE true
        ON CONFLICT (tenant_id, incident_id, at, id) DO NOTHING";
}

/// An open or past problem of one monitor or one agent. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Id.
    pub id: IncidentId,
    /// The monitor; `None` for a silent host.
    pub monitor_id: Option<MonitorId>,
    /// The agent.
    pub agent_id: Option<AgentId>,
    /// Namespace of the job.
    pub namespace: Option<String>,
    /// Name of the job.
    pub name: Option<String>,
    /// The host's name.
    pub host: Option<String>,
    /// What it began with.
    pub kind: IncidentKind,
    /// Where it is.
    pub state: IncidentState,
    /// How bad it is.
    pub severity: Severity,
    /// One line for people.
    pub title: String,
    /// Bad runs so far.
    pub bad_runs: i64,
    /// The first of them.
    pub first_run_id: Option<RunId>,
    /// The last of them.
    pub last_run_id: Option<RunId>,
    /// When it began.
    pub opened_at: i64,
    /// When somebody took it.
    pub acknowledged_at: Option<i64>,
    /// Who took it.
    pub acknowledged_by: Option<String>,
    /// When it was over.
    pub resolved_at: Option<i64>,
    /// Why.
    pub resolution: Option<Resolution>,
}

/// One change of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentEvent {
    /// When, UTC milliseconds.
    pub at: i64,
    /// `opened`, `bad_run`, `acknowledged`, `note`, `resolved`.
    pub kind: String,
    /// E-mail address of who did it; `None` for the service itself.
    pub actor: Option<String>,
    /// The run concerned.
    pub run_id: Option<RunId>,
    /// What is worth knowing.
    pub note: Option<String>,
}

/// An event to be written.
#[derive(Debug)]
pub(crate) struct NewIncidentEvent {
    pub(crate) tenant_id: TenantId,
    pub(crate) incident_id: IncidentId,
    pub(crate) event: IncidentEvent,
}

/// Which incidents to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Where they are.
    pub state: Option<IncidentState>,
    /// Namespace and name of the job.
    pub job: Option<(String, String)>,
}

#[derive(Debug, FromRow)]
pub(crate) struct IncidentRow {
    id: Text<IncidentId>,
    monitor_id: Option<Text<MonitorId>>,
    agent_id: Option<Text<AgentId>>,
    namespace: Option<String>,
    name: Option<String>,
    host: Option<String>,
    kind: Text<IncidentKind>,
    state: Text<IncidentState>,
    severity: Text<Severity>,
    title: String,
    bad_runs: i64,
    first_run_id: Option<Text<RunId>>,
    last_run_id: Option<Text<RunId>>,
    opened_at: i64,
    acknowledged_at: Option<i64>,
    acknowledged_by: Option<String>,
    resolved_at: Option<i64>,
    resolution: Option<Text<Resolution>>,
}

impl From<IncidentRow> for Incident {
    fn from(row: IncidentRow) -> Self {
        Self {
            id: row.id.0,
            monitor_id: row.monitor_id.map(|t| t.0),
            agent_id: row.agent_id.map(|t| t.0),
            namespace: row.namespace,
            name: row.name,
            host: row.host,
            kind: row.kind.0,
            state: row.state.0,
            severity: row.severity.0,
            title: row.title,
            bad_runs: row.bad_runs,
            first_run_id: row.first_run_id.map(|t| t.0),
            last_run_id: row.last_run_id.map(|t| t.0),
            opened_at: row.opened_at,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by: row.acknowledged_by,
            resolved_at: row.resolved_at,
            resolution: row.resolution.map(|t| t.0),
        }
    }
}

impl Read<TenantScope> {
    /// The incident of this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_incident(&mut self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        let tenant = self.tenant();
        let row: Option<IncidentRow> = query!(self, fetch_optional FIND_INCIDENT, Text(tenant), Text(id))?;
        Ok(row.map(Incident::from))
    }

    /// Incidents, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_incidents(
        &mut self,
        filter: &IncidentFilter,
        paging: &Paging,
    ) -> Result<Listed<Incident>, StoreError> {
        let tenant = self.tenant();
        let before = paging.after.clone().unwrap_or(Cursor { at: i64::MAX, id: String::new() });
        let (namespace, name) = filter.job.as_ref().map(|(ns, n)| (ns.as_str(), n.as_str())).unzip();
        let (limit, state) = (paging.fetch(), filter.state.map(Text));
        let rows: Vec<IncidentRow> = match filter.state {
            None => query!(self, fetch_all LIST_INCIDENTS, Text(tenant), before.at, &before.id, limit, state,
                namespace, name)?,
            Some(_) => {
                query!(self, fetch_all LIST_STATE_INCIDENTS, Text(tenant), before.at, &before.id, limit,
                state, namespace, name)?
            }
        };
        let incidents = rows.into_iter().map(Incident::from).collect();
        Ok(paging.page(incidents, |i: &Incident| Cursor { at: i.opened_at, id: i.id.to_string() }))
    }
}

impl<S: Scope> Read<S> {
    /// The open incident of a silent host.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_host_incident(
        &mut self,
        tenant: TenantId,
        agent: AgentId,
    ) -> Result<Option<IncidentId>, StoreError> {
        let row: Option<(Text<IncidentId>,)> =
            query!(self, fetch_optional FIND_AGENT_INCIDENT, Text(tenant), Text(agent))?;
        Ok(row.map(|(id,)| id.0))
    }
}

impl Tx<TenantScope> {
    /// Lets somebody take an open incident; whether it was open.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn acknowledge_incident(
        &mut self,
        id: IncidentId,
        by: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let tenant_id = self.tenant();
        if query!(self, execute ACKNOWLEDGE_INCIDENT, Text(tenant_id), Text(id), now, by)? == 0 {
            return Ok(false);
        }
        let event = IncidentEvent {
            at: now,
            kind: "acknowledged".into(),
            actor: Some(by.into()),
            run_id: None,
            note: None,
        };
        self.insert_incident_events(&[NewIncidentEvent { tenant_id, incident_id: id, event }]).await?;
        if let Some(subject) = self.find_subject(tenant_id, id).await? {
            let (about, run) = (subject.about, subject.run);
            self.tell(&[Happened { tenant_id, about, what: Happening::Acknowledged, run }], now).await?;
        }
        self.emit(now, crontopus_domain::EventKind::IncidentChanged, id, None);
        Ok(true)
    }
}

impl Tx<TenantScope> {
    /// Writes into an incident's timeline what `by` (an e-mail address) did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_incident(
        &mut self,
        id: IncidentId,
        kind: &str,
        by: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let tenant_id = self.tenant();
        let event =
            IncidentEvent { at: now, kind: kind.into(), actor: Some(by.into()), run_id: None, note: None };
        self.insert_incident_events(&[NewIncidentEvent { tenant_id, incident_id: id, event }]).await
    }
}

impl<S: Scope> Tx<S> {
    /// Writes new incidents; with `tenant_id` each, because a batch may be of many.
    pub(crate) async fn insert_incidents(
        &mut self,
        incidents: &[(TenantId, Incident)],
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&INSERT_INCIDENTS);
        for (tenant, i) in incidents {
            batch
                .text(tenant)
                .text(i.id)
                .opt_text(i.monitor_id)
                .opt_text(i.agent_id)
                .text(i.kind)
                .text(i.state);
            batch.text(i.severity).text(&i.title).int(i.bad_runs).opt_text(i.first_run_id);
            batch.opt_text(i.last_run_id).int(i.opened_at).opt_int(i.resolved_at).opt_text(i.resolution);
        }
        batch.execute(self).await.map(drop)
    }

    /// Writes which runs an incident counts.
    pub(crate) async fn update_incidents(
        &mut self,
        incidents: Vec<(TenantId, OpenIncident)>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&UPDATE_INCIDENTS);
        for (tenant, i) in incidents {
            batch.text(tenant).text(i.id).int(i64::from(i.bad_runs)).opt_text(i.first_run);
            batch.opt_text(i.last_run);
        }
        batch.execute(self).await.map(drop)
    }

    /// Ends incidents.
    pub(crate) async fn resolve_incidents(
        &mut self,
        incidents: Vec<(TenantId, IncidentId, i64, Resolution)>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&RESOLVE_INCIDENTS);
        for (tenant, id, at, why) in incidents {
            batch.text(tenant).text(id).int(at).text(why);
        }
        batch.execute(self).await.map(drop)
    }

    /// Lets incidents name the run that took another one's place.
    pub(crate) async fn replace_incident_runs(
        &mut self,
        runs: Vec<(TenantId, MonitorId, RunId, RunId)>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&REPLACE_RUNS);
        for (tenant, monitor, old, new) in runs {
            batch.text(tenant).text(monitor).text(old).text(new);
        }
        batch.execute(self).await.map(drop)
    }

    /// Writes into timelines, in the order of the slice.
    pub(crate) async fn insert_incident_events(
        &mut self,
        events: &[NewIncidentEvent],
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&INSERT_INCIDENT_EVENTS);
        for (n, NewIncidentEvent { tenant_id, incident_id, event }) in events.iter().enumerate() {
            let id = event_id(n, *incident_id, event);
            batch.text(tenant_id).text(incident_id).int(event.at).text(id).text(&event.kind);
            batch.opt_text(event.actor.as_deref()).opt_text(event.run_id).opt_text(event.note.as_deref());
        }
        batch.execute(self).await.map(drop)
    }
}

/// Sorts by moment and place in the transaction; the same event of the same incident makes the same id.
fn event_id(place: usize, incident: IncidentId, event: &IncidentEvent) -> IncidentEventId {
    let mut hasher = DefaultHasher::new();
    (incident, event.at, &event.kind, event.run_id).hash(&mut hasher);
    if event.kind == "note" {
        (&event.actor, &event.note).hash(&mut hasher);
    }
    let mut tail = [0; 10];
    // What ends a thing sorts after what began it, also from another transaction in the same millisecond.
    let rank = match event.kind.as_str() {
        "opened" => 0,
        "resolved" => 2,
        _ => 1,
    };
    tail[..2].copy_from_slice(&(rank << 10 | place.min(0x3ff) as u16).to_be_bytes());
    tail[2..].copy_from_slice(&hasher.finish().to_be_bytes());
    IncidentEventId::from_parts(event.at, tail)
}
