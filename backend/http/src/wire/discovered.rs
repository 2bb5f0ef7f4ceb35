use crontopus_api as api;
use crontopus_app::discovered::{Draft, Proposed};
use crontopus_app::ingest::Proposal;
use crontopus_app::rows;

use super::at;

/// Something that is not declared.
pub(crate) fn discovered(row: rows::Discovered) -> api::Discovered {
    let state = match (&row.job_id, row.ignored_at) {
        (Some(_), _) => api::DiscoveredState::Linked,
        (None, Some(_)) => api::DiscoveredState::Ignored,
        (None, None) => api::DiscoveredState::Open,
    };
    api::Discovered {
        id: row.id,
        slug: row.slug,
        dialect: row.dialect,
        state,
        job_id: row.job_id,
        check_ins: row.check_ins.unsigned_abs(),
        first_seen_at: at(row.first_seen_at),
        last_seen_at: at(row.last_seen_at),
        proposal: proposal(row.proposal),
    }
}

/// It with its manifest.
pub(crate) fn detail(row: rows::Discovered, draft: Draft) -> api::DiscoveredDetail {
    let Draft { file, manifest } = draft;
    api::DiscoveredDetail { discovered: discovered(row), file, manifest }
}

/// What a client says of a job that is declared.
pub(crate) fn monitor_proposal(said: Proposed) -> api::MonitorProposal {
    let difference = |d: crontopus_app::discovered::Difference| api::Difference {
        field: d.field.to_owned(),
        declared: d.declared,
        proposed: d.proposed,
    };
    api::MonitorProposal {
        dialect: said.dialect,
        at: at(said.at),
        differences: said.differences.into_iter().map(difference).collect(),
    }
}

fn proposal(said: Proposal) -> api::Proposal {
    api::Proposal {
        schedule: said.schedule,
        every_ms: said.every_ms,
        timezone: said.timezone,
        late_ms: said.late_ms,
        max_runtime_ms: said.max_runtime_ms,
        alert_after: said.alert_after,
        recover_after: said.recover_after,
    }
}
