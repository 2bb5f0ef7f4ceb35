//! What clients say is to be expected of jobs that Git declares.

use crontopus_domain::Proposal;
use crontopus_ids::{MonitorId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::discovered::json;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_PROPOSAL = "SELECT dialect, proposal, at FROM monitor_proposals WHERE tenant_id = $1 AND monitor_id = $2";
}

batches! {
    /// A proposal that says the same as before is not written again.
    SAVE_PROPOSALS(tenant_id Text, monitor_id Text, dialect Text, proposal Text, at Int) =
        "INSERT INTO monitor_proposals (tenant_id, monitor_id, dialect, proposal, at)
        SELECT tenant_id, monitor_id, dialect, proposal, at FROM {rows} WHERE true
        ON CONFLICT (tenant_id, monitor_id) DO UPDATE SET dialect = excluded.dialect, at = excluded.at,
            proposal = excluded.proposal
        WHERE monitor_proposals.proposal <> excluded.proposal OR monitor_proposals.dialect <> excluded.dialect";
}

/// What a client last said of a monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorProposal {
    /// Through which door.
    pub dialect: String,
    /// What it said.
    pub proposal: Proposal,
    /// Since when it says so, UTC milliseconds.
    pub at: i64,
}

/// A proposal on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// Whose.
    pub tenant_id: TenantId,
    /// The monitor.
    pub monitor_id: MonitorId,
    /// Through which door.
    pub dialect: &'static str,
    /// What it says.
    pub proposal: Proposal,
    /// UTC milliseconds.
    pub at: i64,
}

impl Read<TenantScope> {
    /// What a client last said of the monitor.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_proposal(&mut self, monitor: MonitorId) -> Result<Option<MonitorProposal>, StoreError> {
        let tenant = self.tenant();
        let row: Option<(String, JsonText<Proposal>, i64)> =
            query!(self, fetch_optional FIND_PROPOSAL, Text(tenant), Text(monitor))?;
        Ok(row.map(|(dialect, proposal, at)| MonitorProposal { dialect, proposal: proposal.0, at }))
    }
}

impl<S: Scope> Tx<S> {
    /// Keeps what clients said, at most once for each monitor.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_proposals(&mut self, proposals: &[NewProposal]) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_PROPOSALS);
        for p in proposals {
            batch.text(p.tenant_id).text(p.monitor_id).text(p.dialect).text(json(&p.proposal)).int(p.at);
        }
        batch.execute(self).await.map(drop)
    }
}
