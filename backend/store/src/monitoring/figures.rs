//! What a tenant's metrics are made of.

use std::collections::BTreeMap;

use crontopus_domain::monitor::{MonitorState, Tally};
use crontopus_domain::{MonitorStatus, Severity};
use serde::{Deserialize, Serialize};

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    LIST_FIGURES = "SELECT m.namespace, m.name, m.host, m.removed, s.status, s.expected_at, s.figures
        FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        WHERE m.tenant_id = $1 AND (m.namespace = $2 OR $2 IS NULL)
        ORDER BY m.namespace, m.name, m.id";
    COUNT_OPEN_INCIDENTS = "SELECT severity, COUNT(*) FROM incidents
        WHERE tenant_id = $1 AND state IN ('open', 'acknowledged') GROUP BY severity";
    COUNT_TENANT_AGENTS = "SELECT state, COUNT(*) FROM agents WHERE tenant_id = $1 GROUP BY state";
}

/// The part of a monitor's state that metrics are made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// End of the last good run, UTC milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<i64>,
    /// Milliseconds the run took that ended last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_duration_ms: Option<i64>,
    /// How many runs came to which end.
    #[serde(default, skip_serializing_if = "Tally::is_empty")]
    pub runs: Tally,
}

impl Figures {
    pub(crate) fn of(state: &MonitorState) -> Self {
        Self {
            last_success_at: state.last_success_at,
            last_duration_ms: state.last_duration_ms,
            runs: state.tally.clone(),
        }
    }
}

/// One monitor, as far as metrics tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorFigures {
    /// Namespace of the job.
    pub namespace: String,
    /// Name of the job.
    pub name: String,
    /// The host's name; `None` in ping mode.
    pub host: Option<String>,
    /// The job is no more, or no longer in this place.
    pub removed: bool,
    /// How it was when it was last written, without `late`.
    pub status: MonitorStatus,
    /// The next expected start, UTC milliseconds.
    pub expected_at: Option<i64>,
    /// The rest.
    pub figures: Figures,
}

impl MonitorFigures {
    /// How the monitor is at `now`, UTC milliseconds.
    pub fn status_at(&self, now: i64) -> MonitorStatus {
        MonitorState::shown(self.status, self.expected_at, now)
    }
}

impl Read<TenantScope> {
    /// Every monitor of the tenant, or of one of its namespaces, by job and host; also those that are removed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_monitor_figures(
        &mut self,
        namespace: Option<&str>,
    ) -> Result<Vec<MonitorFigures>, StoreError> {
        type Row =
            (String, String, Option<String>, bool, Text<MonitorStatus>, Option<i64>, JsonText<Figures>);
        let tenant = self.tenant();
        let rows: Vec<Row> = query!(self, fetch_all LIST_FIGURES, Text(tenant), namespace)?;
        let figures = |(namespace, name, host, removed, status, expected_at, figures): Row| MonitorFigures {
            namespace,
            name,
            host,
            removed,
            status: status.0,
            expected_at,
            figures: figures.0,
        };
        Ok(rows.into_iter().map(figures).collect())
    }

    /// How many of the tenant's incidents are not resolved, by severity.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_open_incidents(&mut self) -> Result<BTreeMap<Severity, i64>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(Text<Severity>, i64)> = query!(self, fetch_all COUNT_OPEN_INCIDENTS, Text(tenant))?;
        Ok(rows.into_iter().map(|(severity, count)| (severity.0, count)).collect())
    }

    /// How many of the tenant's agents are in each state.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_tenant_agents(&mut self) -> Result<BTreeMap<String, i64>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(String, i64)> = query!(self, fetch_all COUNT_TENANT_AGENTS, Text(tenant))?;
        Ok(rows.into_iter().collect())
    }
}
